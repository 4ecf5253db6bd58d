/** Someone who can be called by name. */
export interface Callable {
  personId: string
  name: string
}

/**
 * Whom a text calls, by an @ and their whole name, however it is accented or capitalised; of two names of which one begins
 * the other, the longer. All of those who have the name.
 */
export function calledIn(text: string, people: readonly Callable[]): string[] {
  const known = new Map<string, string[]>()
  for (const { personId, name } of people) {
    const key = folded(name).trim()
    if (key !== '') known.set(key, [...(known.get(key) ?? []), personId])
  }
  const longest = Math.max(0, ...[...known.keys()].map(name => name.length))
  const read = folded(text)
  const called = new Set<string>()
  for (let at = read.indexOf('@'); at >= 0; at = read.indexOf('@', at + 1)) {
    // The @ of an address stands behind a letter.
    if (isLetter(read[at - 1])) continue
    for (let length = longest; length > 0; length--) {
      const found = known.get(read.slice(at + 1, at + 1 + length))
      if (!found || isLetter(read[at + 1 + length])) continue
      for (const id of found) called.add(id)
      break
    }
  }
  return [...called]
}

/** Without accents and capitals, and with one space between words. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[\s\u00a0]+/g, ' ')
    .replaceAll('’', "'")
}

function isLetter(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}]/u.test(sign)
}
