import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { JobRecord, JobState } from '#platform/jobs/listing.ts'
import { useFrame } from '#ui/frame.ts'

export const stateNames: Record<JobState, MessageKey> = {
  created: 'jobs.state.created',
  retry: 'jobs.state.retry',
  active: 'jobs.state.active',
  completed: 'jobs.state.completed',
  cancelled: 'jobs.state.cancelled',
  failed: 'jobs.state.failed',
}

const queueNames: Record<string, MessageKey> = {
  'account.prune': 'jobs.queue.account.prune',
  'afterworks.lapsing': 'jobs.queue.afterworks.lapsing',
  'afterworks.satisfaction': 'jobs.queue.afterworks.satisfaction',
  'commons.consents': 'jobs.queue.commons.consents',
  'commons.families': 'jobs.queue.commons.families',
  'commons.following': 'jobs.queue.commons.following',
  'commons.import': 'jobs.queue.commons.import',
  'commons.steps': 'jobs.queue.commons.steps',
  'files.clean': 'jobs.queue.files.clean',
  'mail.digest': 'jobs.queue.mail.digest',
  'mail.send': 'jobs.queue.mail.send',
  'meetings.polls': 'jobs.queue.meetings.polls',
  'meetings.reminders': 'jobs.queue.meetings.reminders',
  'organisations.import': 'jobs.queue.organisations.import',
  'programmes.counting': 'jobs.queue.programmes.counting',
  'programmes.reminders': 'jobs.queue.programmes.reminders',
  'programmes.tasks': 'jobs.queue.programmes.tasks',
  'threads.tell': 'jobs.queue.threads.tell',
  'waiting.digest': 'jobs.queue.waiting.digest',
  'webhooks.deliver': 'jobs.queue.webhooks.deliver',
}

/** What is done in a queue; its own name where nobody gave it another. */
export function queueName(queue: string, { t }: I18n): string {
  const name = queueNames[queue]
  return name ? t(name) : queue
}

export function JobStateTag({ state }: { state: JobState }) {
  const { t } = useFrame().i18n
  return <span class={`tag state-${state}`}>{t(stateNames[state])}</span>
}

/** How far it is, as it says itself. */
export function JobProgress({ job }: { job: JobRecord }) {
  const { i18n } = useFrame()
  if (!job.progress || job.state !== 'active') return null
  const { done, total, text } = job.progress
  const said = text ? i18n.maybe(text, '', { count: done }) : ''
  const label = said || i18n.t('jobs.progress.label')
  return (
    <span class="progress">
      <progress value={total === null ? undefined : done} max={total ?? undefined} aria-label={label} />
      <small>
        {said && `${said} · `}
        {total === null
          ? i18n.t('jobs.progress.done', { done: i18n.number(done) })
          : i18n.t('jobs.progress.of', { done: i18n.number(done), total: i18n.number(total) })}
      </small>
    </span>
  )
}

/** Since when it waits or works, or how long it took. */
export function timeSaid(job: JobRecord, now: Date, { t, locale }: I18n): string {
  const span = (from: Date, to: Date) => timeSpan(to.getTime() - from.getTime(), locale)
  if (job.state === 'active' && job.startedAt) return t('jobs.since', { span: span(job.startedAt, now) })
  if (job.state === 'created') {
    return job.dueAt > now
      ? t('jobs.due', { span: span(now, job.dueAt) })
      : t('jobs.waits', { span: span(job.createdAt, now) })
  }
  if (job.state === 'retry') {
    return job.dueAt > now ? t('jobs.due', { span: span(now, job.dueAt) }) : t('jobs.due-now')
  }
  return job.startedAt && job.endedAt ? t('jobs.took', { span: span(job.startedAt, job.endedAt) }) : ''
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
const formats = new Map<string, Intl.NumberFormat>()

/** A time in its greatest unit: seconds, minutes, hours or days. */
export function timeSpan(ms: number, locale: string): string {
  const [unit, length] = units.find(([, length]) => ms >= length) ?? (['second', 1_000] as const)
  const key = `${locale} ${unit}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
    formats.set(key, format)
  }
  // Less than a second is said as one.
  return format.format(Math.max(1, Math.floor(ms / length)))
}
