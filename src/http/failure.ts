import { HTTPException } from 'hono/http-exception'
import { ZodError } from 'zod'
import type { AppContext } from '#http/context.ts'
import { page, problem } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { ErrorPage } from '#ui/error-page.tsx'

/** The one place where what was thrown becomes an answer. */
export function answerFailure(thrown: unknown, c: AppContext): Response {
  const error = asAppError(thrown)
  if (error.status >= 500)
    c.var.services.log.error({ err: thrown, requestId: c.var.requestId }, 'request failed')
  if (error.code === 'too-many-requests') c.header('retry-after', String(error.params.seconds ?? 60))
  if (error.code === 'unauthenticated') c.header('www-authenticate', 'Bearer')
  c.header('cache-control', 'no-store')
  if (wantsProblem(c)) return problem(c, error)
  const { code, status, params } = error
  return page(
    c,
    ErrorPage,
    { code, status, params, requestId: c.var.requestId },
    { status, localized: false },
  )
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ZodError) {
    const fields = thrown.issues.map(issue => ({ field: issue.path.join('.'), message: issue.message }))
    return new AppError('invalid-input', { fields, cause: thrown })
  }
  if (thrown instanceof HTTPException) {
    if (thrown.status === 413) return new AppError('too-large', { cause: thrown })
    if (thrown.status < 500) return new AppError('bad-request', { cause: thrown })
  }
  if (databaseIsAway(thrown)) return new AppError('unavailable', { cause: thrown })
  return new AppError('internal', { cause: thrown })
}

/** Connection refused, server starting or stopping (SQLSTATE class 57P), too many connections. */
function databaseIsAway(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(ECONNREFUSED|ECONNRESET|ENOENT|57P0[123]|53300|57014)$/.test(code)
}

function wantsProblem(c: AppContext): boolean {
  if (c.req.path.startsWith('/api/')) return true
  const accept = c.req.header('accept') ?? ''
  return /\bapplication\/(?:problem\+)?json\b/.test(accept) && !accept.includes('text/html')
}
