import { localTime } from '#modules/meetings/index.ts'
import { stateNames } from '#modules/programmes/progress/views/names.ts'
import type { Figures } from '#modules/programmes/report/figures.ts'
import type { ReportValues } from '#modules/programmes/report/report.ts'
import { changeNames, describedAs, periodName, ranAs } from '#modules/programmes/report/views/names.ts'
import { signatureOf } from '#modules/programmes/report/views/quotes-section.tsx'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import { type Sheet, type SheetCell, writeSheets } from '#platform/spreadsheets/workbook.ts'

/** A sheet for the figures, with where each comes from, and one for the rows of each. Hours are decimal. */
export function writeReportWorkbook(
  values: ReportValues,
  figures: Figures,
  i18n: I18n,
): ReadableStream<Uint8Array> {
  return writeSheets([
    summary(values, figures, i18n),
    ranBy(values, i18n),
    organisations(figures, i18n),
    meetings(values, i18n),
    completion(figures, i18n),
    ownWork(values, figures, i18n),
    handedIn(values, i18n),
    quotes(values, i18n),
    changes(values, i18n),
  ])
}

function summary(values: ReportValues, { totals }: Figures, i18n: I18n): Sheet {
  const { t } = i18n
  const line = (name: MessageKey, value: SheetCell, source: MessageKey): SheetCell[] => [
    t(name),
    value,
    t(source),
  ]
  return {
    title: t('programme-report.sheet.figures'),
    columns: [
      { name: values.programme.name, width: 44 },
      { name: periodName(values.period, i18n), width: 24 },
      { name: t('programme-report.source'), width: 80 },
    ],
    rows: [
      line('programme-report.organisations', totals.organisations, 'programme-report.source.organisations'),
      line('programme-report.meetings', totals.meetings, 'programme-report.source.meetings'),
      line('programme-report.presences', totals.presences, 'programme-report.source.meetings'),
      line(
        'programme-report.meeting-hours',
        hours(totals.meetingMinutes),
        'programme-report.source.meetings',
      ),
      line(
        'programme-report.declared-hours',
        hours(totals.declaredMinutes),
        'programme-report.source.own-work',
      ),
      line(
        'programme-report.planned-hours',
        hours(totals.plannedMinutes),
        'programme-report.source.own-work',
      ),
      line('programme-report.steps-done', totals.completion.count, 'programme-report.source.completion'),
      line('programme-report.steps-due', totals.completion.of, 'programme-report.source.completion'),
      line('programme-report.handed-in', totals.handedIn, 'programme-report.source.handed-in'),
      line('programme-report.quotes', totals.quotes, 'programme-report.source.quotes'),
      line('programme-report.changes', totals.changes, 'programme-report.source.changes'),
    ],
  }
}

function ranBy({ ranBy }: ReportValues, { t }: I18n): Sheet {
  return {
    title: t('programme-report.sheet.run-by'),
    columns: columns(
      t,
      ['programme-report.person', 36],
      ['programme-report.organisation', 36],
      ['programme-report.role', 24],
    ),
    rows: ranBy.map(({ name, organisation, role }) => [name, organisation, t(ranAs[role])]),
  }
}

function organisations({ organisations }: Figures, i18n: I18n): Sheet {
  const { t } = i18n
  return {
    title: t('programme-report.organisations'),
    columns: [
      ...columns(t, ['programme-report.organisation', 36], ['programme-report.described', 44]),
      { name: t('programme-report.since'), width: 14, kind: 'day' },
      { name: t('programme-report.until'), width: 14, kind: 'day' },
      ...columns(
        t,
        ['programme-report.meetings', 14],
        ['programme-report.meeting-hours', 18],
        ['programme-report.declared-hours', 18],
        ['programme-report.planned-hours', 18],
        ['programme-report.steps-done', 14],
        ['programme-report.steps-due', 14],
      ),
    ],
    rows: organisations.map(one => [
      one.name,
      describedAs(one, i18n),
      one.since,
      one.until,
      one.meetings,
      hours(one.meetingMinutes),
      hours(one.declaredMinutes),
      hours(one.plannedMinutes),
      one.completion?.count ?? null,
      one.completion?.of ?? null,
    ]),
  }
}

function wallClock({ startsAt, timeZone }: ReportValues['meetings'][number]): string {
  const { day, time } = localTime(startsAt, timeZone)
  return `${day}T${time}:00.000Z`
}

