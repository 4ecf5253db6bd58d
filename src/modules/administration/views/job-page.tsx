import { possibleActs } from '#modules/administration/jobs.ts'
import type { PayloadField } from '#modules/administration/payload.ts'
import { addressesOf } from '#modules/administration/scope.ts'
import { AdministrationLayout, Fact } from '#modules/administration/views/administration-layout.tsx'
import { JobProgress, JobStateTag, queueName, timeSaid } from '#modules/administration/views/job-words.tsx'
import type { Network } from '#modules/network/index.ts'
import type { JobRecord } from '#platform/jobs/listing.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const refreshSeconds = 5

/** One job, from being sent to its end. While something is under way the page asks for itself again. */
export function JobPage(props: {
  network: Network | null
  timeZone: string
  job: JobRecord
  payload: PayloadField[]
  /** Slug of the network it is of, for the installation. */
  of: string | null
  moving: boolean
  /** The reader wants the page to stay as it is. */
  still: boolean
  now: Date
}) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, job, moving, still } = props
  const at = addressesOf(network, locale)
  const acts = possibleActs(job.state)
  const momentOf = (date: Date) => <time dateTime={date.toISOString()}>{moment(date, props.timeZone)}</time>
  return (
    <AdministrationLayout
      of={network}
      title={queueName(job.queue, i18n)}
      above={{ href: at.jobs(), label: t('administration.jobs') }}
      refresh={moving && !still ? refreshSeconds : undefined}
    >
      <section class="state">
        <p>
          <JobStateTag state={job.state} /> {timeSaid(job, props.now, i18n)}
        </p>
        <JobProgress job={job} />
        {moving && (
          <p>
            <small>
              {still ? t('jobs.still') : t('jobs.refreshed', { seconds: refreshSeconds })}{' '}
              <a href={at.job(job.id, still ? undefined : new URLSearchParams({ still: '' }))}>
                {still ? t('jobs.follow') : t('jobs.stop-refreshing')}
              </a>
            </small>
          </p>
        )}
        {acts.length > 0 && (
          <div class="buttons">
            {acts.includes('retry') && <ActionButton action={at.jobRetry(job.id)} label={t('jobs.retry')} />}
            {acts.includes('cancellation') && (
              <ActionButton action={at.jobCancellation(job.id)} label={t('jobs.cancel')} danger />
            )}
          </div>
        )}
        {acts.includes('cancellation') && <small>{t('jobs.cancel.means')}</small>}
      </section>
      {job.failure && (
        <section>
          <h2>{t(job.state === 'completed' ? 'jobs.failure.earlier' : 'jobs.failure')}</h2>
          <pre lang="en">{job.failure}</pre>
        </section>
      )}
      <section>
        <h2>{t('jobs.course')}</h2>
        <dl class="known">
          <Fact name={t('jobs.sent')}>{momentOf(job.createdAt)}</Fact>
          {job.dueAt > job.createdAt && <Fact name={t('jobs.due-at')}>{momentOf(job.dueAt)}</Fact>}
          {job.startedAt && <Fact name={t('jobs.started')}>{momentOf(job.startedAt)}</Fact>}
          {job.endedAt && <Fact name={t('jobs.ended')}>{momentOf(job.endedAt)}</Fact>}
          <Fact name={t('jobs.tries')}>{t('jobs.tries.of', { tries: job.tries, most: job.mostTries })}</Fact>
          {props.of !== null && <Fact name={t('jobs.network')}>{props.of}</Fact>}
          <Fact name={t('jobs.id')}>
            <code>{job.id}</code>
          </Fact>
        </dl>
      </section>
      {props.payload.length > 0 && (
        <section>
          <h2>{t('jobs.payload')}</h2>
          <dl class="known">
            {props.payload.map(({ name, value }) => (
              <Fact key={name} name={<code>{name}</code>}>
                {value ?? <em>{t('jobs.payload.kept')}</em>}
              </Fact>
            ))}
          </dl>
        </section>
      )}
    </AdministrationLayout>
  )
}
