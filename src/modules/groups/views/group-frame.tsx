import type { ComponentChildren } from 'preact'
import { href, type RouteName } from '#http/routes.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

type GroupPageName = Extract<
  RouteName,
  'group' | 'groupMembers' | 'groupTasks' | 'groupDeliverables' | 'groupFiles'
>

/** A page of a group: its name, and the ways to its other pages. */
export function GroupFrame(props: {
  network: Network
  opened: OpenedGroup
  /** Which of its pages; a page beyond them has a title of its own. */
  at: GroupPageName | null
  title?: string
  scripts?: string[]
  children: ComponentChildren
}) {
  const { network, opened, at, title } = props
  const { t, locale } = useFrame().i18n
  const { group } = opened
  const here = { locale, network: network.slug, group: group.slug }
  const pages = [
    ['group', t('group.presentation')],
    ['groupMembers', t('group.members')],
    ['groupTasks', t('group.tasks')],
    ['groupDeliverables', t('group.deliverables')],
    ['groupFiles', t('group.files')],
  ] as const
  const name = at === null ? title : pages.find(([page]) => page === at)?.[1]
  return (
    <NetworkLayout of={network} title={`${name} – ${group.name}`} scripts={props.scripts ?? []} noIndex>
      <article class="group-page">
        <p class="crumbs">
          <a href={href('groups', here)}>{t('groups.name')}</a>
          {' › '}
          <a href={href('group', here)}>{group.name}</a>
        </p>
        <h1>{name}</h1>
        <nav class="tags chosen group-pages" aria-label={t('group.pages')}>
          {pages.map(([page, label]) => (
            <a
              key={page}
              class={page === at ? 'tag on' : 'tag'}
              href={href(page, here)}
              aria-current={page === at ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        {group.archivedAt && <p class="notice">{t('group.archived')}</p>}
        {props.children}
      </article>
    </NetworkLayout>
  )
}
