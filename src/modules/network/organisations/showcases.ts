import { isDeepStrictEqual } from 'node:util'
import { type SqlBool, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { isId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/door.ts'
import { dayOf } from '#modules/network/mandates.ts'
import type { Network } from '#modules/network/networks.ts'
import { actsFor } from '#modules/network/organisations/changing.ts'
import type { OrganisationKind, SizeClass } from '#modules/network/organisations/input.ts'
import type { OrganisationName } from '#modules/network/organisations/organisations.ts'
import {
  asLines,
  type ShowcaseField,
  type ShowcaseInput,
  type ShowcaseLink,
  type ShowcaseState,
  showcaseFields,
  showcaseStates,
} from '#modules/network/organisations/showcase-input.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'
import { attachFile, type FileVisibility, removeFile } from '#platform/files/files.ts'

/** As its people write it. */
export interface Showcase {
  state: ShowcaseState
  /** Markdown. */
  about: string
  /** One to a line. */
  offers: string
  seeks: string
  links: ShowcaseLink[]
  shown: ShowcaseField[]
  contactPersonId: string | null
  contactEmail: string | null
  contactPhone: string | null
  pictureFileId: string | null
  pictureText: string
}

/** As it is read: what it does not show is null or empty. */
export interface ShownShowcase {
  organisationId: string
  name: string
  state: ShowcaseState
  about: string
  offers: string[]
  seeks: string[]
  links: ShowcaseLink[]
  kind: OrganisationKind | null
  sizeClass: SizeClass | null
  sector: string | null
  town: string
  region: string
  country: string | null
  address: string
  website: string | null
  contact: { name: string | null; title: string; email: string | null; phone: string | null } | null
  pictureFileId: string | null
  pictureText: string
  changedAt: Date
}

/** One of a list. */
export interface ShowcaseCard
  extends Pick<
    ShownShowcase,
    'organisationId' | 'name' | 'state' | 'about' | 'kind' | 'sector' | 'town' | 'country' | 'pictureFileId'
  > {}

export const emptyShowcase: Showcase = {
  state: 'none',
  about: '',
  offers: '',
  seeks: '',
  links: [],
  shown: ['kind', 'sector', 'place', 'website'],
  contactPersonId: null,
  contactEmail: null,
  contactPhone: null,
  pictureFileId: null,
  pictureText: '',
}

/** Whether someone may write it: the organisation's own people, and the network's administrators. */
export function writesShowcase(entry: Pick<Entry, 'role' | 'mandates'>, organisationId: string): boolean {
  return entry.role === 'administrator' || actsFor(entry, organisationId)
}

/** As it is written; the empty one where there is none. */
export async function findShowcase(trx: Trx, networkId: string, organisationId: string): Promise<Showcase> {
  const row = await trx
    .selectFrom('organisation_showcase')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  if (!row) return emptyShowcase
  return {
    state: stateOf(row.state),
    about: row.about,
    offers: row.offers,
    seeks: row.seeks,
    links: row.links as unknown as ShowcaseLink[],
    shown: showcaseFields.filter(field => row.shown.includes(field)),
    contactPersonId: row.contact_person_id,
    contactEmail: row.contact_email,
    contactPhone: row.contact_phone,
    pictureFileId: row.picture_file_id,
    pictureText: row.picture_text,
  }
}

/** @throws Refusal for everyone in a private network, and for a contact who holds no mandate for the organisation */
export async function changeShowcase(
  trx: Trx,
  network: Pick<Network, 'id' | 'visibility'>,
  actor: Actor,
  organisationId: string,
  input: ShowcaseInput,
): Promise<void> {
  const { state } = input
  if (state === 'public' && network.visibility !== 'public')
    throw new Refusal({ field: 'state', message: 'showcase.error.private' })
  const contact = input['contact-person']
  const contacts = contact ? await contactsOf(trx, network.id, organisationId) : []
  if (contact && !contacts.some(({ id }) => id === contact))
    throw new Refusal({ field: 'contact-person', message: 'showcase.error.contact' })
  const before = await findShowcase(trx, network.id, organisationId)
  const values = {
    state,
    about: input.about,
    offers: input.offers,
    seeks: input.seeks,
    links: JSON.stringify(input.links),
    shown: input.shown,
    contact_person_id: contact,
    contact_email: input['contact-email'],
    contact_phone: input['contact-phone'],
    picture_text: input['picture-text'],
    changed_at: sql<Date>`now()`,
  }
  await trx
    .insertInto('organisation_showcase')
    .values({ network_id: network.id, organisation_id: organisationId, ...values })
    .onConflict(conflict => conflict.columns(['network_id', 'organisation_id']).doUpdateSet(values))
    .execute()
  if (before.pictureFileId) await showPicture(trx, network.id, before.pictureFileId, state)
  await announceChange(trx, network.id)
  // Which parts, not what they say: a showcase names people.
  const after = await findShowcase(trx, network.id, organisationId)
  const parts = Object.keys(after) as (keyof Showcase)[]
  const fields = parts.filter(part => !isDeepStrictEqual(before[part], after[part]))
  await recordChange(trx, network.id, actor, {
    action: 'showcase.changed',
    subject: { type: 'organisation', id: organisationId },
    before: { state: before.state, fields: [] },
    after: { state, fields },
  })
}

/**
 * Takes a file that was received as the picture; null: none any more.
 * @returns keys in the storage to remove after the commit
 */
export async function changeShowcasePicture(
  trx: Trx,
  networkId: string,
  actor: Actor,
  organisationId: string,
  fileId: string | null,
): Promise<string[]> {
  const before = await findShowcase(trx, networkId, organisationId)
  if (fileId !== null) {
    await attachFile(trx, networkId, fileId)
    await showPicture(trx, networkId, fileId, before.state)
  }
  const values = { picture_file_id: fileId, changed_at: sql<Date>`now()` }
  await trx
    .insertInto('organisation_showcase')
    .values({ network_id: networkId, organisation_id: organisationId, ...values })
    .onConflict(conflict => conflict.columns(['network_id', 'organisation_id']).doUpdateSet(values))
    .execute()
  const keys = before.pictureFileId ? await removeFile(trx, networkId, before.pictureFileId) : []
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'showcase.picture-changed',
    subject: { type: 'organisation', id: organisationId },
    before: { picture_file_id: before.pictureFileId },
    after: { picture_file_id: fileId },
  })
  return keys
}

