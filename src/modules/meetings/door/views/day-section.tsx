import { href } from '#http/routes.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Decision } from '#modules/meetings/minutes/decisions.ts'
import { useFrame } from '#ui/frame.ts'

/** What is done on the day of a meeting and after, for those who may. */
export function DaySection(props: {
  network: { slug: string }
  meeting: Meeting
  mayRun: boolean
  mayWrite: boolean
  /** Of the reader's registration. */
  code: string | null
  hasMinutes: boolean
  decisions: Decision[]
}) {
  const { network, meeting, mayRun, mayWrite, code, hasMinutes, decisions } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const at = { ...here, meeting: meeting.id }
  const links = [
    code !== null && { address: href('checkIn', { ...here, token: code }), label: t('day.code') },
    mayRun && { address: href('meetingDoor', at), label: t('door.name') },
    mayRun && { address: href('meetingSheet', at), label: t('sheet.name') },
    mayWrite && { address: href('meetingNotes', at), label: t('notes.name') },
    mayWrite && { address: href('meetingBreakouts', at), label: t('breakouts.name') },
    hasMinutes && { address: href('meetingMinutes', at), label: t('minutes.name') },
    mayRun && !hasMinutes && { address: href('meetingMinutesDraft', at), label: t('minutes.begin') },
    mayRun && {
      address: href(
        'attendance',
        here,
        new URLSearchParams({ from: '', meeting: meeting.id, show: 'presences' }),
      ),
      label: t('attendance.name'),
    },
  ].filter(link => link !== false)
  return (
    <section class="day">
      <h2>{t('day.name')}</h2>
      <p class="buttons">
        {links.map(({ address, label }) => (
          <a key={address} class="button quiet" href={address}>
            {label}
          </a>
        ))}
      </p>
      {decisions.length > 0 && (
        <>
          <h3>{t('minutes.decisions')}</h3>
          <ol class="decisions">
            {decisions.map(({ id, text, owner, dueOn }) => (
              <li key={id}>
                {text}{' '}
                <small>
                  {[owner?.name, dueOn && t('minutes.due', { day: i18n.day(dueOn) })]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}
