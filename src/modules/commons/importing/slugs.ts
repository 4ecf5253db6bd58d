import { foldWord } from '#modules/commons/search/words.ts'

/** Words of addresses that belong to the rooms beside the items. */
const reserved = new Set(['map', 'export', 'imports', 'places', 'search', 'new'])

/** The last word of an item's address: letters without accents and digits, 70 at most, whole words where it can. */
export function slugOf(title: string, fileName = ''): string {
  // A title in another script may have none of them, where the file name does.
  const words = latinWords(title) || latinWords(fileName.replace(/^.*\/|\.[a-z]+$/gi, ''))
  const cut =
    words.length <= 70
      ? words
      : words
          .slice(0, 71)
          .replace(/-[^-]*$/, '')
          .slice(0, 70)
  if (cut === '') return 'page'
  return reserved.has(cut) ? `${cut}-1` : cut
}

function latinWords(text: string): string {
  return foldWord(text)
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}
