/** Words as the typing-error search knows them: 3 to 30 letters, case and accents folded. */
const word = /\p{L}{3,30}/gu

/** Folds case and accents: "Énergie" and "energie" are one word. */
export function foldWord(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/** The distinct words of some texts: folded, with one way in which they are written. */
export function wordsOf(texts: Iterable<string>): Map<string, string> {
  const written = new Set<string>()
  for (const text of texts) for (const match of text.matchAll(word)) written.add(match[0].toLowerCase())
  const words = new Map<string, string>()
  for (const one of written) {
    const folded = foldWord(one)
    // The accented spelling is the one to suggest.
    if (!words.has(folded) || one !== folded) words.set(folded, one)
  }
  return words
}

/** Damerau–Levenshtein distance (optimal string alignment): letters added, dropped, changed or swapped. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1
  let before: number[] = []
  let row = Array.from({ length: width }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j < width; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      next.push(least)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
