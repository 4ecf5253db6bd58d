import { href } from '#http/routes.ts'
import type { GroupsQuery, KindCounts, ListedGroup, OwnGroup } from '#modules/groups/listing.ts'
import { kindNames, roleNames } from '#modules/groups/views/names.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

interface GroupsPageProps {
  network: Network
  query: GroupsQuery
  /** Whether the reader may found one at the first level. */
  founds: boolean
  /** Whether people and numbers are shown: not to visitors. */
  inside: boolean
  mine: OwnGroup[]
  groups: { group: ListedGroup; depth: number }[]
  counts: KindCounts
  next: string | null
}

export function GroupsPage(props: GroupsPageProps) {
  const { network, query, mine, groups } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const narrowed = query.q !== '' || query.kind !== null || query.archived
  return (
    <NetworkLayout
      of={network}
      title={t('groups.name')}
      description={t('groups.lede')}
      noIndex={props.inside}
    >
      <div class="listing">
        <h1>{t('groups.name')}</h1>
        {(props.founds || props.inside) && (
          <p class="buttons">
            {props.founds && (
              <a class="button" href={href('newGroup', here)}>
                {t('groups.new')}
              </a>
            )}
            {props.inside && (
              <a class="button quiet" href={href('tasks', here)}>
                {t('tasks.mine')}
              </a>
            )}
          </p>
        )}
        {mine.length > 0 && !narrowed && (
          <section>
            <h2>{t('groups.mine')}</h2>
            <OwnGroups groups={mine} network={network} />
          </section>
        )}
        <search>
          <form class="search" method="get" action={href('groups', here)}>
            <label class="visually-hidden" for="q">
              {t('groups.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('groups.search')}
              maxLength={200}
            />
            {query.kind && <input type="hidden" name="kind" value={query.kind} />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <Kinds {...props} />
        {groups.length === 0 ? (
          <p>
            {narrowed ? t('groups.none-found') : props.founds ? t('groups.none-yours') : t('groups.none')}
          </p>
        ) : (
          <ul class="group-list">
            {groups.map(({ group, depth }) => (
              <GroupEntry key={group.id} group={group} depth={depth} {...props} />
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
        {props.inside && (
          <p>
            <a
              href={href('groups', here, query.archived ? undefined : new URLSearchParams({ archived: '1' }))}
            >
              {query.archived ? t('groups.live') : t('groups.archived')}
            </a>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}

/** The groups somebody is in, and as what. */
export function OwnGroups({ groups, network }: { groups: OwnGroup[]; network: { slug: string } }) {
  const { t, locale } = useFrame().i18n
  return (
    <ul class="group-list">
      {groups.map(group => (
        <li key={group.id}>
          <a class="who" href={href('group', { locale, network: network.slug, group: group.slug })}>
            {group.name}
          </a>
          <small>
            {t(kindNames[group.kind])}
            {group.role !== 'member' && ` · ${t(roleNames[group.role])}`}
          </small>
        </li>
      ))}
    </ul>
  )
}

function GroupEntry({
  group,
  depth,
  network,
  inside,
}: GroupsPageProps & { group: ListedGroup; depth: number }) {
  const { t, locale } = useFrame().i18n
  const numbers = inside
    ? [
        group.organisations > 0 && t('group.count.organisations', { count: group.organisations }),
        t('group.count.people', { count: group.people }),
      ]
    : []
  return (
    <li data-depth={depth > 0 ? depth : undefined}>
      <a class="who" href={href('group', { locale, network: network.slug, group: group.slug })}>
        {group.name}
      </a>
      <small>
        {[t(kindNames[group.kind]), group.visibility === 'group' && t('group.closed'), ...numbers]
          .filter(Boolean)
          .join(' · ')}
      </small>
      {group.summary && <p>{group.summary}</p>}
    </li>
  )
}

function Kinds({ network, query, counts }: GroupsPageProps) {
  const { t, locale, number } = useFrame().i18n
  if (counts.length < 2 && query.kind === null) return null
  const leading = (kind: GroupsQuery['kind']) => {
    const search = new URLSearchParams()
    if (query.q) search.set('q', query.q)
    if (kind) search.set('kind', kind)
    if (query.archived) search.set('archived', '1')
    return href('groups', { locale, network: network.slug }, search)
  }
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const kinds = [
    { kind: null, label: t('groups.all'), count: all },
    ...counts.map(({ kind, count }) => ({ kind, label: t(kindNames[kind]), count })),
  ]
  return (
    <nav class="tags chosen" aria-label={t('list.filters')}>
      {kinds.map(({ kind, label, count }) => (
        <a
          key={label}
          class={kind === query.kind ? 'tag on' : 'tag'}
          href={leading(kind)}
          aria-current={kind === query.kind ? 'true' : undefined}
        >
          {label} <small>{number(count)}</small>
        </a>
      ))}
    </nav>
  )
}
