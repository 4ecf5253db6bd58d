import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { dayOf } from '#modules/network/mandates.ts'
import type { Draft } from '#modules/network/organisation-import/drafts.ts'
import type { Recognised } from '#modules/network/organisation-import/duplicates.ts'
import { plainName } from '#modules/network/organisation-import/duplicates.ts'
import { foldedWords } from '#modules/network/organisation-import/words.ts'
import type { Identifier } from '#modules/network/organisations/identifiers.ts'

/** An organisation of the network, as far as a file is compared with it. */
export interface Known extends Omit<Draft['organisation'], 'name'> {
  id: string
  name: string
  plain: string
  engagement: number | null
  reference: string | null
  /** Its membership has ended. */
  over: boolean
  parent: string | null
  identifiers: Identifier[]
  people: { name: string; email: string | null }[]
}

/** All of them, those whose membership is over as well: who comes back is who they were. */
export async function knownOrganisations(trx: Trx, networkId: string): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select organisation.id, organisation.name, organisation.name_folded as plain, organisation.country, organisation.website, organisation.kind,
      organisation.size_class, organisation.sector, organisation.address, organisation.town, organisation.region,
      organisation.latitude, organisation.longitude, membership.engagement, membership.reference,
      coalesce(membership.valid_until < ${await dayOf(trx, networkId)}::date, false) as over, parent.name as parent,
      coalesce(numbers.identifiers, '[]') as identifiers, coalesce(held.people, '[]') as people
    from membership
    join organisation on organisation.id = membership.organisation_id
    left join (
      select number.organisation_id, jsonb_agg(jsonb_build_object('scheme', scheme, 'value', value)) as identifiers
      from membership as own join organisation_identifier as number on number.organisation_id = own.organisation_id
      where own.network_id = ${networkId} group by number.organisation_id
    ) as numbers on numbers.organisation_id = organisation.id
    left join (
      select mandate.organisation_id, jsonb_agg(jsonb_build_object('name', person.name, 'email', person.email)) as people
      from mandate join person on person.network_id = mandate.network_id and person.id = mandate.person_id
      where mandate.network_id = ${networkId} and mandate.organisation_id is not null and person.erased_at is null
      group by mandate.organisation_id
    ) as held on held.organisation_id = organisation.id
    left join organisation as parent on parent.id = organisation.parent_id
    where membership.network_id = ${networkId}
    order by organisation.id`.execute(trx)
  return rows
}

/** Names as the network compares them, in the order given. */
export async function plainNames(trx: Trx, names: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ plain: string }>`
    select lower(unaccent(name)) as plain from unnest(${names}::text[]) with ordinality as given (name, place)
    order by place`.execute(trx)
  return rows.map(({ plain }) => plain)
}

export function recognisedOf(known: Known): Recognised {
  return { ...known, emails: known.people.flatMap(({ email }) => (email === null ? [] : [email])) }
}

const compared = ['country', 'website', 'kind', 'size_class', 'sector', 'address', 'town', 'region'] as const

/** What a line would add to an organisation, and what it says otherwise. */
export function comparedWith(draft: Draft, known: Known): { fills: string[]; differs: string[] } {
  const fills: string[] = []
  const differs: string[] = []
  const compare = (field: string, given: string | number | null, had: string | number | null) => {
    if (given === null || given === '' || given === had) return
    if (had === null || had === '') fills.push(field)
    else if (typeof given !== 'string' || foldedWords(given) !== foldedWords(String(had))) differs.push(field)
  }
  for (const field of compared) compare(field, draft.organisation[field], known[field])
  compare('place', draft.organisation.latitude, known.latitude)
  compare('engagement', draft.membership.engagement, known.engagement)
  compare('reference', draft.membership.reference, known.reference)
  compare('parent', draft.parent, known.parent)
  if (known.over) fills.push('membership')
  if (plainName(draft.organisation.name) !== plainName(known.name)) differs.push('name')
  const numbers = new Set(known.identifiers.map(({ scheme, value }) => `${scheme} ${value}`))
  const schemes = new Set(known.identifiers.map(({ scheme }) => scheme))
  const others = draft.identifiers.filter(({ scheme, value }) => !numbers.has(`${scheme} ${value}`))
  if (others.some(({ scheme }) => !schemes.has(scheme))) fills.push('identifiers')
  else if (others.length > 0) differs.push('identifiers')
  const names = new Set(known.people.map(({ name }) => plainName(name)))
  const emails = new Set(known.people.map(({ email }) => email))
  if (
    draft.contacts.some(
      ({ name, email }) => !names.has(plainName(name)) && (email === null || !emails.has(email)),
    )
  )
    fills.push('contacts')
  return { fills, differs }
}
