import { isBoilerplate, sameWords } from './boilerplate.ts'
import { cut } from './cut.ts'
import type { Page, Prose, Question } from './page.ts'
import { plainText } from './plain-text.ts'

/** Longest summary, in characters: what the forms ask for. */
export const SUMMARY_LENGTH = 280

export type Summary = { text: string; from: 'tweet' | 'ai_summary' | 'text' | 'none' }

/**
 * A few lines to show in a list, plain text: the author's own short summary when the form asked for one, else the
 * machine-written one of the interviews, else the first line of the text that reads like a sentence.
 */
export function summaryOf(
  page: Page,
  title: string,
  questions: readonly Question[],
  prose: readonly Prose[],
): Summary {
  const tweet = questions.find(question => TWEET.test(question.text))
  const tweeted = tweet ? oneLine(proseText(tweet.answer.filter(block => block.kind === 'prose'))) : ''
  if (tweeted.length >= SHORTEST && /\s/.test(tweeted)) return { text: shorten(tweeted), from: 'tweet' }
  const byMachine = page.meta.find(entry => entry.key === 'ai_summary' && entry.value !== '')
  if (byMachine) return { text: shorten(oneLine(plainText(byMachine.value))), from: 'ai_summary' }
  const text = firstReadable(title, prose)
  return { text, from: text === '' ? 'none' : 'text' }
}

/** The first sentence-like line; failing that the longest of the first lines. */
function firstReadable(title: string, prose: readonly Prose[]): string {
  let longest = ''
  let seen = 0
  for (const block of prose) {
    if (block.fromTemplate || isTickList(block.markdown)) continue
    let lead = ''
    for (const line of linesOf(block.markdown)) {
      if (++seen > MOST_LINES) break
      if (isBoilerplate(line) || isAddress(line) || saysTitle(line, title)) continue
      if (line.length > longest.length) longest = line
      // Short lines of one answer ("A mill.", "It runs on sunlight.") are read on together.
      lead = lead === '' ? line : `${lead} ${line}`
      if (isSentence(line)) return shorten(line)
    }
    if (lead.length >= READABLE && /[.!?…]/.test(lead) && !HAS_CAPITALS_ONLY.test(lead)) longest = lead
  }
  return shorten(longest)
}

/** Choices ticked in a form: short items and nothing else. */
function isTickList(markdown: string): boolean {
  if (!markdown.startsWith('- ')) return false
  return markdown.split('\n', 40).every(line => line === '' || (line.startsWith('- ') && line.length <= 140))
}

function isSentence(line: string): boolean {
  if (line.length < READABLE || HAS_CAPITALS_ONLY.test(line)) return false
  return line.length >= 120 || SENTENCE_END.test(line)
}

/** Copied articles repeat their title, some several times on one line. */
function saysTitle(line: string, title: string): boolean {
  if (sameWords(line, title)) return true
  return title.length > 0 && line.length < title.length * 3 && line.split(title).join('').trim() === ''
}

function isAddress(line: string): boolean {
  return /^(?:https?:|www\.)\S*$/i.test(line) || /^\S+@\S+$/.test(line)
}

/** Lines of plain text from the start of a block, without reading megabytes for a summary. */
function linesOf(markdown: string): string[] {
  return plainText(cut(markdown, MOST_READ)).split('\n').filter(Boolean)
}

function proseText(blocks: readonly Prose[]): string {
  return blocks
    .filter(block => !block.fromTemplate)
    .map(block => plainText(cut(block.markdown, MOST_READ)))
    .join(' ')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** At most `SUMMARY_LENGTH` UTF-16 units, cut between words, never inside a character, with an ellipsis. */
function shorten(text: string): string {
  if (text.length <= SUMMARY_LENGTH) return text
  const start = cut(text, SUMMARY_LENGTH - 1)
  const space = start.lastIndexOf(' ')
  const kept = space > SUMMARY_LENGTH / 2 ? start.slice(0, space) : start
  return `${kept.replace(/[\s,;:–-]+$/, '')}…`
}

const TWEET = /280\s?(?:char|carac)|tweet\W{0,3} ?summary|r[ée]sum\w{0,3} .{0,12}tweet/i
const SHORTEST = 20
const READABLE = 50
const MOST_LINES = 200
const MOST_READ = 20_000
const SENTENCE_END = /[.!?…»”"):]$/
const HAS_CAPITALS_ONLY = /^[^\p{Ll}]*$/u
