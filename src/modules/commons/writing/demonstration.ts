import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { recordConsent } from '#modules/commons/consents/consents.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import {
  addAuthor,
  createDocument,
  documentOfItem,
  openDocument,
} from '#modules/commons/writing/documents.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'

/** Who did something, and how long before the demonstration was loaded. */
export const deed = z.object({
  by: z.email(),
  daysAgo: z.int().min(1),
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
})

const written = z.object({
  authors: z.array(z.email()).min(1),
  steps: z.array(deed.extend({ answers: z.record(z.string(), z.unknown()) })),
  consents: z
    .array(
      z.object({
        by: z.email(),
        about: z.string(),
        scope: z.string(),
        proof: z.string(),
        givenDaysAgo: z.int().min(1),
        validForDays: z.int().min(60),
      }),
    )
    .default([]),
  review: deed.extend({ visibility: z.enum(['network', 'public']) }).optional(),
})

/** A page that came with the others, by its file; or one begun here. */
export const writtenPage = z.union([
  written.extend({ file: z.string(), importedDaysAgo: z.int() }),
  written.extend({ template: z.string(), language: z.enum(locales), title: z.string() }),
])
export type WrittenPage = z.output<typeof writtenPage>

/** As whom the people of the demonstration act, by their addresses. */
export type Cast = (email: string) => Entry

/** Brings one page with what was written in it on several days. @returns its id */
export async function bringWrittenPage(trx: Trx, cast: Cast, page: WrittenPage, now: Date): Promise<string> {
  const [first = '', ...others] = page.authors
  const entry = cast(first)
  const id = 'file' in page ? await takeUp(trx, entry, page, now) : await begin(trx, entry, page)
  for (const author of [first, ...others]) {
    const { personId } = cast(author)
    if (personId !== null) await addAuthor(trx, entry.network.id, id, personId)
  }
  const sittings = await write(trx, cast, id, page.steps, now)
  await date(trx, entry, id, sittings)
  for (const { by, givenDaysAgo, validForDays, ...consent } of page.consents) {
    const days = { givenOn: dayOf(now, givenDaysAgo), validUntil: dayOf(now, -validForDays) }
    await recordConsent(trx, cast(by), id, { ...consent, ...days }, nowhere)
  }
  if (page.review) await wait(trx, cast, id, page.review, now)
  return id
}

export function momentOf(now: Date, { daysAgo, at }: Pick<z.output<typeof deed>, 'daysAgo' | 'at'>): Date {
  return new Date(`${dayOf(now, daysAgo)}T${at}:00Z`)
}

export function itemOf(
  trx: Trx,
  networkId: string,
  file: string,
): Promise<{ id: string; slug: string } | undefined> {
  return trx
    .selectFrom('commons_item')
    .select(['id', 'slug'])
    .where('network_id', '=', networkId)
    .where('file_name', '=', file)
    .executeTakeFirst()
}

/** Mail of an invented network is never sent: its links lead nowhere. */
const nowhere = ''

async function takeUp(
  trx: Trx,
  entry: Entry,
  { file, importedDaysAgo }: Extract<WrittenPage, { file: string }>,
  now: Date,
): Promise<string> {
  const { network } = entry
  const item = await itemOf(trx, network.id, file)
  if (!item) throw new Error(`No page ${file}`)
  // What is written above a page comes after it.
  await sql`
    update commons_version set created_at = ${momentOf(now, { daysAgo: importedDaysAgo, at: '08:00' })}
    where network_id = ${network.id}::uuid and item_id = ${item.id}::uuid`.execute(trx)
  return documentOfItem(trx, entry, item.id)
}

async function begin(
  trx: Trx,
  entry: Entry,
  { template: key, language, title }: Extract<WrittenPage, { template: string }>,
): Promise<string> {
  const template = (await templatesOf(trx, entry.network.id)).find(one => one.key === key)
  if (!template) throw new Error(`No template ${key}`)
  return createDocument(trx, entry, { template, language, title })
}

interface Sitting {
  /** Up to which of the document's revisions, and after that of the one before. */
  until: number
  at: Date
}

async function write(
  trx: Trx,
  cast: Cast,
  id: string,
  steps: WrittenPage['steps'],
  now: Date,
): Promise<Sitting[]> {
  const sittings: Sitting[] = []
  for (const { by, answers, ...when } of steps) {
    const entry = cast(by)
    const { revision: seen } = await openDocument(trx, entry, id, 'write')
    const changes = Object.entries(answers).map(([path, value]) => ({ path, value, seen }))
    const { revision, problems } = await saveAnswers(trx, entry, id, changes)
    if (problems.length > 0) throw new Error(`Not written: ${JSON.stringify(problems)}`)
    sittings.push({ until: revision, at: momentOf(now, when) })
  }
  return sittings
}

/** Everything was written just now: this makes it as old as it is said to be. */
async function date(trx: Trx, { network }: Entry, id: string, sittings: Sitting[]): Promise<void> {
  const ends = sittings.map(({ until, at }, index) => ({ after: sittings[index - 1]?.until ?? 0, until, at }))
  const sitting = sql`
    jsonb_to_recordset(${JSON.stringify(ends)}::jsonb) as sitting (after bigint, until bigint, at timestamptz)`
  for (const [table, moment] of [
    ['commons_change', 'changed_at'],
    ['commons_answer', 'written_at'],
  ] as const)
    await sql`
      update ${sql.table(table)} as one set ${sql.ref(moment)} = sitting.at from ${sitting}
      where one.network_id = ${network.id}::uuid and one.document_id = ${id}::uuid
        and one.revision > sitting.after and one.revision <= sitting.until`.execute(trx)
  await sql`
    update commons_document set created_at = ${sittings[0]?.at ?? sql`created_at`},
      written_at = ${sittings.at(-1)?.at ?? sql`written_at`}
    where network_id = ${network.id}::uuid and id = ${id}::uuid`.execute(trx)
}

async function wait(
  trx: Trx,
  cast: Cast,
  id: string,
  { by, visibility, ...when }: NonNullable<WrittenPage['review']>,
  now: Date,
): Promise<void> {
  const { network, personId } = cast(by)
  await sql`
    insert into commons_review (network_id, id, document_id, visibility, revision, asked_by, asked_at)
    select network_id, ${newId()}::uuid, id, ${visibility}, revision, ${personId}::uuid, ${momentOf(now, when)}
    from commons_document where network_id = ${network.id}::uuid and id = ${id}::uuid`.execute(trx)
}

/** yyyy-mm-dd, of UTC. */
function dayOf(now: Date, daysAgo: number): string {
  return new Date(now.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10)
}
