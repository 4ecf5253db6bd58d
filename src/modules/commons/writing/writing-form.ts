import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type Done, readForm } from '#http/form.ts'
import { rank } from '#http/policies.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { discussionOf } from '#modules/commons/discussion/discussion.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import type { Path } from '#modules/commons/templates/template.ts'
import { answersOf, baseSource } from '#modules/commons/writing/answers.ts'
import { keepInDocument } from '#modules/commons/writing/attachments.ts'
import { choicesFor, fileReference, withAddresses } from '#modules/commons/writing/choices.ts'
import {
  type CommonsDocument,
  documentOfItem,
  isAuthor,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { notePresence } from '#modules/commons/writing/news.ts'
import { newerTemplate } from '#modules/commons/writing/renewing.ts'
import { latestReview } from '#modules/commons/writing/review/reviews.ts'
import { type Saved, saveIn } from '#modules/commons/writing/saving.ts'
import { questionOf, type RowAct, readRowAct, sentAnswers } from '#modules/commons/writing/sent-answers.ts'
import { type Outcome, shownPage } from '#modules/commons/writing/shown-page.ts'
import { WritingPage } from '#modules/commons/writing/views/writing-page.tsx'
import { mostFiles, receiveAttachment } from '#modules/files/index.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'
import { fileName } from '#platform/files/file-name.ts'
import type { StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits } from '#platform/files/receiving.ts'
import type { Fields } from '#ui/answer-fields.ts'

/** Of all the answers of a page together: the longest page there is has 3.7 MB. */
export const mostText = 8 * 2 ** 20
const mostFields = 10_000

export async function showWriting(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  return inTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openForWriting(c, trx, entry)
    if (document instanceof Response) return document
    return writingPage(c, trx, entry, document, null, [], 200)
  })
}

/** Saves all that was changed; a button of a row does what it says besides. What cannot be kept comes back. */
export async function postWriting(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const id = c.req.param('document') ?? ''
  // Whoever may not write here need not send files first.
  await readTenant(db, entry.tenant, trx => openDocument(trx, entry, id, 'write'))
  const sent = await receiveAnswers(c, entry)
  typed.set(c, sent.fields)
  return inTenant(db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, id, 'write')
    const template = await templateOfDocument(trx, document)
    const fields = dropped(sent.fields, sent.fields.theirs?.[0])
    const act = readRowAct(template, sent.fields.act?.[0] ?? '')
    const added = act?.act === 'add' ? newRowKey() : null
    const changes = []
    for (const answer of sentAnswers(template, fields, act, () => added ?? newRowKey())) {
      const items = questionOf(template, answer.path)?.answer.kind === 'items'
      changes.push(
        items ? { ...answer, value: await withAddresses(trx, entry.network, answer.value) } : answer,
      )
    }
    // For the network, or everyone, once the answer that shows them is.
    await keepInDocument(trx, entry, id, sent.files)
    const saved = await saveIn(trx, entry, document, template, changes)
    await notePresence(trx, entry, document, null)
    if (saved.conflicts.length + saved.problems.length + sent.refused.length === 0) {
      const here = { locale: c.var.locale, network: entry.network.slug, document: id }
      const done: Done = 'page-saved'
      return c.redirect(href('writingPage', here, new URLSearchParams({ done })) + placeOf(act, added), 303)
    }
    const now = await openDocument(trx, entry, id, 'write')
    const status = saved.conflicts.length > 0 ? 409 : 422
    return writingPage(c, trx, entry, now, outcomeOf(saved, fields), sent.refused, status)
  })
}

/** What was typed into the form of this request, as far as it was read. */
export function typedIn(c: AppContext): Fields | null {
  return typed.get(c) ?? null
}

const typed = new WeakMap<AppContext, Fields>()

/** A key as rows have it that came after the page was first written. */
export function newRowKey(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  return `r${[...randomBytes(12)].map(byte => letters[byte % 26]).join('')}`
}

