import { type MetaEntry, type Problem, problem } from './page.ts'

/** Keys of the public collection, counted over its 9,578 pages; others are kept and reported as unknown. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['thematic_areas', 'sdgs', 'country', 'type', 'latlng', 'year', 'focal_point', 'datasources', 'methods'],
  ...['gender', 'consent', 'source', 'date', 'continent', 'quality_check', 'principles', 'tactics', 'tools'],
  ...['partnering_sector', 'control_group', 'total_cost', 'assignment_type', 'sample_size', 'scaling'],
  ...['experiment_status', 'experiment_type', 'skills', 'ai_summary', 'audio'],
  // Ours: under which licence a page written here may be used.
  'licence',
])

export type MetadataReading = {
  meta: MetaEntry[]
  /** The same number of lines, metadata taken out; `[[0:24]]` time stamps become `[0:24]`. */
  text: string[]
  problems: Problem[]
}

/**
 * Takes `[[key:value]]` out of the lines of a page. A known key counts anywhere; an unknown one only on a line
 * that holds nothing but metadata, since `[[note: …]]` inside a sentence is the author's own writing. Linear.
 */
export function takeMetadata(lines: readonly string[]): MetadataReading {
  const reading: MetadataReading = { meta: [], text: [...lines], problems: [] }
  const unknownKeys = new Set<string>()
  for (let index = 0; index < reading.text.length; index++) {
    const line = reading.text[index] ?? ''
    if (!line.includes('[[')) continue
    const { spans, unclosed } = spansOf(line)
    const left = withoutSpans(line, spans)
    const isMetadataLine =
      isEmptyOrBullet(left) || (unclosed !== null && left.indexOf('[[') === firstInk(left))
    const taken = isMetadataLine ? spans : spans.filter(span => KNOWN_KEYS.has(span.key))
    for (const span of taken) record(reading, unknownKeys, span.key, span.value, index + 1)
    reading.text[index] = readableTimes(taken.length === 0 ? line : tidy(withoutSpans(line, taken)))
    if (unclosed === null) continue

    const end = isMetadataLine && unclosed.last ? closingLine(reading.text, index) : -1
    if (end < 0) {
      if (KNOWN_KEYS.has(unclosed.key)) {
        reading.problems.push(problem('metadata-unclosed', index + 1, { key: unclosed.key }))
      }
      continue
    }
    const last = reading.text[end] ?? ''
    const close = last.indexOf(']]')
    const value = [
      line.slice(unclosed.valueFrom),
      ...reading.text.slice(index + 1, end),
      last.slice(0, close),
    ]
    record(reading, unknownKeys, unclosed.key, value.join('\n'), index + 1)
    for (let taken = index; taken < end; taken++) reading.text[taken] = ''
    reading.text[end] = last.slice(close + 2)
    index = end - 1
  }
  return reading
}

type Span = { key: string; value: string; from: number; to: number }
type Unclosed = { key: string; valueFrom: number; last: boolean }

/** The closed metadata of one line, and the first that is not closed on it. */
function spansOf(line: string): { spans: Span[]; unclosed: Unclosed | null } {
  const spans: Span[] = []
  let unclosed: Unclosed | null = null
  let close = -2
  let open = line.indexOf('[[')
  while (open >= 0) {
    KEY.lastIndex = open
    const key = KEY.exec(line)?.[1]
    if (key === undefined) {
      open = line.indexOf('[[', open + 1)
      continue
    }
    const valueFrom = KEY.lastIndex
    const next = line.indexOf('[[', valueFrom)
    // Looked up again only once passed: a long row of unclosed `[[a:` must not be searched to its end each time.
    if (close !== -1 && close < valueFrom) close = line.indexOf(']]', valueFrom)
    if (close >= 0 && (next < 0 || close < next)) {
      close = closeOfAddress(line, valueFrom, close)
      spans.push({ key: normalKey(key), value: line.slice(valueFrom, close), from: open, to: close + 2 })
      open = line.indexOf('[[', close + 2)
    } else {
      unclosed ??= { key: normalKey(key), valueFrom, last: next < 0 }
      open = next
    }
  }
  return { spans, unclosed }
}

/** An address may end in a bracket of its own (`[[source:https://x.org/?a[0]]]`). */
function closeOfAddress(line: string, from: number, close: number): number {
  if (line[close + 2] !== ']') return close
  const value = line.slice(from, close)
  const isOpen = value.lastIndexOf('[') > value.lastIndexOf(']')
  return isOpen ? close + 1 : close
}

/** The line on which a value begun at `from` is closed, or -1 when other metadata or a heading comes first. */
function closingLine(lines: readonly string[], from: number): number {
  for (let index = from + 1; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const close = line.indexOf(']]')
    const open = line.indexOf('[[')
    if (close >= 0 && (open < 0 || close < open)) return index
    if (open >= 0 || line.startsWith('# ') || line.startsWith('## ')) return -1
  }
  return -1
}

function record(
  reading: MetadataReading,
  unknown: Set<string>,
  key: string,
  value: string,
  line: number,
): void {
  const written = value.trim()
  if (isTemplateLeftover(written)) {
    reading.problems.push(problem('template-leftover', line, { key, value: written }))
    return
  }
  reading.meta.push({ key, value: written, line })
  if (written === '') reading.problems.push(problem('value-empty', line, { key }))
  if (!KNOWN_KEYS.has(key) && !unknown.has(key)) {
    unknown.add(key)
    reading.problems.push(problem('key-unknown', line, { key, value: written }))
  }
}

/** `{the type of element}`, `{lat},{lng}`: only what the template put there, in braces. */
function isTemplateLeftover(value: string): boolean {
  return value.startsWith('{') && value.endsWith('}') && /^[\s,;{}]*$/.test(value.replace(/\{[^{}]*\}/g, ''))
}

function withoutSpans(line: string, spans: readonly Span[]): string {
  let left = ''
  let from = 0
  for (const span of spans) {
    left += line.slice(from, span.from)
    from = span.to
  }
  return left + line.slice(from)
}

export function normalKey(key: string): string {
  return key.trim().toLowerCase().replace(/[ -]+/g, '_')
}

function firstInk(line: string): number {
  return line.length - line.trimStart().length
}

/** A bullet whose only content was metadata is nothing to read. */
function tidy(line: string): string {
  return isEmptyOrBullet(line) ? '' : line.trimEnd()
}

function isEmptyOrBullet(line: string): boolean {
  const text = line.trim()
  return text === '' || (text.length === 1 && '-*+•'.includes(text))
}

/** Also the slips of hand seen in transcripts: `[[\[0:20]]`, `[[7:24\]]]`. */
function readableTimes(line: string): string {
  return line.includes('[[') ? line.replace(TIME_STAMP, '[$1]') : line
}

const KEY = /\[\[[ \t]{0,3}(\p{L}[\p{L}\p{N}_ -]{0,39}):/uy
const TIME_STAMP = /\[\[\\?\[?(\d{1,3}:\d{2}(?::\d{2})?)\\?\]\\?\]\]?/g
