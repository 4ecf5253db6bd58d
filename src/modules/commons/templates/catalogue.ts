import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type AnswersLost, answersLost } from '#modules/commons/templates/answers-lost.ts'
import { shippedTemplate, shippedTemplates } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { changesBetween } from '#modules/commons/templates/template-changes.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Of a network's own: more than anyone keeps apart, few enough to show on one page. */
export const mostTemplates = 40
/** Of pages of no known kind: see `plainTemplate`. No template may have it. */
export const reservedKeys: readonly string[] = ['page', 'new', 'schema']

/**
 * What the network writes by now, the newest version of each: its own where it has changed or added one, else what
 * comes with the program.
 */
export async function templatesOf(trx: Trx, networkId: string): Promise<Template[]> {
  const own = await rowsOf(
    trx,
    sql`select distinct on (key) key, version, definition from commons_template
      where network_id = ${networkId}::uuid and not shipped order by key, version desc limit ${mostTemplates + 50}`,
  )
  const shipped = shippedTemplates().map(template => own.find(({ key }) => key === template.key) ?? template)
  return [...shipped, ...own.filter(({ key }) => shippedTemplate(key) === undefined)]
}

/** A template as it is now, or in a version; undefined for one there is not. */
export async function templateOf(
  trx: Trx,
  networkId: string,
  key: string,
  version?: number,
): Promise<Template | undefined> {
  const wanted = version === undefined ? sql`not shipped` : sql`version = ${version}`
  const [found] = await rowsOf(
    trx,
    sql`select key, version, definition from commons_template
      where network_id = ${networkId}::uuid and key = ${key} and ${wanted} order by version desc limit 1`,
  )
  if (found) return found
  const shipped = shippedTemplate(key)
  return shipped && (version === undefined || version === shipped.version) ? shipped : undefined
}

/** Keeps the version a document is written by, so that it stays when the program brings a newer one. */
export async function keepTemplate(trx: Trx, networkId: string, template: Template): Promise<void> {
  await sql`
    insert into commons_template (network_id, key, version, definition, shipped)
    values (${networkId}::uuid, ${template.key}, ${template.version}, ${JSON.stringify(template)}::jsonb, true)
    on conflict do nothing`.execute(trx)
}

export interface TemplateVersion {
  version: number
  /** Came with the program. */
  shipped: boolean
  by: string | null
  createdAt: Date | null
}

/** The versions of a template, the latest first; the one in use at its head. @param before of a page that is full */
export async function versionsOf(
  trx: Trx,
  networkId: string,
  key: string,
  { before, most = 50 }: { before?: number | undefined; most?: number } = {},
): Promise<{ versions: TemplateVersion[]; more: boolean }> {
  const { rows } = await sql<{ version: number; shipped: boolean; by: string | null; created_at: Date }>`
    select template.version, template.shipped, person.name as by, template.created_at
    from commons_template template
    left join person on person.network_id = template.network_id and person.id = template.person_id
    where template.network_id = ${networkId}::uuid and template.key = ${key}
      and template.version < ${before ?? 2_147_483_647}
    order by template.version desc limit ${most + 1}`.execute(trx)
  const versions = rows.slice(0, most).map(({ version, shipped, by, created_at }) => ({
    version,
    shipped,
    by,
    createdAt: shipped ? null : created_at,
  }))
  const shipped = shippedTemplate(key)
  const isNewest = shipped && !versions.some(({ version }) => version >= shipped.version)
  if (isNewest && before === undefined)
    versions.unshift({ version: shipped.version, shipped: true, by: null, createdAt: null })
  return { versions, more: rows.length > most }
}

/**
 * Puts a definition into use as the next version of its template; what was is never edited. A question that has answers
 * goes only when that is `confirmed`: pages keep them, the form no longer shows them.
 * @throws AppError 'invalid-input' when another was put into use since `base`, when nothing changed, when answers would be
 *   lost, or there are too many templates
 */
export async function saveTemplate(
  trx: Trx,
  entry: Pick<Entry, 'network' | 'personId' | 'actor'>,
  definition: Template,
  { base, confirmed = false }: { base?: number | undefined; confirmed?: boolean } = {},
): Promise<Template> {
  const networkId = entry.network.id
  const { key } = definition
  if (reservedKeys.includes(key)) throw refusal('key', 'templates.error.reserved', { key })
  // Numbers follow one another: two who save at once take turns.
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207015))`.execute(trx)
  const current = await templateOf(trx, networkId, key)
  const version = current?.version ?? 0
  if (base !== undefined && base !== version)
    throw refusal('base', 'templates.error.outdated', { base, version })
  if (current) await refuseLoss(trx, networkId, current, definition, confirmed)
  else await refuseTooMany(trx, networkId)
  // So that what it was made from can be seen and taken up again, whatever a later program brings.
  if (current) await keepTemplate(trx, networkId, current)
  const next = (await lastVersion(trx, networkId, key)) + 1
  const template = { ...definition, version: next }
  await sql`
    insert into commons_template (network_id, key, version, definition, person_id)
    values (${networkId}::uuid, ${key}, ${next}, ${JSON.stringify(template)}::jsonb, ${entry.personId}::uuid)`.execute(
    trx,
  )
  await recordChange(trx, networkId, entry.actor, {
    action: current ? 'template.changed' : 'template.added',
    subject: { type: 'template', id: key },
    ...(current ? { before: { version } } : {}),
    after: { version: next },
  })
  return template
}

/** What putting a definition into use would take away. */
export async function lossesOf(trx: Trx, networkId: string, definition: Template): Promise<AnswersLost> {
  const current = await templateOf(trx, networkId, definition.key)
  if (!current) return { documents: 0, questions: [] }
  return answersLost(trx, networkId, definition.key, changesBetween(current, definition).removed)
}

async function refuseLoss(
  trx: Trx,
  networkId: string,
  current: Template,
  definition: Template,
  confirmed: boolean,
): Promise<void> {
  // The type is how pages already written are known to be of this template.
  if (current.type !== definition.type) throw refusal('type', 'templates.error.type', { type: current.type })
  const changes = changesBetween(current, definition)
  if (!changes.any) throw refusal('definition', 'templates.error.unchanged')
  if (confirmed || changes.removed.length === 0) return
  const { documents, questions } = await answersLost(trx, networkId, current.key, changes.removed)
  if (documents === 0) return
  const names = questions.map(({ path }) => path).join(', ')
  throw refusal('confirmed', 'templates.error.answersLost', { documents, questions: names })
}

async function refuseTooMany(trx: Trx, networkId: string): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct key)::integer as count from commons_template
    where network_id = ${networkId}::uuid and not shipped`.execute(trx)
  if ((rows[0]?.count ?? 0) >= mostTemplates)
    throw refusal('key', 'templates.error.tooMany', { most: mostTemplates })
}

/** Above what the program brings too: its number is never given to something else. */
async function lastVersion(trx: Trx, networkId: string, key: string): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`
    select max(version) as version from commons_template
    where network_id = ${networkId}::uuid and key = ${key}`.execute(trx)
  return Math.max(rows[0]?.version ?? 0, shippedTemplate(key)?.version ?? 0)
}

async function rowsOf(trx: Trx, query: RawBuilder<unknown>): Promise<Template[]> {
  const { rows } = await sql<{ key: string; version: number; definition: Template }>`${query}`.execute(trx)
  // Checked when it was put into use; row and document agree on what it is called.
  return rows.map(({ key, version, definition }) => ({ ...definition, key, version }))
}

function refusal(field: string, message: string, params: Record<string, string | number> = {}): AppError {
  return new AppError('invalid-input', { fields: [{ field, message }], params })
}
