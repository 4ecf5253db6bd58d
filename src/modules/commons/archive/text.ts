import { isUtf8 } from 'node:buffer'
import type { ArchiveEntry } from './entry.ts'

/** The page, if its bytes are UTF-8 text. Nothing is altered: byte order mark and line ends stay. */
export function pageOf(name: string, bytes: Buffer): ArchiveEntry {
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
    return { name, refused: { code: 'nested-archive', detail: {} } }
  }
  if (isUtf8(bytes)) return { name, bytes }
  const offset = firstWrongByte(bytes)
  return { name, refused: { code: 'not-utf8', detail: { offset, line: lineAt(bytes, offset) } } }
}

/** Offset of the first byte that begins no well-formed UTF-8 sequence (Unicode, table 3-7), or the length. */
export function firstWrongByte(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return at
}

/** Length of the well-formed sequence at that offset, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  // The second byte also excludes overlong forms, surrogates and what lies beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  const second = bytes[at + 1] ?? 0
  if (second < low || second > high) return 0
  for (let next = at + 2; next < at + length; next++) {
    const byte = bytes[next] ?? 0
    if (byte < 0x80 || byte > 0xbf) return 0
  }
  return length
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1
  for (let at = 0; at < offset; at++) if (bytes[at] === 0x0a) line++
  return line
}
