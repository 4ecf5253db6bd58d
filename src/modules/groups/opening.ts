import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type GroupKind, type GroupRole, type Joining, runs, type Visibility } from '#modules/groups/kinds.ts'
import { inForce, present, type Reader, runsAll, seen } from '#modules/groups/seeing.ts'
import { Refusal } from '#modules/network/index.ts'

export interface Group {
  id: string
  /** The last word of its address. */
  slug: string
  kind: GroupKind
  parentId: string | null
  name: string
  summary: string
  /** Markdown. */
  charter: string
  objectives: string
  visibility: Visibility
  joining: Joining
  /** What whoever asks to join is asked. */
  questions: string[]
  /** ISO days, of an axis for instance. */
  startsOn: string | null
  endsOn: string | null
  archivedAt: Date | null
  createdAt: Date
}

/** A group as someone finds it. */
export interface OpenedGroup {
  group: Group
  /** What the reader is in it today; null for someone who is not. */
  role: GroupRole | null
  mayTakePart: boolean
  mayRun: boolean
  /** An archived group is only read, and taken up again. */
  mayReopen: boolean
}

/** Someone of a group, as lists and mails need them. */
export interface GroupPerson {
  personId: string
  name: string
  /** For which they are in it; null for themselves. */
  organisationId: string | null
  organisation: string | null
  role: GroupRole
}

export type Need = 'read' | 'take-part' | 'run'

/**
 * @throws AppError 'not-found' for one that is not there or not to be known by this reader, 'forbidden' for what they may
 *   not do in it; Refusal for what nobody does in an archived one
 */
export async function openGroup(
  trx: Trx,
  reader: Reader,
  idOrSlug: string,
  need: Need,
): Promise<OpenedGroup> {
  const networkId = reader.network.id
  const row = await trx
    .selectFrom('network_group')
    .leftJoin('group_member as own', join =>
      join
        .onRef('own.network_id', '=', 'network_group.network_id')
        .onRef('own.group_id', '=', 'network_group.id')
        .on(sql`own.person_id`, '=', sql`${reader.personId}::uuid`)
        .on(inForce('own', networkId)),
    )
    .selectAll('network_group')
    .select('own.role')
    .where('network_group.network_id', '=', networkId)
    .where(isId(idOrSlug) ? 'network_group.id' : 'network_group.slug', '=', idOrSlug)
    .where(seen(reader))
    .executeTakeFirst()
  if (!row) throw new AppError('not-found')
  const group = asGroup(row)
  const role = (row.role as GroupRole | null) ?? null
  const running = runsAll(reader) || runs(role)
  const inside = running || role !== null
  if ((need === 'run' && !running) || (need === 'take-part' && !inside))
    throw new AppError('forbidden', {
      params: { scope: need === 'run' ? 'groups:manage' : 'groups:take-part' },
    })
  const live = group.archivedAt === null
  if (need !== 'read' && !live) throw new Refusal({ field: '', message: 'group.error.archived' })
  return { group, role, mayTakePart: inside && live, mayRun: running && live, mayReopen: running && !live }
}

/** Who is in it today, by name. */
export async function groupPeople(
  trx: Trx,
  networkId: string,
  groupId: string,
  most = 20_000,
): Promise<GroupPerson[]> {
  const { rows } = await peopleWhere(trx, networkId, groupId, sql`true`, most)
  return rows
}

function peopleWhere(trx: Trx, networkId: string, groupId: string, which: RawBuilder<unknown>, most: number) {
  return sql<GroupPerson>`
    select person.id as "personId", person.name, member.organisation_id as "organisationId",
      organisation.name as organisation, member.role
    from group_member member
    join person on person.network_id = member.network_id and person.id = member.person_id
    left join organisation on organisation.id = member.organisation_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid and ${which}
      and ${present('member', networkId)} and person.erased_at is null
    order by person.name collate name_order, person.id
    limit ${most}`.execute(trx)
}

/** Who is in it today, in no order: for mails and threads, which ask for thousands. */
export async function presentIds(trx: Trx, networkId: string, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select member.person_id as id from group_member member
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and ${present('member', networkId)}
    limit 20000`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Somebody of those who are in it today; null for anyone else. */
export async function groupPerson(
  trx: Trx,
  networkId: string,
  groupId: string,
  personId: string,
): Promise<GroupPerson | null> {
  if (!isId(personId)) return null
  const { rows } = await peopleWhere(trx, networkId, groupId, sql`member.person_id = ${personId}::uuid`, 1)
  return rows[0] ?? null
}

/** For the lists of forms: those who run it and those named first, two hundred at most. */
export async function peopleChoices(
  trx: Trx,
  networkId: string,
  groupId: string,
  named: readonly (string | null)[] = [],
): Promise<{ id: string; name: string; organisation: string | null; role: GroupRole }[]> {
  const { rows } = await sql<{ id: string; name: string; organisation: string | null; role: GroupRole }>`
    select person.id, person.name, organisation.name as organisation, member.role
    from group_member member
    join person on person.network_id = member.network_id and person.id = member.person_id
    left join organisation on organisation.id = member.organisation_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and ${present('member', networkId)} and person.erased_at is null
    order by person.id = any (${named.filter(id => id !== null)}::uuid[]) desc, member.role = 'member',
      person.name collate name_order, person.id
    limit 200`.execute(trx)
  return rows
}

/** The groups in which someone may run something, by name, for the lists of forms: at most a thousand. */
export async function groupChoices(
  trx: Trx,
  reader: Reader,
): Promise<{ id: string; slug: string; name: string }[]> {
  const networkId = reader.network.id
  return trx
    .selectFrom('network_group')
    .select(['id', 'slug', 'name'])
    .where('network_id', '=', networkId)
    .where('archived_at', 'is', null)
    .$if(!runsAll(reader), query =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('group_member as own')
            .select('own.group_id')
            .where('own.network_id', '=', networkId)
            .whereRef('own.group_id', '=', 'network_group.id')
            .where(sql`own.person_id`, '=', sql`${reader.personId}::uuid`)
            .where('own.role', 'in', ['facilitator', 'coordinator'])
            .where(inForce('own', networkId)),
        ),
      ),
    )
    .orderBy(sql`name collate name_order`)
    .orderBy('id')
    .limit(1_000)
    .execute()
}

export function asGroup(row: {
  id: string
  slug: string
  kind: string
  parent_id: string | null
  name: string
  summary: string
  charter: string
  objectives: string
  visibility: string
  joining: string
  questions: unknown
  starts_on: string | null
  ends_on: string | null
  archived_at: Date | null
  created_at: Date
}): Group {
  return {
    id: row.id,
    slug: row.slug,
    kind: row.kind as GroupKind,
    parentId: row.parent_id,
    name: row.name,
    summary: row.summary,
    charter: row.charter,
    objectives: row.objectives,
    visibility: row.visibility as Visibility,
    joining: row.joining as Joining,
    questions: row.questions as string[],
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
  }
}
