import type { Finding } from '#db/examination.ts'
import { href } from '#http/routes.ts'
import { AdministrationLayout, Fact } from '#modules/administration/views/administration-layout.tsx'
import { queueName, stateNames, timeSpan } from '#modules/administration/views/job-words.tsx'
import { type JobState, jobStates } from '#platform/jobs/listing.ts'
import { useFrame } from '#ui/frame.ts'

interface HealthPageProps {
  findings: Finding[]
  counts: { queue: string; counts: Partial<Record<JobState, number>> }[]
  facts: {
    version: string
    node: string
    uptimeMs: number
    memoryBytes: number
    pageCache: { pages: number; bytes: number }
    storage: string
    mail: boolean
  }
}

/** What `cordee doctor` would say, and what this process knows of itself. */
export function HealthPage({ findings, counts, facts }: HealthPageProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const broken = findings.filter(({ holds }) => !holds)
  return (
    <AdministrationLayout of={null} title={t('health.title')}>
      <p class={broken.length > 0 ? 'notice' : undefined}>
        {broken.length === 0 ? t('health.sound') : t('health.broken', { count: broken.length })}
      </p>
      <ul class="findings">
        {[...broken, ...findings.filter(({ holds }) => holds)].map(finding => (
          <FindingEntry key={finding.check} finding={finding} />
        ))}
      </ul>
      <section>
        <h2>{t('health.process')}</h2>
        <dl class="known">
          <Fact name={t('health.version')}>{facts.version}</Fact>
          <Fact name="Node.js">{facts.node}</Fact>
          <Fact name={t('health.uptime')}>{timeSpan(facts.uptimeMs, locale)}</Fact>
          <Fact name={t('health.memory')}>{megabytes(facts.memoryBytes)}</Fact>
          <Fact name={t('health.page-cache')}>
            {t('health.page-cache.holds', {
              count: facts.pageCache.pages,
              size: megabytes(facts.pageCache.bytes),
            })}
          </Fact>
          <Fact name={t('health.storage')}>
            {t(facts.storage === 's3' ? 'health.storage.s3' : 'health.storage.local')}
          </Fact>
          <Fact name={t('health.mail')}>{t(facts.mail ? 'health.mail.server' : 'health.mail.outbox')}</Fact>
        </dl>
      </section>
      <section>
        <h2>
          <a href={href('platformJobs', { locale })}>{t('administration.jobs')}</a>
        </h2>
        {counts.length === 0 ? (
          <p>{t('jobs.none')}</p>
        ) : (
          <ul class="plain-list">
            {counts.map(({ queue, counts }) => (
              <li key={queue}>
                {queueName(queue, i18n)}
                <small>
                  {jobStates
                    .filter(state => counts[state])
                    .map(state => `${t(stateNames[state])} ${number(counts[state] ?? 0)}`)
                    .join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
      </section>
    </AdministrationLayout>
  )

  function megabytes(bytes: number): string {
    return t('health.megabytes', { count: Math.ceil(bytes / 2 ** 20) })
  }
}

function FindingEntry({ finding: { check, holds, detail } }: { finding: Finding }) {
  const { t, maybe } = useFrame().i18n
  return (
    <li class={holds ? undefined : 'broken'}>
      <p>
        <span class={`tag ${holds ? 'state-completed' : 'state-failed'}`}>
          {t(holds ? 'health.holds' : 'health.holds-not')}
        </span>{' '}
        <strong>{maybe(`doctor.${check}`, check)}</strong> {detail && <small>{detail}</small>}
      </p>
      {!holds && <p>{maybe(`doctor.${check}.mend`, '')}</p>}
    </li>
  )
}
