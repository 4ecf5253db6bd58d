import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Deliverable } from '#modules/groups/deliverables.ts'
import { deliverableStates, type TaskState, taskStates } from '#modules/groups/kinds.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import type { Task } from '#modules/groups/tasks.ts'
import { DeliverableList, WhereItIs } from '#modules/groups/views/deliverable-list.tsx'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import { GroupLink } from '#modules/groups/views/group-link.tsx'
import { deliverableStateNames, taskStateNames } from '#modules/groups/views/names.ts'
import { TaskList } from '#modules/groups/views/task-list.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { type ShownThread, ThreadSection } from '#modules/threads/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Who can do it, as a list of a form has them. */
export type Owners = { id: string; name: string }[]

export function TasksPage(props: {
  network: Network
  opened: OpenedGroup
  closed: boolean
  tasks: Task[]
  next: string | null
  owners: Owners
  form: FormState
}) {
  const { network, opened, closed, tasks, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at="groupTasks">
      <div class="listing">
        <nav class="tags chosen" aria-label={t('list.filters')}>
          <a
            class={closed ? 'tag' : 'tag on'}
            href={href('groupTasks', here)}
            aria-current={closed ? undefined : 'true'}
          >
            {t('tasks.open')}
          </a>
          <a
            class={closed ? 'tag on' : 'tag'}
            href={href('groupTasks', here, new URLSearchParams({ state: 'closed' }))}
            aria-current={closed ? 'true' : undefined}
          >
            {t('tasks.closed')}
          </a>
        </nav>
        {tasks.length === 0 ? (
          <p>{closed ? t('tasks.none-closed') : t('tasks.none')}</p>
        ) : (
          <TaskList tasks={tasks} network={network} mayChange={opened.mayTakePart} />
        )}
        <MoreLink next={props.next} />
        {opened.mayTakePart && !closed && (
          <section>
            <h2>{t('task.new')}</h2>
            <Form action={href('groupTasks', here)} state={form} submit={t('task.add')}>
              <TaskFields owners={props.owners} form={form} />
            </Form>
          </section>
        )}
      </div>
    </GroupFrame>
  )
}

