import { href } from '#http/routes.ts'
import type { Task } from '#modules/groups/tasks.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface TaskListProps {
  tasks: Task[]
  network: { slug: string }
  /** Where they are somebody's own, of several groups: the group is told, and not whose they are. */
  showGroup?: boolean
  /** Whether the reader takes part in what they are of, and can say that they are done. */
  mayChange?: boolean
}

/** What is to be done, by whom, by when; what is late stands out. */
export function TaskList({ tasks, network, showGroup = false, mayChange = false }: TaskListProps) {
  const { t, locale, day } = useFrame().i18n
  return (
    <ul class="tasks">
      {tasks.map(task => {
        const here = { locale, network: network.slug, task: task.id }
        const closed = task.state !== 'open'
        return (
          <li key={task.id} data-state={task.overdue ? 'overdue' : task.state}>
            <div>
              <a class="who" href={href('task', here)}>
                {task.title}
              </a>
              <small>{(showGroup && task.group?.name) || (task.owner?.name ?? t('task.no-owner'))}</small>
            </div>
            <div class="state">
              {closed && <small>{t(task.state === 'done' ? 'task.done' : 'task.dropped')}</small>}
              {!closed && task.dueOn && (
                <small>{t(task.overdue ? 'task.overdue' : 'task.due-on', { day: day(task.dueOn) })}</small>
              )}
              {mayChange && (
                <ActionButton
                  action={href('taskState', here)}
                  label={t(closed ? 'task.reopen' : 'task.mark-done')}
                  fields={{ state: closed ? 'open' : 'done' }}
                />
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
