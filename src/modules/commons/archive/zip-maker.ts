import { crc32, deflateRawSync } from 'node:zlib'

/** For tests: a zip file made by hand, so that every field can lie. APPNOTE.TXT 4.3. */
export type Made = {
  name: string | Buffer
  content?: Buffer | string
  /** 8 deflates, 0 stores, anything else only claims to. */
  method?: number
  /** Bit 0 encrypted, bit 11 UTF-8 name. */
  flags?: number
  /** Upper byte: the system; 3 is Unix. */
  madeBy?: number
  /** Unix mode. */
  mode?: number
  /** What the headers declare instead of the truth. */
  size?: number
  checksum?: number
  compressed?: Buffer
  /** Points to the data of that earlier entry instead of data of its own. */
  sharing?: number
}

export function makeZip(entries: Made[], end: { count?: number } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const made of entries) {
    const content = Buffer.from(made.content ?? '')
    const method = made.method ?? 8
    const data = made.compressed ?? (method === 8 ? deflateRawSync(content, { level: 9 }) : content)
    const name = Buffer.from(made.name as string)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(made.flags ?? 0, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt16LE(0x21, 8)
    fields.writeUInt32LE(made.checksum ?? crc32(content), 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(made.size ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    offsets.push(made.sharing === undefined ? at : (offsets[made.sharing] as number))
    if (made.sharing === undefined) {
      const local = Buffer.concat([signature(0x04034b50), fields, name, data])
      parts.push(local)
      at += local.length
    }
    const more = Buffer.alloc(14)
    more.writeUInt32LE(((made.mode ?? 0o100644) << 16) >>> 0, 6)
    more.writeUInt32LE(offsets.at(-1) as number, 10)
    const madeBy = Buffer.from([20, made.madeBy ?? 3])
    directory.push(Buffer.concat([signature(0x02014b50), madeBy, fields, more, name]))
  }
  const central = Buffer.concat(directory)
  const last = Buffer.alloc(18)
  last.writeUInt16LE(end.count ?? entries.length, 4)
  last.writeUInt16LE(end.count ?? entries.length, 6)
  last.writeUInt32LE(central.length, 8)
  last.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, central, signature(0x06054b50), last])
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
