import { divisionsOf } from './divisions.ts'
import { takeMetadata } from './metadata.ts'
import {
  type AnswerBlock,
  type Block,
  DEEPEST_GROUP,
  FORM_TYPES,
  type Group,
  type MetaEntry,
  type Page,
  type Problem,
  pageTypeOf,
  problem,
  type Question,
  type Section,
} from './page.ts'
import { plainLine } from './plain-text.ts'

/**
 * Reads a page of the commons format. Never throws and never refuses: what it cannot make sense of stays as
 * prose, and is reported. Takes time proportional to the length of the page.
 */
export function readPage(source: string, fileName: string): Page {
  const lines = (source.startsWith('\ufeff') ? source.slice(1) : source).split(LINE_END)
  const { meta, text, problems } = takeMetadata(lines)
  const title = titleOf(text)
  if (title.line !== null) text[title.line - 1] = ''
  const form = isForm(meta, text)
  const sections = sectionsOf(text, form, problems)
  const shown = title.written === null ? '' : plainLine(title.written)
  if (shown === '') problems.push(problem('title-missing', title.line ?? 1, { fileName }))
  // Not `push(...)`: a page may carry more entries than a call takes arguments.
  for (const found of typeProblems(meta, problems)) problems.push(found)
  problems.sort((one, other) => one.line - other.line)
  return {
    title: shown === '' ? titleFromFileName(fileName) : shown,
    titleWritten: title.written,
    titleLine: title.line,
    meta,
    form,
    sections,
    problems,
  }
}

/** `blog_le_tri.md` → `Blog le tri`; '—' for a name without a letter. */
export function titleFromFileName(fileName: string): string {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  const words = base
    .replace(/\.(?:md|markdown|txt)$/i, '')
    .replace(/[\s_]+/g, ' ')
    .trim()
  return words === '' ? '—' : words.charAt(0).toUpperCase() + words.slice(1)
}

/** The first heading of level one with text, wherever it stands: some pages put their metadata first. */
function titleOf(lines: readonly string[]): { written: string | null; line: number | null } {
  for (const [index, line] of lines.entries()) {
    const heading = headingOf(line)
    if (heading?.level === 1 && heading.text !== '') return { written: heading.text, line: index + 1 }
  }
  return { written: null, line: null }
}

/**
 * Whether `> ` lines are questions. Plans, solutions and experiments are exports of a form; articles, stories and
 * methods are prose whose block quotes are quotations. Without a known type the shape decides: a form asks at
 * least twice, each question being alone between blank lines, headings or group marks.
 */
function isForm(meta: readonly MetaEntry[], lines: readonly string[]): boolean {
  for (const { key, value } of meta) {
    const type = key === 'type' ? pageTypeOf(value) : null
    if (type !== null) return FORM_TYPES.has(type)
  }
  let questions = 0
  for (const [index, line] of lines.entries()) {
    if (!isQuoteLine(line)) continue
    const before = (lines[index - 1] ?? '').trim()
    const after = (lines[index + 1] ?? '').trim()
    if (before !== '' && !before.startsWith('#') && !before.startsWith('<')) return false
    if (after.startsWith('>')) return false
    questions++
  }
  return questions >= 2
}

type Container = { blocks: Block[]; question: Question | null; group: Group | null; open: number }

