import { stringify } from 'csv-stringify/sync'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { OrganisationKind, SizeClass } from '#modules/network/organisations/input.ts'
import { kindNames, sizeNames } from '#modules/network/organisations/words.ts'
import type { Member } from '#modules/network/people.ts'
import { roleNames } from '#modules/network/views/role-names.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { countryName } from '#reference/countries.ts'
import { sectorLabel } from '#reference/sectors.ts'

type Facts = Map<string, OrganisationFacts>
export type NextPeople = (
  after: string | undefined,
) => Promise<{ people: Member[]; organisations: Facts; next: string | null }>

/** What stands beside somebody of the organisation they are entrusted by. */
export interface OrganisationFacts {
  kind: OrganisationKind | null
  sizeClass: SizeClass | null
  sector: string | null
  town: string
  country: string | null
  reference: string | null
}

/** Of the organisations of some people, by id. */
export async function factsOf(trx: Trx, networkId: string, people: readonly Member[]): Promise<Facts> {
  const ids = new Set(people.flatMap(({ mandates }) => mandates.flatMap(one => one.organisationId ?? [])))
  const { rows } = await sql<OrganisationFacts & { id: string }>`
    select organisation.id, organisation.kind, organisation.size_class as "sizeClass", organisation.sector,
      organisation.town, organisation.country, membership.reference
    from membership join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${networkId}::uuid and organisation.id = any(${[...ids]}::uuid[])`.execute(
    trx,
  )
  return new Map(rows.map(({ id, ...facts }) => [id, facts]))
}

/**
 * People as CSV (RFC 4180, UTF-8 with a byte order mark), one line for each mandate they hold, in the reader's language.
 * Read a few hundred at a time, when the consumer asks.
 */
export function writePeople(
  next: NextPeople,
  i18n: I18n,
  options: { addresses: boolean },
): ReadableStream<Uint8Array> {
  const source = pieces(next, i18n, options.addresses)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await source.next()
        if (piece.done) controller.close()
        else controller.enqueue(encoder.encode(piece.value))
      },
      async cancel() {
        await source.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* pieces(next: NextPeople, i18n: I18n, addresses: boolean): AsyncGenerator<string> {
  const { t } = i18n
  const heads = [
    ...[t('members.person'), t('mandate.role'), t('mandate.organisation'), t('mandate.title')],
    ...[t('organisation.kind'), t('organisation.size'), t('organisation.sector'), t('organisation.town')],
    ...[t('organisation.country'), t('organisation.reference')],
  ]
  yield `\uFEFF${lines([[...heads, ...(addresses ? [t('person.email')] : [])]])}`
  let after: string | undefined
  do {
    const found = await next(after)
    if (found.people.length > 0)
      yield lines(found.people.flatMap(person => rows(person, found.organisations, i18n, addresses)))
    after = found.next ?? undefined
  } while (after !== undefined)
}

function rows(person: Member, organisations: Facts, i18n: I18n, addresses: boolean): string[][] {
  const { t, locale } = i18n
  const address = addresses ? [person.email ?? ''] : []
  if (person.mandates.length === 0) return [[person.name, ...Array<string>(9).fill(''), ...address]]
  return person.mandates.map(({ role, organisationId, organisation, title }) => {
    const facts = organisations.get(organisationId ?? '')
    return [
      ...[person.name, t(roleNames[role]), organisation ?? '', title],
      facts?.kind ? t(kindNames[facts.kind]) : '',
      facts?.sizeClass ? t(sizeNames[facts.sizeClass]) : '',
      facts?.sector ? sectorLabel(facts.sector, locale) : '',
      facts?.town ?? '',
      facts?.country ? countryName(facts.country, locale) : '',
      facts?.reference ?? '',
      ...address,
    ]
  })
}

function lines(table: string[][]): string {
  return stringify(
    table.map(row => row.map(neutralised)),
    { record_delimiter: 'windows', quoted_string: true, quoted_empty: false },
  )
}
