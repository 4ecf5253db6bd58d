import type { AnswerBlock, Block, Group, Question } from '#modules/commons/format/page.ts'
import { readValue, spacedLine } from '#modules/commons/templates/answer-text.ts'
import { afterQuestion, type Outline, outlineOf, slice, topFrom } from '#modules/commons/templates/outline.ts'
import { metadataKey, readMetadata } from '#modules/commons/templates/page-metadata.ts'
import {
  headingsOf,
  labelsOf,
  titlePath,
  wordingKey,
  wordingsOf,
} from '#modules/commons/templates/questions.ts'
import { endOf, proseOf, type Spot, spotOf } from '#modules/commons/templates/spots.ts'
import type {
  AnswerKind,
  Path,
  Template,
  TemplateQuestion,
  TemplateSection,
  Value,
} from '#modules/commons/templates/template.ts'

/** What a page answers to the questions of a template, where it does, and what it says beside. */
export interface Reading {
  /** The answered ones only. The rows of groups and of repeated sections are listed at the path of these. */
  answers: Map<Path, Value>
  /** What no question of the template asks for, in the order of the page. */
  unknown: UnknownPart[]
  /** Where on the page each question was found. */
  spots: Map<Path, Spot>
  rows: Map<Path, Row[]>
  /** The line of the first heading of each section. */
  headings: Map<string, number>
  outline: Outline
}

export interface UnknownPart {
  /** The section of the template it stands in; null before the first. */
  section: string | null
  /** What was asked, as plain text; null for text by itself. */
  asked: string | null
  markdown: string
}

export interface Row {
  key: string
  from: number
  to: number
  /** Whether anything is answered in it. */
  answered: boolean
}

/** Reads the answers of a page. Never throws; takes time proportional to the page. */
export function readAnswers(template: Template, source: string): Reading {
  const outline = outlineOf(source)
  const reading: Reading = {
    answers: readMetadata(template, outline),
    unknown: [],
    spots: new Map(),
    rows: new Map(),
    headings: new Map(),
    outline,
  }
  readSections(template, reading)
  const { titleWritten, title } = outline.page
  if (!reading.answers.has(titlePath) && titleWritten !== null)
    reading.answers.set(titlePath, spacedLine(titleWritten) || title)
  return reading
}

/** What is being read: where in the template, and the rows of a repeated section that have begun. */
interface Walk {
  section: TemplateSection | null
  /** Which section of the page it is, and where it begins. */
  part: number
  headingLine: number | null
}

function readSections(template: Template, reading: Reading): void {
  const { page } = reading.outline
  const top = new Map<string, TemplateQuestion>()
  const repeated = new Map<string, { section: TemplateSection; question: TemplateQuestion }>()
  for (const section of template.sections)
    for (const question of section.questions)
      for (const wording of wordingsOf(question)) {
        if (wording === '') continue
        if (section.repeated) repeated.set(wording, { section, question })
        else if (!top.has(wording)) top.set(wording, question)
      }
  const sections = new Map<string, TemplateSection[]>()
  for (const section of template.sections)
    for (const heading of headingsOf(section))
      sections.set(heading, [...(sections.get(heading) ?? []), section])
  const runs = new Map<string, Run>()
  const walk: Walk = { section: null, part: 0, headingLine: null }
  for (const [part, section] of page.sections.entries()) {
    // Two sections may be called the same: the first heading is the first one's.
    const called = sections.get(wordingKey(section.heading ?? '')) ?? []
    const known = called.find(({ key }) => !reading.headings.has(key)) ?? called.at(-1)
    if (known && !reading.headings.has(known.key)) reading.headings.set(known.key, section.line)
    if (section.heading !== null) walk.section = known ?? null
    Object.assign(walk, { part, headingLine: section.heading === null ? null : section.line })
    if (section.heading && !known)
      reading.unknown.push({
        section: null,
        asked: null,
        markdown: slice(reading.outline, section.line, section.line + 1),
      })
    for (const block of section.blocks) {
      if (block.kind !== 'question') {
        keepUnknown(reading, walk, [block])
        continue
      }
      const wording = wordingKey(block.text)
      const question = top.get(wording)
      const inRow = repeated.get(wording)
      if (question && !reading.spots.has(question.key))
        readQuestion(reading, walk, question, question.key, block)
      else if (inRow) readInRow(reading, walk, runs, inRow.section, inRow.question, block)
      else keepUnknown(reading, walk, [block])
    }
  }
  for (const { rows, key } of runs.values()) settleRows(reading, key, rows)
}

function readQuestion(
  reading: Reading,
  walk: Walk,
  question: TemplateQuestion,
  path: Path,
  block: Question,
): void {
  const { answers, outline } = reading
  const spot = spotOf(outline, afterQuestion(outline, block.line), block.answer)
  reading.spots.set(path, spot)
  const { answer } = question
  const groups = block.answer.filter(one => one.kind === 'group')
  if (answer.kind === 'group') readGroup(reading, walk, answer.questions, path, groups, spot)
  else if (answer.kind === 'shares') readShares(reading, answer, path, groups)
  const text = proseOf(outline, spot)
  if (answer.kind === 'group' || answer.kind === 'shares' || metadataKey(answer) !== null) {
    if (text !== '')
      reading.unknown.push({ section: walk.section?.key ?? null, asked: block.text, markdown: text })
    if (answer.kind === 'group' || answer.kind === 'shares') return
  } else {
    const value = readValue(answer, text)
    if (value !== null) answers.set(path, value)
  }
  keepUnknown(reading, walk, [
    ...groups,
    ...block.answer.filter(one => one.kind === 'prose' && one.line >= spot.to),
  ])
}

