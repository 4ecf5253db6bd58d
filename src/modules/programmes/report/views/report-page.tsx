import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { durationOf } from '#modules/meetings/index.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Figures } from '#modules/programmes/report/figures.ts'
import type { ReportValues } from '#modules/programmes/report/report.ts'
import { changeNames, periodName, ranAs } from '#modules/programmes/report/views/names.ts'
import { signatureOf } from '#modules/programmes/report/views/quotes-section.tsx'
import {
  MeetingsTable,
  OrganisationsTable,
  StepsTable,
} from '#modules/programmes/report/views/report-tables.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

export interface ReportPageProps {
  network: Network
  values: ReportValues
  figures: Figures
}

/** The figures first: each leads to the rows that it is made of, and these say where they come from. */
export function ReportPage(props: ReportPageProps) {
  const { network, values } = props
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { programme, group, period } = values
  const here = { locale, network: network.slug, programme: programme.id }
  return (
    <NetworkLayout of={network} title={t('programme-report.title', { programme: programme.name })} noIndex>
      <article class="programme-report">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
          {' · '}
          <a href={href('group', { locale, network: network.slug, group: group.slug })}>{group.name}</a>
        </p>
        <h1>{t('programme-report.name')}</h1>
        <p class="lede">{periodName(period, i18n)}</p>
        <PeriodForm {...props} />
        <Numbers {...props} />
        <p>
          <small>{t('programme-report.as-of', { day: day(values.today) })}</small>
        </p>
        <Part id="run" title="programme-report.run-by" source="programme-report.source.run-by">
          {values.ranBy.length === 0 ? (
            <p>{t('programme-report.none')}</p>
          ) : (
            <ul>
              {values.ranBy.map(({ name, organisation, role }) => (
                <li key={name + role}>
                  {organisation ? `${name}, ${organisation}` : name} · {t(ranAs[role])}
                </li>
              ))}
            </ul>
          )}
        </Part>
        <Part
          id="organisations"
          title="programme-report.organisations"
          source="programme-report.source.organisations"
        >
          <OrganisationsTable {...props} />
        </Part>
        <Part id="meetings" title="programme-report.meetings" source="programme-report.source.meetings">
          <MeetingsTable {...props} />
        </Part>
        <Part id="completion" title="programme-report.completion" source="programme-report.source.completion">
          <StepsTable {...props} />
        </Part>
        <Part id="own-work" title="programme-report.own-work" source="programme-report.source.own-work">
          <OwnWork {...props} />
        </Part>
        <Part id="handed-in" title="programme-report.handed-in" source="programme-report.source.handed-in">
          <HandedInList {...props} />
        </Part>
        <Part id="quotes" title="programme-report.quotes" source="programme-report.source.quotes">
          {values.quotes.length === 0 ? (
            <p>{t('programme-report.none')}</p>
          ) : (
            values.quotes.map(quote => (
              <figure key={quote.id} class="quote">
                <blockquote>
                  <p>{quote.body}</p>
                </blockquote>
                <figcaption>{signatureOf(quote, i18n)}</figcaption>
              </figure>
            ))
          )}
        </Part>
        <Part id="changes" title="programme-report.changes" source="programme-report.source.changes">
          {values.changes.length === 0 ? (
            <p>{t('programme-report.none')}</p>
          ) : (
            <ul>
              {values.changes.map(({ kind, day: on, reason }) => (
                <li key={on + kind + reason}>
                  {day(on)} · {t(changeNames[kind])}
                  {reason && ` · ${reason}`}
                </li>
              ))}
            </ul>
          )}
        </Part>
      </article>
    </NetworkLayout>
  )
}

