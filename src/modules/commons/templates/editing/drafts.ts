import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { reservedKeys, saveTemplate, templateOf } from '#modules/commons/templates/catalogue.ts'
import { checkDefinition } from '#modules/commons/templates/definition.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A definition being changed, which nobody writes by yet. It need not hold together before it is put into use. */
export interface TemplateDraft {
  template: Template
  /** The version it was begun from, 0 for a new template. */
  base: number
  /** Grows with every change. */
  revision: number
  by: string | null
  updatedAt: Date
}

export async function findDraft(trx: Trx, networkId: string, key: string): Promise<TemplateDraft | null> {
  const { rows } = await sql<Row>`
    select draft.definition, draft.base_version, draft.revision, draft.updated_at, person.name as by
    from commons_template_draft draft
    left join person on person.network_id = draft.network_id and person.id = draft.person_id
    where draft.network_id = ${networkId}::uuid and draft.key = ${key}`.execute(trx)
  const row = rows[0]
  if (!row) return null
  const { definition, base_version, revision, updated_at, by } = row
  return { template: definition, base: base_version, revision, by, updatedAt: updated_at }
}

/** The keys of the templates that are being changed. */
export async function draftKeys(trx: Trx, networkId: string): Promise<Map<string, Template>> {
  const { rows } = await sql<{ key: string; definition: Template }>`
    select key, definition from commons_template_draft where network_id = ${networkId}::uuid
    order by key limit 100`.execute(trx)
  return new Map(rows.map(({ key, definition }) => [key, definition]))
}

/**
 * Begins to change a template, or a new one. What was being changed stays, unless it is to be replaced.
 * @throws AppError 'invalid-input' for a key that means something else
 */
export async function beginDraft(
  trx: Trx,
  entry: Entry,
  template: Template,
  { replace = false }: { replace?: boolean } = {},
): Promise<void> {
  const networkId = entry.network.id
  if (reservedKeys.includes(template.key))
    throw refusal('key', 'templates.error.reserved', { key: template.key })
  const current = await templateOf(trx, networkId, template.key)
  if (current && current.type !== template.type)
    throw refusal('type', 'templates.error.type', { type: current.type })
  const { rows } = await sql`
    insert into commons_template_draft as draft (network_id, key, base_version, definition, person_id)
    values (${networkId}::uuid, ${template.key}, ${current?.version ?? 0}, ${JSON.stringify(template)}::jsonb,
      ${entry.personId}::uuid)
    on conflict (network_id, key) do update
      set base_version = excluded.base_version, definition = excluded.definition, person_id = excluded.person_id,
        revision = draft.revision + 1, updated_at = now()
      where ${replace}
    returning key`.execute(trx)
  if (rows.length > 0) await recordDraft(trx, entry, template.key, 'template.draft-begun')
}

/**
 * Changes what is being changed. @param seen the revision the editor had before them; null where what they do is the same
 *   whatever else was changed
 * @throws AppError 'not-found'; 'invalid-input' when somebody else changed it meanwhile
 */
export async function changeDraft(
  trx: Trx,
  entry: Entry,
  key: string,
  seen: number | null,
  change: (template: Template) => Template,
): Promise<void> {
  const networkId = entry.network.id
  const { rows } = await sql<{ definition: Template; revision: number }>`
    select definition, revision from commons_template_draft
    where network_id = ${networkId}::uuid and key = ${key} for update`.execute(trx)
  const [draft] = rows
  if (!draft) throw new AppError('not-found')
  if (seen !== null && seen !== draft.revision) throw refusal('', 'templates.error.meanwhile')
  await sql`
    update commons_template_draft
    set definition = ${JSON.stringify(change(draft.definition))}::jsonb, revision = revision + 1, updated_at = now(),
      person_id = ${entry.personId}::uuid
    where network_id = ${networkId}::uuid and key = ${key}`.execute(trx)
}

export async function discardDraft(trx: Trx, entry: Entry, key: string): Promise<void> {
  if (await deleteDraft(trx, entry.network.id, key))
    await recordDraft(trx, entry, key, 'template.draft-discarded')
}

/**
 * Puts what was being changed into use, as the next version.
 * @throws AppError 'not-found'; 'invalid-input' when it is not what was `seen`, another version came into use meanwhile, it
 *   does not hold together, nothing changed, or answers would be lost unconfirmed
 */
export async function publishDraft(
  trx: Trx,
  entry: Entry,
  key: string,
  { seen, confirmed }: { seen: number; confirmed: boolean },
): Promise<Template> {
  const draft = await findDraft(trx, entry.network.id, key)
  if (!draft) throw new AppError('not-found')
  if (draft.revision !== seen) throw refusal('', 'templates.error.meanwhile-checked')
  const reading = checkDefinition(draft.template)
  if ('problems' in reading) throw refusal('', 'templates.error.problems')
  await deleteDraft(trx, entry.network.id, key)
  return saveTemplate(trx, entry, reading.template, { base: draft.base, confirmed })
}

async function deleteDraft(trx: Trx, networkId: string, key: string): Promise<boolean> {
  const { rows } = await sql`
    delete from commons_template_draft where network_id = ${networkId}::uuid and key = ${key}
    returning key`.execute(trx)
  return rows.length > 0
}

function recordDraft(
  trx: Trx,
  entry: Entry,
  key: string,
  action: 'template.draft-begun' | 'template.draft-discarded',
): Promise<void> {
  return recordChange(trx, entry.network.id, entry.actor, { action, subject: { type: 'template', id: key } })
}

interface Row {
  definition: Template
  base_version: number
  revision: number
  updated_at: Date
  by: string | null
}

function refusal(field: string, message: string, params: Record<string, string | number> = {}): AppError {
  return new AppError('invalid-input', { fields: [{ field, message }], params })
}
