import { decodeEntity } from './entities.ts'

/**
 * The readable text of Markdown, for search, summaries and language detection: no marks, addresses, tags or
 * images; one line per source line. Not a renderer: one linear pass, whatever the input.
 */
export function plainText(markdown: string): string {
  const out: string[] = []
  const openBrackets: { at: number; image: boolean }[] = []
  const findParenthesis = nextOf(markdown, ')')
  const findAngle = nextOf(markdown, '>')
  let run = 0
  let index = 0
  const drop = (from: number, to: number, instead = '') => {
    if (from > run) out.push(markdown.slice(run, from))
    if (instead !== '') out.push(instead)
    run = to
    index = to
  }
  while (index < markdown.length) {
    const code = markdown.charCodeAt(index)
    if (code > 126 || IS_MARK[code] === 0) {
      index++
      continue
    }
    const char = markdown[index]
    const next = markdown[index + 1] ?? ''
    if (char === '\\' && ESCAPABLE.includes(next) && next !== '') {
      drop(index, index + 1)
      index++
    } else if (char === '*' || char === '`' || (char === '~' && next === '~')) {
      drop(index, index + (char === '~' ? 2 : 1))
    } else if (char === '_') {
      if (isWord(markdown.charCodeAt(index - 1)) && isWord(markdown.charCodeAt(index + 1))) index++
      else drop(index, index + 1)
    } else if (char === '|') {
      drop(index, index + 1, ' ')
    } else if (char === '[' || (char === '!' && next === '[')) {
      const image = char === '!'
      drop(index, index + (image ? 2 : 1))
      openBrackets.push({ at: out.length, image })
      out.push(image ? '' : '[')
    } else if (char === ']') {
      const opened = openBrackets.pop()
      const close = next === '(' && opened ? findParenthesis(index) : -1
      if (opened && close >= 0 && close - index <= LONGEST_ADDRESS) {
        drop(index, close + 1)
        out[opened.at] = ''
        if (opened.image) out.length = opened.at + 1
      } else index++
    } else if (char === '<' && TAG_START.test(next)) {
      const close = findAngle(index)
      if (close >= 0 && close - index <= LONGEST_TAG)
        drop(index, close + 1, breaksLine(markdown, index) ? '\n' : ' ')
      else index++
    } else if (char === '&') {
      ENTITY.lastIndex = index
      const body = ENTITY.exec(markdown)?.[1]
      const decoded = body === undefined ? null : decodeEntity(body)
      if (decoded === null) index++
      else drop(index, ENTITY.lastIndex, decoded)
    } else if (
      (char === '#' || char === '>' || char === '-' || char === '+') &&
      startsLine(markdown, index)
    ) {
      LINE_MARK.lastIndex = index
      if (LINE_MARK.test(markdown)) drop(index, LINE_MARK.lastIndex)
      else index++
    } else index++
  }
  drop(markdown.length, markdown.length)
  return tidyLines(out.join(''))
}

/** The same on one line, for titles, headings, questions and summaries. */
export function plainLine(markdown: string): string {
  return plainText(markdown).replace(/\s+/g, ' ').trim()
}

/** Looks ahead for a character, searching each stretch of the text once. */
function nextOf(text: string, char: string): (from: number) => number {
  let found = -2
  return from => {
    if (found !== -1 && found < from) found = text.indexOf(char, from)
    return found
  }
}

function tidyLines(text: string): string {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const tidy = (UNTIDY.test(line) ? line.replace(SPACES, ' ') : line).trim()
    if (tidy !== '') lines.push(tidy)
  }
  return lines.join('\n')
}

function startsLine(text: string, index: number): boolean {
  for (let back = index - 1; back >= 0 && back >= index - 8; back--) {
    const char = text[back]
    if (char === '\n') return true
    if (char !== ' ' && char !== '\t' && char !== '>') return false
  }
  return index <= 8
}

function breaksLine(text: string, index: number): boolean {
  LINE_BREAKING_TAG.lastIndex = index
  return LINE_BREAKING_TAG.test(text)
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 191
}

const LONGEST_ADDRESS = 8_000
const LONGEST_TAG = 2_000
const ESCAPABLE = '\\`*_{}[]()#+-.!|<>~"\'$%&,/:;=?@^'
const TAG_START = /[A-Za-z/!]/
const LINE_BREAKING_TAG = /<\/?(?:br|div|p|li|ul|ol|h[1-6]|tr|table)\b/iy
const LINE_MARK = /(?:#{1,6}|>|[-+])(?:[ \t]{1,8}|(?=\n)|$)/y
const ENTITY = /&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,10});/y
const SPACES = /[\s\u00a0\u200b\ufeff]+/g
/** A space that is not the common one, or one after another: most lines have neither. */
const UNTIDY = /[^\S ]|\u200b| {2}/
const IS_MARK = new Uint8Array(127)
for (const mark of '\\*`~_|[]!<&#>-+') IS_MARK[mark.charCodeAt(0)] = 1
