import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Minutes, MinutesState } from '#modules/meetings/minutes/minutes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Minutes as they were published; with those before, for whoever is at home in the network. */
export function MinutesPage(props: {
  network: Network
  meeting: Meeting
  mayRun: boolean
  inside: boolean
  /** None yet, for those who are to write them. */
  minutes: Minutes | null
  state: MinutesState
}) {
  const { network, meeting, minutes, state, mayRun } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const version = minutes && minutes.version !== state.versions[0]?.version ? minutes.version : null
  const query = version === null ? undefined : new URLSearchParams({ version: String(version) })
  return (
    <NetworkLayout of={network} title={t('minutes.title', { meeting: meeting.title })} noIndex>
      <article class="minutes">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('minutes.title', { meeting: meeting.title })}</h1>
        {minutes ? (
          <>
            <p class="minutes-facts">
              <small>
                {t('minutes.version', {
                  version: minutes.version,
                  day: i18n.day(minutes.publishedAt, network.timeZone),
                })}
                {minutes.publishedBy && ` · ${minutes.publishedBy}`}
              </small>
            </p>
            {version !== null && (
              <p class="notice">
                {t('minutes.former')} <a href={href('meetingMinutes', here)}>{t('minutes.latest')}</a>
              </p>
            )}
            <p class="buttons no-print">
              <a
                class="button quiet"
                href={href('meetingMinutesExport', { ...here, file: 'minutes.pdf' }, query)}
              >
                {t('minutes.pdf')}
              </a>
              <a
                class="button quiet"
                href={href('meetingMinutesExport', { ...here, file: 'minutes.md' }, query)}
              >
                {t('minutes.markdown')}
              </a>
              {mayRun && (
                <a class="button quiet" href={href('meetingMinutesDraft', here)}>
                  {t('minutes.correct')}
                </a>
              )}
            </p>
            <div
              class="prose"
              lang={meeting.language}
              dangerouslySetInnerHTML={{ __html: renderMarkdown(minutes.text) }}
            />
          </>
        ) : (
          <>
            <p>{t('minutes.none')}</p>
            <p class="buttons">
              <a class="button" href={href('meetingMinutesDraft', here)}>
                {t('minutes.begin')}
              </a>
            </p>
          </>
        )}
        {props.inside && state.versions.length > 1 && (
          <section class="no-print">
            <h2>{t('minutes.versions')}</h2>
            <ul class="plain-list">
              {state.versions.map(one => (
                <li key={one.version}>
                  <a
                    href={href('meetingMinutes', here, new URLSearchParams({ version: String(one.version) }))}
                  >
                    {t('minutes.version', {
                      version: one.version,
                      day: i18n.day(one.publishedAt, network.timeZone),
                    })}
                  </a>
                  {one.publishedBy && <small>{one.publishedBy}</small>}
                </li>
              ))}
            </ul>
          </section>
        )}
      </article>
    </NetworkLayout>
  )
}
