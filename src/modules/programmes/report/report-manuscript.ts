import { cell, durationOf, type Letterhead, paragraph } from '#modules/meetings/index.ts'
import type { Figures } from '#modules/programmes/report/figures.ts'
import type { ReportValues } from '#modules/programmes/report/report.ts'
import {
  changeNames,
  describedAs,
  doneOf,
  periodName,
  ranAs,
  stepDoneBy,
} from '#modules/programmes/report/views/names.ts'
import { signatureOf } from '#modules/programmes/report/views/quotes-section.tsx'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { Block, Manuscript } from '#platform/typesetting/index.ts'

/** The report as a document for those who do not come to the site: each part says where it comes from. */
export function reportManuscript(
  values: ReportValues,
  figures: Figures,
  letterhead: Letterhead,
  i18n: I18n,
): Manuscript {
  const { t, number, day } = i18n
  const { totals } = figures
  const isNamedAlike = values.programme.name === letterhead.publisher
  const fact = (name: MessageKey, text: string) => ({ name: t(name), values: [[{ text }]] })
  return {
    ...letterhead,
    // A programme may be called as its network is, and its group too: nothing is said twice at the head of a page.
    title: isNamedAlike
      ? t('programme-report.title', { programme: values.programme.name })
      : values.programme.name,
    kicker: isNamedAlike ? '' : t('programme-report.name'),
    lede: [
      values.group.name === values.programme.name ? '' : values.group.name,
      periodName(values.period, i18n),
    ]
      .filter(Boolean)
      .join(' · '),
    date: values.today,
    language: i18n.locale,
    facts: [
      fact('programme-report.organisations', number(totals.organisations)),
      fact('programme-report.meetings', number(totals.meetings)),
      fact('programme-report.presences', number(totals.presences)),
      fact('programme-report.meeting-hours', durationOf(totals.meetingMinutes, t)),
      fact('programme-report.declared-hours', durationOf(totals.declaredMinutes, t)),
      ...(totals.plannedMinutes > 0
        ? [fact('programme-report.planned-hours', durationOf(totals.plannedMinutes, t))]
        : []),
      fact(
        'programme-report.steps-done',
        t('programme-report.of', { count: totals.completion.count, of: totals.completion.of }),
      ),
      fact('programme-report.handed-in', number(totals.handedIn)),
    ],
    footer: t('programme-report.footer', { publisher: letterhead.publisher, day: day(values.today) }),
    blocks: [
      ...ranBy(values, i18n),
      ...organisations(figures, i18n),
      ...meetings(values, i18n),
      ...completion(figures, i18n),
      ...ownWork(figures, i18n),
      ...handedIn(values, i18n),
      ...quotes(values, i18n),
      ...changes(values, i18n),
      {
        kind: 'paragraph',
        runs: [{ text: '\n' }, { text: t('sheet.vouched') }, { text: '\n' }, { text: '\n' }],
      },
    ],
  }
}

function ranBy({ ranBy }: ReportValues, i18n: I18n): Block[] {
  const { t } = i18n
  const lines = ranBy.map(({ name, organisation, role }) =>
    cell([name, organisation, t(ranAs[role])].filter(Boolean).join(' · ')),
  )
  return part('programme-report.run-by', 'programme-report.source.run-by', listOf(lines), i18n)
}

function organisations({ organisations }: Figures, i18n: I18n): Block[] {
  const { t, day, number } = i18n
  const rows = organisations.map(one => [
    [paragraph({ text: one.name, strong: true }), ...described(describedAs(one, i18n))],
    [
      paragraph({ text: day(one.since) }),
      ...described(one.until ? t('programme-report.left', { day: day(one.until) }) : ''),
    ],
    cell(number(one.meetings)),
    cell(durationOf(one.meetingMinutes, t)),
    cell(one.completion ? doneOf(one.completion, t) : '—'),
  ])
  const head: MessageKey[] = [
    'programme-report.organisation',
    'programme-report.since',
    'programme-report.meetings',
    'programme-report.meeting-hours',
    'programme-report.steps-done',
  ]
  return part(
    'programme-report.organisations',
    'programme-report.source.organisations',
    tableOf(head, [6, 4, 3, 3, 3], 2, rows, i18n),
    i18n,
  )
}

