import { HTTPException } from 'hono/http-exception'
import { ZodError } from 'zod'
import type { AppContext } from '#http/context.ts'
import { fieldErrors } from '#http/field-messages.ts'
import { fieldsSaid, page, problem } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { StorageError } from '#platform/files/storage-error.ts'
import { ErrorPage } from '#ui/error-page.tsx'

/** The one place where what was thrown becomes an answer. */
export function answerFailure(thrown: unknown, c: AppContext): Response {
  const error = asAppError(thrown, c)
  if (error.status >= 500)
    c.var.services.log.error({ err: thrown, requestId: c.var.requestId }, 'request failed')
  if (error.code === 'too-many-requests') c.header('retry-after', String(error.params.seconds ?? 60))
  if (error.code === 'unavailable') c.header('retry-after', '5')
  if (error.code === 'files-unavailable') c.header('retry-after', '60')
  if (error.code === 'unauthenticated') c.header('www-authenticate', 'Bearer')
  c.header('cache-control', 'no-store')
  if (wantsProblem(c)) return problem(c, error)
  const { code, status, params } = error
  return page(
    c,
    ErrorPage,
    { code, status, params, fields: fieldsSaid(c, error), requestId: c.var.requestId },
    { status, localized: false },
  )
}

function asAppError(thrown: unknown, c: AppContext): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ZodError) {
    return new AppError('invalid-input', {
      fields: fieldErrors(c.var.i18n, thrown, undefined),
      cause: thrown,
    })
  }
  if (thrown instanceof HTTPException) {
    if (thrown.status === 413) return new AppError('too-large', { cause: thrown })
    if (thrown.status < 500) return new AppError('bad-request', { cause: thrown })
  }
  if (thrown instanceof StorageError) return new AppError('files-unavailable', { cause: thrown })
  const code = (thrown as { code?: unknown } | null)?.code
  // A NUL in what was sent: no text of ours can hold it (22021 in a parameter, 22P05 within JSON).
  if (code === '22021' || code === '22P05') return new AppError('bad-request', { cause: thrown })
  if (databaseIsAway(thrown)) return new AppError('unavailable', { cause: thrown })
  return new AppError('internal', { cause: thrown })
}

/**
 * Not reached, lost on the way, starting or stopping (SQLSTATE class 57P), short of means (53), or too slow (57014).
 * What `pg` finds out by itself has no code.
 */
function databaseIsAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { code, syscall } = thrown as { code?: unknown; syscall?: unknown }
  if (typeof code !== 'string') {
    return /^(?:timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout)/.test(
      thrown.message,
    )
  }
  // ENOENT is a missing socket when connecting, and a missing file anywhere else.
  if (code === 'ENOENT') return syscall === 'connect'
  return /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|53...|57P..|57014|25P03)$/.test(
    code,
  )
}

function wantsProblem(c: AppContext): boolean {
  if (c.req.path.startsWith('/api/')) return true
  const accept = c.req.header('accept') ?? ''
  return /\bapplication\/(?:problem\+)?json\b/.test(accept) && !accept.includes('text/html')
}
