import type { Compared, Comparison } from '#modules/commons/translations/comparison.ts'
import { passageHash } from '#modules/commons/translations/passages.ts'
import type { PassageChange } from '#modules/commons/translations/translations.ts'

/** So much of a page is translated in one form: what is sent back must be read whole. */
const mostPassages = 40
const mostCharacters = 40_000

/** Longer than a form takes, with its translation. */
export const longestPassage = 60_000

/** Some passages of a page, each once, with where the others begin. */
export interface EditSheet {
  passages: Compared[]
  from: number
  previous: number | null
  next: number | null
}

/** @param given where it begins, as the address says; what is not understood is the beginning */
export function editSheet(comparison: Comparison, given: string | undefined): EditSheet {
  const all = [...new Map(comparison.passages.map(one => [one.passage.path, one])).values()]
  const starts = [0]
  let [count, room] = [0, mostCharacters]
  for (const [index, { passage }] of all.entries()) {
    if (count > 0 && (count >= mostPassages || passage.text.length > room)) {
      starts.push(index)
      count = 0
      room = mostCharacters
    }
    count += 1
    room -= passage.text.length
  }
  const asked = /^\d{1,6}$/.test(given ?? '') ? Number(given) : 0
  const at = Math.max(
    0,
    starts.findLastIndex(start => start <= asked),
  )
  const [from = 0, next = null] = [starts[at], starts[at + 1]]
  return {
    passages: all.slice(from, next ?? all.length),
    from,
    previous: at > 0 ? (starts[at - 1] ?? 0) : null,
    next,
  }
}

/** What the form says of each passage. */
export function fieldsOf(value: Record<string, string>): PassageChange[] {
  return Object.entries(value).flatMap(([name, text]) => {
    if (!name.startsWith('text:')) return []
    const path = name.slice('text:'.length)
    return [
      {
        path,
        text,
        seen: value[`seen:${path}`] ?? '',
        source: value[`source:${path}`] ?? '',
        holds: value[`holds:${path}`] !== undefined,
      },
    ]
  })
}

/** What the form carries along, to be told later whether something else came between. */
export function marksOf({ passage, kept }: Compared): { seen: string; source: string } {
  return { seen: kept === null ? '' : passageHash(kept.text), source: passageHash(passage.text) }
}