function meetings({ meetings }: ReportValues, i18n: I18n): Block[] {
  const { t, moment, number } = i18n
  const rows = meetings.map(one => [
    [
      paragraph({ text: one.title, strong: true }),
      paragraph({ text: `${moment(one.startsAt, one.timeZone)} · ${durationOf(one.minutes, t)}` }),
    ],
    cell(number(one.invited)),
    cell(number(one.people)),
    cell(number(one.organisations)),
    cell(durationOf(one.presentMinutes, t)),
  ])
  const head: MessageKey[] = [
    'programme-report.meeting',
    'programme-report.invited',
    'programme-report.people',
    'programme-report.organisations',
    'programme-report.hours',
  ]
  return part(
    'programme-report.meetings',
    'programme-report.source.meetings',
    tableOf(head, [8, 3, 3, 4, 3], 1, rows, i18n),
    i18n,
  )
}

function completion({ steps }: Figures, i18n: I18n): Block[] {
  const { t, day } = i18n
  const rows = steps.map(one => [
    [paragraph({ text: one.step.title, strong: true }), paragraph({ text: one.capsule })],
    cell(day(one.step.dueOn)),
    cell(stepDoneBy(one, t)),
  ])
  const head: MessageKey[] = [
    'programme-report.step',
    'programme-report.due',
    'programme-report.organisations-done',
  ]
  return part(
    'programme-report.completion',
    'programme-report.source.completion',
    tableOf(head, [9, 4, 4], 2, rows, i18n),
    i18n,
  )
}

function ownWork({ organisations, totals }: Figures, i18n: I18n): Block[] {
  const { t } = i18n
  const isEstimated = totals.plannedMinutes > 0
  const rows = organisations
    .filter(({ declaredMinutes, plannedMinutes }) => declaredMinutes + plannedMinutes > 0)
    .map(one => [
      cell(one.name),
      cell(durationOf(one.declaredMinutes, t)),
      ...(isEstimated ? [cell(durationOf(one.plannedMinutes, t))] : []),
    ])
  const head: MessageKey[] = [
    'programme-report.organisation',
    'programme-report.declared-hours',
    ...(isEstimated ? ['programme-report.planned-hours' as const] : []),
  ]
  return part(
    'programme-report.own-work',
    'programme-report.source.own-work',
    tableOf(head, isEstimated ? [8, 4, 4] : [8, 4], 1, rows, i18n),
    i18n,
  )
}

function handedIn({ handedIn }: ReportValues, i18n: I18n): Block[] {
  const { day } = i18n
  const lines = handedIn.map(({ title, step, organisation, doneOn, url, file }) => [
    paragraph(
      { text: file ? file.name : title, ...(url && /^https?:/.test(url) && { link: url }) },
      { text: ` · ${[organisation, file ? title : '', step, day(doneOn)].filter(Boolean).join(' · ')}` },
    ),
  ])
  return part('programme-report.handed-in', 'programme-report.source.handed-in', listOf(lines), i18n)
}

function quotes({ quotes }: ReportValues, i18n: I18n): Block[] {
  const blocks = quotes.map(
    (quote): Block => ({
      kind: 'quote',
      blocks: [
        paragraph({ text: quote.body, em: true }),
        { kind: 'paragraph', tone: 'aside', runs: [{ text: signatureOf(quote, i18n) }] },
      ],
    }),
  )
  return part('programme-report.quotes', 'programme-report.source.quotes', blocks, i18n)
}

function changes({ changes }: ReportValues, i18n: I18n): Block[] {
  const { t, day } = i18n
  const lines = changes.map(({ kind, day: on, reason }) =>
    cell([day(on), t(changeNames[kind]), reason].filter(Boolean).join(' · ')),
  )
  return part('programme-report.changes', 'programme-report.source.changes', listOf(lines), i18n)
}

function part(title: MessageKey, source: MessageKey, blocks: Block[], { t }: I18n): Block[] {
  return [
    { kind: 'heading', level: 2, text: t(title) },
    ...(blocks.length > 0 ? blocks : [paragraph({ text: t('programme-report.none') })]),
    { kind: 'paragraph', tone: 'aside', runs: [{ text: t(source) }] },
  ]
}

function listOf(items: Block[][]): Block[] {
  return items.length > 0 ? [{ kind: 'list', ordered: false, start: 1, items }] : []
}

/** @param words how many columns come first that hold words, and not numbers */
function tableOf(
  head: MessageKey[],
  weights: number[],
  words: number,
  rows: Block[][][],
  { t }: I18n,
): Block[] {
  if (rows.length === 0) return []
  const columns = weights.map((weight, index) => ({
    align: index < words ? ('start' as const) : ('end' as const),
    weight,
  }))
  return [{ kind: 'table', columns, head: head.map(key => cell(t(key))), rows }]
}

function described(text: string): Block[] {
  return text === '' ? [] : [paragraph({ text })]
}