/** Those the reader may see, by name: the public ones, and for members those shown to members. @param after the last one's id */
export async function listShowcases(
  trx: Trx,
  networkId: string,
  q: string,
  { after, limit = 30 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ showcases: ShowcaseCard[]; next: string | null }> {
  const words = q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const rows = await trx
    .selectFrom('showcase_shown')
    .select([
      'organisation_id',
      'name',
      'state',
      'about',
      'kind',
      'sector',
      'town',
      'country',
      'picture_file_id',
    ])
    .where('network_id', '=', networkId)
    .where('state', '<>', 'none')
    .$if(words.length > 0, query =>
      query.where(({ and }) =>
        and(
          words.map(word => {
            const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
            return sql<SqlBool>`unaccent(concat_ws(' ', name, town, offers, seeks, about)) ilike unaccent(${pattern})`
          }),
        ),
      ),
    )
    .$if(after !== undefined && isId(after), query =>
      query.where(
        sql<SqlBool>`(name collate name_order, organisation_id) > (
          select name collate name_order, organisation_id from showcase_shown
          where network_id = ${networkId} and organisation_id = ${after})`,
      ),
    )
    .orderBy(sql`name collate name_order`)
    .orderBy('organisation_id')
    .limit(limit + 1)
    .execute()
  const showcases = rows.slice(0, limit).map(row => ({
    organisationId: row.organisation_id ?? '',
    name: row.name ?? '',
    state: stateOf(row.state),
    about: row.about ?? '',
    kind: row.kind as OrganisationKind | null,
    sector: row.sector,
    town: row.town ?? '',
    country: row.country,
    pictureFileId: row.picture_file_id,
  }))
  return { showcases, next: rows.length > limit ? (showcases.at(-1)?.organisationId ?? null) : null }
}

/** As the reader may see it, or null. @param whole also one that is shown to nobody: for those who write it */
export async function readShowcase(
  trx: Trx,
  networkId: string,
  organisationId: string,
  { whole = false }: { whole?: boolean } = {},
): Promise<ShownShowcase | null> {
  if (!isId(organisationId)) return null
  const row = await trx
    .selectFrom('showcase_shown')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', organisationId)
    .$if(!whole, query => query.where('state', '<>', 'none'))
    .executeTakeFirst()
  if (!row) return null
  const contact = row.contact as ShownShowcase['contact']
  return {
    organisationId,
    name: row.name ?? '',
    state: stateOf(row.state),
    about: row.about ?? '',
    offers: asLines(row.offers),
    seeks: asLines(row.seeks),
    links: row.links as unknown as ShowcaseLink[],
    kind: row.kind as OrganisationKind | null,
    sizeClass: row.size_class as SizeClass | null,
    sector: row.sector,
    town: row.town ?? '',
    region: row.region ?? '',
    country: row.country,
    address: row.address ?? '',
    website: row.website,
    contact: contact && (contact.name || contact.email || contact.phone) ? contact : null,
    pictureFileId: row.picture_file_id,
    pictureText: row.picture_text ?? '',
    changedAt: row.changed_at ?? new Date(0),
  }
}

/** Who hold a mandate for the organisation today: of these its contact is chosen. */
export async function contactsOf(
  trx: Trx,
  networkId: string,
  organisationId: string,
): Promise<OrganisationName[]> {
  const today = await dayOf(trx, networkId)
  return trx
    .selectFrom('person')
    .select(['person.id', 'person.name'])
    .where('person.network_id', '=', networkId)
    .where('person.erased_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('mandate')
          .select('mandate.id')
          .where('mandate.network_id', '=', networkId)
          .whereRef('mandate.person_id', '=', 'person.id')
          .where('mandate.organisation_id', '=', organisationId)
          .where(
            sql<SqlBool>`${today}::date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')`,
          ),
      ),
    )
    .orderBy(sql`person.name collate name_order`)
    .orderBy('person.id')
    .limit(200)
    .execute()
}

/** What showcases say of somebody, for the archive of their own data. */
export async function showcasesNaming(trx: Trx, networkId: string, accountId: string) {
  return trx
    .selectFrom('organisation_showcase')
    .innerJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'organisation_showcase.network_id')
        .onRef('person.id', '=', 'organisation_showcase.contact_person_id'),
    )
    .innerJoin('organisation', 'organisation.id', 'organisation_showcase.organisation_id')
    .select(['organisation.name as organisation', 'state', 'contact_email', 'contact_phone'])
    .where('organisation_showcase.network_id', '=', networkId)
    .where('person.account_id', '=', accountId)
    .execute()
}

/** A picture is for those for whom the showcase is. */
async function showPicture(trx: Trx, networkId: string, fileId: string, state: ShowcaseState): Promise<void> {
  const visibility: FileVisibility = state === 'public' ? 'public' : 'network'
  await trx
    .updateTable('file')
    .set({ visibility })
    .where('network_id', '=', networkId)
    .where('id', '=', fileId)
    .execute()
}

function stateOf(state: string | null): ShowcaseState {
  return showcaseStates.find(one => one === state) ?? 'none'
}
