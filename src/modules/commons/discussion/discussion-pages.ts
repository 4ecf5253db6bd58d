import type { Hono } from 'hono'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  addComment,
  answerComment,
  type CommentProblem,
  changeComment,
  findOwnComment,
  removeComment,
} from '#modules/commons/discussion/comments.ts'
import { decide, decisionsFor } from '#modules/commons/discussion/deciding.ts'
import {
  type Discussed,
  openDiscussed,
  readDiscussed,
  textAt,
} from '#modules/commons/discussion/discussed.ts'
import { findPassage } from '#modules/commons/discussion/passage.ts'
import {
  answerInput,
  commentInput,
  decisionInput,
  longestQuote,
  textInput,
} from '#modules/commons/discussion/schema.ts'
import { countThreads, findThread, listThreads, type Thread } from '#modules/commons/discussion/threads.ts'
import { CommentPage } from '#modules/commons/discussion/views/comment-page.tsx'
import { CommentsPage } from '#modules/commons/discussion/views/comments-page.tsx'
import { NewCommentPage } from '#modules/commons/discussion/views/new-comment-page.tsx'
import { CommentRemovalPage, CommentTextPage } from '#modules/commons/discussion/views/own-comment-pages.tsx'
import { decided } from '#modules/commons/discussion/words.ts'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'

/** Where members speak of a page. */
export function openDiscussionPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingComments', { GET: showComments, POST: postComment })
  openPage(app, 'writingNewComment', { GET: showNewComment })
  openPage(app, 'writingComment', { GET: showComment })
  openPage(app, 'writingCommentAnswers', { POST: postAnswer })
  openPage(app, 'writingCommentDecision', { POST: postDecision })
  openPage(app, 'writingCommentText', { GET: showText, POST: postText })
  openPage(app, 'writingCommentRemoval', { GET: showRemoval, POST: postRemoval })
}

async function showComments(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const after = c.req.query('after') ?? null
  const found = await reading(c, async (trx, discussed) => ({
    discussed,
    counts: await countThreads(trx, network.id, discussed.id, discussed.reader),
    ...(await listThreads(trx, network.id, discussed.id, discussed.reader, { after })),
  }))
  return page(c, CommentsPage, { network, ...found })
}

function showNewComment(c: AppContext): Promise<Response> {
  const given = (name: string) => c.req.query(name)?.replaceAll('\0', '') ?? ''
  const quote = given('quote').slice(0, longestQuote)
  const form = formOf({
    path: given('path'),
    quote,
    before: given('before').slice(-200),
    after: given('after').slice(0, 200),
    kind: given('kind') === 'suggestion' ? 'suggestion' : 'comment',
    replacement: quote,
  })
  return newCommentPage(c, form, 200)
}

async function postComment(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await spend(c, entry)
  const { value, form } = await readForm(c, commentInput)
  if (!value) return newCommentPage(c, form, 422)
  const { db, linkOrigin } = c.var.services
  const made = await inTenant(db, entry.tenant, trx =>
    addComment(trx, entry, documentIn(c), value, linkOrigin),
  )
  if (made.problem) return newCommentPage(c, withProblem(c, form, made.problem), 422)
  return redirectDone(c, threadAddress(c, entry, made.id), 'comment-added')
}

function showComment(c: AppContext): Promise<Response> {
  return commentPage(c, { form: emptyForm, problem: null, status: 200 })
}

async function postAnswer(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await spend(c, entry)
  const { value, form } = await readForm(c, answerInput)
  if (!value) return commentPage(c, { form, problem: null, status: 422 })
  const { db, linkOrigin } = c.var.services
  const done = await inTenant(db, entry.tenant, async trx => {
    const { discussed, thread } = await openThread(trx, c, entry)
    const made = await answerComment(trx, entry, discussed, thread, value.body, linkOrigin)
    return { thread, ...made }
  })
  if (done.problem)
    return commentPage(c, { form: withProblem(c, form, done.problem), problem: null, status: 422 })
  return redirectDone(c, threadAddress(c, entry, done.thread.id), 'comment-answered')
}

async function postDecision(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, decisionInput)
  if (!value) throw new AppError('bad-request')
  const { db, linkOrigin } = c.var.services
  const { thread, problem } = await inTenant(db, entry.tenant, async trx => {
    const { discussed, thread } = await openThread(trx, c, entry)
    return { thread, problem: await decide(trx, entry, discussed, thread, value.state, linkOrigin) }
  })
  if (problem) return commentPage(c, { form: emptyForm, problem: c.var.i18n.t(problem.message), status: 409 })
  return redirectDone(c, threadAddress(c, entry, thread.id), decided[value.state])
}

