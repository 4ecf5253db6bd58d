import { plainLine } from '#modules/commons/format/plain-text.ts'
import { headingOf, isQuoteLine, TEMPLATE_SENTENCES } from '#modules/commons/format/read-page.ts'
import { dateOf } from '#modules/commons/format/values.ts'
import { inWords, labelsOf, wordingKey } from '#modules/commons/templates/questions.ts'
import type { AnswerKind, Option, Reference, Value, Written } from '#modules/commons/templates/template.ts'

/** An answer as it stands below its question, and back. What stands among the metadata is not here. */

/** What a page answers, by the kind of the question; null for nothing. What the kind does not know is kept as written. */
export function readValue(kind: AnswerKind, markdown: string): Value | null {
  const text = markdown.trim() === '' ? '' : markdown
  if (text === '') return null
  switch (kind.kind) {
    case 'choice':
      return choicesIn(kind.options, text)
    case 'scale':
    case 'number':
      return numberIn(text) ?? { written: text }
    case 'date':
      return dateOf(plainLine(text)) ?? { written: text }
    case 'files':
    case 'people':
    case 'organisations':
    case 'items':
      return referencesIn(text)
    case 'text':
    case 'rich':
      return text
    default:
      return { written: text }
  }
}

/** As it is written into a page; '' for nothing. */
export function writeValue(kind: AnswerKind, value: Value | null, language: string): string {
  if (value === null) return ''
  if (isWritten(value)) return settleText(value.written)
  switch (kind.kind) {
    case 'choice': {
      const labels = (value as string[]).map(key => {
        const option = kind.options.find(one => one.key === key)
        return option ? inWords(option.label, language) : key
      })
      return labels.map(label => `- ${settleLine(label)}`).join('\n')
    }
    case 'files':
    case 'people':
    case 'organisations':
    case 'items':
      return (value as Reference[]).map(referenceText).join('\n')
    case 'text':
    case 'rich':
      return settleText(String(value))
    default:
      return String(value)
  }
}

export function isWritten(value: Value): value is Written {
  return typeof value === 'object' && 'written' in value
}

/**
 * Text as a page can hold it and give it back: what the format would take for a heading, a question, a group or metadata
 * is escaped as Markdown has it, spaces at the ends of lines and empty lines around are gone. Settled text stays as it is.
 */
export function settleText(text: string): string {
  const lines = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(unprintable, '')
    .split('\n')
    .map((line, index, all) =>
      // Two spaces break a line in Markdown; the format takes them off.
      line.endsWith('  ') && line.trim() !== '' && all[index + 1]?.trim()
        ? `${line.trimEnd()}\\`
        : line.trimEnd(),
    )
    .map(settledLine)
  const first = lines.findIndex(line => line.trim() !== '')
  const last = lines.findLastIndex(line => line.trim() !== '')
  const settled = first < 0 ? '' : lines.slice(first, last + 1).join('\n')
  // Nothing but dashes is a list in which nothing was ticked.
  return /^[\s-]*$/.test(settled) ? '' : settled
}

/** The same on one line. Spaces that typography asks for stay: they are not there by chance. */
export function settleLine(text: string): string {
  return settleText(onOneLine(text))
}

/** What a line of Markdown says, as `plainLine` has it, with the spaces that typography asks for where nothing else is marked. */
export function spacedLine(markdown: string): string {
  const plain = plainLine(markdown)
  const spaced = onOneLine(markdown)
  return spaced.replace(/\s+/g, ' ') === plain ? spaced : plain
}

function onOneLine(text: string): string {
  return text.replace(/[ \t\r\n\f\v\u2028\u2029]+/g, ' ').trim()
}

function settledLine(line: string): string {
  const safe = line.replace(/\[(?=\[)/g, '[\\')
  const ink = safe.length - safe.trimStart().length
  const text = safe.trim()
  const structure =
    headingOf(safe) !== null || isQuoteLine(safe) || (/^<\/?div/i.test(text) && text.endsWith('>'))
  if (structure) return `${safe.slice(0, ink)}\\${safe.slice(ink)}`
  // A sentence the forms print is no answer to them: a mark that nobody sees makes it one.
  return TEMPLATE_SENTENCES.some(start => text.startsWith(start))
    ? `${safe.slice(0, ink)}&#8203;${text}`
    : safe
}

function choicesIn(options: Option[], text: string): Value {
  const keys = new Map(
    options.flatMap(option =>
      [...labelsOf(option), wordingKey(option.key)].map(label => [label, option.key] as const),
    ),
  )
  const found: string[] = []
  for (const line of text.split('\n')) {
    const item = line.replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, '').trim()
    if (item === '' || /^[-*+•]$/.test(item)) continue
    if (item.length > longestChoice) return { written: text }
    const several = item.split(/\s*[,;/]\s*/).filter(part => part !== '')
    if (keys.get(wordingKey(item)) === undefined && several.length > 1)
      if (several.every(part => keys.has(wordingKey(part)))) {
        found.push(...several.map(part => keys.get(wordingKey(part)) ?? part))
        continue
      }
    found.push(keys.get(wordingKey(item)) ?? item)
  }
  return found.length > 0 ? [...new Set(found)] : { written: text }
}

function numberIn(text: string): number | null {
  const compact = plainLine(text)
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace(/%$/, '')
  if (!/^-?\d{1,15}(?:[.,]\d{1,6})?$/.test(compact)) return null
  return Number(compact.replace(',', '.'))
}

/** A reference a line: a link, a picture, an address or a name; anything else is kept as written. */
function referencesIn(text: string): Value {
  const found: Reference[] = []
  for (const line of text.split('\n')) {
    const item = line.replace(/^\s*[-*+•]\s+/, '').trim()
    if (item === '') continue
    if (item.length > longestReference) return { written: text }
    const link = /^(!?)\[((?:[^[\]\\]|\\.)*)\]\(<?([^\s()<>]+)>?\)$/.exec(item)
    if (link) {
      const [, mark, name = '', address = ''] = link
      found.push({ name: unescaped(name), address, ...(mark && { picture: true }) })
    } else if (/^<?https?:\/\/[^\s<>]+>?$/i.test(item)) {
      const address = item.replace(/^<|>$/g, '')
      found.push({ name: address, address })
    } else if (/[[\]<>]/.test(item.replace(/\\./g, ''))) return { written: text }
    else found.push({ name: unescaped(item) })
  }
  return found.length > 0 ? found : { written: text }
}

function referenceText({ name, address, picture }: Reference): string {
  const said = name.replace(/\s+/g, ' ').trim()
  if (address === undefined) return `- ${settleLine(escaped(said))}`
  if (address === said && /^https?:\/\/[^\s<>]+$/i.test(address)) return `- ${address}`
  const target = encodedAddress(address)
  return picture ? `![${escaped(said)}](${target})` : `- [${escaped(said)}](${target})`
}

/** An address that ends where it ends. */
export function encodedAddress(address: string): string {
  return address
    .trim()
    .replace(/[\s()<>[\]\\]/g, sign => `%${sign.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
}

function escaped(name: string): string {
  return name.replace(/[[\]<>\\]/g, sign => `\\${sign}`)
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, '$1').trim()
}

const longestChoice = 300
const longestReference = 2_000
/** Marks no text needs and no database keeps or reader sees; tabs and line ends are none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g
