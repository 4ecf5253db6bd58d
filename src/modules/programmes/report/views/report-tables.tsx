import { href } from '#http/routes.ts'
import { durationOf } from '#modules/meetings/index.ts'
import { stateNames } from '#modules/programmes/progress/views/names.ts'
import { describedAs, doneOf, stepDoneBy } from '#modules/programmes/report/views/names.ts'
import type { ReportPageProps } from '#modules/programmes/report/views/report-page.tsx'
import { useFrame } from '#ui/frame.ts'

export function OrganisationsTable({ network, figures }: ReportPageProps) {
  const { i18n } = useFrame()
  const { t, locale, day, number } = i18n
  if (figures.organisations.length === 0) return <p>{t('programme-report.none')}</p>
  return (
    <table class="roll cards">
      <thead>
        <tr>
          <th scope="col">{t('programme-report.organisation')}</th>
          <th scope="col">{t('programme-report.since')}</th>
          <th scope="col" class="n">
            {t('programme-report.meetings')}
          </th>
          <th scope="col" class="n">
            {t('programme-report.meeting-hours')}
          </th>
          <th scope="col" class="n">
            {t('programme-report.steps-done')}
          </th>
        </tr>
      </thead>
      <tbody>
        {figures.organisations.map(one => (
          <tr key={one.id}>
            <td>
              <a href={href('organisation', { locale, network: network.slug, organisation: one.id })}>
                {one.name}
              </a>
              <small class="block">{describedAs(one, i18n)}</small>
            </td>
            <td data-label={t('programme-report.since')}>
              {day(one.since)}
              {one.until && (
                <small class="block">{t('programme-report.left', { day: day(one.until) })}</small>
              )}
            </td>
            <td class="n" data-label={t('programme-report.meetings')}>
              {number(one.meetings)}
            </td>
            <td class="n" data-label={t('programme-report.meeting-hours')}>
              {durationOf(one.meetingMinutes, t)}
            </td>
            <td class="n" data-label={t('programme-report.steps-done')}>
              {one.completion ? doneOf(one.completion, t) : '—'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function MeetingsTable({ network, values }: ReportPageProps) {
  const { t, locale, moment, number } = useFrame().i18n
  const here = { locale, network: network.slug }
  if (values.meetings.length === 0) return <p>{t('programme-report.none')}</p>
  return (
    <table class="roll cards">
      <thead>
        <tr>
          <th scope="col">{t('programme-report.meeting')}</th>
          <th scope="col" class="n">
            {t('programme-report.invited')}
          </th>
          <th scope="col" class="n">
            {t('programme-report.people')}
          </th>
          <th scope="col" class="n">
            {t('programme-report.organisations')}
          </th>
          <th scope="col" class="n">
            {t('programme-report.hours')}
          </th>
        </tr>
      </thead>
      <tbody>
        {values.meetings.map(one => {
          const rows = new URLSearchParams({ from: '', meeting: one.id, show: 'presences' })
          return (
            <tr key={one.id}>
              <td>
                <a href={href('meeting', { ...here, meeting: one.id })}>{one.title}</a>
                <small class="block">
                  {moment(one.startsAt, one.timeZone)} · {durationOf(one.minutes, t)}
                </small>
              </td>
              <td class="n" data-label={t('programme-report.invited')}>
                {number(one.invited)}
              </td>
              <td class="n" data-label={t('programme-report.people')}>
                <a href={href('attendance', here, rows)}>{number(one.people)}</a>
              </td>
              <td class="n" data-label={t('programme-report.organisations')}>
                {number(one.organisations)}
              </td>
              <td class="n" data-label={t('programme-report.hours')}>
                {durationOf(one.presentMinutes, t)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Each step opens to how every organisation stands with it. */
export function StepsTable({ network, values, figures }: ReportPageProps) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, programme: values.programme.id }
  if (figures.steps.length === 0) return <p>{t('programme-report.none')}</p>
  return (
    <ol class="report-steps">
      {figures.steps.map(one => {
        const { step, capsule, standings } = one
        return (
          <li key={step.id}>
            <p>
              <a href={href('programmeStep', { ...here, step: step.id })}>{step.title}</a>
              <small class="block">
                {capsule} · {day(step.dueOn)}
              </small>
            </p>
            <details>
              <summary>{stepDoneBy(one, t)}</summary>
              <ul>
                {standings.map(({ organisationId, organisation, standing }) => (
                  <li key={organisationId}>
                    {organisation} · {t(stateNames[standing.state])}
                  </li>
                ))}
              </ul>
            </details>
          </li>
        )
      })}
    </ol>
  )
}
