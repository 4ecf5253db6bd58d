import { href } from '#http/routes.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import type { FormerStay, RollLine, RollPerson } from '#modules/groups/roll.ts'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import { roleNames } from '#modules/groups/views/names.ts'
import { MoreLink, type Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

interface RollPageProps {
  network: Network
  opened: OpenedGroup
  q: string
  counts: { people: number; organisations: number }
  lines: RollLine[]
  next: string | null
  former: FormerStay[]
  /** Who of those shown has no account, with their address: for those who run the group. */
  accountless: ReadonlyMap<string, string | null>
  /** Whether the reader invites people into the network. */
  mayInvite: boolean
}

/** Organisations with their people, then those who come for themselves. */
export function RollPage(props: RollPageProps) {
  const { network, opened, q, counts, lines } = props
  const { t, locale } = useFrame().i18n
  const { group, mayRun } = opened
  const here = { locale, network: network.slug, group: group.slug }
  const search = q ? new URLSearchParams({ q }) : undefined
  return (
    <GroupFrame network={network} opened={opened} at="groupMembers">
      <div class="listing">
        <p>
          {[
            t('group.count.organisations', { count: counts.organisations }),
            t('group.count.people', { count: counts.people }),
          ].join(' · ')}
        </p>
        {mayRun && (
          <p class="buttons">
            <a class="button" href={href('groupOrganisations', here)}>
              {t('group.add-organisation')}
            </a>
            <a class="button quiet" href={href('groupInvitations', here)}>
              {t('group.invite')}
            </a>
          </p>
        )}
        {props.accountless.size > 0 && (
          <p class="notice">
            {t('group.no-account', { count: props.accountless.size })}{' '}
            {props.mayInvite ? t('group.no-account.invite') : t('group.no-account.ask')}
          </p>
        )}
        <search>
          <form class="search" method="get" action={href('groupMembers', here)}>
            <label class="visually-hidden" for="q">
              {t('group.members.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={q}
              placeholder={t('group.members.search')}
              maxLength={200}
            />
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        {lines.length === 0 ? (
          <p>{q ? t('group.members.none-found') : t('group.members.none')}</p>
        ) : (
          <table class="roll">
            <thead>
              <tr>
                <th scope="col">{t('organisations.name')}</th>
                <th scope="col">{t('group.people')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(line => (
                <Line key={line.id} line={line} {...props} />
              ))}
            </tbody>
          </table>
        )}
        <MoreLink next={props.next} />
        {lines.length > 0 && (
          <p>
            <a href={href('groupMembersExport', { ...here, file: 'members.csv' }, search)}>{t('list.csv')}</a>
            {' · '}
            <a href={href('groupMembersExport', { ...here, file: 'members.xlsx' }, search)}>
              {t('group.xlsx')}
            </a>
          </p>
        )}
        {props.former.length > 0 && <Former {...props} />}
      </div>
    </GroupFrame>
  )
}

function Line({ line, ...props }: RollPageProps & { line: RollLine }) {
  const { network, opened } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug, organisation: line.id }
  return (
    <tr>
      <td>
        {line.organisation === null ? (
          <small>{t('group.for-oneself')}</small>
        ) : (
          <>
            <a class="who" href={href('organisation', here)}>
              {line.organisation}
            </a>
            {line.from && <small class="address-line">{t('mandate.since', { day: day(line.from) })}</small>}
            {opened.mayRun && (
              <small class="address-line">
                <a
                  href={href('groupOrganisationDeparture', here)}
                  aria-label={t('group.end-organisation.name', { name: line.organisation })}
                >
                  {t('group.end-organisation')}
                </a>
              </small>
            )}
          </>
        )}
      </td>
      <td>
        {line.people.length === 0 && <small>{t('group.nobody')}</small>}
        <ul class="held">
          {line.people.map(person => (
            <li key={person.id}>
              <Person {...props} person={person} since={line.from} />
            </li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

/** @param since of their organisation, beside which they stand */
function Person(props: RollPageProps & { person: RollPerson; since: string | null }) {
  const { person, since, network, opened, accountless, mayInvite } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug, person: person.id }
  const email = accountless.get(person.id)
  return (
    <>
      <a href={href('person', here)}>{person.name}</a>{' '}
      <small>
        {[
          person.role !== 'member' && t(roleNames[person.role]),
          accountless.has(person.id) && t('members.no-account'),
          person.from !== since && t('mandate.since', { day: day(person.from) }),
        ]
          .filter(Boolean)
          .join(' · ')}
        {opened.mayRun && (
          <>
            {' '}
            <a
              href={href('groupMember', here)}
              aria-label={t('group.member.change.name', { name: person.name })}
            >
              {t('group.member.change')}
            </a>
          </>
        )}
        {email && mayInvite && (
          <>
            {' · '}
            <a
              href={href(
                'newInvitation',
                here,
                new URLSearchParams({ address: `${person.name.replace(/[<>]/g, ' ')} <${email}>` }),
              )}
              aria-label={t('group.no-account.invite.name', { name: person.name })}
            >
              {t('person.invite')}
            </a>
          </>
        )}
      </small>
    </>
  )
}

function Former({ network, former }: RollPageProps) {
  const { t, locale, day } = useFrame().i18n
  return (
    <details>
      <summary>{t('group.former', { count: former.length })}</summary>
      <ul class="held">
        {former.map((stay, index) => (
          <li key={index}>
            {stay.person && (
              <a href={href('person', { locale, network: network.slug, person: stay.person.id })}>
                {stay.person.name}
              </a>
            )}
            {stay.person && stay.organisation && ', '}
            {stay.organisation?.name}{' '}
            <small>{t('mandate.span', { from: day(stay.from), until: day(stay.until) })}</small>
          </li>
        ))}
      </ul>
    </details>
  )
}
