import MarkdownIt from 'markdown-it'

/**
 * The words of a page, for extracts, search and exports: no markup, no metadata, no time stamps, one line per block.
 * A scan, not a render: linear time, some 40 MB/s on prose, forgiving. The result is text, not HTML: escape it where shown.
 *
 * `limit` stops the scan once that many characters are found; the text is then cut at a word, without an ellipsis.
 */
export function plainText(source: string, limit = Number.POSITIVE_INFINITY): string {
  const scan = newScan(source)
  while (scan.at < source.length && scan.length <= limit) step(scan)
  const text = tidy(scan.output.join(''))
  return text.length <= limit ? text : cutAtWord(text, limit)
}

/** The words of one line of Markdown — a title, a label — on one line. */
export function inlineText(source: string): string {
  return plainText(source).replaceAll('\n', ' ')
}

type Scan = {
  source: string
  at: number
  output: string[]
  length: number
  lineStart: boolean
  tableRow: boolean
  /** Where the next of each closing mark is, found once: a mark that never comes must not be sought again and again. */
  next: Map<string, number>
  /** Found in one pass over all brackets when the first one appears. */
  links: Links | null
  /** Ends of the links whose label is being read. */
  labelEnds: Set<number>
}

/** Of `[label](address)`: the `]` by its `[`, and the `)` by its `(`. */
type Links = { labels: Map<number, number>; addresses: Map<number, number> }

const special = /[\n\\`*_~[\]!<>&|]|https?:\/\/[^\s<>()[\]\\&|`]+/g
const lineMarks = /[ \t]*(?:(?:>[ \t]?)+[ \t]*)?(?:[-*+][ \t]+|#{1,6}(?:[ \t]+|(?=\n)))?/y
const noWords =
  /[ \t>]*(?:[-=_*][-=_* \t]{2,}|[|:][-|: \t]*-[-|: \t]*|(?:```|~~~)[^\n`]{0,60}|\[[^\]\n]{1,200}\]:[ \t]*\S{1,4000}[^\n]{0,500})(?=\n|$)/y
