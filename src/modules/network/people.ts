import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type MandateRole, mandateRoles, nameField, optionalEmail } from '#modules/network/fields.ts'
import { dayOf, type Mandate, mandatesOf } from '#modules/network/mandates.ts'
import type { Addressee } from '#modules/network/recipients.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Someone of a network, with what they are entrusted with today. */
export interface Member {
  id: string
  name: string
  /** For administrators alone to see: pages and exports leave it out for all others. */
  email: string | null
  hasAccount: boolean
  mandates: {
    id: string
    role: MandateRole
    title: string
    organisationId: string | null
    organisation: string | null
  }[]
}

export interface Person extends Omit<Member, 'mandates'> {
  accountId: string | null
  erased: boolean
  createdAt: Date
  /** All there were. */
  mandates: Mandate[]
}

export interface PeopleQuery {
  /** In names, organisations and titles; in e-mail addresses too where `byEmail`. */
  q: string
  role: MandateRole | null
  organisation: string | null
  /** Those who hold no mandate today instead of those who do. */
  without: boolean
  byEmail: boolean
}

export const everyone: PeopleQuery = { q: '', role: null, organisation: null, without: false, byEmail: false }

export const personInput = z.object({ name: nameField, email: optionalEmail })
export type PersonInput = z.infer<typeof personInput>

/** By name, as people sort them. @param after id of the last person already shown */
export async function listPeople(
  trx: Trx,
  networkId: string,
  query: PeopleQuery,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ people: Member[]; next: string | null }> {
  const today = await dayOf(trx, networkId)
  const wanted = found(trx, networkId, query, today)
    .select(['person.id', 'person.name', 'person.email', 'person.account_id'])
    .$if(after !== undefined && isId(after), builder =>
      builder.where(
        sql<SqlBool>`(person.name collate name_order, person.id) > (
          select name collate name_order, id from person where network_id = ${networkId} and id = ${after})`,
      ),
    )
    .orderBy(sql`person.name collate name_order`)
    .orderBy('person.id')
    .limit(limit + 1)
  // What they are entrusted with is gathered for those shown, not for all that were looked at.
  const held = sql<{ mandates: Member['mandates'] | null }>`(
    select jsonb_agg(jsonb_build_object(
      'id', mandate.id, 'role', mandate.role, 'title', mandate.title,
      'organisationId', mandate.organisation_id, 'organisation', organisation.name
    ) order by array_position(array['administrator', 'facilitator', 'member'], mandate.role), mandate.created_at, mandate.id)
      as mandates
    from mandate left join organisation on organisation.id = mandate.organisation_id
    where mandate.network_id = ${networkId} and mandate.person_id = person.id and ${inForce(today)}
  )`
  const rows = await trx
    .selectFrom(wanted.as('person'))
    .innerJoinLateral(held.as('held'), join => join.onTrue())
    .select(['person.id', 'person.name', 'person.email', 'person.account_id', 'held.mandates'])
    .orderBy(sql`person.name collate name_order`)
    .orderBy('person.id')
    .execute()
  const people = rows.slice(0, limit).map(row => ({
    id: row.id,
    name: row.name,
    email: row.email,
    hasAccount: row.account_id !== null,
    mandates: row.mandates ?? [],
  }))
  return { people, next: rows.length > limit ? (people.at(-1)?.id ?? null) : null }
}

/** How many people hold a mandate today, in all and in each role, and how many hold none. */
export async function countPeople(
  trx: Trx,
  networkId: string,
  query: PeopleQuery,
): Promise<{ all: number; without: number; roles: Record<MandateRole, number> }> {
  const today = await dayOf(trx, networkId)
  const counts = await trx
    .selectFrom('mandate')
    .innerJoin('person', join =>
      join.onRef('person.network_id', '=', 'mandate.network_id').onRef('person.id', '=', 'mandate.person_id'),
    )
    .select(sql<number>`count(distinct person.id)`.as('all'))
    .select(
      mandateRoles.map(role => sql<number>`count(distinct person.id) filter (where role = ${role})`.as(role)),
    )
    .where('mandate.network_id', '=', networkId)
    .where(inForce(today))
    .where(matching(query, networkId, today))
    .$if(query.organisation !== null, builder =>
      builder.where('mandate.organisation_id', '=', query.organisation),
    )
    .executeTakeFirstOrThrow()
  const { without } = await found(trx, networkId, { ...query, without: true }, today)
    .select(({ fn }) => fn.countAll<number>().as('without'))
    .executeTakeFirstOrThrow()
  const { all, ...roles } = counts as { all: number } & Record<MandateRole, number>
  return { all, without, roles }
}

