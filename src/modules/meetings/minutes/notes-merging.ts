import { diff3MergeRegions } from 'node-diff3'
import { mergeTexts } from '#ui/text-merging.ts'

export interface MergedNotes {
  text: string
  /** Both have changed the same words: theirs stand first, yours below, for somebody to choose. */
  conflict: boolean
}

/**
 * Notes that two have written in since the same state. Nothing that either wrote is lost.
 * @param before what both began with; null where nobody knows any more
 */
export function mergeNotes(before: string | null, theirs: string, yours: string): MergedNotes {
  if (theirs === yours) return { text: yours, conflict: false }
  if (before === null) return { text: `${theirs.trimEnd()}\n\n${yours}`, conflict: true }
  const merged = mergeTexts(before, theirs, yours)
  if (merged !== undefined) return { text: merged, conflict: false }
  const [a, o, b] = [theirs, before, yours].map(text => text.split('\n')) as [string[], string[], string[]]
  // Comparing takes the square of the lines.
  if (a.length * o.length + b.length * o.length > mostSteps)
    return { text: `${theirs.trimEnd()}\n\n${yours}`, conflict: true }
  const lines = diff3MergeRegions(a, o, b).flatMap(region => {
    if (region.stable) return region.bufferContent
    const one = mergeTexts(region.oContent.join('\n'), region.aContent.join('\n'), region.bContent.join('\n'))
    return one === undefined ? [...region.aContent, ...region.bContent] : one.split('\n')
  })
  return { text: lines.join('\n'), conflict: true }
}

const mostSteps = 4_000_000
