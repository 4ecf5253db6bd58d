import { readDegrees, readPoint } from '#ui/degrees.ts'

/**
 * Answers as fields of a form, and back. Written for the server, which fills forms and reads what they send, and for the
 * script of the writing page, which reads the same controls: it needs neither.
 *
 * Controls are named by the path of their answer, several of one answer alike: 'background', 'sdgs' seventeen times. What
 * one answer needs besides follows a dot: 'stages.sense' (shares), 'place.lat', 'themes.add' (what is added to a list, as
 * typed), 'year.written' (an answer in words that its kind does not know).
 */

/** By name, all that was sent of it, in order. */
export type Fields = Readonly<Record<string, readonly string[] | undefined>>

export interface FieldReference {
  name: string
  address?: string
  picture?: boolean
}

export type FieldValue =
  | string
  | number
  | readonly string[]
  | readonly number[]
  | readonly FieldReference[]
  | { shares: Record<string, number> }
  | { lat: number; lng: number }
  | { written: string }

/**
 * What was chosen or typed, before anyone looks whether it can be kept: what is no number stays text, so that it can be
 * refused and shown again.
 * @param kind as `data-kind` says
 * @returns null where there is no answer
 */
export function readAnswer(kind: string, path: string, fields: Fields): unknown {
  const typed = readTyped(kind, path, fields)
  if (typed !== null) return typed
  const written = fields[`${path}.written`]?.[0] ?? ''
  return written.trim() === '' ? null : { written }
}

/** The fields that say a value: read again, they are that value. */
export function fieldsOf(path: string, value: FieldValue | null): Record<string, string[]> {
  if (value === null) return {}
  if (typeof value === 'string' || typeof value === 'number') return { [path]: [String(value)] }
  if (!isList(value)) {
    if ('written' in value) return { [`${path}.written`]: [value.written] }
    if ('lat' in value) return { [`${path}.lat`]: [String(value.lat)], [`${path}.lng`]: [String(value.lng)] }
    return Object.fromEntries(
      Object.entries(value.shares).map(([part, percent]) => [`${path}.${part}`, [String(percent)]]),
    )
  }
  const texts = value.map(one => (typeof one === 'object' ? JSON.stringify(one) : String(one)))
  return texts.length > 0 ? { [path]: texts } : {}
}

/** A reference as a control holds it, or a name somebody typed. */
export function readReference(text: string): FieldReference | null {
  if (text.startsWith('{')) {
    try {
      const { name, address, picture } = JSON.parse(text) as Record<string, unknown>
      if (typeof name === 'string') {
        return {
          name,
          ...(typeof address === 'string' && { address }),
          ...(picture === true && { picture }),
        }
      }
    } catch {
      // A name may begin like that, too.
    }
  }
  return text.trim() === '' ? null : { name: text.trim() }
}

function readTyped(kind: string, path: string, fields: Fields): unknown {
  const all = fields[path] ?? []
  const added = fields[`${path}.add`] ?? []
  switch (kind) {
    case 'number':
    case 'scale':
      return readNumber(all[0] ?? '')
    case 'choice':
    case 'group':
      return listOrNull(all.filter(one => one.trim() !== ''))
    case 'sdgs':
      return listOrNull(all.filter(one => one.trim() !== '').map(one => readNumber(one)))
    case 'tags':
      return listOrNull([...all, ...apart(added, /[\n;,]/)].filter(one => one.trim() !== ''))
    case 'countries':
      // Some names of countries have a comma in them.
      return listOrNull([...all, ...apart(added, /[\n;]/)].filter(one => one.trim() !== ''))
    case 'people':
    case 'organisations':
      return references([...all, ...apart(added, /[\n;]/)])
    case 'items':
      return references([...all, ...apart(added, /\n/)])
    case 'files':
      return references([...all, ...added])
    case 'shares':
      return readShares(path, fields)
    case 'place':
      return readPlace(fields[`${path}.lat`]?.[0] ?? '', fields[`${path}.lng`]?.[0] ?? '')
    default:
      return all[0] === undefined || all[0].trim() === '' ? null : all[0]
  }
}

function readShares(path: string, fields: Fields): unknown {
  const shares: [string, unknown][] = []
  for (const [name, values] of Object.entries(fields)) {
    const part = name.startsWith(`${path}.`) ? name.slice(path.length + 1) : ''
    if (part === '' || notParts.has(part)) continue
    const percent = readNumber(values?.[0] ?? '')
    if (percent !== null) shares.push([part, percent])
  }
  return shares.length > 0 ? { shares: Object.fromEntries(shares) } : null
}

/** What follows a dot besides the parts of shares. */
const notParts = new Set(['written', 'seen', 'add', 'file'])

function readPlace(lat: string, lng: string): unknown {
  const [north, east] = [lat.trim(), lng.trim()]
  if (north === '' && east === '') return null
  // Maps give both at once, and they are pasted into one of the two fields.
  const both = north === '' || east === '' ? readPoint(north || east) : null
  return both ?? { lat: degrees(lat), lng: degrees(lng) }
}

function degrees(text: string): number | string | null {
  return text.trim() === '' ? null : (readDegrees(text) ?? readNumber(text))
}

/** As people type it: '1 250,5' and '1250.5'. What can be read in two ways ('1,250') stays text. */
function readNumber(text: string): number | string | null {
  const tight = text.replace(/\s/g, '')
  if (tight === '') return null
  if (/^[+-]?\d{1,3},\d{3}$/.test(tight)) return text
  const number = tight.replace(',', '.').replace('\u2212', '-')
  return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(number) ? Number(number) : text
}

function references(texts: readonly string[]): FieldReference[] | null {
  return listOrNull(texts.map(readReference).filter(one => one !== null))
}

function apart(texts: readonly string[], separator: RegExp): string[] {
  return texts.flatMap(text => text.split(separator)).map(one => one.trim())
}

function listOrNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null
}

function isList(value: object): value is readonly (string | number | FieldReference)[] {
  return Array.isArray(value)
}
