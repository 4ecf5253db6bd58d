import type { Hono } from 'hono'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { fileResponse } from '#http/file-response.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'
import { enclosedFile } from '#modules/threads/enclosures.ts'
import { markSeen, wishFor } from '#modules/threads/following.ts'
import { readLeavingToken } from '#modules/threads/leaving.ts'
import { readMessageForm } from '#modules/threads/message-form.ts'
import {
  changeMessage,
  findMessage,
  type OwnMessage,
  removeMessage,
  say,
  versionsOf,
} from '#modules/threads/messages.ts'
import { closeThread, keptThread, type OpenedThread, openThread } from '#modules/threads/opening.ts'
import { readMessages } from '#modules/threads/reading.ts'
import { closureInput, textInput, wishInput } from '#modules/threads/schema.ts'
import { show } from '#modules/threads/shown.ts'
import { AnswerPage } from '#modules/threads/views/answer-page.tsx'
import { LeavingPage } from '#modules/threads/views/leaving-page.tsx'
import { MessagePage, RemovalPage, VersionsPage } from '#modules/threads/views/message-pages.tsx'
import { ThreadPage } from '#modules/threads/views/thread-page.tsx'

/** Where people speak to each other about something of a network. */
export function openThreadPages(app: Hono<AppEnv>): void {
  openPage(app, 'thread', { GET: showThread, POST: postMessage })
  openPage(app, 'threadSubscription', { POST: postWish })
  openPage(app, 'threadClosure', { POST: postClosure })
  openPage(app, 'threadMessage', { GET: showText, POST: postText })
  openPage(app, 'threadMessageRemoval', { GET: showRemoval, POST: postRemoval })
  openPage(app, 'threadMessageVersions', { GET: showVersions })
  openPage(app, 'threadMessageAnswer', { GET: showAnswer, POST: postAnswer })
  openPage(app, 'threadFile', { GET: showFile })
  openPage(app, 'threadLeaving', { GET: showLeaving, POST: postLeaving })
}

function showThread(c: AppContext): Promise<Response> {
  return threadPage(c, emptyForm, 200)
}

async function threadPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const wanted = { before: c.req.query('before'), from: c.req.query('from') }
  const shown = await readTenant(db, entry.tenant, async trx =>
    show(c, trx, entry, await opened(c, trx), { ...wanted, form }),
  )
  const last = shown.messages.at(-1)?.id
  const { id, seenId } = shown.thread
  // What is before them now is no news the next time.
  if (id !== null && last !== undefined && entry.personId !== null && (seenId === null || seenId < last))
    await inTenant(db, entry.tenant, trx => markSeen(trx, entry, id, last))
  return page(c, ThreadPage, { network: entry.network, shown }, { status })
}

async function postMessage(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const read = await spoken(c, entry, null)
  if (read.form) return threadPage(c, read.form, 422)
  return redirectDone(c, `${threadAddress(c)}#message-${read.id}`)
}

async function showAnswer(c: AppContext): Promise<Response> {
  return answerPage(c, emptyForm, 200)
}

async function postAnswer(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const read = await spoken(c, entry, c.req.param('message') ?? '')
  if (read.form) return answerPage(c, read.form, 422)
  return redirectDone(c, `${threadAddress(c)}#message-${read.id}`)
}

/** Reads what somebody says, and says it. @returns the form again where it was not taken */
async function spoken(
  c: AppContext,
  entry: Entry,
  parentId: string | null,
): Promise<{ id: string | null; form?: never } | { form: FormState }> {
  const { services, i18n } = c.var
  const { db, linkOrigin, threadSubjects, rateLimits } = services
  const { actor, network } = entry
  await rateLimits.spend('comment', `${network.id} ${actor.accountId ?? actor.tokenId}`)
  // Nobody's files are taken in who may not say anything here.
  const thread = await readTenant(db, entry.tenant, trx => opened(c, trx))
  if (!thread.found.mayWrite) throw new AppError('forbidden')
  const { value, form } = await readMessageForm(c, entry)
  if (!value) return { form }
  const said = await inTenant(db, entry.tenant, async trx =>
    say(trx, threadSubjects, entry, await opened(c, trx), value, { parentId, linkOrigin }),
  )
  return said.problem ? { form: withError(form, said.problem.field, i18n.t(said.problem.message)) } : said
}

async function answerPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const answered = c.req.param('message') ?? ''
  const { shown, message } = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const thread = await opened(c, trx)
    const { id } = await findMessage(trx, entry, thread, answered, 'read')
    const { messages } = await readMessages(trx, entry.network.id, thread.id, { from: id }, 1)
    return { shown: await show(c, trx, entry, thread, { from: id, size: 1, form }), message: messages[0] }
  })
  if (!message || !shown.thread.found.mayWrite) throw new AppError('not-found')
  return page(c, AnswerPage, { network: entry.network, shown, message }, { status })
}

