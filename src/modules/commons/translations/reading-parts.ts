import { sameWords } from '#modules/commons/format/boilerplate.ts'
import type { Compared } from '#modules/commons/translations/comparison.ts'

/** As much as one reads at a time: see the parts of a page itself. */
const partCharacters = 60_000

/** A passage as it is read, and whether it says that it is not translated: of several in a row the first does. */
export interface ReadPassage extends Compared {
  saysMissing: boolean
}

/** All but the title, which forms ask for once more below it, in parts of a readable length. At least one. */
export function readingParts(passages: readonly Compared[], most = partCharacters): ReadPassage[][] {
  const parts: ReadPassage[][] = []
  let part: ReadPassage[] = []
  let room = most
  let missing = false
  for (const one of withoutTitle(passages)) {
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

/** Without the title, the question that asks for it again with it as the answer, and headings that are left with nothing. */
function withoutTitle(passages: readonly Compared[]): Compared[] {
  const title = passages.find(({ passage }) => passage.kind === 'title')?.passage.text ?? ''
  const repeats = (one: Compared | undefined) =>
    one?.passage.kind === 'prose' && sameWords(one.passage.text.replace(/[*_\\]/g, '').trim(), title)
  const left = passages.filter((one, index) => {
    if (one.passage.kind === 'title') return false
    const next = passages[index + 1]
    const alone = passages[index + 2]?.passage.kind !== 'prose'
    if (one.passage.kind === 'question') return !(repeats(next) && alone)
    const isAnswer = passages[index - 1]?.passage.kind === 'question' && next?.passage.kind !== 'prose'
    return !(isAnswer && repeats(one))
  })
  const isEmpty = (one: Compared, next: Compared | undefined) =>
    one.passage.kind === 'heading' &&
    (next === undefined || (next.passage.kind === 'heading' && next.passage.level <= one.passage.level))
  return left.filter((one, index) => !isEmpty(one, left[index + 1]))
}
