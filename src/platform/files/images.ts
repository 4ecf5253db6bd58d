import { FileError } from '#platform/files/problem.ts'
import { type PreviewWidth, previewWidths } from '#platform/files/storage.ts'

/** Longer side of what is kept, in pixels: enough for a printed page. */
const mostSide = 2560
/** The largest of today's telephones make 50 million; decoded, each takes four bytes. */
const mostPixels = 100_000_000
const mostSeconds = 60

export interface PreparedImage {
  mediaType: 'image/jpeg' | 'image/png' | 'image/webp'
  extension: 'jpg' | 'png' | 'webp'
  content: Buffer
  width: number
  height: number
  previews: { width: PreviewWidth; content: Buffer }[]
}

/** What each kind becomes, and what the decoder must call it. AVIF is slow to write, GIF poor: their first picture is kept. */
const outcomes = {
  'image/jpeg': { decoded: 'jpeg', writer: 'jpeg', mediaType: 'image/jpeg', extension: 'jpg' },
  'image/png': { decoded: 'png', writer: 'png', mediaType: 'image/png', extension: 'png' },
  'image/apng': { decoded: 'png', writer: 'png', mediaType: 'image/png', extension: 'png' },
  'image/webp': { decoded: 'webp', writer: 'webp', mediaType: 'image/webp', extension: 'webp' },
  'image/avif': { decoded: 'heif', writer: 'webp', mediaType: 'image/webp', extension: 'webp' },
  'image/gif': { decoded: 'gif', writer: 'png', mediaType: 'image/png', extension: 'png' },
} as const

let turn: Promise<unknown> = Promise.resolve()

/**
 * Decodes a picture and writes it anew: upright, in sRGB, at most 2560 pixels wide or high, of an animation the first
 * picture, and nothing else of what the file held: no place, no camera, no name, no second file hidden behind the first.
 * One at a time, since a large one takes hundreds of megabytes while it is decoded.
 * @throws FileError broken-image, too-many-pixels
 */
export async function prepareImage(path: string, mediaType: string): Promise<PreparedImage> {
  const mine = turn.then(() => prepare(path, mediaType))
  // Not the picture itself, which would stay in memory until the next one comes.
  turn = mine.then(
    () => undefined,
    () => undefined,
  )
  return mine
}

async function prepare(path: string, sniffed: string): Promise<PreparedImage> {
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  const outcome = outcomes[sniffed as keyof typeof outcomes]
  const input = { limitInputPixels: mostPixels, failOn: 'error' } as const
  try {
    // By the size its head claims, too many pixels are refused here, before any of them is decoded.
    const { format } = await sharp(path, input).metadata()
    if (format !== outcome.decoded) throw new FileError('broken-image')
    const { data, info } = await sharp(path, input)
      .timeout({ seconds: mostSeconds })
      .autoOrient()
      .resize({ width: mostSide, height: mostSide, fit: 'inside', withoutEnlargement: true })
      .toFormat(outcome.writer, outcome.extension === 'png' ? {} : { quality: 85 })
      .toBuffer({ resolveWithObject: true })
    const previews: PreparedImage['previews'] = []
    for (const width of previewWidths) {
      const content = await sharp(data)
        .resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 80 })
        .toBuffer()
      previews.push({ width, content })
    }
    const { mediaType, extension } = outcome
    return { mediaType, extension, content: data, width: info.width, height: info.height, previews }
  } catch (error) {
    if (error instanceof FileError) throw error
    if (error instanceof Error && /pixel limit/.test(error.message))
      throw new FileError('too-many-pixels', { megapixels: mostPixels / 1_000_000 })
    throw new FileError('broken-image', {}, error)
  }
}
