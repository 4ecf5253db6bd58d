import { cell, durationOf, type Letterhead, paragraph } from '#modules/meetings/index.ts'
import type { Expectation } from '#modules/programmes/programme.ts'
import type { OpenedSheets, Sheet } from '#modules/programmes/sheets/sheets.ts'
import { detailsOf } from '#modules/programmes/sheets/views/sheet.tsx'
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
      ...(organisation ? boxesOf(step.expectations, i18n) : tableOf(opened, i18n)),
      paragraph({ text: t('programme-sheet.return', { code }) }),
      { kind: 'heading', level: 2, text: t('programme-sheet.notes') },
    ],
  }
}

function boxesOf(expectations: readonly Expectation[], i18n: I18n): Block[] {
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
        cell('☐'),
        [
          paragraph(
            { text: one.title, strong: true },
            ...(one.optional ? [{ text: ` (${t('programme-sheet.optional')})` }] : []),
          ),
          ...saidOf(one),
        ],
        // As high as handwriting.
        [paragraph({ text: '\n' }, { text: '\u00a0' })],
        cell(''),
      ]),
    },
  ]
}

/** Of all together: a line for each organisation, a box for each expectation. */
function tableOf({ organisations, step }: OpenedSheets, { t }: I18n): Block[] {
  const { expectations } = step
  return [
    { kind: 'heading', level: 2, text: t('programme-sheet.prepare') },
    {
      kind: 'list',
      ordered: true,
      start: 1,
      items: expectations.map(one => [paragraph({ text: one.title, strong: true }), ...saidOf(one)]),
    },
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

function saidOf(expectation: Expectation): Block[] {
  const { help, links, parts } = detailsOf(expectation)
  return [
    ...(help ? [paragraph({ text: help })] : []),
    ...links.map(({ title, url }) => paragraph({ text: title }, { text: '\n' }, { text: url })),
    ...parts.map(part => paragraph({ text: `☐ ${part}` })),
  ]
}
