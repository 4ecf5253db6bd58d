import type { JobQuery } from '#modules/administration/job-pages.ts'
import { addressesOf } from '#modules/administration/scope.ts'
import { AdministrationLayout, Pager } from '#modules/administration/views/administration-layout.tsx'
import {
  JobProgress,
  JobStateTag,
  queueName,
  stateNames,
  timeSaid,
} from '#modules/administration/views/job-words.tsx'
import type { Network } from '#modules/network/index.ts'
import { type JobRecord, type JobState, jobStates } from '#platform/jobs/listing.ts'
import { useFrame } from '#ui/frame.ts'

interface JobsPageProps {
  network: Network | null
  timeZone: string
  query: JobQuery
  jobs: JobRecord[]
  next: string | null
  counts: { queue: string; counts: Partial<Record<JobState, number>> }[]
  /** Slugs by id, for the installation, which has jobs of all of them. */
  networks: Map<string, string>
  now: Date
}

/** What is done behind the pages: what waits, what runs, what failed. */
export function JobsPage(props: JobsPageProps) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, jobs, query, now } = props
  const at = addressesOf(network, locale)
  const narrowed = queryOf(query)
  const older = queryOf(query)
  if (props.next !== null) older.set('after', props.next)
  return (
    <AdministrationLayout of={network} title={t('administration.jobs')}>
      <p>{t(network ? 'jobs.lede' : 'jobs.lede.platform')}</p>
      <Filters {...props} />
      {jobs.length === 0 ? (
        <p>{t('jobs.none')}</p>
      ) : (
        <ul class="entries">
          {jobs.map(job => (
            <li key={job.id}>
              <div>
                <a class="title" href={at.job(job.id)}>
                  {queueName(job.queue, i18n)}
                </a>
                <JobProgress job={job} />
                {job.failure && job.state !== 'completed' && (
                  <small class="failure" lang="en">
                    {job.failure}
                  </small>
                )}
                <small>
                  <time dateTime={job.createdAt.toISOString()}>{moment(job.createdAt, props.timeZone)}</time>
                  {job.networkId !== null && props.networks.has(job.networkId) && (
                    <> · {props.networks.get(job.networkId)}</>
                  )}
                </small>
              </div>
              <div class="aside">
                <JobStateTag state={job.state} />
                <small>{timeSaid(job, now, i18n)}</small>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Pager
        first={query.after === undefined ? null : at.jobs(narrowed)}
        next={props.next === null ? null : at.jobs(older)}
        label={t('jobs.pages')}
      />
    </AdministrationLayout>
  )
}

/** Each count leads to what it counts. */
function Filters({ network, query, counts }: JobsPageProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const at = addressesOf(network, locale)
  const leading = (change: Partial<JobQuery>) => at.jobs(queryOf({ ...query, ...change }))
  const sum = (state: JobState | undefined, queue: string | undefined) =>
    counts
      .filter(one => queue === undefined || one.queue === queue)
      .flatMap(one => (state ? [one.counts[state] ?? 0] : Object.values(one.counts)))
      .reduce((total, count) => total + count, 0)
  const states = jobStates.filter(state => state === query.state || sum(state, query.queue) > 0)
  return (
    <nav class="filters" aria-label={t('jobs.filters')}>
      <p class="tags">
        <a
          class="tag"
          href={leading({ state: undefined })}
          aria-current={query.state === undefined ? 'true' : undefined}
        >
          {t('jobs.all-states')} <small>{number(sum(undefined, query.queue))}</small>
        </a>
        {states.map(state => (
          <a
            key={state}
            class="tag"
            href={leading({ state })}
            aria-current={query.state === state ? 'true' : undefined}
          >
            {t(stateNames[state])} <small>{number(sum(state, query.queue))}</small>
          </a>
        ))}
      </p>
      {counts.length > 1 && (
        <p class="tags">
          <a
            class="tag"
            href={leading({ queue: undefined })}
            aria-current={query.queue === undefined ? 'true' : undefined}
          >
            {t('jobs.all-queues')} <small>{number(sum(query.state, undefined))}</small>
          </a>
          {counts.map(({ queue }) => (
            <a
              key={queue}
              class="tag"
              href={leading({ queue })}
              aria-current={query.queue === queue ? 'true' : undefined}
            >
              {queueName(queue, i18n)} <small>{number(sum(query.state, queue))}</small>
            </a>
          ))}
        </p>
      )}
    </nav>
  )
}

function queryOf({ state, queue }: JobQuery): URLSearchParams {
  return new URLSearchParams({ ...(state && { state }), ...(queue && { queue }) })
}
