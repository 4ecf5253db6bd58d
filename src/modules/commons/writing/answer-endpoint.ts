import { z } from 'zod'
import { inTenant } from '#db/tenant.ts'
import { wholeBody } from '#http/body-limit.ts'
import type { AppContext } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { withAddresses } from '#modules/commons/writing/choices.ts'
import { openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { newsOf, notePresence } from '#modules/commons/writing/news.ts'
import { type AnswerChange, mostChanges, saveIn } from '#modules/commons/writing/saving.ts'
import { questionOf } from '#modules/commons/writing/sent-answers.ts'
import { entryOf } from '#modules/network/index.ts'

/** What the script of the writing page talks to, as JSON. Failures are problems (RFC 9457): it asks for them. */

/** `?since=REVISION&at=PATH`: what is new since, and that one is here. */
export async function showAnswers(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  refuseAnother(c)
  const since = Number(c.req.query('since') ?? '0')
  if (!Number.isSafeInteger(since) || since < 0) throw new AppError('bad-request')
  const at = c.req.query('at')?.slice(0, 300)
  const news = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, c.req.param('document') ?? '', 'write')
    // The page of somebody who writes says whose it is; whoever only asks is not there.
    if (at !== undefined || c.req.header('x-account') !== undefined)
      await notePresence(trx, entry, document, at || null)
    return newsOf(trx, entry, document, since)
  })
  return c.json(news)
}

/** Keeps what is sent: `{ changes: [{ path, value, seen }], at }`, answered as `saveAnswers` says. */
export async function postAnswers(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  refuseAnother(c)
  const sent = await sentJson(c).catch(error => ({ error }))
  const saved = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, c.req.param('document') ?? '', 'write')
    // What is wrong with it is told to those alone who may write here.
    if ('error' in sent) throw sent.error
    const { changes, at } = sent
    const template = await templateOfDocument(trx, document)
    const settled: AnswerChange[] = []
    for (const { path, value, seen } of changes) {
      const items = questionOf(template, path)?.answer.kind === 'items'
      settled.push({ path, seen, value: items ? await withAddresses(trx, entry.network, value) : value })
    }
    const result = await saveIn(trx, entry, document, template, settled)
    if (at !== undefined) await notePresence(trx, entry, document, at)
    return result
  })
  return c.json(saved)
}

/**
 * Someone else has signed in on the device since the page was opened: what was typed on it is not theirs.
 * @throws AppError 'unauthenticated'
 */
function refuseAnother(c: AppContext): void {
  const account = c.req.header('x-account')
  if (account && account !== entryOf(c).actor.accountId) throw new AppError('unauthenticated')
}

export const changesSchema = z
  .array(
    z.object({
      path: z.string().min(1).max(300),
      value: z.unknown(),
      seen: z.number().int().min(0),
    }),
  )
  .max(mostChanges)

const sentSchema = z.object({ changes: changesSchema, at: z.string().max(300).nullish() })

/** @throws AppError 'bad-request', 'too-large'; ZodError */
async function sentJson(c: AppContext) {
  if (!/\bjson\b/i.test(c.req.header('content-type') ?? '')) throw new AppError('bad-request')
  const text = new TextDecoder().decode(await wholeBody(c, 2 ** 20))
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad-request', { cause })
  }
  return sentSchema.parse(given)
}