export async function findPerson(trx: Trx, networkId: string, id: string): Promise<Person | null> {
  if (!isId(id)) return null
  const row = await trx
    .selectFrom('person')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    hasAccount: row.account_id !== null,
    accountId: row.account_id,
    erased: row.erased_at !== null,
    createdAt: row.created_at,
    mandates: await mandatesOf(trx, networkId, id),
  }
}

/** Someone who need not have an account. @throws Refusal when the address is another person's */
export async function addPerson(
  trx: Trx,
  networkId: string,
  actor: Actor,
  input: PersonInput,
): Promise<string> {
  await refuseTakenAddress(trx, networkId, input.email, null)
  const id = newId()
  await trx
    .insertInto('person')
    .values({ network_id: networkId, id, name: input.name, email: input.email })
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'person.added',
    subject: { type: 'person', id },
    after: {},
  })
  return id
}

/** @throws Refusal when the address is another person's; AppError 'not-found' */
export async function changePerson(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  input: PersonInput,
): Promise<void> {
  const before = await findPerson(trx, networkId, id)
  if (!before || before.erased) throw new AppError('not-found')
  await refuseTakenAddress(trx, networkId, input.email, id)
  await trx
    .updateTable('person')
    .set({ name: input.name, email: input.email })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  const changed = [before.name !== input.name && 'name', before.email !== input.email && 'email'].filter(
    Boolean,
  )
  if (changed.length === 0) return
  // Which fields, not what they say: the log outlives a person's erasure.
  await recordChange(trx, networkId, actor, {
    action: 'person.changed',
    subject: { type: 'person', id },
    after: { fields: changed },
  })
}

/** For one added by mistake. @throws Refusal for someone who has or had a mandate, or an account */
export async function removePerson(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  const person = await findPerson(trx, networkId, id)
  if (!person) throw new AppError('not-found')
  if (person.mandates.length > 0 || person.hasAccount)
    throw new Refusal({ field: '', message: 'person.error.in-use' })
  await trx.deleteFrom('person').where('network_id', '=', networkId).where('id', '=', id).execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'person.removed',
    subject: { type: 'person', id },
    before: {},
  })
}

/** An account as it comes into a network. */
export interface Arrival {
  accountId: string
  name: string
  email: string
  emailVerified: boolean
}

/**
 * The person an account is in a network: known already, or one added before who has this address, or a new one.
 * @param proven an address whose link the account has followed
 */
export async function bringPerson(
  trx: Trx,
  networkId: string,
  account: Arrival,
  proven: string | null,
): Promise<{ personId: string; known: boolean }> {
  const own = await ofAccount(trx, networkId, account.accountId)
  if (own !== null) return { personId: own, known: true }
  // An address that nobody proved must not give hold of the person of that address.
  const addresses = [proven, account.emailVerified ? account.email : null].filter(one => one !== null)
  const taken = await trx
    .updateTable('person')
    .set({ account_id: account.accountId })
    .where('network_id', '=', networkId)
    .where('account_id', 'is', null)
    .where('erased_at', 'is', null)
    .where('id', '=', ({ selectFrom }) =>
      selectFrom('person as one')
        .select('one.id')
        .where('one.network_id', '=', networkId)
        .where('one.account_id', 'is', null)
        .where('one.email', 'in', addresses.length > 0 ? addresses : [''])
        .orderBy(sql`one.email = ${proven ?? ''}`, 'desc')
        .limit(1),
    )
    .returning('id')
    .executeTakeFirst()
  if (taken) return { personId: taken.id, known: false }
  // The address may be that of a person with another account. Someone who comes twice at once waits for themselves here.
  for (const email of [account.email, null]) {
    const made = await trx
      .insertInto('person')
      .values({
        network_id: networkId,
        id: newId(),
        account_id: account.accountId,
        name: account.name,
        email,
      })
      .onConflict(conflict => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) return { personId: made.id, known: false }
    const meanwhile = await ofAccount(trx, networkId, account.accountId)
    if (meanwhile !== null) return { personId: meanwhile, known: true }
  }
  throw new AppError('taken', { params: { name: account.name } })
}

