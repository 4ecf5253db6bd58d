import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

interface Room {
  route:
    | 'members'
    | 'invitations'
    | 'joinRequests'
    | 'organisations'
    | 'affiliations'
    | 'settings'
    | 'settingsEngagement'
    | 'audit'
    | 'mail'
    | 'jobs'
    | 'keys'
    | 'webhooks'
    | 'templates'
    | 'families'
    | 'reviewers'
    | 'commonsImports'
  label: MessageKey
  text: MessageKey
}

const people: Room[] = [
  { route: 'members', label: 'members.name', text: 'administration.members' },
  { route: 'invitations', label: 'invitations.name', text: 'administration.invitations' },
  { route: 'joinRequests', label: 'join-requests.name', text: 'administration.join-requests' },
  { route: 'organisations', label: 'organisations.name', text: 'administration.organisations' },
  { route: 'settingsEngagement', label: 'engagement.name', text: 'administration.engagement' },
]

const commons: Room[] = [
  { route: 'templates', label: 'templates.name', text: 'administration.templates' },
  { route: 'families', label: 'families.name', text: 'administration.families' },
  { route: 'reviewers', label: 'reviewers.name', text: 'administration.reviewers' },
  { route: 'commonsImports', label: 'administration.imports.name', text: 'administration.imports' },
]

const house: Room[] = [
  { route: 'affiliations', label: 'affiliations.name', text: 'administration.affiliations' },
  { route: 'settings', label: 'settings.name', text: 'administration.settings' },
  { route: 'audit', label: 'audit.title', text: 'administration.audit.text' },
  { route: 'mail', label: 'administration.mail', text: 'administration.mail.text' },
  { route: 'jobs', label: 'administration.jobs', text: 'administration.jobs.text' },
  { route: 'keys', label: 'keys.title', text: 'administration.keys.text' },
  { route: 'webhooks', label: 'administration.webhooks', text: 'administration.webhooks.text' },
]

/** Where everything begins that an administrator does. */
export function AdministrationPage({ network, waiting }: { network: Network; waiting: number }) {
  const { t } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={t('administration.name')} noIndex>
      <div>
        <h1>{t('administration.name')}</h1>
        {waiting > 0 && <p class="notice">{t('administration.waiting', { count: waiting })}</p>}
      </div>
      <div class="two">
        <Rooms title={t('administration.people')} rooms={people} network={network} />
        <Rooms title={t('commons.name')} rooms={commons} network={network} />
        <Rooms title={t('administration.house')} rooms={house} network={network} />
      </div>
    </NetworkLayout>
  )
}

function Rooms({ title, rooms, network }: { title: string; rooms: Room[]; network: Network }) {
  const { t, locale } = useFrame().i18n
  return (
    <section>
      <h2>{title}</h2>
      <ul class="plain-list">
        {rooms.map(({ route, label, text }) => (
          <li key={route}>
            <a href={href(route, { locale, network: network.slug })}>{t(label)}</a>
            <small>{t(text)}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