async function showText(c: AppContext): Promise<Response> {
  const found = await ownComment(c, 'change')
  const { body, replacement } = found.comment
  return page(c, CommentTextPage, { ...found, form: formOf({ body, replacement: replacement ?? '' }) })
}

async function postText(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, textInput)
  if (!value) return page(c, CommentTextPage, { ...(await ownComment(c, 'change')), form }, { status: 422 })
  const { comment, problem } = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const discussed = await openDiscussed(trx, entry, documentIn(c))
    const comment = await findOwnComment(trx, entry, discussed, commentIn(c), 'change')
    return { comment, problem: await changeComment(trx, entry, comment, value) }
  })
  if (problem)
    return page(
      c,
      CommentTextPage,
      { ...(await ownComment(c, 'change')), form: withProblem(c, form, problem) },
      { status: 422 },
    )
  return redirectDone(c, threadAddress(c, entry, comment.thread), 'comment-changed')
}

async function showRemoval(c: AppContext): Promise<Response> {
  return page(c, CommentRemovalPage, { ...(await ownComment(c, 'removal')), form: emptyForm })
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const discussed = await openDiscussed(trx, entry, documentIn(c))
    await removeComment(trx, entry, await findOwnComment(trx, entry, discussed, commentIn(c), 'removal'))
  })
  const here = { locale: c.var.locale, network: entry.network.slug, document: documentIn(c) }
  return redirectDone(c, href('writingComments', here), 'comment-removed')
}

async function newCommentPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const path = form.values.path?.[0] || null
  const { discussed, text } = await reading(c, async (trx, discussed) => ({
    discussed,
    text: path === null ? null : textAt(discussed, await readDiscussed(trx, entry, discussed), path),
  }))
  return page(c, NewCommentPage, { network: entry.network, discussed, path, text, form }, { status })
}

async function commentPage(
  c: AppContext,
  { form, problem, status }: { form: FormState; problem: string | null; status: 200 | 409 | 422 },
): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const { discussed, thread } = await openThread(trx, c, entry)
    return { discussed, thread, found: await stillThere(trx, entry, discussed, thread) }
  })
  const decisions = decisionsFor(entry, found.discussed, found.thread)
  return page(c, CommentPage, { network: entry.network, ...found, decisions, form, problem }, { status })
}

async function stillThere(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  { path, selector, state }: Thread,
): Promise<'same' | 'changed' | 'gone' | null> {
  if (selector.exact === '' || state !== 'open') return null
  const text = textAt(discussed, await readDiscussed(trx, entry, discussed), path)
  const passage = text === null ? null : findPassage(text, selector)
  if (!passage) return 'gone'
  return passage.sure ? 'same' : 'changed'
}

async function ownComment(c: AppContext, need: 'change' | 'removal') {
  const entry = entryOf(c)
  return reading(c, async (trx, discussed) => ({
    network: entry.network,
    discussed,
    comment: await findOwnComment(trx, entry, discussed, commentIn(c), need),
  }))
}

function reading<T>(c: AppContext, work: (trx: Trx, discussed: Discussed) => Promise<T>): Promise<T> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, async trx =>
    work(trx, await openDiscussed(trx, entry, documentIn(c))),
  )
}

async function openThread(
  trx: Trx,
  c: AppContext,
  entry: Entry,
): Promise<{ discussed: Discussed; thread: Thread }> {
  const discussed = await openDiscussed(trx, entry, documentIn(c))
  const thread = await findThread(trx, entry.network.id, discussed.id, discussed.reader, commentIn(c))
  if (!thread) throw new AppError('not-found')
  return { discussed, thread }
}

/** One account may say only so much in a while. */
function spend(c: AppContext, { actor, network }: Entry): Promise<void> {
  return c.var.services.rateLimits.spend('comment', `${network.id} ${actor.accountId ?? actor.tokenId}`)
}

function documentIn(c: AppContext): string {
  return c.req.param('document') ?? ''
}

function commentIn(c: AppContext): string {
  return c.req.param('comment') ?? ''
}

function threadAddress(c: AppContext, { network }: Entry, comment: string): string {
  return href('writingComment', {
    locale: c.var.locale,
    network: network.slug,
    document: documentIn(c),
    comment,
  })
}

function withProblem(c: AppContext, form: FormState, { field, message }: CommentProblem): FormState {
  return withError(form, field, c.var.i18n.t(message))
}