async function postWish(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, wishInput)
  const { personId } = entry
  if (!value || personId === null) throw new AppError('bad-request')
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const threadId = await keptThread(trx, entry, await opened(c, trx))
    await wishFor(trx, entry.network.id, { threadId, personId }, value.wish)
  })
  return redirectDone(c, threadAddress(c), 'thread-wish')
}

async function postClosure(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, closureInput)
  if (!value) throw new AppError('bad-request')
  const closed = value.closed === 'yes'
  await inTenant(c.var.services.db, entry.tenant, async trx =>
    closeThread(trx, entry, await opened(c, trx), closed),
  )
  return redirectDone(c, threadAddress(c), closed ? 'thread-closed' : 'thread-opened')
}

async function showText(c: AppContext): Promise<Response> {
  const { message, thread } = await found(c, 'change')
  return page(c, MessagePage, {
    network: entryOf(c).network,
    thread,
    message,
    form: formOf({ body: message.body }),
  })
}

async function postText(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, textInput)
  if (!value) {
    const { message, thread } = await found(c, 'change')
    return page(c, MessagePage, { network: entry.network, thread, message, form }, { status: 422 })
  }
  await inTenant(c.var.services.db, entry.tenant, async trx =>
    changeMessage(trx, entry, await messageIn(c, trx, await opened(c, trx), 'change'), value.body),
  )
  return redirectDone(c, messageAddress(c), 'message-changed')
}

async function showRemoval(c: AppContext): Promise<Response> {
  const { message, thread } = await found(c, 'removal')
  return page(c, RemovalPage, { network: entryOf(c).network, thread, message })
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const keys = await inTenant(db, entry.tenant, async trx =>
    removeMessage(trx, entry, await messageIn(c, trx, await opened(c, trx), 'removal')),
  )
  await removeBytes(c, keys)
  return redirectDone(c, messageAddress(c), 'message-removed')
}

async function showVersions(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const shown = await readTenant(c.var.services.db, tenant, async trx => {
    const thread = await opened(c, trx)
    const message = await messageIn(c, trx, thread, 'read')
    return { thread, message, versions: await versionsOf(trx, network.id, message.id) }
  })
  return page(c, VersionsPage, { network, ...shown })
}

/** A file of a message, to whoever may read the thread. */
async function showFile(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const file = await readTenant(c.var.services.db, tenant, async trx => {
    const { id } = await messageIn(c, trx, await opened(c, trx), 'read')
    return enclosedFile(trx, network.id, id, c.req.param('enclosure') ?? '')
  })
  return fileResponse(c, file, { download: c.req.query('download') !== undefined })
}

function showLeaving(c: AppContext): Response {
  leaving(c)
  return page(c, LeavingPage, { network: entryOf(c).network, done: false })
}

/** At once, for whoever holds the mail: by its button, or by the programme that shows it (RFC 8058). */
async function postLeaving(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const who = leaving(c)
  await inTenant(c.var.services.db, { networkId: network.id, audience: 'network' }, trx =>
    wishFor(trx, network.id, who, 'none'),
  ).catch(error => {
    // They have gone, or the thread has: nothing more will come.
    if ((error as { code?: string }).code !== '23503') throw error
  })
  return page(c, LeavingPage, { network, done: true })
}

function leaving(c: AppContext): { threadId: string; personId: string } {
  const { secret } = c.var.services
  const who = readLeavingToken(secret, entryOf(c).network.id, c.req.param('token') ?? '')
  if (!who) throw new AppError('not-found')
  return who
}

function opened(c: AppContext, trx: Trx): Promise<OpenedThread> {
  const subject = { type: c.req.param('type') ?? '', id: c.req.param('subject') ?? '' }
  return openThread(trx, c.var.services.threadSubjects, entryOf(c), subject)
}

function messageIn(
  c: AppContext,
  trx: Trx,
  thread: OpenedThread,
  need: 'read' | 'change' | 'removal',
): Promise<OwnMessage> {
  return findMessage(trx, entryOf(c), thread, c.req.param('message') ?? '', need)
}

function found(
  c: AppContext,
  need: 'change' | 'removal',
): Promise<{ thread: OpenedThread; message: OwnMessage }> {
  return readTenant(c.var.services.db, entryOf(c).tenant, async trx => {
    const thread = await opened(c, trx)
    return { thread, message: await messageIn(c, trx, thread, need) }
  })
}

function threadAddress(c: AppContext, query?: URLSearchParams): string {
  const params = { type: c.req.param('type') ?? '', subject: c.req.param('subject') ?? '' }
  return href('thread', { locale: c.var.locale, network: entryOf(c).network.slug, ...params }, query)
}

/** The page of the thread on which a message stands. */
function messageAddress(c: AppContext): string {
  return threadAddress(c, new URLSearchParams({ from: c.req.param('message') ?? '' }))
}
