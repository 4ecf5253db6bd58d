import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Deliverable } from '#modules/groups/deliverables.ts'
import type { GroupFace } from '#modules/groups/face.ts'
import type { GroupKind } from '#modules/groups/kinds.ts'
import type { Group, OpenedGroup } from '#modules/groups/opening.ts'
import type { Task } from '#modules/groups/tasks.ts'
import { DeliverableList } from '#modules/groups/views/deliverable-list.tsx'
import { kindNames, roleNames, visibilityNames } from '#modules/groups/views/names.ts'
import { TaskList } from '#modules/groups/views/task-list.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { type ShownThread, ThreadSection } from '#modules/threads/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface GroupPageProps {
  network: Network
  opened: OpenedGroup
  path: { slug: string; name: string }[]
  inner: { slug: string; name: string; kind: GroupKind }[]
  face: GroupFace
  /** For those inside the network. */
  work: {
    tasks: Task[]
    deliverables: Deliverable[]
    /** Whether what the reader asked waits; and how many ask, for those who run it. */
    asked: boolean
    asking: number
    /** Who the reader is, to leave by. */
    personId: string | null
  } | null
  /** What is said about it; null for visitors. */
  thread: ShownThread | null
  scripts: string[]
  /** What modules show of the group: its meetings. */
  children?: ComponentChildren
}

