import type { Compared } from '#modules/commons/translations/comparison.ts'

/** As much as one reads at a time: see the parts of a page itself. */
const partCharacters = 60_000

/** A passage as it is read, and whether it says that it is not translated: of several in a row the first does. */
export interface ReadPassage extends Compared {
  saysMissing: boolean
}

/** All but the title, in parts of a readable length. At least one. */
export function readingParts(passages: readonly Compared[], most = partCharacters): ReadPassage[][] {
  const parts: ReadPassage[][] = []
  let part: ReadPassage[] = []
  let room = most
  let missing = false
  for (const one of passages) {
    if (one.passage.kind === 'title') continue
    const length = (one.translated ?? one.passage.text).length
    if (part.length > 0 && length > room) {
      parts.push(part)
      part = []
      room = most
      missing = false
    }
    room -= length
    const text = one.passage.kind === 'prose'
    part.push({ ...one, saysMissing: text && one.state === 'missing' && !missing })
    if (text) missing = one.state === 'missing'
  }
  parts.push(part)
  return parts
}
