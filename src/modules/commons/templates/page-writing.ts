import { settleLine, spacedLine, writeValue } from '#modules/commons/templates/answer-text.ts'
import { applyEdits, type Edit, placed } from '#modules/commons/templates/edits.ts'
import { type Outline, topFrom } from '#modules/commons/templates/outline.ts'
import { metadataKey, writeMetadata } from '#modules/commons/templates/page-metadata.ts'
import { type Reading, type Row, readAnswers } from '#modules/commons/templates/page-reading.ts'
import { inWords, questionAt, repeatedAt, titlePath } from '#modules/commons/templates/questions.ts'
import type { Spot } from '#modules/commons/templates/spots.ts'
import type {
  Path,
  Template,
  TemplateQuestion,
  TemplateSection,
  Value,
} from '#modules/commons/templates/template.ts'
import { sameValue } from '#modules/commons/templates/values.ts'

export type Changes = ReadonlyMap<Path, Value | null>

/**
 * The page with some of its answers changed. Only the lines of these are touched, all others stay byte for byte; what is
 * already answered so changes nothing. A question the page does not ask yet is put where the template has it.
 * @param changes settled values (`settleValue`) by path; null takes an answer away and leaves the question. Paths no
 *   question of the template is at are left out
 * @param language in which questions are put
 */
export function writeAnswers(template: Template, source: string, changes: Changes, language: string): string {
  const cells = writeCells(template, source, changes, language)
  const rows = writeRows(template, cells, changes, language)
  return writeMetadata(template, rows, changes)
}

/** The page of a kind as it begins. */
export function newPage(template: Template, title: string, year: number): string {
  return `# ${settleLine(title)}\n\n[[type:${template.type}]]\n[[year:${year}]]\n`
}

/** The answers of questions the page asks, and the questions it does not. */
function writeCells(template: Template, source: string, changes: Changes, language: string): string {
  const reading = readAnswers(template, source)
  const edits: Edit[] = []
  const missing: { section: TemplateSection; question: TemplateQuestion; value: Value }[] = []
  for (const [path, value] of changes) {
    if (path === titlePath) editTitle(reading, value, edits)
    const place = questionAt(template, path)
    if (!place || metadataKey(place.question.answer) !== null || place.question.answer.kind === 'group')
      continue
    if (sameValue(reading.answers.get(path), value)) continue
    const { section, question, row } = place
    if (row && !reading.rows.get(row.of)?.some(one => one.key === row.key)) continue
    if (question.answer.kind === 'shares') {
      const done = reading.spots.has(path) && editShares(reading, path, question, value, edits)
      if (done) continue
    }
    const spot = reading.spots.get(path)
    if (spot) edits.push(...answerEdits(reading.outline, spot, writeValue(question.answer, value, language)))
    else if (value !== null && row) addToRow(template, reading, row, question, value, language, edits)
    else if (value !== null) missing.push({ section, question, value })
  }
  let written = applyEdits(reading.outline, edits)
  for (const { section, question, value } of missing)
    written = askAnew(template, written, section, question, answerLines(question, value, language), language)
  return written
}

function editTitle({ outline, answers }: Reading, value: Value | null, edits: Edit[]): void {
  const { page, lines } = outline
  const title = settleLine(typeof value === 'string' ? value : '')
  if (title === '' || sameValue(answers.get(titlePath), value)) return
  if (page.titleLine === null) edits.push({ from: 1, to: 1, lines: [`# ${title}`, ''] })
  else {
    const bom = page.titleLine === 1 && lines[0]?.startsWith('\ufeff') ? '\ufeff' : ''
    edits.push({ from: page.titleLine, to: page.titleLine + 1, lines: [`${bom}# ${title}`] })
  }
}

/** The answer in the place of the one there is; metadata that stands in between is kept. */
function answerEdits(outline: Outline, spot: Spot, markdown: string): Edit[] {
  const { prose } = spot
  const lines = markdown === '' ? [] : markdown.split('\n')
  const [first] = prose
  if (!first) {
    // Bullets of which none was ticked are no answer, and would be one beside another.
    const unticked = blanks(outline, spot).filter(line => outline.text[line - 1]?.trim() !== '')
    const emptied = unticked.map(line => ({ from: line, to: line + 1, lines: [''] }))
    return lines.length === 0 ? [] : [...emptied, insertion(outline, spot.from, spot.to, lines)]
  }
  return prose.map((piece, index) => ({
    from: piece.from,
    to: piece.to,
    lines: [...(index === 0 ? lines : []), ...metadataIn(outline, piece)],
  }))
}

/** Below a question and above what follows, with an empty line on either side. */
function insertion({ text, lines: all }: Outline, from: number, to: number, lines: string[]): Edit {
  let at = from
  while (at < to && at <= all.length && text[at - 1]?.trim() === '') at++
  // Metadata may follow at once.
  const empty = at - from
  const place = Math.min(from + 1, to)
  const before = empty > 0 ? [] : ['']
  const after = place >= at || place > all.length ? [''] : []
  return { from: place, to: place, lines: [...before, ...lines, ...after] }
}