export function GroupPage(props: GroupPageProps) {
  const { network, opened, path, inner, face, work } = props
  const { t, locale } = useFrame().i18n
  const { group } = opened
  const here = { locale, network: network.slug, group: group.slug }
  return (
    <NetworkLayout
      of={network}
      title={group.name}
      description={group.summary}
      scripts={props.scripts}
      noIndex={group.visibility !== 'public'}
    >
      <article class="group-page">
        <p class="crumbs">
          <a href={href('groups', here)}>{t('groups.name')}</a>
          {path.map(({ slug, name }) => (
            <span key={slug}>
              {' › '}
              <a href={href('group', { ...here, group: slug })}>{name}</a>
            </span>
          ))}
        </p>
        <p class="kicker">
          {t(kindNames[group.kind])}
          {work && ` · ${t(visibilityNames[group.visibility])}`}
        </p>
        <h1>{group.name}</h1>
        {group.summary && <p class="lede">{group.summary}</p>}
        {group.archivedAt && <p class="notice">{t('group.archived')}</p>}
        {work && <Ways {...props} work={work} />}
        <Purpose group={group} />
        {face.people.length > 0 && (
          <section>
            <h2>{t('group.run-by')}</h2>
            <ul class="held">
              {face.people.map(person => (
                <li key={`${person.name} ${person.role}`}>
                  <strong>{person.name}</strong>
                  {person.organisation && `, ${person.organisation}`}{' '}
                  <small>{t(roleNames[person.role])}</small>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Organisations {...props} />
        {inner.length > 0 && (
          <section>
            <h2>{t('group.inner')}</h2>
            <ul class="group-list">
              {inner.map(one => (
                <li key={one.slug}>
                  <a class="who" href={href('group', { ...here, group: one.slug })}>
                    {one.name}
                  </a>
                  <small>{t(kindNames[one.kind])}</small>
                </li>
              ))}
            </ul>
          </section>
        )}
        {work && <Work {...props} work={work} />}
        {props.children}
        <ThreadSection network={network} thread={props.thread} />
      </article>
    </NetworkLayout>
  )
}

type Inside = GroupPageProps & { work: NonNullable<GroupPageProps['work']> }

/** What the reader may do here, and the other pages of the group. */
function Ways({ network, opened, work }: Inside) {
  const { t, locale } = useFrame().i18n
  const { group, role, mayRun, mayReopen } = opened
  const here = { locale, network: network.slug, group: group.slug }
  const leaves =
    role !== null && work.personId !== null
      ? href('groupMemberDeparture', { ...here, person: work.personId })
      : null
  const joins = role === null && !group.archivedAt && group.joining !== 'invitation' && work.personId !== null
  return (
    <>
      <nav class="tags chosen group-pages" aria-label={t('group.pages')}>
        <a class="tag on" href={href('group', here)} aria-current="page">
          {t('group.presentation')}
        </a>
        <a class="tag" href={href('groupMembers', here)}>
          {t('group.members')}
        </a>
        <a class="tag" href={href('groupTasks', here)}>
          {t('group.tasks')}
        </a>
        <a class="tag" href={href('groupDeliverables', here)}>
          {t('group.deliverables')}
        </a>
        <a class="tag" href={href('groupFiles', here)}>
          {t('group.files')}
        </a>
      </nav>
      {work.asked && (
        <p class="notice">
          {t('group.asked')}{' '}
          <ActionButton action={href('groupJoiningWithdrawal', here)} label={t('group.asked.withdraw')} />
        </p>
      )}
      {work.asking > 0 && (
        <p class="notice">
          <a href={href('groupRequests', here)}>{t('group.asking', { count: work.asking })}</a>
        </p>
      )}
      <p class="buttons">
        {joins && !work.asked && (
          <a class="button" href={href('groupJoining', here)}>
            {group.joining === 'open' ? t('group.join') : t('group.ask')}
          </a>
        )}
        {mayRun && (
          <>
            <a class="button" href={href('groupInvitations', here)}>
              {t('group.invite')}
            </a>
            <a class="button quiet" href={href('groupOrganisations', here)}>
              {t('group.add-organisation')}
            </a>
          </>
        )}
        {mayReopen && <ActionButton action={href('groupReopening', here)} label={t('group.reopen')} />}
        {leaves && !mayRun && (
          <a class="button quiet" href={leaves}>
            {t('group.leave')}
          </a>
        )}
      </p>
      {mayRun && (
        <details class="more-to-do">
          <summary>{t('group.manage')}</summary>
          <ul>
            <li>
              <a href={href('groupDetails', here)}>{t('group.change')}</a>
            </li>
            <li>
              <a href={href('newGroup', here, new URLSearchParams({ parent: group.slug }))}>
                {t('group.new-inner')}
              </a>
            </li>
            {leaves && (
              <li>
                <a href={leaves}>{t('group.leave')}</a>
              </li>
            )}
          </ul>
        </details>
      )}
    </>
  )
}

function Purpose({ group }: { group: Group }) {
  const { t, day } = useFrame().i18n
  const period = periodOf(group, day, t)
  return (
    <>
      {(group.objectives || period) && (
        <section>
          <h2>{t('group.objectives')}</h2>
          {period && <p>{period}</p>}
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(group.objectives, { headingShift: 2 }) }}
          />
        </section>
      )}
      {group.charter && (
        <section>
          <h2>{t('group.charter')}</h2>
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(group.charter, { headingShift: 2 }) }}
          />
        </section>
      )}
    </>
  )
}

function Organisations({ network, opened, face, work }: GroupPageProps) {
  const { t, locale } = useFrame().i18n
  if (face.count === 0 && !work) return null
  const here = { locale, network: network.slug, group: opened.group.slug }
  const rest = face.count - face.organisations.length
  return (
    <section>
      <h2>{t('organisations.name')}</h2>
      {face.count === 0 ? (
        <p>{t('group.organisations.none')}</p>
      ) : (
        <ul class="tags">
          {face.organisations.map(({ name }) => (
            <li key={name} class="tag">
              {name}
            </li>
          ))}
          {rest > 0 && <li class="tag">{t('group.organisations.more', { count: rest })}</li>}
        </ul>
      )}
      {work && (
        <p>
          <a href={href('groupMembers', here)}>{t('group.members.all', { count: face.members })}</a>
        </p>
      )}
    </section>
  )
}

function Work({ network, opened, work }: Inside) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <>
      {(work.tasks.length > 0 || opened.mayTakePart) && (
        <section>
          <h2>{t('group.tasks')}</h2>
          {work.tasks.length > 0 && (
            <TaskList tasks={work.tasks} network={network} mayChange={opened.mayTakePart} />
          )}
          <p>
            <a href={href('groupTasks', here)}>
              {work.tasks.length > 0 ? t('group.tasks.all') : t('group.tasks.first')}
            </a>
          </p>
        </section>
      )}
      {(work.deliverables.length > 0 || opened.mayTakePart) && (
        <section>
          <h2>{t('group.deliverables')}</h2>
          {work.deliverables.length > 0 && (
            <DeliverableList deliverables={work.deliverables} network={network} />
          )}
          <p>
            <a href={href('groupDeliverables', here)}>
              {work.deliverables.length > 0 ? t('group.deliverables.all') : t('group.deliverables.first')}
            </a>
          </p>
        </section>
      )}
    </>
  )
}

function periodOf(
  { startsOn, endsOn }: Group,
  day: (value: string) => string,
  t: ReturnType<typeof useFrame>['i18n']['t'],
): string | null {
  if (startsOn && endsOn) return t('mandate.span', { from: day(startsOn), until: day(endsOn) })
  if (startsOn) return t('group.from', { day: day(startsOn) })
  return endsOn ? t('group.until', { day: day(endsOn) }) : null
}
