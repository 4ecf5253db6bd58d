import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { Actor } from '#kernel/actor.ts'
import { dayOf } from '#modules/network/mandates.ts'
import {
  changeImport,
  findImport,
  type OrganisationImport,
  rememberWords,
} from '#modules/network/organisation-import/imports.ts'
import { countLines } from '#modules/network/organisation-import/keeping.ts'
import { bringPeople } from '#modules/network/organisation-import/people.ts'
import { foldedWords } from '#modules/network/organisation-import/words.ts'
import { recordChange } from '#platform/audit/record.ts'
import { removeFile } from '#platform/files/files.ts'

/**
 * Does what was decided, all of it or nothing, in one transaction: a few statements for all lines, whatever their number.
 * Where the network changed meanwhile so that a name is taken, nothing is done and everything is compared again.
 * @returns whether it was done, and what may be removed from storage now
 */
export async function carryOut(
  db: Db,
  tenant: Tenant,
  actor: Actor,
  id: string,
  say: (phase: 'organisations' | 'people', done: number) => void = () => undefined,
): Promise<{ done: boolean; keys: string[] }> {
  const { networkId } = tenant
  return inTenant(db, tenant, async trx => {
    const one = await findImport(trx, networkId, id, true)
    if (one.state !== 'importing') return { done: one.state === 'done', keys: [] }
    // One import of a network at a time: two would not see each other's names.
    await sql`select pg_advisory_xact_lock(hashtext('organisation import'), hashtext(${networkId}))`.execute(
      trx,
    )
    // The lines were written a moment ago and nobody has counted them: taken for few, they would be joined one by one.
    await sql`set local enable_nestloop = off`.execute(trx)
    if (await namesTaken(trx, networkId, id)) {
      const failure = { code: 'network-changed', detail: {} }
      await changeImport(trx, networkId, id, { state: 'checking', failure })
      return { done: false, keys: [] }
    }
    say('organisations', 0)
    await resolve(trx, networkId, id)
    await create(trx, networkId, id)
    await change(trx, networkId, id)
    await changeMemberships(trx, networkId, id)
    await addIdentifiers(trx, networkId, id)
    await placeParents(trx, networkId, id)
    say('people', one.counts.created)
    await bringPeople(trx, networkId, id)
    await settle(trx, networkId, id)
    const counts = { ...(await countLines(trx, networkId, id)), passed: one.counts.passed }
    await changeImport(trx, networkId, id, {
      state: 'done',
      counts,
      failure: null,
      fileId: null,
      finished: true,
    })
    await rememberWords(trx, networkId, wordsOf(one))
    const removable = one.fileId === null ? [] : await removeFile(trx, networkId, one.fileId)
    await announceChange(trx, networkId)
    const { created, changed, people } = counts
    await recordChange(trx, networkId, actor, {
      action: 'organisation.imported',
      subject: { type: 'organisation-import', id },
      after: { created, changed, people },
    })
    return { done: true, keys: removable }
  })
}

/** What its columns and the values in them were said to mean. */
export function wordsOf({ reading, preview }: Pick<OrganisationImport, 'reading' | 'preview'>) {
  const columns = preview.headings.map((heading, column) => ({
    about: 'column',
    written: foldedWords(heading),
    meaning: reading.columns[column] ?? '',
  }))
  const values = Object.entries(reading.words).flatMap(([about, words]) =>
    Object.entries(words ?? {}).map(([written, meaning]) => ({ about, written, meaning })),
  )
  return [...columns, ...values]
}

const ready = (networkId: string, id: string) =>
  sql`line.network_id = ${networkId} and line.import_id = ${id} and line.state = 'ready'`

/** Whether one that is to be new has by now a name that the network has. */
async function namesTaken(trx: Trx, networkId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    select from organisation_import_line as line
    where ${ready(networkId, id)} and line.decision = 'new'
      and lower(unaccent(line.entry -> 'organisation' ->> 'name')) in (
        select organisation.name_folded from membership
        join organisation on organisation.id = membership.organisation_id where membership.network_id = ${networkId}
      )
    limit 1`.execute(trx)
  return rows.length > 0
}

/** Which organisation each line is; through the earlier lines it is the same as. */
async function resolve(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    with recursive found (position, root) as (
      select position, coalesce(same_as, organisation_id) from organisation_import_line as line
      where ${ready(networkId, id)} and same_as_position is null and decision is not null
      union all
      select line.position, found.root from organisation_import_line as line
      join found on found.position = line.same_as_position
      where ${ready(networkId, id)} and line.decision is not null
    )
    update organisation_import_line as line set organisation_id = found.root
    from found
    where line.network_id = ${networkId} and line.import_id = ${id} and line.position = found.position
      and line.organisation_id is distinct from found.root`.execute(trx)
}

