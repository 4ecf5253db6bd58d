import { href } from '#http/routes.ts'
import { halfDaysOf } from '#modules/meetings/door/half-days.ts'
import type { Expected } from '#modules/meetings/door/presences.ts'
import { blankLines, durationOf, halfDayName } from '#modules/meetings/door/sheet.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** To be printed as it is, or as PDF: a numbered line each, a column to sign in for each half-day. */
export function SheetPage(props: { network: Network; meeting: Meeting; people: Expected[] }) {
  const { network, meeting, people } = props
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const halfDays = halfDaysOf(meeting)
  const minutes = halfDays.reduce((sum, halfDay) => sum + halfDay.minutes, 0)
  return (
    <NetworkLayout of={network} title={t('sheet.title', { meeting: meeting.title })} noIndex>
      <article class="sheet">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('sheet.name')}</h1>
        <p class="sheet-facts">
          <strong>{meeting.title}</strong>
          <br />
          {moment(meeting.startsAt, meeting.timeZone)} · {durationOf(minutes, t)}
          {meeting.place && ` · ${meeting.place}`}
        </p>
        <p class="buttons">
          <a class="button" href={href('meetingSheetExport', { ...here, file: 'sheet.pdf' })}>
            {t('sheet.pdf')}
          </a>
          <a class="button quiet" href={href('meetingSheetEntry', here)}>
            {t('sheet.entry')}
          </a>
          {meeting.state === 'held' && (
            <a class="button quiet" href={href('meetingSheetExport', { ...here, file: 'attendance.pdf' })}>
              {t('sheet.attended.pdf')}
            </a>
          )}
        </p>
        <p class="no-print">
          <small>{t('sheet.print')}</small>
        </p>
        <div class="scroll">
          <table class="to-sign">
            <thead>
              <tr>
                <th scope="col" class="n">
                  {t('sheet.line')}
                </th>
                <th scope="col">{t('sheet.person')}</th>
                {halfDays.map(halfDay => (
                  <th key={halfDayName(halfDay, halfDays, i18n)} scope="col">
                    {halfDayName(halfDay, halfDays, i18n)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {people.map((person, line) => (
                <tr key={person.id}>
                  <td class="n">{line + 1}</td>
                  <td>
                    <strong>{person.name}</strong>
                    <small class="block">{person.organisation}</small>
                  </td>
                  {halfDays.map(({ date, part }) => (
                    <td key={date + part} />
                  ))}
                </tr>
              ))}
              {Array.from({ length: blankLines }, (_, line) => (
                <tr key={`blank-${people.length + line + 1}`} class="blank">
                  <td class="n">{people.length + line + 1}</td>
                  <td />
                  {halfDays.map(({ date, part }) => (
                    <td key={date + part} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="vouched">{t('sheet.vouched')}</p>
      </article>
    </NetworkLayout>
  )
}
