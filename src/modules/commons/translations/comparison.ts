import { type Passage, passageHash } from '#modules/commons/translations/passages.ts'

/** A passage as it was translated. */
export interface KeptPassage {
  path: string
  text: string
  /** What it translates, as it was then. */
  sourceText: string
  sourceHash: string
  personId: string | null
  writtenAt: Date
}

/**
 * A passage beside its translation. 'changed': the original is another since, and it is to be looked at again.
 * 'given': the template has it in the language.
 */
export interface Compared {
  passage: Passage
  state: 'current' | 'changed' | 'missing' | 'given'
  translated: string | null
  kept: KeptPassage | null
}

export interface Comparison {
  passages: Compared[]
  /** Translations of what the page no longer has. */
  left: KeptPassage[]
}

/**
 * Puts translations beside what they translate: by place where that is unchanged, else by what they translate, wherever it
 * stands now, else by place alone, as changed. Nothing is lost of what fits nowhere.
 */
export function compare(passages: readonly Passage[], kept: readonly KeptPassage[]): Comparison {
  const byPath = new Map(kept.map(one => [one.path, one]))
  const byHash = new Map<string, KeptPassage[]>()
  for (const one of kept) byHash.set(one.sourceHash, [...(byHash.get(one.sourceHash) ?? []), one])
  const used = new Set<KeptPassage>()
  const chosen = new Map<string, { kept: KeptPassage; changed: boolean }>()
  const unique = [...new Map(passages.map(passage => [passage.path, passage])).values()]
  const hashes = new Map(unique.map(({ path, text }) => [path, passageHash(text)]))
  const choose = (path: string, one: KeptPassage | undefined, changed: boolean) => {
    if (!one || used.has(one) || chosen.has(path)) return
    used.add(one)
    chosen.set(path, { kept: one, changed })
  }
  for (const { path } of unique) {
    const one = byPath.get(path)
    if (one?.sourceHash === hashes.get(path)) choose(path, one, false)
  }
  for (const { path } of unique)
    choose(
      path,
      byHash.get(hashes.get(path) ?? '')?.find(one => !used.has(one)),
      false,
    )
  for (const { path } of unique) choose(path, byPath.get(path), true)
  return {
    passages: passages.map(passage => {
      const found = chosen.get(passage.path)
      if (found)
        return {
          passage,
          state: found.changed ? 'changed' : 'current',
          translated: found.kept.text,
          kept: found.kept,
        }
      const { given } = passage
      return { passage, state: given === null ? 'missing' : 'given', translated: given, kept: null }
    }),
    left: kept.filter(one => !used.has(one)),
  }
}

/** How far it is, over what somebody has to translate; each path counts once. */
export function progressOf({ passages }: Comparison): {
  total: number
  translated: number
  changed: number
} {
  const unique = [...new Map(passages.map(one => [one.passage.path, one])).values()].filter(
    one => one.state !== 'given',
  )
  return {
    total: unique.length,
    translated: unique.filter(one => one.state === 'current').length,
    changed: unique.filter(one => one.state === 'changed').length,
  }
}