/** Anyone can be an invented person: those stay among themselves. @throws AppError 'forbidden' */
export function refuseInvented(who: { demonstration: boolean }, network: { demonstration: boolean }): void {
  if (who.demonstration && !network.demonstration) throw new AppError('forbidden')
}

/** Administrators in force who can be written to. */
export async function administratorsOf(trx: Trx, networkId: string): Promise<Addressee[]> {
  const rows = await found(
    trx,
    networkId,
    { ...everyone, role: 'administrator' },
    await dayOf(trx, networkId),
  )
    .select(['person.id', 'person.account_id', 'person.name', 'person.email'])
    .where('person.account_id', 'is not', null)
    .where('person.email', 'is not', null)
    .orderBy('person.id')
    .limit(50)
    .execute()
  return rows.map(row => ({
    personId: row.id,
    accountId: row.account_id ?? '',
    name: row.name,
    email: row.email ?? '',
  }))
}

async function ofAccount(trx: Trx, networkId: string, accountId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('person')
    .select('id')
    .where('network_id', '=', networkId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.id ?? null
}

async function refuseTakenAddress(
  trx: Trx,
  networkId: string,
  email: string | null,
  except: string | null,
): Promise<void> {
  if (email === null) return
  const taken = await trx
    .selectFrom('person')
    .select('name')
    .where('network_id', '=', networkId)
    .where('email', '=', email)
    .$if(except !== null, query => query.where('id', '<>', except ?? ''))
    .executeTakeFirst()
  if (taken)
    throw new Refusal({ field: 'email', message: 'person.error.address-taken', values: { name: taken.name } })
}

/** The people a query speaks of. */
function found(trx: Trx, networkId: string, query: PeopleQuery, today: string) {
  const holding = (role: MandateRole | null, organisation: string | null) => sql<SqlBool>`exists (
    select from mandate
    where mandate.network_id = ${networkId} and mandate.person_id = person.id and ${inForce(today)}
      and (${role}::text is null or mandate.role = ${role})
      and (${organisation}::uuid is null or mandate.organisation_id = ${organisation})
  )`
  return trx
    .selectFrom('person')
    .where('person.network_id', '=', networkId)
    .where(query.without ? sql<SqlBool>`not ${holding(null, null)}` : holding(query.role, query.organisation))
    .where(matching(query, networkId, today))
}

/** Of those not erased, every word of the query in the name, in a title or an organisation of today, or in the address where it may be. */
function matching(query: PeopleQuery, networkId: string, today: string) {
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const conditions = words.map(word => {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
    return sql`(
      unaccent(person.name) ilike unaccent(${pattern}) or (${query.byEmail} and person.email ilike ${pattern})
      or exists (
        select from mandate left join organisation on organisation.id = mandate.organisation_id
        where mandate.network_id = ${networkId} and mandate.person_id = person.id and ${inForce(today)}
          and unaccent(concat_ws(' ', mandate.title, organisation.name)) ilike unaccent(${pattern})
      )
    )`
  })
  return sql<SqlBool>`${sql.join([sql`person.erased_at is null`, ...conditions], sql` and `)}`
}

function inForce(today: string) {
  return sql<SqlBool>`mandate.valid_from <= ${today}::date and (mandate.valid_until is null or mandate.valid_until >= ${today}::date)`
}