const metadata = /\[\[(?:\d{1,3}(?::\d{2}){1,2}|[a-z][a-z_]{1,40}:)/y
const entity = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy
const blockTag = /^<\/?(?:p|div|br|hr|li|ul|ol|tr|table|h[1-6]|blockquote|section|article|pre|td|th)\b/i
const markdown = new MarkdownIt()

function newScan(source: string): Scan {
  return {
    source,
    at: 0,
    output: [],
    length: 0,
    lineStart: true,
    tableRow: false,
    next: new Map(),
    links: null,
    labelEnds: new Set(),
  }
}

function step(scan: Scan): void {
  if (scan.lineStart) startLine(scan)
  special.lastIndex = scan.at
  const match = special.exec(scan.source)
  const found = match?.index ?? scan.source.length
  if (found > scan.at) add(scan, scan.source.slice(scan.at, found))
  scan.at = found
  // An address keeps its underscores.
  if (match && match[0].length > 1) add(scan, match[0], match[0].length)
  else if (match) readSpecial(scan)
}

function startLine(scan: Scan): void {
  scan.lineStart = false
  noWords.lastIndex = scan.at
  if (noWords.test(scan.source)) {
    scan.at = noWords.lastIndex
    return
  }
  lineMarks.lastIndex = scan.at
  if (lineMarks.test(scan.source)) scan.at = lineMarks.lastIndex
  scan.tableRow = scan.source[scan.at] === '|'
}

function readSpecial(scan: Scan): void {
  const { source, at } = scan
  const mark = source[at] as string
  const following = source[at + 1] ?? ''
  if (mark === '\n') {
    add(scan, '\n', 1)
    scan.lineStart = true
  } else if (mark === '\\') {
    if (/[!-/:-@[-`{-~]/.test(following)) add(scan, following, 2)
    else add(scan, mark, 1)
  } else if (mark === '`') scan.at++
  else if (mark === '*' || mark === '_' || mark === '~') readEmphasis(scan, mark)
  else if (mark === '&') readEntity(scan)
  else if (mark === '<') readTag(scan)
  else if (mark === '|') add(scan, scan.tableRow ? ' ' : '|', 1)
  else if (mark === '!' && following === '[') {
    if (!readImage(scan)) add(scan, mark, 1)
  } else if (mark === '[') readBracket(scan)
  else if (mark === ']' && scan.labelEnds.delete(at)) endLabel(scan)
  else add(scan, mark, 1)
}

/** Emphasis marks touch a word on one side only; `5 * 3` and `snake_case` keep theirs. */
function readEmphasis(scan: Scan, mark: string): void {
  const { source, at } = scan
  let end = at
  while (source[end] === mark) end++
  const before = isWordCharacter(source[at - 1])
  const after = isWordCharacter(source[end])
  const loose = isBlank(source[at - 1]) && isBlank(source[end])
  const kept = loose || (mark === '_' && before && after) || (mark === '~' && end - at === 1)
  if (kept) add(scan, source.slice(at, end))
  scan.at = end
}

function readEntity(scan: Scan): void {
  entity.lastIndex = scan.at
  const written = entity.exec(scan.source)?.[0]
  if (written) add(scan, markdown.utils.unescapeAll(written), written.length)
  else add(scan, '&', 1)
}

function readTag(scan: Scan): void {
  const { source, at } = scan
  if (source.startsWith('<!--', at)) {
    const end = nextOf(scan, '-->', at)
    scan.at = end < 0 ? source.length : end + 3
    return
  }
  const end = nextOf(scan, '>', at)
  const inner = nextOf(scan, '<', at + 1)
  const tag = end < 0 || (inner >= 0 && inner < end) ? '' : source.slice(at, end + 1)
  if (!/^<[/a-z]/i.test(tag) || /\n[ \t]*\n/.test(tag)) {
    add(scan, '<', 1)
    return
  }
  const address = /^<((?:https?:|mailto:)[^\s<>]+)>$/i.exec(tag)?.[1]
  scan.at = end + 1
  if (address) add(scan, address)
  else if (blockTag.test(tag)) add(scan, '\n')
  else if (/^<(?:script|style)\b/i.test(tag)) {
    const closing = source.slice(scan.at).search(/<\/(?:script|style)\b/i)
    scan.at = closing < 0 ? source.length : scan.at + closing
  }
}

/** An image leaves its text alternative, unless that says nothing. */
function readImage(scan: Scan): boolean {
  const end = labelEnd(scan, scan.at + 1)
  if (end === undefined) return false
  const alt = scan.source.slice(scan.at + 2, end)
  if (!/^missing alt text$/i.test(alt)) add(scan, alt)
  scan.at = end
  endLabel(scan)
  return true
}

function readBracket(scan: Scan): void {
  metadata.lastIndex = scan.at
  if (metadata.test(scan.source)) {
    const end = nextOf(scan, ']]', scan.at)
    const line = nextOf(scan, '\n', scan.at)
    if (end >= 0 && (line < 0 || end < line)) {
      scan.at = end + 2
      return
    }
  }
  const end = labelEnd(scan, scan.at)
  if (end === undefined) add(scan, '[', 1)
  else {
    scan.labelEnds.add(end)
    scan.at++
  }
}

/** At the `]` of a link: past its address. */
function endLabel(scan: Scan): void {
  scan.at = (scan.links?.addresses.get(scan.at + 1) ?? scan.at) + 1
}

/** The `]` of the link whose `[` is at `from`, or undefined when no address follows. */
function labelEnd(scan: Scan, from: number): number | undefined {
  scan.links ??= pairBrackets(scan.source)
  const end = scan.links.labels.get(from)
  return end !== undefined && scan.links.addresses.has(end + 1) ? end : undefined
}

/** Position of the next `mark` at or after `from`, or -1. Each occurrence is sought once. */
function nextOf(scan: Scan, mark: string, from: number): number {
  const known = scan.next.get(mark)
  if (known !== undefined && (known < 0 || known >= from)) return known
  const found = scan.source.indexOf(mark, from)
  scan.next.set(mark, found)
  return found
}

/** Labels may run over a line's end, addresses may not; neither over a blank line. */
function pairBrackets(source: string): Links {
  const links: Links = { labels: new Map(), addresses: new Map() }
  let labels: number[] = []
  let addresses: number[] = []
  for (const { 0: mark, index } of source.matchAll(/\\.|\n[ \t]*\n|[()[\]\n]/g)) {
    if (mark === '[') labels.push(index)
    else if (mark === '(') addresses.push(index)
    else if (mark === ']') {
      const start = labels.pop()
      if (start !== undefined && source[index + 1] === '(') links.labels.set(start, index)
    } else if (mark === ')') {
      const start = addresses.pop()
      if (start !== undefined && source[start - 1] === ']') links.addresses.set(start, index)
    } else if (mark.startsWith('\n')) {
      addresses = []
      if (mark.length > 1) labels = []
    }
  }
  return links
}

function add(scan: Scan, text: string, consumed = 0): void {
  scan.output.push(text)
  scan.length += text.length
  scan.at += consumed
}

function tidy(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\0-\x08\x0b\x0e-\x1f\x7f]/g, '')
      .replace(/[ \t\f\u00a0]{2,}|[\t\f]/g, ' ')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
      .join('\n')
  )
}

function cutAtWord(text: string, limit: number): string {
  const cut = text.slice(0, limit + 1).search(/\s\S*$/)
  return text.slice(0, cut > limit / 2 ? cut : limit).trimEnd()
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character)
}
