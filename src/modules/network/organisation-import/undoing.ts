import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { changeImport, findImport } from '#modules/network/organisation-import/imports.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * Takes an import back: what it created is gone, what it changed is as it was.
 * @throws Refusal once something was built upon it, which would be lost; AppError 'not-found'
 */
export async function undoImport(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  const one = await findImport(trx, networkId, id, true)
  if (one.state !== 'done' || one.finishedAt === null)
    throw new Refusal({ field: '', message: 'organisation-import.error.not-done' })
  const names = await builtUpon(trx, networkId, id)
  if (names.length > 0) {
    const values = { count: names.length, names: names.slice(0, 5).join(', ') }
    throw new Refusal({ field: '', message: 'organisation-import.error.built-upon', values })
  }
  await takeBackPeople(trx, networkId, id)
  await takeBackChanges(trx, networkId, id)
  await takeBackOrganisations(trx, networkId, id)
  await changeImport(trx, networkId, id, { state: 'undone' })
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'organisation.import-undone',
    subject: { type: 'organisation-import', id },
    after: { created: one.counts.created, changed: one.counts.changed },
  })
}

/**
 * Organisations of the import that something else has come to speak of. Which tables can do so is asked of the catalogue:
 * those of modules that are not written yet are among them.
 * @returns their names, at most a hundred
 */
async function builtUpon(trx: Trx, networkId: string, id: string): Promise<string[]> {
  const { rows: tables } = await sql<{ table: string; column: string; of: string }>`
    select constrained.relname as table, attribute.attname as column, referred.relname as of
    from pg_constraint as foreign_key
    join pg_class as constrained on constrained.oid = foreign_key.conrelid
    join pg_class as referred on referred.oid = foreign_key.confrelid
    join pg_attribute as attribute on attribute.attrelid = foreign_key.conrelid
      and attribute.attnum = foreign_key.conkey[cardinality(foreign_key.conkey)]
    where foreign_key.contype = 'f' and constrained.relnamespace = 'public'::regnamespace
      and referred.relname in ('membership', 'person', 'organisation')
      and constrained.relname not in ('membership', 'organisation', 'organisation_identifier', 'organisation_import')
      and has_table_privilege(foreign_key.conrelid, 'select')
    order by 1, 2`.execute(trx)
  const references = tables.map(({ table, column, of }) => {
    const made = of === 'person' ? sql.ref('made.person_id') : sql.ref('made.organisation_id')
    const other = sql.ref(`other.${column}`)
    const own =
      table === 'mandate'
        ? sql`and other.id not in (select mandate_id from made where mandate_id is not null)`
        : sql``
    return sql`select made.position from made join ${sql.table(table)} as other on ${other} = ${made} ${own}`
  })
  const { rows } = await sql<{ name: string }>`
    with line as (
      select * from organisation_import_line where network_id = ${networkId} and import_id = ${id}
    ), made as (
      select position, organisation_id, null::uuid as person_id, null::uuid as mandate_id from line
      where outcome = 'created'
      union all
      select line.position, null, person.id, mandate.id from line
      cross join lateral jsonb_array_elements(line.entry -> 'contacts') as contact
      left join person on person.network_id = ${networkId} and person.id = (contact ->> 'personId')::uuid
      left join mandate on mandate.network_id = ${networkId} and mandate.id = (contact ->> 'mandateId')::uuid
    ), spoken as (
      ${sql.join(references, sql` union `)}
      union
      select made.position from made join person on person.network_id = ${networkId} and person.id = made.person_id
      where person.account_id is not null
      union
      select line.position from line join organisation on organisation.id = line.organisation_id
      where line.outcome in ('created', 'changed') and organisation.changed_at > (
        select finished_at from organisation_import where network_id = ${networkId} and id = ${id})
    )
    select distinct line.entry -> 'organisation' ->> 'name' as name from spoken join line using (position)
    order by 1 limit 100`.execute(trx)
  return rows.map(({ name }) => name)
}

async function takeBackPeople(trx: Trx, networkId: string, id: string): Promise<void> {
  const contacts = sql`
    select (contact ->> 'personId')::uuid as person_id, (contact ->> 'mandateId')::uuid as mandate_id
    from organisation_import_line as line cross join lateral jsonb_array_elements(line.entry -> 'contacts') as contact
    where line.network_id = ${networkId} and line.import_id = ${id}`
  await sql`
    delete from mandate where network_id = ${networkId} and id in (select mandate_id from (${contacts}) as one)`.execute(
    trx,
  )
  await sql`
    delete from person where network_id = ${networkId} and id in (select person_id from (${contacts}) as one)`.execute(
    trx,
  )
}

async function takeBackChanges(trx: Trx, networkId: string, id: string): Promise<void> {
  const lines = sql`organisation_import_line as line
    where line.network_id = ${networkId} and line.import_id = ${id} and line.outcome = 'changed'`
  await sql`
    update organisation set name = value.name, country = value.country, website = value.website, kind = value.kind,
      size_class = value.size_class, sector = value.sector, address = value.address, town = value.town,
      region = value.region, latitude = value.latitude, longitude = value.longitude, parent_id = value.parent_id,
      changed_at = now()
    from (
      select one.id, as_it_was.* from (
        select line.organisation_id as id, coalesce(line.undoing -> 'organisation', '{}') || case
          when line.undoing ? 'parent' then jsonb_build_object('parent_id', line.undoing -> 'parent') else '{}' end as before
        from ${lines}
      ) as one
      join organisation on organisation.id = one.id
      cross join lateral jsonb_to_record(to_jsonb(organisation) || one.before) as as_it_was (
        name text, country text, website text, kind text, size_class text, sector text, address text, town text,
        region text, latitude double precision, longitude double precision, parent_id uuid
      )
      where one.before <> '{}'
    ) as value
    where organisation.id = value.id`.execute(trx)
  await sql`
    update membership set engagement = (value.before ->> 'engagement')::smallint, reference = value.before ->> 'reference',
      valid_until = (value.before ->> 'valid_until')::date
    from (select line.organisation_id as id, line.undoing -> 'membership' as before from ${lines}) as value
    where membership.network_id = ${networkId} and membership.organisation_id = value.id and value.before is not null`.execute(
    trx,
  )
  await sql`
    delete from organisation_identifier using (
      select line.organisation_id as id, number.scheme, number.value from (
        select line.organisation_id, coalesce(line.undoing -> 'identifiers', '[]') as numbers from ${lines}
      ) as line
      cross join lateral jsonb_to_recordset(line.numbers) as number (scheme text, value text)
    ) as added
    where organisation_identifier.organisation_id = added.id and organisation_identifier.scheme = added.scheme
      and organisation_identifier.value = added.value`.execute(trx)
}

async function takeBackOrganisations(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    delete from membership where network_id = ${networkId} and organisation_id in (
      select organisation_id from organisation_import_line
      where network_id = ${networkId} and import_id = ${id} and outcome = 'created')`.execute(trx)
  // Those of no network any more are removed by the database itself: the application may not.
  await sql`select forget_imported_organisations(${id}::uuid)`.execute(trx)
}
