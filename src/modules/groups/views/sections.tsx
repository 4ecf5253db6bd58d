import { href } from '#http/routes.ts'
import type { GroupKind, GroupRole } from '#modules/groups/kinds.ts'
import type { OwnGroup } from '#modules/groups/listing.ts'
import type { Task } from '#modules/groups/tasks.ts'
import { OwnGroups } from '#modules/groups/views/groups-page.tsx'
import { kindNames, roleNames } from '#modules/groups/views/names.ts'
import { TaskList } from '#modules/groups/views/task-list.tsx'
import type { Waiting } from '#modules/groups/waiting.ts'
import { useFrame } from '#ui/frame.ts'

export function HomeSection(props: {
  network: { slug: string }
  groups: OwnGroup[]
  tasks: Task[]
  waiting: Waiting
}) {
  const { network, groups, tasks, waiting } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <>
      {waiting.requests.length + waiting.invitations.length > 0 && (
        <section>
          <h2>{t('group.waiting')}</h2>
          <ul class="plain-list">
            {waiting.invitations.map(({ id, group, inviter }) => (
              <li key={id}>
                <a href={href('groupInvitation', { ...here, group: group.slug, groupInvitation: id })}>
                  {t('group.invited', { name: group.name })}
                </a>
                {inviter && <small>{t('group.invited.by', { name: inviter })}</small>}
              </li>
            ))}
            {waiting.requests.map(({ slug, name, count }) => (
              <li key={slug}>
                <a href={href('groupRequests', { ...here, group: slug })}>{t('group.asking', { count })}</a>
                <small>{name}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {tasks.length > 0 && (
        <section>
          <h2>{t('tasks.mine')}</h2>
          <TaskList tasks={tasks} network={network} showGroup mayChange />
          <p>
            <a href={href('tasks', here)}>{t('tasks.mine.all')}</a>
          </p>
        </section>
      )}
      {groups.length > 0 && (
        <section>
          <h2>{t('groups.mine')}</h2>
          <OwnGroups groups={groups} network={network} />
        </section>
      )}
    </>
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