function blanks({ text, lines }: Outline, { from, to }: Spot): number[] {
  const found: number[] = []
  for (let line = from; line < to && line <= lines.length; line++)
    if (/^[\s-]*$/.test(text[line - 1] ?? '')) found.push(line)
  return found
}

function metadataIn({ lines, text }: Outline, { from, to }: { from: number; to: number }): string[] {
  const kept: string[] = []
  for (let line = from; line < to; line++) {
    const [whole = '', bare = ''] = [lines[line - 1], text[line - 1]]
    if (whole === bare || !whole.includes('[[')) continue
    kept.push(...(bare.trim() === '' ? [whole] : (whole.match(/\[\[[^[\]]*:[^[\]]*\]\]/g) ?? [])))
  }
  return kept
}

/** In the groups of the form, one for each part. @returns whether the page has them all */
function editShares(
  reading: Reading,
  path: Path,
  question: TemplateQuestion,
  value: Value | null,
  edits: Edit[],
): boolean {
  if (question.answer.kind !== 'shares') return false
  const { parts } = question.answer
  const spots = parts.map(part => reading.spots.get(`${path}.${part.key}`))
  if (spots.some(spot => spot === undefined)) return false
  const shares = value !== null && typeof value === 'object' && 'shares' in value ? value.shares : {}
  for (const [index, { key }] of parts.entries()) {
    const spot = spots[index]
    const share = shares[key]
    if (spot) edits.push(...answerEdits(reading.outline, spot, share === undefined ? '' : String(share)))
  }
  return true
}

function addToRow(
  template: Template,
  reading: Reading,
  row: { of: Path; key: string },
  question: TemplateQuestion,
  value: Value,
  language: string,
  edits: Edit[],
): void {
  const found = reading.rows.get(row.of)?.find(one => one.key === row.key)
  if (!found) return
  const block = questionLines(question, answerLines(question, value, language), language)
  const inGroup = questionAt(template, row.of)?.question.answer.kind === 'group'
  edits.push({ from: found.to, to: found.to, lines: ['', ...(inGroup ? inDivision(block) : block)] })
}

/** A question the page does not ask: after those that come before it in the template, under the heading of its section. */
function askAnew(
  template: Template,
  source: string,
  section: TemplateSection,
  question: TemplateQuestion,
  answer: string[],
  language: string,
): string {
  const reading = readAnswers(template, source)
  const block = questionLines(question, answer, language)
  return insertBlock(template, reading, section, section.questions.indexOf(question), block, language)
}

function insertBlock(
  template: Template,
  reading: Reading,
  section: TemplateSection,
  index: number,
  block: string[],
  language: string,
): string {
  const { outline, spots, headings } = reading
  const before = section.questions.slice(0, index).map(one => spots.get(one.key)?.end ?? 0)
  const own = section.repeated ? [] : before
  const after = Math.max(0, ...own)
  if (after > 0) return applyEdits(outline, [placed(outline, topFrom(outline, after), block)])
  const heading = headings.get(section.key)
  if (heading !== undefined)
    return applyEdits(outline, [placed(outline, topFrom(outline, heading + 1), block)])
  const text = inWords(section.heading, language)
  const titled = text === '' || isFlat(reading) ? block : [`## ${settleLine(text)}`, '', ...block]
  return applyEdits(outline, [placed(outline, sectionPlace(template, reading, section), titled)])
}

/** After the last section before this one that the page has, before the first after it, or at the end. */
function sectionPlace(
  template: Template,
  { spots, rows, headings, outline }: Reading,
  section: TemplateSection,
): number {
  const number = template.sections.indexOf(section)
  const endsOf = (one: TemplateSection) => [
    ...(one.repeated
      ? (rows.get(one.key) ?? []).map(row => row.to)
      : one.questions.map(q => spots.get(q.key)?.end ?? 0)),
    headings.has(one.key) ? sectionEnd(outline, headings.get(one.key) ?? 0) : 0,
  ]
  const end = Math.max(0, ...template.sections.slice(0, number).flatMap(endsOf))
  if (end > 0) return topFrom(outline, end)
  const starts = template.sections.slice(number + 1).flatMap(one => headings.get(one.key) ?? [])
  return starts.length > 0 ? Math.min(...starts) : outline.lines.length + 1
}

function sectionEnd({ page, lines }: Outline, heading: number): number {
  const next = page.sections.find(section => section.heading !== null && section.line > heading)
  return next?.line ?? lines.length + 1
}

/** A form without headings stays one. */
function isFlat({ outline, spots }: Reading): boolean {
  return (
    spots.size > 0 &&
    !outline.page.sections.some(section => section.heading !== null && section.heading !== '')
  )
}

