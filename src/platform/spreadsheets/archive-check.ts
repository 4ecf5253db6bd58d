import { inflateRawSync } from 'node:zlib'
import { SheetError, type SheetLimits } from '#platform/spreadsheets/sheet.ts'

const mostEntries = 2_000
const directoryMark = 0x02014b50
const endMark = 0x06054b50

/**
 * Goes through a zip before anything reads it: a few kilobytes can unpack to gigabytes, and what the directory says of
 * sizes need not be true.
 * @returns the names in it
 * @throws SheetError unpacks-too-large, encrypted, broken
 */
export function checkArchive(bytes: Uint8Array, limits: SheetLimits): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  const names: string[] = []
  let left = limits.unpackedBytes
  let at = view.getUint32(end + 16, true)
  const count = view.getUint16(end + 10, true)
  if (count > mostEntries) throw new SheetError('unpacks-too-large', { megabytes: megabytes(limits) })
  try {
    for (let entry = 0; entry < count; entry++) {
      if (view.getUint32(at, true) !== directoryMark) throw new SheetError('broken')
      const flags = view.getUint16(at + 8, true)
      const method = view.getUint16(at + 10, true)
      const packed = view.getUint32(at + 20, true)
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map(place =>
        view.getUint16(at + place, true),
      )
      names.push(Buffer.from(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0))).toString('utf8'))
      if ((flags & 1) !== 0) throw new SheetError('encrypted')
      left -= unpacked(bytes, view, { at: view.getUint32(at + 42, true), packed, method, left })
      if (left < 0) throw new SheetError('unpacks-too-large', { megabytes: megabytes(limits) })
      at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
    }
  } catch (error) {
    if (error instanceof SheetError) throw error
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new SheetError('unpacks-too-large', { megabytes: megabytes(limits) })
    throw new SheetError('broken')
  }
  return names
}

function unpacked(
  bytes: Uint8Array,
  view: DataView,
  entry: { at: number; packed: number; method: number; left: number },
): number {
  if (entry.method === 0) return entry.packed
  const from = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true)
  const content = bytes.subarray(from, from + entry.packed)
  return inflateRawSync(content, { maxOutputLength: Math.max(1, entry.left) }).length
}

/** The directory's end stands at the end, before a comment of any length up to 64 KiB. */
function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 0xffff)
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === endMark) return at
  throw new SheetError('broken')
}

function megabytes(limits: SheetLimits): number {
  return Math.floor(limits.unpackedBytes / 2 ** 20)
}