async function create(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    insert into organisation (
      id, name, country, website, kind, size_class, sector, address, town, region, latitude, longitude
    )
    select line.organisation_id, given.* from organisation_import_line as line
    cross join lateral jsonb_to_record(line.entry -> 'organisation') as given (
      name text, country text, website text, kind text, size_class text, sector text, address text, town text,
      region text, latitude double precision, longitude double precision
    )
    where ${ready(networkId, id)} and line.decision = 'new'`.execute(trx)
  await sql`
    insert into membership (network_id, organisation_id, valid_from, engagement, reference)
    select ${networkId}::uuid, line.organisation_id, coalesce(given.valid_from, ${await dayOf(trx, networkId)}::date),
      given.engagement, given.reference
    from organisation_import_line as line
    cross join lateral jsonb_to_record(line.entry -> 'membership')
      as given (valid_from date, engagement smallint, reference text)
    where ${ready(networkId, id)} and line.decision = 'new'`.execute(trx)
}

/**
 * Completes and overwrites what is known. Of several lines of one organisation the first completes, the last overwrites;
 * a new name is taken over where no other organisation of the network has it.
 */
async function change(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    with given as (
      select line.organisation_id as id, line.position, line.decision, field.key, field.value
      from organisation_import_line as line cross join lateral jsonb_each(line.entry -> 'organisation') as field
      where ${ready(networkId, id)} and line.decision in ('complete', 'overwrite')
        and field.value not in ('null', '""')
    ), taken as (
      select organisation.id, organisation.name_folded as name from membership
      join organisation on organisation.id = membership.organisation_id where membership.network_id = ${networkId}
    ), firsts as (
      select id, jsonb_object_agg(key, value) as fields
      from (select distinct on (id, key) id, key, value from given where key <> 'name' order by id, key, position) as one
      group by id
    ), lasts as (
      select id, jsonb_object_agg(key, value) as fields
      from (
        select distinct on (id, key) id, key, value from given
        where decision = 'overwrite' and (key <> 'name' or not exists (
          select from taken where taken.name = lower(unaccent(given.value #>> '{}')) and taken.id <> given.id))
        order by id, key, position desc
      ) as one
      group by id
    ), becomes as (
      select organisation.id, to_jsonb(organisation) as old, to_jsonb(organisation) || coalesce(firsts.fields, '{}') || (
          select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(organisation)) where value not in ('null', '""')
        ) || coalesce(lasts.fields, '{}') as new
      from (select distinct id from given) as one
      join organisation on organisation.id = one.id
      left join firsts on firsts.id = one.id
      left join lasts on lasts.id = one.id
    ), changed as (
      select id, new, (
        select jsonb_object_agg(key, old -> key) from jsonb_each(new) where value is distinct from old -> key
      ) as before
      from becomes
    ), kept as (
      update organisation set name = value.name, country = value.country, website = value.website, kind = value.kind,
        size_class = value.size_class, sector = value.sector, address = value.address, town = value.town,
        region = value.region, latitude = value.latitude, longitude = value.longitude, changed_at = now()
      from changed cross join lateral jsonb_to_record(changed.new) as value (
        name text, country text, website text, kind text, size_class text, sector text, address text, town text,
        region text, latitude double precision, longitude double precision
      )
      where organisation.id = changed.id and changed.before is not null
    )
    ${noted(networkId, id, sql`select id, jsonb_build_object('organisation', before) as note from changed where before is not null`)}`.execute(
    trx,
  )
}

/** A membership that was over goes on: the list says so. */
async function changeMemberships(trx: Trx, networkId: string, id: string): Promise<void> {
  const today = await dayOf(trx, networkId)
  await sql`
    with given as (
      select line.organisation_id as id,
        (array_agg(own.engagement order by line.position) filter (where own.engagement is not null))[1] as engagement,
        (array_agg(own.reference order by line.position) filter (where own.reference is not null))[1] as reference,
        (array_agg(own.engagement order by line.position desc)
          filter (where own.engagement is not null and line.decision = 'overwrite'))[1] as engagement_now,
        (array_agg(own.reference order by line.position desc)
          filter (where own.reference is not null and line.decision = 'overwrite'))[1] as reference_now
      from organisation_import_line as line
      cross join lateral jsonb_to_record(line.entry -> 'membership') as own (engagement smallint, reference text)
      where ${ready(networkId, id)} and line.decision in ('complete', 'overwrite')
      group by line.organisation_id
    ), becomes as (
      select given.id, membership.engagement as old_engagement, membership.reference as old_reference,
        membership.valid_until as old_until, case when membership.valid_until >= ${today}::date then membership.valid_until end as until,
        coalesce(given.engagement_now, membership.engagement, given.engagement) as engagement,
        coalesce(given.reference_now, membership.reference, given.reference) as reference
      from given join membership on membership.network_id = ${networkId} and membership.organisation_id = given.id
    ), changed as (
      select * from becomes
      where (old_engagement, old_reference, old_until) is distinct from (engagement, reference, until)
    ), kept as (
      update membership set engagement = changed.engagement, reference = changed.reference, valid_until = changed.until
      from changed where membership.network_id = ${networkId} and membership.organisation_id = changed.id
    )
    ${noted(
      networkId,
      id,
      sql`select id, jsonb_build_object('membership',
        jsonb_build_object('engagement', old_engagement, 'reference', old_reference, 'valid_until', old_until)) as note from changed`,
    )}`.execute(trx)
}

