import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { inLanguage } from '#modules/network/networks.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout, type LayoutProps } from '#ui/layout.tsx'

/** A page inside a network: its name in the bar, its rooms in the navigation. */
export function NetworkLayout(props: Omit<LayoutProps, 'network' | 'navigation'> & { of: Network }) {
  const { i18n, path } = useFrame()
  const { t, locale } = i18n
  const network = props.of.slug
  const here = path.split('?')[0] ?? ''
  const rooms = [
    { href: href('commons', { locale, network }), label: t('commons.name') },
    { href: href('commonsMap', { locale, network }), label: t('commons.map.name') },
  ]
  // The longest address that the page lies under is where the reader is.
  const current = rooms
    .map(room => room.href)
    .filter(address => here === address || here.startsWith(`${address}/`))
    .sort((a, b) => b.length - a.length)[0]
  return (
    <Layout
      {...props}
      network={{
        slug: network,
        name: inLanguage(props.of.name, locale, props.of.locale).text,
        demonstration: props.of.demonstration,
      }}
      navigation={rooms.map(room => ({ ...room, current: room.href === current }))}
    />
  )
}
