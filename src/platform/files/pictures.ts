import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

// For tests: pictures, good and evil.

export async function jpegWithPlace(): Promise<Buffer> {
  return sharp(gradient(64, 32), { raw: { width: 64, height: 32, channels: 3 } })
    .jpeg({ quality: 90 })
    .withMetadata({ orientation: 6 })
    .withExif({
      IFD0: { Make: 'SecretCamera', Artist: 'Someone' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '48/1 51/1 30/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '2/1 17/1 40/1',
      },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="x">SecretXmp</rdf:RDF></x:xmpmeta>')
    .toBuffer()
}

export async function picture(
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif',
  width = 400,
  height = 300,
): Promise<Buffer> {
  const raw = { width, height, channels: 3 } as const
  return sharp(gradient(width, height), { raw }).toFormat(format).toBuffer()
}

export async function animation(): Promise<Buffer> {
  const frames = ['red', 'lime', 'blue'].map(background =>
    sharp({ create: { width: 20, height: 20, channels: 3, background } })
      .png()
      .toBuffer(),
  )
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif()
    .toBuffer()
}

/** One bit for each pixel: a few kilobytes that would be gigabytes. @param rows how many of the rows are really there */
export function hugePng(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 1
  const pixels = Buffer.alloc((Math.ceil(width / 8) + 1) * rows)
  const chunks = [
    ['IHDR', head],
    ['IDAT', deflateSync(pixels)],
    ['IEND', Buffer.alloc(0)],
  ] as const
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...chunks.map(([type, content]) => {
      const body = Buffer.concat([Buffer.from(type), content])
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
      length.writeUInt32BE(content.length)
      sum.writeUInt32BE(crc32(body))
      return Buffer.concat([length, body, sum])
    }),
  ])
}

/** A small picture that says of itself that it is large. */
export async function boastingJpeg(width: number, height: number): Promise<Buffer> {
  const bytes = await picture('jpeg', 16, 16)
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(height, frame + 5)
  bytes.writeUInt16BE(width, frame + 7)
  return bytes
}

function gradient(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3)
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 7 + (at % 251)) & 0xff
  return pixels
}
