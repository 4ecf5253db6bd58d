import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { GroupRole } from '#modules/groups/kinds.ts'
import { groupRoles } from '#modules/groups/kinds.ts'
import type { Departure } from '#modules/groups/leaving.ts'
import type { GroupPerson, OpenedGroup } from '#modules/groups/opening.ts'
import type { Task } from '#modules/groups/tasks.ts'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import { roleNames } from '#modules/groups/views/names.ts'
import type { Network } from '#modules/network/index.ts'
import { type Choice, Choices, Form, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface DeparturePageProps {
  network: Network
  departure: Departure
  /** Whether the reader leaves themselves. */
  own: boolean
  /** Where it is sent. */
  action: string
  form: FormState
}

/** Leaving, with what is handed over to whom. */
export function DeparturePage({ network, departure, own, action, form }: DeparturePageProps) {
  const { t } = useFrame().i18n
  const { opened, people, organisation, tasks, heirs, needsSuccessor } = departure
  const name = organisation ?? people[0]?.name ?? ''
  const title = own ? t('group.leave') : t('group.departure', { name })
  // More than a list of a form can hold: those who run the group stand first.
  const choices = [...heirs]
    .sort((a, b) => Number(a.role === 'member') - Number(b.role === 'member'))
    .slice(0, 200)
    .map(heir => ({ value: heir.personId, label: called(heir) }))
  return (
    <GroupFrame network={network} opened={opened} at={null} title={title}>
      {organisation !== null && people.length > 0 && (
        <p>
          {t('group.departure.with', {
            names: people
              .slice(0, 20)
              .map(one => one.name)
              .join(', '),
          })}
        </p>
      )}
      <p>
        {tasks.length === 0 && !needsSuccessor
          ? t('group.departure.nothing')
          : t('group.departure.hand-over')}
      </p>
      <Form action={action} state={form} submit={own ? t('group.leave') : t('group.departure.submit')} danger>
        {needsSuccessor && (
          <Select
            name="successor"
            label={t('group.successor')}
            hint={t('group.successor.hint')}
            state={form}
            choices={[{ value: '', label: t('group.choose') }, ...choices]}
            required
          />
        )}
        {tasks.length > few ? (
          <>
            <Select
              name="heir"
              label={t('group.departure.all')}
              hint={t('group.departure.all.hint', { count: tasks.length })}
              state={form}
              choices={[{ value: '', label: t('task.no-owner') }, ...choices]}
            />
            <details open={tasks.some(({ id }) => form.values[`task.${id}`]?.[0])}>
              <summary>{t('group.departure.single')}</summary>
              <Tasks {...{ tasks, form, choices }} none={t('group.departure.as-all')} />
            </details>
          </>
        ) : (
          <Tasks {...{ tasks, form, choices }} none={t('task.no-owner')} />
        )}
      </Form>
    </GroupFrame>
  )
}

/** More than these are handed over as a whole first. */
const few = 3

function Tasks(props: { tasks: Task[]; form: FormState; choices: Choice[]; none: string }) {
  const { tasks, form, choices, none } = props
  return (
    <>
      {tasks.map(task => (
        <Select
          key={task.id}
          name={`task.${task.id}`}
          label={task.title}
          state={form}
          choices={[{ value: '', label: none }, ...choices]}
        />
      ))}
    </>
  )
}

/** What somebody is in the group, for those who run it to change. */
export function MemberPage(props: {
  network: Network
  opened: OpenedGroup
  person: GroupPerson
  form: FormState
}) {
  const { network, opened, person, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug, person: person.personId }
  return (
    <GroupFrame network={network} opened={opened} at={null} title={person.name}>
      {person.organisation && <p class="lede">{person.organisation}</p>}
      <Form action={href('groupMember', here)} state={form} submit={t('group.member.save')}>
        <Choices
          name="role"
          label={t('group.role')}
          state={form}
          choices={groupRoles.map((role: GroupRole) => ({ value: role, label: t(roleNames[role]) }))}
          required
        />
      </Form>
      <p class="other-way">
        <a class="danger" href={href('groupMemberDeparture', here)}>
          {t('group.departure', { name: person.name })}
        </a>
      </p>
    </GroupFrame>
  )
}

function called({ name, organisation }: GroupPerson): string {
  return organisation ? `${name} (${organisation})` : name
}