/** A reader who may not write is led to the page they may read. */
async function openForWriting(c: AppContext, trx: Trx, entry: Entry): Promise<CommonsDocument | Response> {
  const id = c.req.param('document') ?? ''
  try {
    return await openDocument(trx, entry, id, 'write')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // A page that came from elsewhere is written in by the id it is read by.
    if (error.code === 'not-found' && isId(id) && rank(entry.role) >= rank('facilitator'))
      return openDocument(trx, entry, await documentOfItem(trx, entry, id), 'write')
    if (error.code !== 'forbidden') throw error
    const { slug } = await openDocument(trx, entry, id, 'read')
    if (slug === null) throw error
    return c.redirect(href('item', { locale: c.var.locale, network: entry.network.slug, slug }), 303)
  }
}

async function writingPage(
  c: AppContext,
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  outcome: Outcome | null,
  refused: Refused[],
  status: 200 | 409 | 422,
): Promise<Response> {
  const { network } = entry
  const template = await templateOfDocument(trx, document)
  const { values } = await answersOf(trx, document, template)
  const { unknown } = readAnswers(template, await baseSource(trx, document))
  return page(
    c,
    WritingPage,
    {
      network,
      document,
      template,
      page: shownPage({
        template,
        revision: document.revision,
        values,
        kept: unknown,
        outcome,
        newKey: newRowKey,
      }),
      choices: await choicesFor(trx, network, template, c.var.locale),
      review: await latestReview(trx, network.id, document.id),
      discussion: await discussionOf(trx, entry, document.id),
      refused,
      troubled: outcome !== null,
      isAuthor: isAuthor(entry, document),
      newer: (await newerTemplate(trx, document))?.version ?? null,
      accountId: entry.actor.accountId,
    },
    { status },
  )
}

interface Refused {
  name: string
  why: string
}

/** The fields of the form, with the files that came with it in their places. */
async function receiveAnswers(
  c: AppContext,
  entry: Entry,
): Promise<{ fields: Fields; files: StoredFile[]; refused: Refused[] }> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) {
    const { form } = await readForm(c, z.unknown())
    return { fields: form.values, files: [], refused: [] }
  }
  const { i18n } = c.var
  const files: { path: Path; file: StoredFile }[] = []
  const refused: Refused[] = []
  const limits = {
    files: mostFiles,
    bytes: mostFiles * defaultLimits.fileBytes + mostText,
    fields: mostFields,
    text: mostText,
  }
  const { all, tooMany } = await readUploads(c, limits, async ({ field, name, content }) => {
    try {
      files.push({
        path: field.replace(/\.file$/, ''),
        file: await receiveAttachment(c, entry, name, content),
      })
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      refused.push({ name: fileName(name), why: fileProblem(i18n, error) })
    }
  })
  if (tooMany) refused.push({ name: '…', why: i18n.t('files.too-many', { most: mostFiles }) })
  const fields: Record<string, string[]> = Object.create(null)
  for (const [name, values] of Object.entries(all))
    fields[name] = values.map(value => value.replace(/\r\n?/g, '\n').replaceAll('\0', ''))
  for (const { path, file } of files) {
    const reference = JSON.stringify(fileReference(entry.network, c.var.locale, file))
    fields[`${path}.add`] = [...(fields[`${path}.add`] ?? []), reference]
  }
  return { fields, files: files.map(({ file }) => file), refused }
}

/** Whoever takes the other's answer sends nothing of their own. */
function dropped(fields: Fields, path: Path | undefined): Fields {
  if (path === undefined) return fields
  const { [`${path}.seen`]: _, ...rest } = fields
  return rest
}

function outcomeOf(saved: Saved, typed: Fields): Outcome {
  return {
    typed,
    problems: new Map(saved.problems.map(({ path, problem }) => [path, problem])),
    conflicts: new Map(saved.conflicts.map(({ path, theirs, by }) => [path, { theirs, by }])),
  }
}

/** Where on the page whoever pressed the button goes on. */
function placeOf(act: RowAct | null, added: string | null): string {
  if (!act) return ''
  if (added !== null) return `#answer-${act.path}/${added}`
  return act.act === 'remove' ? `#field-${act.path}-rows` : `#answer-${act.path}/${act.key}`
}