/** What somebody is to do, in all groups. */
export function OwnTasksPage(props: { network: Network; tasks: Task[]; next: string | null }) {
  const { network, tasks } = props
  const { t, locale } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={t('tasks.mine')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('groups', { locale, network: network.slug })}>{t('groups.name')}</a>
        </p>
        <h1>{t('tasks.mine')}</h1>
        {tasks.length === 0 ? (
          <p>{t('tasks.none-mine')}</p>
        ) : (
          <TaskList tasks={tasks} network={network} showGroup mayChange />
        )}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

export function TaskPage(props: {
  network: Network
  task: Task
  mayChange: boolean
  owners: Owners
  form: FormState
  thread: ShownThread | null
}) {
  const { network, task, mayChange, form } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, task: task.id }
  const others: [TaskState, string][] = [
    ['done', t('task.mark-done')],
    ['dropped', t('task.mark-dropped')],
    ['open', t('task.reopen')],
  ]
  return (
    <NetworkLayout of={network} title={task.title} noIndex>
      <article class="group-page">
        <p class="crumbs">
          {task.group ? (
            <GroupLink group={task.group} network={network} />
          ) : (
            <a href={href('tasks', here)}>{t('tasks.mine')}</a>
          )}
        </p>
        <p class="kicker">{t('task.name')}</p>
        <h1>{task.title}</h1>
        <p class="lede">
          {[
            task.owner?.name ?? t('task.no-owner'),
            task.dueOn && t(task.overdue ? 'task.overdue' : 'task.due-on', { day: day(task.dueOn) }),
            t(taskStateNames[task.state]),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {task.details && <Markdown text={task.details} />}
        {mayChange && (
          <p class="actions">
            {taskStates
              .filter(state => state !== task.state && (task.state === 'open' || state === 'open'))
              .map(state => (
                <ActionButton
                  key={state}
                  action={href('taskState', here)}
                  label={others.find(([one]) => one === state)?.[1] ?? ''}
                  fields={{ state, back: 'task' }}
                  danger={state === 'dropped'}
                />
              ))}
          </p>
        )}
        {mayChange && (
          <details open={Object.keys(form.errors).length > 0}>
            <summary>{t('task.change')}</summary>
            <Form action={href('task', here)} state={form} submit={t('task.save')}>
              <TaskFields owners={props.owners} form={form} />
            </Form>
          </details>
        )}
        <ThreadSection network={network} thread={props.thread} />
      </article>
    </NetworkLayout>
  )
}

function TaskFields({ owners, form }: { owners: Owners; form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <>
      <TextField name="title" label={t('task.title')} state={form} maxLength={300} required />
      <Select
        name="owner"
        label={t('task.owner')}
        state={form}
        choices={[
          { value: '', label: t('task.no-owner') },
          ...owners.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextField name="due" label={t('task.due')} type="date" state={form} />
      <TextArea name="details" label={t('task.details')} hint={t('group.markdown')} state={form} rows={4} />
    </>
  )
}

export function DeliverablesPage(props: {
  network: Network
  opened: OpenedGroup
  deliverables: Deliverable[]
  next: string | null
  files: Owners
  form: FormState
}) {
  const { network, opened, deliverables, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at="groupDeliverables">
      <div class="listing">
        {deliverables.length === 0 ? (
          <p>{t('deliverables.none')}</p>
        ) : (
          <DeliverableList deliverables={deliverables} network={network} />
        )}
        <MoreLink next={props.next} />
        {opened.mayTakePart && (
          <section>
            <h2>{t('deliverable.new')}</h2>
            <Form action={href('groupDeliverables', here)} state={form} submit={t('deliverable.add')}>
              <DeliverableFields files={props.files} form={form} />
            </Form>
          </section>
        )}
      </div>
    </GroupFrame>
  )
}

export function DeliverablePage(props: {
  network: Network
  deliverable: Deliverable
  mayChange: boolean
  files: Owners
  form: FormState
  thread: ShownThread | null
}) {
  const { network, deliverable, mayChange, form } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, deliverable: deliverable.id }
  return (
    <NetworkLayout of={network} title={deliverable.title} noIndex>
      <article class="group-page">
        <p class="crumbs">
          <GroupLink group={deliverable.group} network={network} />
        </p>
        <p class="kicker">{t('deliverable.name')}</p>
        <h1>{deliverable.title}</h1>
        <p class="lede">
          {[
            t(deliverableStateNames[deliverable.state]),
            deliverable.dueOn &&
              t(deliverable.overdue ? 'task.overdue' : 'task.due-on', { day: day(deliverable.dueOn) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {(deliverable.file || deliverable.url) && (
          <p>
            <WhereItIs deliverable={deliverable} network={network} />
          </p>
        )}
        {deliverable.details && <Markdown text={deliverable.details} />}
        {mayChange && (
          <details open={Object.keys(form.errors).length > 0}>
            <summary>{t('deliverable.change')}</summary>
            <Form action={href('deliverable', here)} state={form} submit={t('task.save')}>
              <DeliverableFields files={props.files} form={form} />
            </Form>
          </details>
        )}
        <ThreadSection network={network} thread={props.thread} />
      </article>
    </NetworkLayout>
  )
}

function DeliverableFields({ files, form }: { files: Owners; form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <>
      <TextField name="title" label={t('task.title')} state={form} maxLength={300} required />
      <Select
        name="state"
        label={t('deliverable.state')}
        state={form}
        choices={deliverableStates.map(state => ({ value: state, label: t(deliverableStateNames[state]) }))}
        required
      />
      <TextField name="due" label={t('task.due')} type="date" state={form} />
      {files.length > 0 && (
        <Select
          name="file"
          label={t('deliverable.file')}
          hint={t('deliverable.file.hint')}
          state={form}
          choices={[
            { value: '', label: t('deliverable.no-file') },
            ...files.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      <TextField
        name="url"
        label={t('deliverable.url')}
        hint={t('deliverable.url.hint')}
        state={form}
        maxLength={1_000}
      />
      <TextArea name="details" label={t('task.details')} hint={t('group.markdown')} state={form} rows={4} />
    </>
  )
}

function Markdown({ text }: { text: string }) {
  return <div class="prose" dangerouslySetInnerHTML={{ __html: renderMarkdown(text, { headingShift: 2 }) }} />
}
