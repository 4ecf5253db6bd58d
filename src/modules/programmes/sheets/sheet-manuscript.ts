import { cell, durationOf, type Letterhead, paragraph } from '#modules/meetings/index.ts'
import { isTyped, typedExpectations } from '#modules/programmes/sheets/sheet-entry.ts'
import type { OpenedSheets, Sheet, SheetExpectation } from '#modules/programmes/sheets/sheets.ts'
import { detailsOf, whereNames } from '#modules/programmes/sheets/views/sheet.tsx'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Block, Manuscript } from '#platform/typesetting/index.ts'

/** As the page prints it: what to prepare, boxes to tick, room to write, and the code by which it comes back. */
export function sheetManuscript(
  opened: OpenedSheets,
  { organisation, code }: Sheet,
  aim: Block[],
  letterhead: Letterhead,
  i18n: I18n,
): Manuscript {
  const { t, day, period } = i18n
  const { programme, capsule, step, meeting } = opened
  const fact = (name: string, text: string) => ({ name, values: [[{ text }]] })
  return {
    ...letterhead,
    title: step.title,
    kicker: `${t('programme-sheet.name')} · ${code}`,
    lede: organisation?.name ?? t('programme-sheet.group'),
    date: step.dueOn,
    language: i18n.locale,
    facts: [
      fact(t('programme-sheet.programme'), `${programme.name} · ${capsule.title}`),
      fact(
        t('programme-sheet.when'),
        t('programme-sheet.between', { from: day(step.opensOn), until: day(step.dueOn) }),
      ),
      fact(t('programme-sheet.takes'), durationOf(step.minutes, t)),
      ...(meeting
        ? [
            fact(
              t('programme-sheet.meeting'),
              [period(meeting.startsAt, meeting.endsAt, meeting.timeZone), meeting.place, meeting.address]
                .filter(Boolean)
                .join(' · '),
            ),
          ]
        : []),
      ...(step.tutor ? [fact(t('programme-sheet.tutor'), step.tutor.name)] : []),
    ],
    footer: `${letterhead.publisher} · ${programme.name} · ${code}`,
    blocks: [
      ...aim,
      ...(organisation ? boxesOf(opened.expectations, i18n) : tableOf(opened, i18n)),
      paragraph({ text: t('programme-sheet.return', { code }) }),
      { kind: 'heading', level: 2, text: t('programme-sheet.notes') },
    ],
  }
}

function boxesOf(expectations: readonly SheetExpectation[], i18n: I18n): Block[] {
  const { t } = i18n
  return [
    { kind: 'heading', level: 2, text: t('programme-sheet.prepare') },
    {
      kind: 'table',
      columns: [
        { align: 'center', weight: 1 },
        { align: 'start', weight: 10 },
        { align: 'start', weight: 3 },
        { align: 'start', weight: 3 },
      ],
      head: [
        cell(''),
        cell(t('programme-sheet.expected')),
        cell(t('programme-sheet.done-on')),
        cell(t('programme-sheet.minutes')),
      ],
      rows: expectations.map(one => [
        cell(isTyped(one) ? '☐' : ''),
        [
          paragraph(
            { text: one.title, strong: true },
            ...(one.optional ? [{ text: ` (${t('programme-sheet.optional')})` }] : []),
          ),
          ...saidOf(one, i18n),
        ],
        // As high as handwriting.
        [paragraph({ text: '\n' }, { text: '\u00a0' })],
        cell(''),
      ]),
    },
  ]
}

/** Of all together: a line for each organisation, a box for each expectation. */
function tableOf({ organisations, expectations: all }: OpenedSheets, i18n: I18n): Block[] {
  const { t } = i18n
  const expectations = typedExpectations(all)
  const others = all.filter(one => !expectations.includes(one))
  const listed = (one: SheetExpectation) => [
    paragraph({ text: one.title, strong: true }),
    ...saidOf(one, i18n),
  ]
  return [
    { kind: 'heading', level: 2, text: t('programme-sheet.prepare') },
    ...(expectations.length > 0
      ? [{ kind: 'list' as const, ordered: true, start: 1, items: expectations.map(listed) }]
      : []),
    ...(others.length > 0
      ? [{ kind: 'list' as const, ordered: false, start: 1, items: others.map(listed) }]
      : []),
    {
      kind: 'table',
      columns: [
        { align: 'start', weight: 6 },
        ...expectations.map(() => ({ align: 'center' as const, weight: 1 })),
        { align: 'start', weight: 3 },
      ],
      head: [
        cell(t('programme-sheet.organisation')),
        ...expectations.map((_, index) => cell(String(index + 1))),
        cell(t('programme-sheet.minutes')),
      ],
      rows: organisations.map(({ name }) => [
        [paragraph({ text: name }, { text: '\n' }, { text: '\u00a0' })],
        ...expectations.map(() => cell('☐')),
        cell(''),
      ]),
    },
  ]
}

function saidOf(expectation: SheetExpectation, { t }: I18n): Block[] {
  const { help, links, parts } = detailsOf(expectation)
  return [
    ...(help ? [paragraph({ text: help })] : []),
    ...(expectation.said === 'meeting' || expectation.said === 'elsewhere'
      ? [paragraph({ text: t(whereNames[expectation.said]), em: true })]
      : []),
    ...links.map(({ title, url }) => paragraph({ text: title }, { text: '\n' }, { text: url })),
    ...parts.map(part => paragraph({ text: `– ${part}` })),
  ]
}
