/** A piece of a text: as it is, or the address of a page. */
export interface Piece {
  text: string
  url: string | null
}

/** Parts a text where addresses of the web stand in it. A point or a bracket behind one is the sentence's. */
export function withLinks(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(/https?:\/\/[^\s<>"«»]+/g)) {
    const url = match[0].replace(/[.,;:!?)\]}’'\u00a0\u202f]+$/, '')
    if (!URL.canParse(url)) continue
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), url: null })
    pieces.push({ text: url, url })
    end = match.index + url.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end), url: null })
  return pieces
}
