import { rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** The rooms of the commons beside the list: the map, and what people make of what they read there. */
export function CommonsRooms({ network }: { network: Network }) {
  const { i18n, path, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const isMember = place?.slug === network.slug && place.role !== 'visitor'
  const rooms = [
    { address: href('commonsMap', here), label: t('commons.map.name') },
    { address: href('collections', here), label: t('collections.name') },
    { address: href('signals', here), label: t('signals.name') },
    { address: href('learning', here), label: t('learning.name') },
    ...(isMember
      ? [
          { address: href('following', here), label: t('following.name') },
          { address: href('templates', here), label: t('templates.name') },
        ]
      : []),
    ...(isMember && rank(place.role) >= rank('facilitator')
      ? [{ address: href('families', here), label: t('families.name') }]
      : []),
  ]
  const current = path.split('?')[0]
  return (
    <nav class="rooms no-print" aria-label={t('commons.rooms')}>
      {rooms.map(({ address, label }) => (
        <a key={address} href={address} aria-current={address === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  )
}
