import { href } from '#http/routes.ts'
import { useFrame } from '#ui/frame.ts'

/** The name of a group, leading to it. */
export function GroupLink({
  group,
  network,
}: {
  group: { slug: string; name: string }
  network: { slug: string }
}) {
  const { locale } = useFrame().i18n
  return <a href={href('group', { locale, network: network.slug, group: group.slug })}>{group.name}</a>
}
