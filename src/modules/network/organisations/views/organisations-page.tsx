import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Network } from '#modules/network/networks.ts'
import {
  type DirectoryQuery,
  type Facet,
  type FacetCounts,
  facets,
  wholeDirectory,
  writeDirectoryQuery,
} from '#modules/network/organisations/directory.ts'
import { type EngagementWords, engagementName } from '#modules/network/organisations/engagement.ts'
import type { OrganisationKind, SizeClass } from '#modules/network/organisations/input.ts'
import type { Organisation } from '#modules/network/organisations/organisations.ts'
import { facetNames, kindNames, sizeNames } from '#modules/network/organisations/words.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { I18n } from '#platform/i18n/i18n.ts'
import { countryName } from '#reference/countries.ts'
import { divisionName, sectorName } from '#reference/sectors.ts'
import { useFrame } from '#ui/frame.ts'

interface OrganisationsPageProps {
  network: Network
  manages: boolean
  query: DirectoryQuery
  organisations: Organisation[]
  counts: { all: number; facets: FacetCounts }
  words: EngagementWords
  /** What the groups among them are called, as far as the reader may know of them. */
  groups: Map<string, string>
  next: string | null
}

export function OrganisationsPage(props: OrganisationsPageProps) {
  const { network, manages, query, organisations, counts } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const narrowed = query.q !== '' || facets.some(facet => query[facet] !== null)
  return (
    <NetworkLayout of={network} title={t('organisations.name')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('members', here)}>{t('members.name')}</a>
        </p>
        <h1>{t('organisations.name')}</h1>
        <p class="buttons">
          {manages && (
            <a class="button" href={href('newOrganisation', here)}>
              {t('organisations.add')}
            </a>
          )}
          {manages && (
            <a class="button quiet" href={href('organisationImports', here)}>
              {t('organisation-import.name')}
            </a>
          )}
          <a class="button quiet" href={href('showcases', here)}>
            {t('showcases.name')}
          </a>
        </p>
        <Search {...props} />
        <Chosen {...props} />
      </div>
      <div class="with-side directory">
        <Facets {...props} />
        <div>
          <div class="found">
            <p>
              <strong>{t('organisations.count', { count: counts.all })}</strong>
            </p>
            <Standing {...props} />
          </div>
          {organisations.length === 0 ? (
            <div class="listing">
              <p>{narrowed ? t('organisations.none-found') : t('organisations.none')}</p>
              {narrowed && (
                <p>
                  <a href={href('organisations', here)}>{t('organisations.all')}</a>
                </p>
              )}
            </div>
          ) : (
            <ul class="plain-list">
              {organisations.map(one => (
                <Line key={one.id} one={one} {...props} />
              ))}
            </ul>
          )}
          <MoreLink next={props.next} />
          {manages && counts.all > 0 && <Export {...props} />}
        </div>
      </div>
    </NetworkLayout>
  )
}

