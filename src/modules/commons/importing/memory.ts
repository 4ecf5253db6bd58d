import type { Contents } from '#modules/commons/importing/preparation.ts'

/** An item as it is or was. */
export interface State {
  itemId: string
  version: number
}

/**
 * What an import still knows of the pages it has read, so that they need not be read again to be counted and compared.
 * Bounded; what it does not hold is read again from its source.
 */
export interface ImportMemory {
  keep(state: State, contents: Contents): void
  wordsOf(state: State): Contents['words'] | undefined
  shinglesOf(state: State): Contents['shingles'] | undefined
  /** It holds so many words that they should be counted now. */
  isFull(): boolean
  /** Once they are counted. */
  forgetWords(): void
}

/** About 80 bytes a word, four a shingle. */
const most = { words: 500_000, shingles: 8_000_000 }

export function importMemory(limits = most): ImportMemory {
  const words = new Map<string, Contents['words']>()
  const shingles = new Map<string, Contents['shingles']>()
  let [heldWords, heldShingles] = [0, 0]
  return {
    keep(state, contents) {
      const name = nameOf(state)
      if (heldWords < limits.words) {
        words.set(name, contents.words)
        heldWords += contents.words.size
      }
      if (heldShingles < limits.shingles) {
        shingles.set(name, contents.shingles)
        heldShingles += contents.shingles.length
      }
    },
    wordsOf: state => words.get(nameOf(state)),
    shinglesOf: state => shingles.get(nameOf(state)),
    isFull: () => heldWords >= limits.words,
    forgetWords() {
      words.clear()
      heldWords = 0
    },
  }
}

export function nameOf({ itemId, version }: State): string {
  return `${itemId} ${version}`
}
