import { createHash } from 'node:crypto'
import type { Block, Page } from '#modules/commons/format/page.ts'
import { readValue } from '#modules/commons/templates/answer-text.ts'
import { afterQuestion, type Outline, outlineOf } from '#modules/commons/templates/outline.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import {
  headingsOf,
  labelsOf,
  questionAt,
  wordingKey,
  wordingsOf,
} from '#modules/commons/templates/questions.ts'
import type { Path, Template, TemplateQuestion, Texts } from '#modules/commons/templates/template.ts'

/** A piece of a page that is translated by itself, where it stands. What is asked several times has one path. */
export interface Passage {
  path: string
  kind: 'title' | 'heading' | 'question' | 'prose'
  text: string
  /** Of a heading. */
  level: number
  /** The lines of the source that hold it, from 1; `to` is the line after the last. Null: the title of a page without one. */
  lines: { from: number; to: number } | null
  /** What the template of the page says for it in the language: nobody has to translate that. */
  given: string | null
}

/** What of a page can be translated into a language, in the order in which it is read; without questions left open. */
export function passagesOf(source: string, template: Template | null, language: string): Passage[] {
  const reading = template ? readAnswers(template, source) : null
  const outline = reading?.outline ?? outlineOf(source)
  const places = new Map<number, Path>()
  for (const [path, { prose }] of reading?.spots ?? [])
    for (const [index, { from }] of prose.entries())
      places.set(from, index === 0 ? path : `${path}.${index + 1}`)
  const words = template ? wordingsIn(template, language) : new Map<string, string>()
  return passagesIn(outline, places, words).map(passage =>
    passage.kind === 'prose' ? { ...passage, given: givenAnswer(template, passage, language) } : passage,
  )
}

/** By which it is seen whether a passage is still the one that was translated. */
export function passageHash(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex')
}

function passagesIn(
  outline: Outline,
  places: ReadonlyMap<number, Path>,
  words: ReadonlyMap<string, string>,
): Passage[] {
  const { page } = outline
  const found: Passage[] = [titleOf(page)]
  let body = 0
  const asked = (
    kind: 'heading' | 'question',
    text: string,
    level: number,
    from: number,
    to: number,
  ): Passage => ({
    path: `${kind}/${passageHash(text).slice(0, 16)}`,
    kind,
    text,
    level,
    lines: { from, to },
    given: words.get(wordingKey(text)) ?? null,
  })
  const walk = (blocks: readonly Block[]): Passage[] =>
    blocks.flatMap((block): Passage[] => {
      if (block.kind === 'group') return walk(block.blocks)
      if (block.kind === 'question') {
        const answered = walk(block.answer)
        if (answered.length === 0 || block.text === '') return answered
        return [asked('question', block.text, 3, block.line, afterQuestion(outline, block.line)), ...answered]
      }
      if (block.fromTemplate || block.markdown.trim() === '') return []
      const answer = places.get(block.line)
      return piecesOf(block.markdown).map(({ text, at, length }, index) => {
        const from = block.line + at
        const own = answer === undefined ? `body/${++body}` : index === 0 ? answer : `${answer}+${index + 1}`
        const lines = { from, to: from + length }
        return { path: own, kind: 'prose', text, level: 0, lines, given: null }
      })
    })
  for (const section of page.sections) {
    const inside = walk(section.blocks)
    if (inside.length === 0) continue
    if (section.heading)
      found.push(asked('heading', section.heading, section.level, section.line, section.line + 1))
    // Not `push(...)`: a page may have more passages than a call takes arguments.
    for (const passage of inside) found.push(passage)
  }
  return found
}

/**
 * A text by its paragraphs, lists and the like, so that of a long one only what changed has to be looked at again. What
 * stands indented, goes on a list, or lies between fences stays with what is before it.
 */
function piecesOf(markdown: string): { text: string; at: number; length: number }[] {
  const pieces: { lines: string[]; at: number }[] = []
  let fenced = false
  let blank = true
  for (const [at, line] of markdown.split('\n').entries()) {
    const last = pieces.at(-1)
    const goesOn =
      fenced || !blank || /^\s/.test(line) || (isListItem(line) && isListItem(last?.lines[0] ?? ''))
    if (line.trim() === '' && !fenced) {
      blank = true
      last?.lines.push(line)
      continue
    }
    if (last && goesOn) last.lines.push(line)
    else pieces.push({ lines: [line], at })
    if (/^\s{0,3}(?:```|~~~)/.test(line)) fenced = !fenced
    blank = false
  }
  return pieces.map(({ lines, at }) => {
    while (lines.at(-1)?.trim() === '') lines.pop()
    return { text: lines.join('\n'), at, length: lines.length }
  })
}

function isListItem(line: string): boolean {
  return /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line)
}

function titleOf(page: Page): Passage {
  const { title, titleLine } = page
  const lines = titleLine === null ? null : { from: titleLine, to: titleLine + 1 }
  return { path: 'title', kind: 'title', text: title, level: 1, lines, given: null }
}

/**
 * What an answer says in the language without anybody translating it: what was chosen has the labels of the template, and
 * where there is no letter there is nothing to translate. Null where a translator has to say it.
 */
function givenAnswer(template: Template | null, { path, text }: Passage, language: string): string | null {
  if (!/\p{L}/u.test(text)) return text
  const kind = template ? questionAt(template, path.replace(/(?:\.\d+|\+\d+)+$/, ''))?.question.answer : null
  if (kind?.kind !== 'choice') return null
  const value = readValue(kind, text)
  if (!Array.isArray(value)) return null
  const labels = value.map(
    key => kind.options.find(option => option.key === key)?.label[language as keyof Texts],
  )
  if (!labels.every(label => label !== undefined && label !== '')) return null
  // Listed as they were; a single one may stand by itself.
  return labels.length === 1 && !isListItem(text.trimStart())
    ? (labels[0] ?? null)
    : labels.map(label => `- ${label}`).join('\n')
}

/** What a template asks, in a language that it has, by the wordings in which pages have it. */
function wordingsIn(template: Template, language: string): Map<string, string> {
  const words = new Map<string, string>()
  const add = (wordings: readonly string[], texts: Texts) => {
    const text = texts[language as keyof Texts]
    if (text)
      for (const wording of wordings) if (wording !== '' && !words.has(wording)) words.set(wording, text)
  }
  const addQuestions = (questions: readonly TemplateQuestion[]) => {
    for (const question of questions) {
      add(wordingsOf(question), question.ask)
      const { answer } = question
      if (answer.kind === 'group') addQuestions(answer.questions)
      // Each part of shares stands under its own name.
      if (answer.kind === 'shares') for (const part of answer.parts) add(labelsOf(part), part.label)
    }
  }
  for (const section of template.sections) {
    add(headingsOf(section), section.heading)
    addQuestions(section.questions)
  }
  return words
}