function meetings({ meetings }: ReportValues, { t }: I18n): Sheet {
  return {
    title: t('programme-report.meetings'),
    columns: [
      ...columns(t, ['programme-report.meeting', 44]),
      { name: t('programme-report.begins'), width: 18, kind: 'moment' },
      ...columns(
        t,
        ['programme-report.length', 12],
        ['programme-report.invited', 12],
        ['programme-report.people', 12],
        ['programme-report.organisations', 14],
        ['programme-report.hours', 14],
      ),
    ],
    rows: meetings.map(one => [
      one.title,
      // By the clocks of where it was held, as those who were there remember it: a sheet knows of no zones.
      wallClock(one),
      hours(one.minutes),
      one.invited,
      one.people,
      one.organisations,
      hours(one.presentMinutes),
    ]),
  }
}

/** A line for each organisation at each step. */
function completion({ steps }: Figures, { t }: I18n): Sheet {
  return {
    title: t('programme-report.sheet.completion'),
    columns: [
      ...columns(t, ['programme-report.capsule', 36], ['programme-report.step', 40]),
      { name: t('programme-report.due'), width: 14, kind: 'day' },
      ...columns(
        t,
        ['programme-report.organisation', 36],
        ['programme-report.state', 24],
        ['programme-report.fulfilled', 14],
        ['programme-report.expected', 14],
      ),
      { name: t('programme-report.done-on'), width: 14, kind: 'day' },
    ],
    rows: steps.flatMap(({ step, capsule, standings }) =>
      standings.map(({ organisation, standing }): SheetCell[] => [
        capsule,
        step.title,
        step.dueOn,
        organisation,
        t(stateNames[standing.state]),
        standing.fulfilled,
        standing.expected,
        standing.doneOn,
      ]),
    ),
  }
}

/** What was declared, a line for each organisation and step; what is only estimated stands beside it. */
function ownWork({ declared, capsules }: ReportValues, { organisations }: Figures, { t }: I18n): Sheet {
  const all = capsules.flatMap(({ title, steps }) => steps.map(step => ({ ...step, capsule: title })))
  return {
    title: t('programme-report.sheet.own-work'),
    columns: columns(
      t,
      ['programme-report.organisation', 36],
      ['programme-report.capsule', 36],
      ['programme-report.step', 40],
      ['programme-report.declared-hours', 24],
      ['programme-report.planned-hours', 24],
    ),
    rows: organisations.flatMap(({ id, name, plannedMinutes }): SheetCell[][] => [
      ...all.flatMap((step): SheetCell[][] => {
        const found = declared.find(one => one.organisationId === id && one.stepId === step.id)
        return found ? [[name, step.capsule, step.title, hours(found.minutes), null]] : []
      }),
      ...(plannedMinutes > 0 ? [[name, null, null, null, hours(plannedMinutes)]] : []),
    ]),
  }
}

function handedIn({ handedIn }: ReportValues, { t }: I18n): Sheet {
  return {
    title: t('programme-report.sheet.handed-in'),
    columns: [
      ...columns(
        t,
        ['programme-report.document', 44],
        ['programme-report.step', 36],
        ['programme-report.organisation', 36],
      ),
      { name: t('programme-report.done-on'), width: 14, kind: 'day' },
      ...columns(t, ['programme-report.address', 60]),
    ],
    rows: handedIn.map(one => [
      one.title,
      one.step,
      one.organisation,
      one.doneOn,
      one.url ?? one.file?.name ?? '',
    ]),
  }
}

function quotes({ quotes }: ReportValues, i18n: I18n): Sheet {
  const { t } = i18n
  return {
    title: t('programme-report.sheet.quotes'),
    columns: columns(t, ['programme-report.words', 100], ['programme-report.signed', 40]),
    rows: quotes.map(quote => [quote.body, signatureOf(quote, i18n)]),
  }
}

function changes({ changes }: ReportValues, { t }: I18n): Sheet {
  return {
    title: t('programme-report.sheet.changes'),
    columns: [
      { name: t('programme-report.day'), width: 14, kind: 'day' },
      ...columns(t, ['programme-report.changed', 36], ['programme-report.reason', 80]),
    ],
    rows: changes.map(({ kind, day, reason }) => [day, t(changeNames[kind]), reason]),
  }
}

function columns(t: I18n['t'], ...all: [MessageKey, number][]) {
  return all.map(([key, width]) => ({ name: t(key), width }))
}

function hours(minutes: number): number {
  return Math.round((minutes / 60) * 100) / 100
}
