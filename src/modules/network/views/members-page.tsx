import { href } from '#http/routes.ts'
import { mandateRoles } from '#modules/network/fields.ts'
import type { Network } from '#modules/network/networks.ts'
import type { countPeople, Member, PeopleQuery } from '#modules/network/people.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleNames } from '#modules/network/views/role-names.ts'
import { useFrame } from '#ui/frame.ts'

interface MembersPageProps {
  network: Network
  /** Whether the reader may add and invite, and sees addresses. */
  manages: boolean
  query: PeopleQuery
  organisation: { id: string; name: string } | null
  people: Member[]
  counts: Awaited<ReturnType<typeof countPeople>>
  next: string | null
}

export function MembersPage(props: MembersPageProps) {
  const { network, manages, query, people, counts } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('members.name')} noIndex>
      <div class="listing">
        <h1>{t('members.name')}</h1>
        <p class="buttons">
          {manages && (
            <>
              <a class="button" href={href('newInvitation', here)}>
                {t('invitations.new')}
              </a>
              <a class="button quiet" href={href('newMember', here)}>
                {t('members.add')}
              </a>
            </>
          )}
          <a class="button quiet" href={href('organisations', here)}>
            {t('organisations.name')}
          </a>
        </p>
        <search>
          <form class="search" method="get" action={href('members', here)}>
            <label class="visually-hidden" for="q">
              {t('members.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('members.search')}
              maxLength={200}
            />
            {query.role && <input type="hidden" name="role" value={query.role} />}
            {query.organisation && <input type="hidden" name="organisation" value={query.organisation} />}
            {query.without && <input type="hidden" name="without" value="mandate" />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <Filters {...props} />
        {people.length === 0 ? (
          <p>{query.q || query.role || query.organisation ? t('members.none-found') : t('members.none')}</p>
        ) : (
          <table class="roll">
            <thead>
              <tr>
                <th scope="col">{t('members.person')}</th>
                <th scope="col">{t('members.mandates')}</th>
              </tr>
            </thead>
            <tbody>
              {people.map(person => (
                <PersonRow key={person.id} person={person} {...props} />
              ))}
            </tbody>
          </table>
        )}
        <MoreLink next={props.next} />
        {counts.all > 0 && (
          <p>
            <a href={href('membersExport', { ...here, file: 'members.csv' }, asSearch(query))}>
              {t('list.csv')}
            </a>{' '}
            <small>{manages ? t('members.csv.addresses') : t('members.csv.no-addresses')}</small>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}

function Filters({ network, manages, query, organisation, counts }: MembersPageProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const leading = (change: Partial<PeopleQuery>) =>
    href('members', { locale, network: network.slug }, asSearch({ ...query, ...change }))
  const kinds = [
    {
      change: { role: null, without: false },
      on: query.role === null && !query.without,
      label: t('list.all'),
      count: counts.all,
    },
    ...mandateRoles.map(role => ({
      change: { role, without: false },
      on: query.role === role,
      label: t(roleNames[role]),
      count: counts.roles[role],
    })),
    ...(manages
      ? [
          {
            change: { role: null, organisation: null, without: true },
            on: query.without,
            label: t('members.without'),
            count: counts.without,
          },
        ]
      : []),
  ]
  return (
    <nav class="tags chosen" aria-label={t('list.filters')}>
      {kinds
        .filter(({ count, on }) => count > 0 || on)
        .map(({ change, on, label, count }) => (
          <a
            key={label}
            class={on ? 'tag on' : 'tag'}
            href={leading(change)}
            aria-current={on ? 'true' : undefined}
          >
            {label} <small>{number(count)}</small>
          </a>
        ))}
      {organisation && (
        <a
          class="tag on"
          href={leading({ organisation: null })}
          aria-label={t('list.remove', { name: organisation.name })}
        >
          {organisation.name} ×
        </a>
      )}
    </nav>
  )
}

function PersonRow({ person, network, manages }: MembersPageProps & { person: Member }) {
  const { t, locale } = useFrame().i18n
  return (
    <tr>
      <td>
        <a class="who" href={href('person', { locale, network: network.slug, person: person.id })}>
          {person.name}
        </a>
        {manages && person.email && <small class="address-line">{person.email}</small>}
        {manages && !person.hasAccount && <small class="address-line">{t('members.no-account')}</small>}
      </td>
      <td>
        <ul class="held">
          {person.mandates.map(({ id, title, organisationId, organisation, role }) => (
            <li key={id}>
              {title}
              {title && organisation && ', '}
              {organisationId && (
                <a
                  href={href(
                    'members',
                    { locale, network: network.slug },
                    new URLSearchParams({ organisation: organisationId }),
                  )}
                >
                  {organisation}
                </a>
              )}
              {(title || organisation) && <span aria-hidden="true"> · </span>}
              <small>{t(roleNames[role])}</small>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

export function asSearch(query: PeopleQuery): URLSearchParams {
  const search = new URLSearchParams()
  if (query.q) search.set('q', query.q)
  if (query.role) search.set('role', query.role)
  if (query.organisation) search.set('organisation', query.organisation)
  if (query.without) search.set('without', 'mandate')
  return search
}