/** Rows that have begun, of a repeated section. */
interface Run {
  key: string
  rows: (Row & { part: number; asked: Set<string> })[]
}

function readInRow(
  reading: Reading,
  walk: Walk,
  runs: Map<string, Run>,
  section: TemplateSection,
  question: TemplateQuestion,
  block: Question,
): void {
  const run = runs.get(section.key) ?? { key: section.key, rows: [] }
  runs.set(section.key, run)
  let row = run.rows.at(-1)
  if (!row || row.part !== walk.part || row.asked.has(question.key)) {
    const first = !run.rows.some(one => one.part === walk.part)
    row = {
      key: String(run.rows.length + 1),
      from:
        first && walk.section?.key === section.key && walk.headingLine !== null
          ? walk.headingLine
          : block.line,
      to: block.line,
      answered: false,
      part: walk.part,
      asked: new Set(),
    }
    run.rows.push(row)
  }
  row.asked.add(question.key)
  const path = `${section.key}/${row.key}/${question.key}`
  readQuestion(reading, walk, question, path, block)
  row.to = topFrom(reading.outline, reading.spots.get(path)?.end ?? row.to)
  row.answered ||= reading.answers.has(path)
}

/** In the public pages each question of a partner stands in a group of its own: a row ends where a question comes again. */
function readGroup(
  reading: Reading,
  walk: Walk,
  questions: TemplateQuestion[],
  path: Path,
  groups: Group[],
  spot: Spot,
): void {
  const { outline } = reading
  const known = new Map(
    questions.flatMap(question => wordingsOf(question).map(wording => [wording, question] as const)),
  )
  const rows: (Row & { asked: Set<string>; group: Group })[] = []
  const add = (group: Group, question: TemplateQuestion, line: number, cell: Spot) => {
    let row = rows.at(-1)
    if (!row || row.asked.has(question.key) || (question === questions[0] && row.asked.size > 0)) {
      const shared = row?.group === group
      row = {
        key: String(rows.length + 1),
        from: shared ? line : group.line,
        to: line,
        answered: false,
        asked: new Set(),
        group,
      }
      rows.push(row)
    }
    row.group = group
    row.asked.add(question.key)
    row.to = Math.max(row.to, Math.min((outline.closedAt.get(group.line) ?? cell.end - 1) + 1, spot.end))
    const cellPath = `${path}/${row.key}/${question.key}`
    reading.spots.set(cellPath, cell)
    const value = readValue(question.answer, proseOf(outline, cell))
    if (value === null) return
    row.answered = true
    reading.answers.set(cellPath, value)
  }
  const open = (group: Group) => {
    for (const [index, block] of group.blocks.entries()) {
      if (block.kind === 'group') open(block)
      else if (block.kind === 'question') {
        const question = known.get(wordingKey(block.text))
        if (!question) keepUnknown(reading, walk, [block])
        else {
          const cell = spotOf(outline, afterQuestion(outline, block.line), block.answer)
          add(group, question, block.line, cell)
          keepUnknown(
            reading,
            walk,
            block.answer.filter(one => one.kind === 'group' || one.line >= cell.to),
          )
        }
      } else if (index === 0 && known.get('')) {
        // Text of its own, without a question before it.
        const question = known.get('') as TemplateQuestion
        add(
          group,
          question,
          group.line,
          spotOf(
            outline,
            group.line + 1,
            group.blocks.filter(one => one.kind !== 'question'),
          ),
        )
      } else if (!(known.get('') && group.blocks[0]?.kind === 'prose')) keepUnknown(reading, walk, [block])
    }
  }
  for (const group of groups) open(group)
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next && next.from < row.to) row.to = next.from
  }
  settleRows(reading, path, rows)
}

function readShares(
  reading: Reading,
  kind: Extract<AnswerKind, { kind: 'shares' }>,
  path: Path,
  groups: Group[],
): void {
  const shares: Record<string, number> = {}
  const keys = new Map(kind.parts.flatMap(part => labelsOf(part).map(label => [label, part.key] as const)))
  for (const block of groups.flatMap(group => group.blocks)) {
    if (block.kind !== 'question') continue
    const key = keys.get(wordingKey(block.text))
    if (key === undefined || reading.spots.has(`${path}.${key}`)) continue
    const cell = spotOf(reading.outline, afterQuestion(reading.outline, block.line), block.answer)
    reading.spots.set(`${path}.${key}`, cell)
    const value = readValue({ kind: 'number' }, proseOf(reading.outline, cell))
    if (typeof value === 'number') shares[key] = value
  }
  if (Object.keys(shares).length > 0) reading.answers.set(path, { shares })
}

function settleRows(reading: Reading, path: Path, rows: Row[]): void {
  reading.rows.set(
    path,
    rows.map(({ key, from, to, answered }) => ({ key, from, to, answered })),
  )
  const keys = rows.filter(row => row.answered).map(row => row.key)
  if (keys.length > 0) reading.answers.set(path, keys)
}

function keepUnknown(reading: Reading, { section }: Walk, blocks: readonly (Block | AnswerBlock)[]): void {
  const { outline, unknown } = reading
  for (const block of blocks) {
    if (block.kind === 'prose') {
      if (!block.fromTemplate)
        unknown.push({ section: section?.key ?? null, asked: null, markdown: block.markdown })
    } else {
      const from = block.kind === 'question' ? afterQuestion(outline, block.line) : block.line
      const markdown = slice(outline, from, Math.max(from, endOf(outline, block))).trim()
      if (markdown !== '' || block.kind === 'question')
        unknown.push({
          section: section?.key ?? null,
          asked: block.kind === 'question' ? block.text : null,
          markdown,
        })
    }
  }
}