function Search({ network, query }: OrganisationsPageProps) {
  const { t, locale } = useFrame().i18n
  const kept = writeDirectoryQuery({ ...query, q: '' })
  return (
    <search>
      <form class="search" method="get" action={href('organisations', { locale, network: network.slug })}>
        <label class="visually-hidden" for="q">
          {t('organisations.search')}
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={query.q}
          placeholder={t('organisations.search')}
          maxLength={200}
        />
        {[...kept].map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <button class="button" type="submit">
          {t('list.search')}
        </button>
      </form>
    </search>
  )
}

/** What is chosen, each with its way out. */
function Chosen(props: OrganisationsPageProps) {
  const { network, query } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const chosen = facets.filter(facet => query[facet] !== null)
  if (chosen.length === 0) return null
  return (
    <p class="tags chosen">
      {chosen.map(facet => {
        const name = valueName(facet, String(query[facet]), props, i18n)
        return (
          <a
            key={facet}
            class="tag on"
            href={addressOf(network, locale, { ...query, [facet]: null })}
            aria-label={t('list.remove', { name })}
          >
            {name} <span aria-hidden="true">×</span>
          </a>
        )
      })}
    </p>
  )
}

function Standing({ network, query }: OrganisationsPageProps) {
  const { t, locale } = useFrame().i18n
  return (
    <nav class="sorts" aria-label={t('list.filters')}>
      <p>
        {[false, true].map(former => (
          <a
            key={String(former)}
            aria-current={query.former === former ? 'true' : undefined}
            href={addressOf(network, locale, { ...wholeDirectory, q: query.q, former })}
          >
            {former ? t('organisations.former') : t('organisations.present')}
          </a>
        ))}
      </p>
    </nav>
  )
}

const shownAtOnce = 10

function Facets(props: OrganisationsPageProps) {
  const { network, query, counts } = props
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const useful = facets.filter(facet => counts.facets[facet].length > 0)
  if (useful.length === 0) return <div />
  const chosen = facets.filter(facet => query[facet] !== null).length
  return (
    <aside class="facets" aria-label={t('list.filters')}>
      <details class="facets-fold">
        <summary>
          {t('list.filters')}
          {chosen > 0 && <span class="tag">{number(chosen)}</span>}
        </summary>
        {useful.map((facet, index) => {
          const values = inOrder(facet, counts.facets[facet])
          const link = ({ value, count }: { value: string; count: number }) => {
            const on = String(query[facet]) === value
            const change = { ...query, [facet]: on ? null : facet === 'engagement' ? Number(value) : value }
            return (
              <li key={value}>
                <a
                  href={addressOf(network, locale, change)}
                  aria-current={on ? 'true' : undefined}
                  rel="nofollow"
                >
                  <span>{valueName(facet, value, props, i18n)}</span> <small>{number(count)}</small>
                </a>
              </li>
            )
          }
          return (
            <details key={facet} class="facet" open={index < 3 || query[facet] !== null}>
              <summary>{t(facetNames[facet])}</summary>
              <ul>{values.slice(0, shownAtOnce).map(link)}</ul>
              {values.length > shownAtOnce && (
                <details class="facet-rest">
                  <summary>{t('organisations.others', { count: values.length - shownAtOnce })}</summary>
                  <ul>{values.slice(shownAtOnce).map(link)}</ul>
                </details>
              )}
            </details>
          )
        })}
      </details>
    </aside>
  )
}

function Line({ one, network, words, counts }: OrganisationsPageProps & { one: Organisation }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  // Where all are of one country, it goes without saying.
  const abroad = one.country !== null && counts.facets.country.length > 1
  const place = [one.town, abroad && countryName(one.country ?? '', locale)].filter(Boolean).join(', ')
  const what = [one.kind && t(kindNames[one.kind]), one.sector && sectorName(one.sector, locale)]
  return (
    <li>
      <a href={href('organisation', { locale, network: network.slug, organisation: one.id })}>{one.name}</a>
      <small>{[...what, place].filter(Boolean).join(' · ')}</small>
      <small>
        {[
          one.people > 0 && t('organisations.people', { count: one.people }),
          one.engagement && engagementName(one.engagement, words, i18n, network.locale),
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </li>
  )
}

function Export({ network, query }: OrganisationsPageProps) {
  const { t, locale } = useFrame().i18n
  const to = (file: string) =>
    href('organisationsExport', { locale, network: network.slug, file }, writeDirectoryQuery(query))
  return (
    <p>
      {t('organisations.export')} <a href={to('organisations.csv')}>CSV</a> ·{' '}
      <a href={to('organisations.xlsx')}>XLSX</a>
    </p>
  )
}

function addressOf(network: Network, locale: Locale, query: DirectoryQuery): string {
  return href('organisations', { locale, network: network.slug }, writeDirectoryQuery(query))
}

/** Sizes and levels in their own order, everything else the commonest first. */
function inOrder(facet: Facet, values: FacetCounts[Facet]): FacetCounts[Facet] {
  if (facet === 'engagement') return [...values].sort((a, b) => Number(a.value) - Number(b.value))
  if (facet !== 'size') return values
  const order = Object.keys(sizeNames)
  return [...values].sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value))
}

function valueName(
  facet: Facet,
  value: string,
  { words, network, groups }: Pick<OrganisationsPageProps, 'words' | 'network' | 'groups'>,
  i18n: I18n,
): string {
  const { t, locale } = i18n
  switch (facet) {
    case 'kind':
      return t(kindNames[value as OrganisationKind])
    case 'size':
      return t(sizeNames[value as SizeClass])
    case 'division':
      return divisionName(value, locale)
    case 'country':
      return countryName(value, locale)
    case 'engagement':
      return engagementName(Number(value), words, i18n, network.locale)
    case 'group':
      return groups.get(value) ?? t('organisations.group')
    default:
      return value
  }
}