function sectionsOf(lines: readonly string[], form: boolean, problems: Problem[]): Section[] {
  const divisions = divisionsOf(lines)
  for (const line of divisions.unclosed.values()) problems.push(problem('group-unclosed', line))
  for (const line of divisions.stray) problems.push(problem('group-stray-close', line))

  let section: Section = { heading: null, level: 0, line: 1, blocks: [] }
  const sections: Section[] = [section]
  let stack: Container[] = [{ blocks: section.blocks, question: null, group: null, open: -1 }]
  let depth = 0
  let prose: string[] = []
  let proseLine = 0
  let afterHeading = false
  const top = () => stack[stack.length - 1] as Container
  const add = (block: AnswerBlock) => {
    const { question, blocks } = top()
    if (question) question.answer.push(block)
    else blocks.push(block)
  }
  const flush = (fromTemplate = false) => {
    while (prose.length > 0 && prose[prose.length - 1]?.trim() === '') prose.pop()
    const markdown = prose.join('\n')
    if (prose.length > 0 && !UNTICKED.test(markdown))
      add({ kind: 'prose', markdown, line: proseLine, fromTemplate })
    prose = []
  }

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (line.trim() === '') {
      if (prose.length > 0) prose.push('')
      continue
    }
    const heading = headingOf(line)
    if (heading) {
      while (stack.length > 1 && divisions.unclosed.has(top().open)) {
        flush()
        if (top().group) depth--
        stack.pop()
      }
      // A heading inside a group that is closed further on is part of the answer.
      if (stack.length === 1) {
        flush()
        section = { heading: plainLine(heading.text), level: heading.level, line: index + 1, blocks: [] }
        sections.push(section)
        stack = [{ blocks: section.blocks, question: null, group: null, open: -1 }]
        afterHeading = true
        continue
      }
    }
    const marks = divisions.marks.get(index + 1)
    if (marks) {
      flush()
      for (const mark of marks) {
        if (mark.closes !== null) {
          // Groups left open inside are closed with it; a stray close finds nothing to close.
          if (mark.closes < 0) continue
          if (top().group) depth--
          if (stack.length > 1) stack.pop()
        } else if (mark.group && depth < DEEPEST_GROUP) {
          const group: Group = { kind: 'group', line: index + 1, blocks: [] }
          add(group)
          depth++
          stack.push({ blocks: group.blocks, question: null, group, open: mark.opens })
        } else {
          stack.push({ ...top(), group: null, open: mark.opens })
        }
      }
      afterHeading = false
      continue
    }
    if (form && isQuoteLine(line)) {
      flush()
      const from = index
      const asked = [line.trimStart().slice(1)]
      while (isQuoteLine(lines[index + 1] ?? '')) asked.push((lines[++index] ?? '').trimStart().slice(1))
      const question: Question = {
        kind: 'question',
        text: plainLine(asked.join(' ')),
        line: from + 1,
        answer: [],
      }
      top().blocks.push(question)
      top().question = question
    } else if (form && isInstruction(line, afterHeading)) {
      flush()
      prose = [line.trimEnd()]
      proseLine = index + 1
      flush(true)
    } else {
      if (prose.length === 0) proseLine = index + 1
      prose.push(line.trimEnd())
    }
    afterHeading = false
  }
  flush()
  return sections.filter(kept => kept.heading !== null || kept.blocks.length > 0)
}

function typeProblems(meta: readonly MetaEntry[], soFar: readonly Problem[]): Problem[] {
  const types = meta.filter(entry => entry.key === 'type' && entry.value !== '')
  const found = types
    .filter(entry => pageTypeOf(entry.value) === null)
    .map(entry => problem('type-unknown', entry.line, { value: entry.value }))
  if (types.length > 0) return found
  const leftover = soFar.find(other => other.code === 'template-leftover' && other.detail.key === 'type')
  return [problem('type-missing', leftover?.line ?? 1)]
}

/** CommonMark's ATX heading; `#tag` and `#1` are not headings, an empty `##` is one. */
export function headingOf(line: string): { level: number; text: string } | null {
  if (!line.includes('#')) return null
  const trimmed = line.trim()
  let level = 0
  while (trimmed.charCodeAt(level) === 35) level++
  if (level === 0 || level > 6 || line.length - line.trimStart().length > 3) return null
  const next = trimmed[level]
  if (next !== undefined && next !== ' ' && next !== '\t') return null
  const text = trimmed.slice(level).trim()
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 35) end--
  // Closing marks (`## Title ##`) are not text; the sharp of `C#` is.
  return { level, text: end === 0 || text[end - 1] === ' ' ? text.slice(0, end).trim() : text }
}

export function isQuoteLine(line: string): boolean {
  const at = line.indexOf('>')
  return at >= 0 && at <= 3 && line.slice(0, at).trim() === ''
}

/** Sentences the forms print between a question and its answer, or in bold under a heading. */
function isInstruction(line: string, afterHeading: boolean): boolean {
  const text = line.trim()
  if (afterHeading && text.length >= 4 && text.startsWith('**') && text.endsWith('**')) return true
  return TEMPLATE_SENTENCES.some(start => text.startsWith(start))
}

/** The beginnings of the two sentences that the forms of the public collection print outside a question. */
export const TEMPLATE_SENTENCES = [
  'Please note: we ask you to only submit',
  'Thematic area tags generated using:',
]
/** A list of choices in which nothing was chosen. */
const UNTICKED = /^[\s-]*$/
export const LINE_END = /\r\n?|\n/
