/** What a text is written in, and the text. Never throws: what fits nothing is read as Windows wrote it. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  const marked = byMark(bytes)
  if (marked) return { text: decoded(bytes, marked), encoding: marked }
  const wide = withoutMark(bytes)
  if (wide) return { text: decoded(bytes, wide), encoding: wide }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    const encoding = eightBit(bytes)
    return { text: decoded(bytes, encoding), encoding }
  }
}

function decoded(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes)
}

function byMark([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return null
}

/** In UTF-16 the text of our languages has a NUL in every second byte. */
function withoutMark(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, 2_000)
  if (sample.length < 4) return null
  const nuls = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1
  const half = sample.length / 2
  const [even = 0, odd = 0] = nuls
  if (odd > half * 0.6 && even < half * 0.1) return 'utf-16le'
  if (even > half * 0.6 && odd < half * 0.1) return 'utf-16be'
  return null
}

/**
 * Old programs of the Macintosh write é, è, à, ç, ê as 0x8E, 0x8F, 0x88, 0x8D, 0x90, which hardly any text of Windows
 * holds; Windows writes the same from 0xC0 on, where the Macintosh has capitals and signs that are rare in the midst of
 * words. Counted are those between small letters.
 */
function eightBit(bytes: Uint8Array): 'windows-1252' | 'macintosh' {
  let mac = 0
  let windows = 0
  const end = Math.min(bytes.length, 200_000)
  for (let at = 1; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80 || !isSmall(bytes[at - 1] ?? 0)) continue
    if (byte >= 0xdf) windows += 1
    else if (byte >= 0x87 && byte <= 0x9f && byte !== 0x92) mac += 1
  }
  return mac > windows ? 'macintosh' : 'windows-1252'
}

function isSmall(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a
}
