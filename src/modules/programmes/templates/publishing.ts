import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { findTemplate, mostTemplates } from '#modules/programmes/templates/catalogue.ts'
import { shippedTemplate } from '#modules/programmes/templates/shipped.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Addresses that lead elsewhere. */
const reservedKeys: readonly string[] = ['new']

type Author = Pick<Entry, 'network' | 'personId' | 'actor'>

/** The draft of a template: there is one at most for each key. */
export async function findDraft(
  trx: Trx,
  networkId: string,
  key: string,
): Promise<ProgrammeTemplate | undefined> {
  const [draft] = await draftsOf(trx, networkId, key)
  return draft
}

export async function draftsOf(trx: Trx, networkId: string, key?: string): Promise<ProgrammeTemplate[]> {
  const { rows } = await sql<{ content: ProgrammeTemplate }>`
    select content from programme_template
    where network_id = ${networkId}::uuid and state = 'draft' and (${key ?? null}::text is null or key = ${key ?? null})
    order by key limit ${mostTemplates}`.execute(trx)
  return rows.map(({ content }) => content)
}

/**
 * Keeps a template that nobody is offered yet, in the place of the draft that there was. Its version is the next.
 * @throws Refusal for a key that cannot be, for what is already in use as it is, and for too many
 */
export async function keepDraft(
  trx: Trx,
  author: Author,
  given: ProgrammeTemplate,
): Promise<ProgrammeTemplate> {
  return keep(trx, author, given, 'draft')
}

/**
 * Puts the draft into use: it never changes again. What was in use stays with the programmes that were made of it.
 * @throws AppError 'not-found' where there is no draft
 */
export async function publishDraft(trx: Trx, author: Author, key: string): Promise<number> {
  await takeTurns(trx, author.network.id)
  const { rows } = await sql<{ version: number }>`
    update programme_template set state = 'published'
    where network_id = ${author.network.id}::uuid and key = ${key} and state = 'draft'
    returning version`.execute(trx)
  const [published] = rows
  if (!published) throw new AppError('not-found')
  await retireOthers(trx, author, key, published.version)
  await recordPublication(trx, author, key, published.version)
  return published.version
}

/**
 * The same in one go, for programs. A draft that there was is gone.
 * @param base the version it was made from; 0 for a new one
 * @throws Refusal also where another than `base` is in use by now
 */
export async function publishTemplate(
  trx: Trx,
  author: Author,
  given: ProgrammeTemplate,
  base?: number,
): Promise<ProgrammeTemplate> {
  if (base !== undefined) {
    await takeTurns(trx, author.network.id)
    const version = (await findTemplate(trx, author.network.id, given.key))?.version ?? 0
    if (version !== base)
      throw new Refusal({
        field: 'base',
        message: 'programmeTemplate.error.outdated',
        values: { base, version },
      })
  }
  const template = await keep(trx, author, given, 'published')
  await retireOthers(trx, author, template.key, template.version)
  await recordPublication(trx, author, template.key, template.version)
  return template
}

/** @throws AppError 'not-found' where there is no draft */
export async function removeDraft(trx: Trx, networkId: string, key: string): Promise<void> {
  const { numAffectedRows } = await sql`
    delete from programme_template
    where network_id = ${networkId}::uuid and key = ${key} and state = 'draft'`.execute(trx)
  if (!numAffectedRows) throw new AppError('not-found')
}

/**
 * Offers a template of the network's own no longer; where one comes with the program by that name, that is offered again.
 * @throws AppError 'not-found' where none is in use
 */
export async function retireTemplate(trx: Trx, author: Author, key: string): Promise<void> {
  await takeTurns(trx, author.network.id)
  const retired = await retireOthers(trx, author, key, 0)
  if (retired === 0) throw new AppError('not-found')
  await recordChange(trx, author.network.id, author.actor, {
    action: 'programme-template.retired',
    subject: { type: 'programme-template', id: key },
  })
}

async function keep(
  trx: Trx,
  author: Author,
  given: ProgrammeTemplate,
  state: 'draft' | 'published',
): Promise<ProgrammeTemplate> {
  const { network, personId } = author
  const { key } = given
  if (reservedKeys.includes(key))
    throw new Refusal({ field: 'key', message: 'programmeTemplate.error.reserved', values: { key } })
  await takeTurns(trx, network.id)
  const inUse = await findTemplate(trx, network.id, key)
  if (inUse && isDeepStrictEqual(asKept(inUse), asKept({ ...given, version: inUse.version })))
    throw new Refusal({ field: 'key', message: 'programmeTemplate.error.unchanged', values: { key } })
  await sql`
    delete from programme_template
    where network_id = ${network.id}::uuid and key = ${key} and state = 'draft'`.execute(trx)
  const { rows } = await sql<{ keys: number; version: number | null }>`
    select count(distinct key) filter (where key <> ${key})::integer as keys,
      max(version) filter (where key = ${key}) as version
    from programme_template where network_id = ${network.id}::uuid`.execute(trx)
  if ((rows[0]?.keys ?? 0) >= mostTemplates)
    throw new Refusal({
      field: 'key',
      message: 'programmeTemplate.error.tooMany',
      values: { most: mostTemplates },
    })
  // Above what the program brings too: a number is never given to something else.
  const version = Math.max(rows[0]?.version ?? 0, shippedTemplate(key)?.version ?? 0) + 1
  const template = { ...given, version }
  await sql`
    insert into programme_template (network_id, id, key, version, content, state, created_by)
    values (${network.id}::uuid, ${newId()}::uuid, ${key}, ${version}, ${JSON.stringify(template)}::jsonb, ${state},
      ${personId}::uuid)`.execute(trx)
  return template
}

/** As it comes back from the database. */
function asKept(template: ProgrammeTemplate): unknown {
  return JSON.parse(JSON.stringify(template))
}

/** Numbers follow one another: two who save at once take turns. */
async function takeTurns(trx: Trx, networkId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207043))`.execute(trx)
}

async function retireOthers(trx: Trx, { network }: Author, key: string, but: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update programme_template set state = 'retired'
    where network_id = ${network.id}::uuid and key = ${key} and state = 'published' and version <> ${but}`.execute(
    trx,
  )
  return Number(numAffectedRows ?? 0)
}

function recordPublication(
  trx: Trx,
  { network, actor }: Author,
  key: string,
  version: number,
): Promise<void> {
  return recordChange(trx, network.id, actor, {
    action: 'programme-template.published',
    subject: { type: 'programme-template', id: key },
    after: { version },
  })
}