/** The rows of groups and of repeated sections: those gone, those new, and their order. */
function writeRows(template: Template, source: string, changes: Changes, language: string): string {
  let written = source
  for (const [path, value] of changes) {
    const questions = repeatedAt(template, path)
    if (!questions) continue
    const reading = readAnswers(template, written)
    const there = reading.rows.get(path) ?? []
    const wanted = Array.isArray(value) ? value.map(String) : []
    const now = reading.answers.get(path)
    // Rows in which nothing is answered stay where they are: nobody was shown them.
    const listed = there.filter(row => row.answered || wanted.includes(row.key))
    const texts = new Map<string, string[]>()
    for (const row of listed) texts.set(row.key, rowLines(reading.outline, row))
    for (const key of wanted.filter(one => !texts.has(one))) {
      const lines = newRow(template, path, questions, key, changes, language)
      if (lines.length > 0) texts.set(key, lines)
    }
    const final = wanted.filter(key => texts.has(key))
    if (sameValue(final, Array.isArray(now) ? (now as string[]) : null)) continue
    written = replaceRows(
      template,
      reading,
      path,
      listed,
      final.map(key => texts.get(key) ?? []),
      language,
    )
  }
  return written
}

function rowLines({ lines }: Outline, { from, to }: Row): string[] {
  return lines.slice(from - 1, to - 1)
}

/** Each row in the place of one that was there, in their order; the rest goes after the last. */
function replaceRows(
  template: Template,
  reading: Reading,
  path: Path,
  there: Row[],
  rows: string[][],
  language: string,
): string {
  const { outline } = reading
  const edits: Edit[] = there.map((row, index) => ({ from: row.from, to: row.to, lines: rows[index] ?? [] }))
  const more = rows.slice(there.length).flatMap((row, index) => (index === 0 ? row : ['', ...row]))
  if (more.length === 0) return applyEdits(outline, edits)
  const last = (reading.rows.get(path) ?? []).at(-1)
  if (last) {
    // At the very line at which the last one ends: after it, in the same edit.
    const own = edits.find(edit => edit.to === last.to && edit.from === last.from)
    if (own) own.lines = [...own.lines, '', ...more]
    else edits.push({ from: last.to, to: last.to, lines: ['', ...more] })
    return applyEdits(outline, edits)
  }
  const spot = reading.spots.get(path)
  if (spot) return applyEdits(outline, [placed(outline, spot.end, more)])
  const place = questionAt(template, path)
  if (place)
    return insertBlock(
      template,
      reading,
      place.section,
      place.section.questions.indexOf(place.question),
      [...questionLines(place.question, [], language), '', ...more],
      language,
    )
  const section = template.sections.find(one => one.key === path)
  return section
    ? applyEdits(outline, [placed(outline, sectionPlace(template, reading, section), more)])
    : applyEdits(outline, [])
}

function newRow(
  template: Template,
  path: Path,
  questions: TemplateQuestion[],
  key: string,
  changes: Changes,
  language: string,
): string[] {
  const answered = questions.flatMap(question => {
    const value = changes.get(`${path}/${key}/${question.key}`)
    return value === undefined || value === null ? [] : [{ question, value }]
  })
  if (answered.length === 0) return []
  const section = template.sections.find(one => one.repeated && one.key === path)
  // The first question begins a row, answered or not.
  const [first] = questions
  const asked = answered.map(({ question, value }) =>
    questionLines(question, answerLines(question, value, language), language),
  )
  if (first && answered[0]?.question !== first) asked.unshift(questionLines(first, [], language))
  if (!section) return asked.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...inDivision(lines)])
  const heading = inWords(section.heading, language)
  return [
    ...(heading === '' ? [] : [`## ${settleLine(heading)}`, '']),
    ...asked.flatMap(lines => [...lines, '']),
  ]
}

function answerLines(question: TemplateQuestion, value: Value, language: string): string[] {
  const { answer } = question
  if (answer.kind === 'shares') {
    const shares = typeof value === 'object' && 'shares' in value ? value.shares : {}
    return answer.parts.flatMap(part =>
      inDivision([`> ${settleLine(inWords(part.label, language))}`, '', String(shares[part.key] ?? ''), '']),
    )
  }
  const markdown = writeValue(answer, value, language)
  return markdown === '' ? [] : markdown.split('\n')
}

function questionLines(question: TemplateQuestion, answer: string[], language: string): string[] {
  const asked = `> ${spacedLine(inWords(question.ask, language)).replace(/^>+\s*/, '')}`.trimEnd()
  return [asked, '', ...answer, ...(answer.length > 0 ? [''] : [])]
}

function inDivision(lines: string[]): string[] {
  return ['<div class="group">', '', ...lines, ...(lines.at(-1) === '' ? [] : ['']), '</div>']
}
