import { href, type RouteName, routes } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Network } from '#modules/network/networks.ts'
import { inLanguage } from '#modules/network/networks.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout, type LayoutProps } from '#ui/layout.tsx'

/** Rooms whose pages lie beside the room's own address rather than under it. */
const belonging: Partial<Record<RouteName, RouteName[]>> = {
  commons: ['collections', 'signals', 'learning', 'following', 'families', 'templates'],
  writing: ['reviews'],
  meetings: ['datePolls', 'meetingSeries', 'attendance', 'afterworks', 'introductions'],
  groups: ['tasks'],
  programmes: ['programmeTemplates'],
  members: ['organisations', 'showcases'],
  administration: ['settings', 'invitations', 'joinRequests', 'audit', 'jobs', 'mail', 'webhooks'],
}

/** A page inside a network: its name in the bar, its rooms in the navigation. */
export function NetworkLayout(props: Omit<LayoutProps, 'network' | 'navigation'> & { of: Network }) {
  const { i18n, path, place } = useFrame()
  const { t, locale } = i18n
  const { of } = props
  const network = of.slug
  const here = path.split('?')[0] ?? ''
  const role = place?.slug === network ? place.role : 'visitor'
  const rooms = [
    { name: 'commons', label: t('commons.name') },
    { name: 'groups', label: t('groups.name') },
    ...(role === 'visitor' ? [] : [{ name: 'programmes', label: t('programmes.name') } as const]),
    { name: 'meetings', label: t('meetings.name') },
    ...(role === 'visitor' ? [] : [{ name: 'writing', label: t('writing.name') } as const]),
    ...(role === 'visitor' ? [] : [{ name: 'files', label: t('files.name') } as const]),
    ...(role === 'visitor' ? [] : [{ name: 'members', label: t('members.name') } as const]),
    ...(role === 'administrator'
      ? [{ name: 'administration', label: t('administration.name') } as const]
      : []),
  ] as const
  const addresses = rooms.flatMap(({ name }) =>
    [name, ...(belonging[name] ?? [])].map(one => ({
      room: name,
      address: routes[one].replace(':locale', locale).replace(':network', network),
    })),
  )
  // The longest address that the page lies under is where the reader is.
  const current = addresses
    .filter(({ address }) => here === address || here.startsWith(`${address}/`))
    .sort((a, b) => b.address.length - a.address.length)[0]?.room
  return (
    <Layout
      {...props}
      network={{
        slug: network,
        name: inLanguage(of.name, locale, of.locale).text,
        demonstration: of.demonstration,
        languages: of.languages,
        ...appearance(of, locale),
      }}
      navigation={rooms.map(({ name, label }) => ({
        href: href(name, { locale, network }),
        label,
        current: name === current,
      }))}
    />
  )
}

/** The sign and the colour of a network; each version has an address of its own, to be kept by browsers. */
function appearance(of: Network, locale: Locale): { logo?: string; theme?: string } {
  const here = { locale, network: of.slug }
  const version = (v: string) => new URLSearchParams({ v })
  return {
    ...(of.logoFileId && { logo: href('logo', here, version(of.logoFileId.slice(-12))) }),
    ...(of.accent && { theme: href('theme', here, version(of.accent.slice(1))) }),
  }
}
