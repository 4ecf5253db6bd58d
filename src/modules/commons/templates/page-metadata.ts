import { normalKey } from '#modules/commons/format/metadata.ts'
import { placeOf, sdgOf } from '#modules/commons/format/values.ts'
import { applyEdits, type Edit } from '#modules/commons/templates/edits.ts'
import { type Outline, outlineOf } from '#modules/commons/templates/outline.ts'
import { licenceQuestion, questionAt } from '#modules/commons/templates/questions.ts'
import type {
  AnswerKind,
  Path,
  Template,
  TemplateQuestion,
  Value,
} from '#modules/commons/templates/template.ts'
import { sameValue } from '#modules/commons/templates/values.ts'
import { countryName, resolveCountry } from '#reference/countries.ts'
import { sdgName } from '#reference/sdgs.ts'

/** Answers that stand among the metadata of a page, as `[[key:value]]`. */

/** Which key of the metadata holds the answers of a kind; null for those that stand below their question. */
export function metadataKey(kind: AnswerKind): string | null {
  if (kind.kind === 'tags') return kind.meta
  if (kind.kind === 'sdgs') return 'sdgs'
  if (kind.kind === 'countries') return 'country'
  return kind.kind === 'place' ? 'latlng' : null
}

/** One value of the metadata as the answer has it; null for one that says nothing. */
export function metadataValue(
  kind: AnswerKind,
  written: string,
): string | number | { lat: number; lng: number } | null {
  if (written === '') return null
  if (kind.kind === 'sdgs') return sdgOf(written)
  if (kind.kind === 'place') {
    const place = placeOf(written)
    return typeof place === 'string' || (place.lat === 0 && place.lng === 0) ? null : place
  }
  if (kind.kind !== 'countries') return written
  return written.toLowerCase() === 'null island' ? null : (resolveCountry(written) ?? written)
}

export function readMetadata(template: Template, outline: Outline): Map<Path, Value> {
  const answers = new Map<Path, Value>()
  const asked = template.sections.filter(one => !one.repeated).flatMap(one => one.questions)
  for (const { answer, key: path } of [...asked, licenceQuestion]) {
    if (answers.has(path)) continue
    const key = metadataKey(answer)
    if (key === null) continue
    const values = outline.page.meta
      .filter(entry => entry.key === key)
      .map(entry => metadataValue(answer, entry.value))
      .filter(value => value !== null)
    const unique = [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
    const [first] = unique
    if (first === undefined) continue
    if (answer.kind === 'sdgs')
      answers.set(
        path,
        unique.map(Number).sort((a, b) => a - b),
      )
    else answers.set(path, typeof first === 'object' ? first : (unique as string[]))
  }
  return answers
}

export function writeMetadata(
  template: Template,
  source: string,
  changes: ReadonlyMap<Path, Value | null>,
): string {
  const answers = readMetadata(template, outlineOf(source))
  let written = source
  for (const [path, value] of changes) {
    const place = questionAt(template, path)
    const key = place && !place.row ? metadataKey(place.question.answer) : null
    if (place && key !== null && !sameValue(answers.get(path), value))
      written = writeKey(written, key, place.question, value)
  }
  return written
}

/** Entries that say what is still so stay as they are written; those gone are taken out, new ones come after the last. */
function writeKey(source: string, key: string, { answer }: TemplateQuestion, value: Value | null): string {
  const outline = outlineOf(source)
  const wanted = (Array.isArray(value) ? value : value === null ? [] : [value]).map(one =>
    JSON.stringify(one),
  )
  const left = new Set(wanted)
  const edits: Edit[] = []
  let seen = false
  for (const entry of outline.page.meta) {
    if (entry.key !== key) continue
    const said = metadataValue(answer, entry.value)
    if (said === null || (answer.kind === 'place' && seen)) continue
    // A page may say several places; the first is the one asked for.
    seen = true
    if (!left.has(JSON.stringify(said))) {
      if (!wanted.includes(JSON.stringify(said)))
        edits.push(withoutEntry(outline, entry.line, key, entry.value))
    } else left.delete(JSON.stringify(said))
  }
  const lines = [...left].map(one => `[[${key}:${entryText(answer.kind, JSON.parse(one))}]]`)
  if (lines.length > 0) {
    const last = outline.page.meta.filter(entry => entry.key === key).at(-1) ?? outline.page.meta.at(-1)
    const from = last ? afterEntry(outline, last.line) : (outline.page.titleLine ?? 0) + 1
    edits.push({ from, to: from, lines: last || from === 1 ? lines : ['', ...lines] })
  }
  return applyEdits(outline, merged(edits))
}

/** A value may run over several lines. */
function afterEntry({ lines }: Outline, line: number): number {
  let end = line
  while (end < lines.length && !lines[end - 1]?.includes(']]')) end++
  return end + 1
}

/** Several entries may share a line. */
function merged(edits: Edit[]): Edit[] {
  const byLine = new Map<string, Edit>()
  for (const edit of edits) {
    const at = `${edit.from}-${edit.to}`
    const other = byLine.get(at)
    if (!other || edit.from === edit.to) byLine.set(other ? `${at}+` : at, edit)
    else other.lines = other.lines.filter(line => edit.lines.includes(line))
  }
  return [...byLine.values()]
}

function withoutEntry({ lines }: Outline, line: number, key: string, value: string): Edit {
  const whole = lines[line - 1] ?? ''
  const rest = whole.replace(/\[\[([^\]:]{1,60}):(.*?)\]\]+/g, (entry, name: string, said: string) =>
    normalKey(name) === key && said.trim() === value ? '' : entry,
  )
  return { from: line, to: line + 1, lines: /^[\s*+•-]*$/.test(rest) ? [] : [rest] }
}

function entryText(kind: string, value: string | number | { lat: number; lng: number }): string {
  if (kind === 'sdgs') return `${value}. ${sdgName(Number(value), 'en')}`
  if (typeof value === 'object') return `${value.lat},${value.lng}`
  return kind === 'countries' && /^[A-Z]{2}$/.test(String(value))
    ? countryName(String(value), 'en')
    : String(value)
}
