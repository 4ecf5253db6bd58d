import { href } from '#http/routes.ts'
import type { GroupKind, GroupRole } from '#modules/groups/kinds.ts'
import type { OwnGroup } from '#modules/groups/listing.ts'
import { OwnGroups } from '#modules/groups/views/groups-page.tsx'
import { kindNames, roleNames } from '#modules/groups/views/names.ts'
import { useFrame } from '#ui/frame.ts'

export function HomeSection({ network, groups }: { network: { slug: string }; groups: OwnGroup[] }) {
  const { t } = useFrame().i18n
  return (
    <section>
      <h2>{t('groups.mine')}</h2>
      <OwnGroups groups={groups} network={network} />
    </section>
  )
}

/** The groups that somebody, or an organisation, is in. */
export function NamedGroups(props: {
  network: { slug: string }
  groups: { id: string; slug: string; name: string; kind: GroupKind; role?: GroupRole }[]
}) {
  const { t, locale } = useFrame().i18n
  return (
    <section>
      <h2>{t('groups.name')}</h2>
      <ul class="group-list">
        {props.groups.map(({ id, slug, name, kind, role }) => (
          <li key={id}>
            <a class="who" href={href('group', { locale, network: props.network.slug, group: slug })}>
              {name}
            </a>
            <small>
              {t(kindNames[kind])}
              {role && role !== 'member' && ` · ${t(roleNames[role])}`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