/** Numbers of a register that is not known yet; of one that is, only where the file overwrites. */
async function addIdentifiers(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    with given as (
      select line.organisation_id as id, number.scheme, number.value, bool_or(line.decision <> 'complete') as always
      from organisation_import_line as line
      cross join lateral jsonb_to_recordset(line.entry -> 'identifiers') as number (scheme text, value text)
      where ${ready(networkId, id)} and line.decision in ('new', 'complete', 'overwrite')
      group by line.organisation_id, number.scheme, number.value
    ), added as (
      insert into organisation_identifier (organisation_id, scheme, value)
      select given.id, given.scheme, given.value from given
      where given.always or not exists (
        select from organisation_identifier as known where known.organisation_id = given.id and known.scheme = given.scheme)
      on conflict do nothing
      returning organisation_id as id, scheme, value
    )
    ${noted(
      networkId,
      id,
      sql`select id, jsonb_build_object('identifiers', jsonb_agg(jsonb_build_object('scheme', scheme, 'value', value)))
        as note from added group by id`,
    )}`.execute(trx)
}

/** Where the file names what it belongs to, once all that it could be is there. */
async function placeParents(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    with named as (
      select organisation.name_folded as name, (array_agg(organisation.id order by organisation.id))[1] as id
      from membership join organisation on organisation.id = membership.organisation_id
      where membership.network_id = ${networkId} group by 1
    ), given as (
      select distinct on (line.organisation_id) line.organisation_id as id, named.id as parent, line.decision
      from organisation_import_line as line
      join named on named.name = lower(unaccent(line.entry ->> 'parent'))
      where ${ready(networkId, id)} and line.decision in ('new', 'complete', 'overwrite')
        and line.entry ->> 'parent' is not null
      order by line.organisation_id, line.position
    ), changed as (
      select given.id, given.parent, child.parent_id as old from given join organisation as child on child.id = given.id
      where given.parent <> given.id and child.parent_id is distinct from given.parent
        and (child.parent_id is null or given.decision = 'overwrite')
        and not organisation_lies_in(given.parent, given.id)
    ), kept as (
      update organisation set parent_id = changed.parent from changed where organisation.id = changed.id
    )
    ${noted(networkId, id, sql`select id, jsonb_build_object('parent', old) as note from changed`)}`.execute(
    trx,
  )
}

/** Writes what to take back to the first line of each organisation. */
function noted(networkId: string, id: string, notes: ReturnType<typeof sql>) {
  return sql`, note as (${notes}), first as (
      select min(line.position) as position, line.organisation_id from organisation_import_line as line
      where ${ready(networkId, id)} and line.decision <> 'leave' group by line.organisation_id
    )
    update organisation_import_line as line set undoing = coalesce(line.undoing, '{}') || note.note
    from note join first on first.organisation_id = note.id
    where line.network_id = ${networkId} and line.import_id = ${id} and line.position = first.position
      and line.decision <> 'new'`
}

/** Tells what became of each line, and keeps no more of people than the ids they have. */
async function settle(trx: Trx, networkId: string, id: string): Promise<void> {
  // Someone new at an organisation changes it as well.
  await sql`
    with contact as materialized (
      select line.position, (one ->> 'mandateId')::uuid as mandate_id from organisation_import_line as line
      cross join lateral jsonb_array_elements(line.entry -> 'contacts') as one
      where ${ready(networkId, id)} and line.decision <> 'new'
    ), brought as (
      select distinct contact.position from contact
      join mandate on mandate.network_id = ${networkId} and mandate.id = contact.mandate_id
    )
    update organisation_import_line as line set undoing = coalesce(line.undoing, '{}')
    from brought
    where line.network_id = ${networkId} and line.import_id = ${id} and line.position = brought.position`.execute(
    trx,
  )
  await sql`
    update organisation_import_line as line set
      outcome = case
        when line.state <> 'ready' then line.state
        when line.decision = 'new' then 'created'
        when line.same_as_position is not null then 'merged'
        when line.undoing is not null then 'changed'
        else 'unchanged'
      end,
      entry = (line.entry - 'email') || jsonb_build_object('contacts', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'personId', contact -> 'personId', 'mandateId', contact -> 'mandateId')), '[]')
        from jsonb_array_elements(line.entry -> 'contacts') as contact
      )),
      problems = (
        select coalesce(jsonb_agg(problem), '[]') from jsonb_array_elements(line.problems) as problem
        where problem ->> 'code' not in ('contact-named', 'contact-nameless', 'email-wrong', 'emails-several')
      )
    where line.network_id = ${networkId} and line.import_id = ${id}`.execute(trx)
}