function PeriodForm({ network, values: { programme, period } }: ReportPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const search = period.whole ? undefined : new URLSearchParams({ from: period.from, until: period.until })
  return (
    <div class="no-print">
      <form class="narrow" method="get" action={href('programmeReport', here)}>
        <label>
          {t('programme-report.from')}
          <input type="date" name="from" value={period.from} />
        </label>
        <label>
          {t('programme-report.until')}
          <input type="date" name="until" value={period.until} />
        </label>
        <button type="submit" class="button">
          {t('programme-report.show')}
        </button>
        {!period.whole && (
          <a class="button quiet" href={href('programmeReport', here)}>
            {t('programme-report.whole')}
          </a>
        )}
      </form>
      <p class="buttons">
        <a class="button" href={href('programmeReportExport', { ...here, file: 'report.pdf' }, search)}>
          {t('programme-report.pdf')}
        </a>
        <a
          class="button quiet"
          href={href('programmeReportExport', { ...here, file: 'report.xlsx' }, search)}
        >
          {t('programme-report.xlsx')}
        </a>
      </p>
    </div>
  )
}

function Numbers({ figures: { totals } }: ReportPageProps) {
  const { t, number } = useFrame().i18n
  const estimated: [string, MessageKey, string] = [
    'own-work',
    'programme-report.planned-hours',
    durationOf(totals.plannedMinutes, t),
  ]
  const shown: [string, MessageKey, string][] = [
    ['organisations', 'programme-report.organisations', number(totals.organisations)],
    ['meetings', 'programme-report.meetings', number(totals.meetings)],
    ['meetings', 'programme-report.presences', number(totals.presences)],
    ['meetings', 'programme-report.meeting-hours', durationOf(totals.meetingMinutes, t)],
    ['own-work', 'programme-report.declared-hours', durationOf(totals.declaredMinutes, t)],
    ...(totals.plannedMinutes > 0 ? [estimated] : []),
    [
      'completion',
      'programme-report.steps-done',
      t('programme-report.of', { count: totals.completion.count, of: totals.completion.of }),
    ],
    ['handed-in', 'programme-report.handed-in', number(totals.handedIn)],
  ]
  return (
    <ul class="numbers">
      {shown.map(([to, name, value]) => (
        <li key={name}>
          <a href={`#${to}`}>
            <strong>{value}</strong> {t(name)}
          </a>
        </li>
      ))}
    </ul>
  )
}

function Part(props: { id: string; title: MessageKey; source: MessageKey; children: ComponentChildren }) {
  const { t } = useFrame().i18n
  return (
    <section>
      <details class="fold">
        <summary>
          <h2>{t(props.title)}</h2>
        </summary>
        {/* Within the fold: whoever follows a figure finds it open. */}
        <div id={props.id}>
          {props.children}
          <p>
            <small>{t(props.source)}</small>
          </p>
        </div>
      </details>
    </section>
  )
}

function OwnWork({ figures }: ReportPageProps) {
  const { t } = useFrame().i18n
  const rows = figures.organisations.filter(
    ({ declaredMinutes, plannedMinutes }) => declaredMinutes + plannedMinutes > 0,
  )
  if (rows.length === 0) return <p>{t('programme-report.none')}</p>
  const isEstimated = figures.totals.plannedMinutes > 0
  return (
    <table class="roll cards">
      <thead>
        <tr>
          <th scope="col">{t('programme-report.organisation')}</th>
          <th scope="col" class="n">
            {t('programme-report.declared-hours')}
          </th>
          {isEstimated && (
            <th scope="col" class="n">
              {t('programme-report.planned-hours')}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, declaredMinutes, plannedMinutes }) => (
          <tr key={id}>
            <td>{name}</td>
            <td class="n" data-label={t('programme-report.declared-hours')}>
              {durationOf(declaredMinutes, t)}
            </td>
            {isEstimated && (
              <td class="n" data-label={t('programme-report.planned-hours')}>
                {durationOf(plannedMinutes, t)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function HandedInList({ network, values }: ReportPageProps) {
  const { t, locale, day } = useFrame().i18n
  if (values.handedIn.length === 0) return <p>{t('programme-report.none')}</p>
  return (
    <ul class="plain-list">
      {values.handedIn.map(({ id, title, step, organisation, doneOn, url, file }) => (
        <li key={id}>
          {file ? (
            <a href={href('file', { locale, network: network.slug, id: file.id })}>{file.name}</a>
          ) : (
            <a href={url ?? ''}>{title}</a>
          )}
          <small>{[organisation, file ? title : '', step, day(doneOn)].filter(Boolean).join(' · ')}</small>
        </li>
      ))}
    </ul>
  )
}
