import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/door.ts'
import { dayOf } from '#modules/network/mandates.ts'
import type { Identifier } from '#modules/network/organisations/identifiers.ts'
import type { OrganisationInput } from '#modules/network/organisations/input.ts'
import {
  findOrganisation,
  type Organisation,
  organisationNamed,
} from '#modules/network/organisations/organisations.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Whoever facilitates or administers the network: all that it says of an organisation. */
export function managesOrganisations(entry: Pick<Entry, 'role'>): boolean {
  return rank(entry.role) >= rank('facilitator')
}

/** Who may change what all networks of an organisation know of it: its own people, and those who manage organisations. */
export function tendsOrganisation(entry: Pick<Entry, 'role' | 'mandates'>, id: string): boolean {
  return managesOrganisations(entry) || actsFor(entry, id)
}

/** Whether someone holds a mandate for it today. */
export function actsFor(entry: Pick<Entry, 'mandates'>, id: string): boolean {
  return entry.mandates.some(mandate => mandate.organisationId === id)
}

/**
 * A new member of the network. Organisations of other networks are never looked up, so that whether they are known
 * there does not show.
 * @throws Refusal when the network has one of that name
 */
export async function addOrganisation(
  trx: Trx,
  networkId: string,
  actor: Actor,
  input: OrganisationInput,
): Promise<string> {
  await refuseTakenName(trx, networkId, input.name, null)
  await refuseUnfitParent(trx, networkId, null, input.parentId)
  const id = newId()
  // Not to be read before it is a member, hence nothing is returned.
  await trx
    .insertInto('organisation')
    .values({ id, ...asColumns(input) })
    .execute()
  const { engagement, reference } = input
  await trx
    .insertInto('membership')
    .values({
      network_id: networkId,
      organisation_id: id,
      valid_from: await dayOf(trx, networkId),
      engagement,
      reference,
    })
    .execute()
  await keepIdentifiers(trx, id, input.identifiers)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'organisation.added',
    subject: { type: 'organisation', id },
    after: { engagement },
  })
  return id
}

/**
 * Changes what all its networks know of an organisation, and what it is in this one.
 * @throws Refusal when the network has another of that name, or when it would lie within itself; AppError 'not-found'
 */
export async function changeOrganisation(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  input: OrganisationInput,
): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  await refuseTakenName(trx, networkId, input.name, id)
  await refuseUnfitParent(trx, networkId, id, input.parentId)
  const fields = differing(before, input)
  if (fields.length > 0) {
    // A parent that is not a member of this network is not seen here: what was never shown is not wiped out either.
    const { parent_id, ...columns } = asColumns(input)
    await trx
      .updateTable('organisation')
      .set({ ...columns, ...(fields.includes('parentId') && { parent_id }), changed_at: sql`now()` })
      .where('id', '=', id)
      .execute()
    if (fields.includes('identifiers')) await keepIdentifiers(trx, id, input.identifiers)
  }
  const { engagement, reference } = input
  await trx
    .updateTable('membership')
    .set({ engagement, reference })
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  // Which fields, not what they say: an organisation may be one person, whose address it is.
  await recordChange(trx, networkId, actor, {
    action: 'organisation.changed',
    subject: { type: 'organisation', id },
    before: { engagement: before.engagement, fields: [] },
    after: { engagement, fields: before.reference === reference ? fields : [...fields, 'reference'] },
  })
}

/** All at once: those that were and are not given are gone. */
async function keepIdentifiers(trx: Trx, id: string, identifiers: Identifier[]): Promise<void> {
  await trx.deleteFrom('organisation_identifier').where('organisation_id', '=', id).execute()
  if (identifiers.length === 0) return
  await trx
    .insertInto('organisation_identifier')
    .values(identifiers.map(({ scheme, value }) => ({ organisation_id: id, scheme, value })))
    .execute()
}

async function refuseTakenName(
  trx: Trx,
  networkId: string,
  name: string,
  except: string | null,
): Promise<void> {
  const taken = await organisationNamed(trx, networkId, name, except)
  if (taken)
    throw new Refusal({
      field: 'name',
      message: 'organisation.error.name-taken',
      values: { name: taken.name },
    })
}

/** A parent has to be a member of the network, and must not lie within what it is to hold. */
async function refuseUnfitParent(
  trx: Trx,
  networkId: string,
  id: string | null,
  parentId: string | null,
): Promise<void> {
  if (parentId === null) return
  const parent = await findOrganisation(trx, networkId, parentId)
  if (!parent) throw new Refusal({ field: 'parentId', message: 'organisation.error.parent-unknown' })
  if (id === null) return
  // Two who put each into the other at the same moment: the second waits, and sees what the first did.
  await sql`select pg_advisory_xact_lock(hashtext('organisation parents'))`.execute(trx)
  const { rows } = await sql<{ inside: boolean }>`
    select organisation_lies_in(${parentId}::uuid, ${id}::uuid) as inside`.execute(trx)
  if (!rows[0]?.inside) return
  const message = parentId === id ? 'organisation.error.parent-itself' : 'organisation.error.parent-circle'
  throw new Refusal({ field: 'parentId', message, values: { name: parent.name } })
}

function asColumns(input: OrganisationInput) {
  return {
    name: input.name,
    country: input.country,
    website: input.website,
    kind: input.kind,
    size_class: input.sizeClass,
    sector: input.sector,
    parent_id: input.parentId,
    address: input.address,
    town: input.town,
    region: input.region,
    latitude: input.latitude,
    longitude: input.longitude,
  }
}

/** Of what all networks know, the fields that would change. */
function differing(before: Organisation, input: OrganisationInput): string[] {
  const shared = [
    'name',
    'country',
    'website',
    'kind',
    'sizeClass',
    'sector',
    'parentId',
    'address',
    'town',
    'region',
    'latitude',
    'longitude',
  ] as const
  const numbers = (identifiers: Identifier[]) =>
    identifiers
      .map(({ scheme, value }) => `${scheme} ${value}`)
      .sort()
      .join('\n')
  return [
    ...shared.filter(field => before[field] !== input[field]),
    ...(numbers(before.identifiers) === numbers(input.identifiers) ? [] : ['identifiers']),
  ]
}
