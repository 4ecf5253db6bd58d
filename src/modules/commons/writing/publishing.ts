import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { unsettledConsents } from '#modules/commons/consents/unsettled.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { removeItem } from '#modules/commons/importing/removing.ts'
import { storeItems, type Visibility } from '#modules/commons/importing/storing.ts'
import { isAsked, knownAt } from '#modules/commons/templates/conditions.ts'
import { questionAt, rowsIn, titlePath } from '#modules/commons/templates/questions.ts'
import type { Path, Template, TemplateQuestion } from '#modules/commons/templates/template.ts'
import { eraseTranslations, keepTranslations } from '#modules/commons/translations/keeping.ts'
import { type Answers, answersOf, baseAnswers, sourceOf } from '#modules/commons/writing/answers.ts'
import { filesHeldBy, openAttachments } from '#modules/commons/writing/attachments.ts'
import { closeAttachments, shownFiles } from '#modules/commons/writing/closing-attachments.ts'
import {
  type CommonsDocument,
  freeFileName,
  isShared,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { titleQuestion } from '#modules/commons/writing/sent-answers.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { forgetFiles } from '#platform/files/files.ts'

export interface MissingAnswer {
  path: Path
  question: TemplateQuestion
  /** Not answered, or shares that do not sum to 100. */
  why: 'required' | 'sum'
}

/** What has to be answered before a page may be shared so. */
export function missingAnswers(
  template: Template,
  { values }: Answers,
  visibility: Visibility,
): MissingAnswer[] {
  const missing: MissingAnswer[] = []
  const look = (question: TemplateQuestion, path: Path) => {
    const known = knownAt(path, at => values.get(at)?.value)
    if (!isAsked(question, known)) return
    const value = values.get(path)?.value
    const needed =
      question.required === 'network' || (question.required === 'public' && visibility === 'public')
    if (needed && value === undefined) missing.push({ path, question, why: 'required' })
    if (value !== undefined && typeof value === 'object' && 'shares' in value) {
      const sum = Object.values(value.shares).reduce((total, share) => total + share, 0)
      if (Math.abs(sum - 100) > 0.01) missing.push({ path, question, why: 'sum' })
    }
    if (question.answer.kind !== 'group') return
    for (const row of rowsIn(values.get(path)?.value))
      for (const inner of question.answer.questions) look(inner, `${path}/${row}/${inner.key}`)
  }
  // A template need not ask for it: every page has one.
  if (!questionAt(template, titlePath)) look(titleQuestion(template), titlePath)
  for (const section of template.sections) {
    if (!section.repeated) for (const question of section.questions) look(question, question.key)
    else
      for (const row of rowsIn(values.get(section.key)?.value))
        for (const question of section.questions) look(question, `${section.key}/${row}/${question.key}`)
  }
  return missing
}

/**
 * The same for a page as it stands: one that is shared so, or with more people, was taken as it is. Only what it had may not
 * be lacking now.
 */
export async function missingFor(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
  visibility: Visibility,
): Promise<MissingAnswer[]> {
  const missing = missingAnswers(template, await answersOf(trx, document, template), visibility)
  const taken = document.state === visibility || document.state === 'public'
  if (!taken || missing.length === 0) return missing
  const base = await baseAnswers(trx, document, template)
  return missing.filter(({ path, why }) => why !== 'required' || base.has(path))
}

export interface Published {
  slug: string
  version: number
}

/**
 * Shares a page as it is now written: it becomes a version of its item, and what was above the last one is part of it.
 * @throws AppError 'not-found', 'forbidden'; 'invalid-input' with the answers that are missing
 */
export async function publishDocument(
  trx: Trx,
  entry: Entry,
  id: string,
  visibility: Visibility,
): Promise<Published> {
  const document = await openDocument(trx, entry, id, 'write')
  return publish(trx, entry, document, visibility)
}

/** The same for one whose right to do so was looked at elsewhere: who reviews a page need not write in it. */
export async function publish(
  trx: Trx,
  entry: Entry,
  given: CommonsDocument,
  visibility: Visibility,
): Promise<Published> {
  // Sent twice, the second finds it shared.
  const document = await waitForTurn(trx, given)
  const { networkId, id } = document
  if (isShared(given) && !isShared(document)) throw new AppError('conflict')
  const template = await templateOfDocument(trx, document)
  const missing = await missingFor(trx, document, template, visibility)
  if (missing.length > 0)
    throw new AppError('invalid-input', {
      fields: missing.map(({ path, why }) => ({ field: path, message: `writing.missing.${why}` })),
    })
  if ((await unsettledConsents(trx, networkId, id)) > 0)
    throw new AppError('invalid-input', { fields: [{ field: '', message: 'consents.unsettled' }] })
  const source = await sourceOf(trx, document, template)
  // Another page may have come by this name while this one was a draft.
  const fileName =
    document.slug === null ? await freeFileName(trx, networkId, document.title, id) : document.fileName
  await storeItems(trx, networkId, [prepareItem(source, fileName)], {
    visibility,
    importId: null,
    ids: new Map([[fileName, id]]),
  })
  const { rows } = await sql<Published & { revision: number }>`
    with settled as (
      delete from commons_answer where network_id = ${networkId}::uuid and document_id = ${id}::uuid
    ), published as (
      update commons_document document
      set state = ${visibility}, base_source = null, file_name = ${fileName}, title = item.title
      from commons_item item
      where document.network_id = ${networkId}::uuid and document.id = ${id}::uuid
        and item.network_id = document.network_id and item.id = document.id
      returning item.slug, item.version, document.revision
    ), noted as (
      insert into commons_publication (network_id, document_id, version, revision, visibility, person_id, mandate_id)
      select ${networkId}::uuid, ${id}::uuid, version, revision, ${visibility}, ${entry.personId}::uuid,
        ${entry.actor.mandateId}::uuid
      from published
      on conflict (network_id, document_id, revision, version) do nothing
    )
    select slug, version, revision from published`.execute(trx)
  const [published] = rows
  if (!published)
    throw new AppError('internal', { cause: new Error('A page was published and is not there') })
  await openAttachments(trx, entry, document, visibility)
  await recordChange(trx, networkId, entry.actor, {
    action: 'document.published',
    subject: { type: 'document', id },
    before: { state: document.state, version: document.version },
    after: { state: visibility, version: published.version },
  })
  return { slug: published.slug, version: published.version }
}

/**
 * Takes a page out of the commons, with all its versions: it is a draft again, its authors' alone, or withdrawn for good
 * reason. What was written and not published stays; its translations wait for it.
 * @throws AppError 'not-found', 'forbidden'
 */
export async function takeBack(
  trx: Trx,
  entry: Entry,
  id: string,
  state: 'draft' | 'withdrawn' = 'draft',
): Promise<void> {
  await takeOut(trx, entry.actor, await openDocument(trx, entry, id, 'write'), state)
}

/** The same for one whose right to do so was looked at elsewhere, or that a day has come to do. */
export async function takeOut(
  trx: Trx,
  actor: Actor,
  { networkId, id, state: before }: CommonsDocument,
  state: 'draft' | 'withdrawn',
): Promise<void> {
  await sql`
    select from commons_document where network_id = ${networkId}::uuid and id = ${id}::uuid for no key update`.execute(
    trx,
  )
  const shown = await shownFiles(trx, networkId, id)
  const removed = await removeItem(trx, networkId, id)
  if (!removed) return
  await keepTranslations(trx, networkId, id)
  await closeAttachments(trx, actor, { networkId, id }, shown)
  await sql`
    update commons_document set state = ${state}, base_source = ${removed.source}
    where network_id = ${networkId}::uuid and id = ${id}::uuid`.execute(trx)
  await recordChange(trx, networkId, actor, {
    action: 'document.taken-back',
    subject: { type: 'document', id },
    before: { state: before },
    after: { state },
  })
}

/**
 * Erases a page that is not shared, with its answers, its history, its translations, what was said of it, and the files that
 * it alone has.
 * Nothing brings it back.
 * @returns the keys to remove from storage once the transaction is kept, by removeBytes()
 * @throws AppError 'not-found', 'forbidden'; 'conflict' while it is shared
 */
export async function eraseDocument(trx: Trx, entry: Entry, id: string): Promise<string[]> {
  const document = await waitForTurn(trx, await openDocument(trx, entry, id, 'write'))
  if (isShared(document)) throw new AppError('conflict')
  const keys = await forgetFiles(trx, document.networkId, await filesHeldBy(trx, document))
  await eraseTranslations(trx, document.networkId, document.id)
  await trx
    .deleteFrom('commons_document')
    .where('network_id', '=', document.networkId)
    .where('id', '=', document.id)
    .execute()
  await recordChange(trx, document.networkId, entry.actor, {
    action: 'document.erased',
    subject: { type: 'document', id: document.id },
    before: { state: document.state },
  })
  return keys
}
