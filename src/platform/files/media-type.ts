import { createReadStream } from 'node:fs'
import { fileTypeFromFile } from 'file-type'
import { extensionOf } from '#platform/files/file-name.ts'

/** What a file is, by its content. Its name decides only which kind of text a text is. */
export interface MediaType {
  mediaType: string
  /** The endings that fit, the usual one first; none where any will do. */
  extensions: readonly string[]
}

/** Those that are decoded and written anew: see prepareImage(). */
const images: Record<string, readonly string[]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/apng': ['png'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'image/gif': ['gif'],
}

/** Pictures that may say where they were taken, and that cannot be decoded here to take it out. */
const unreadableImages =
  /^image\/(?:hei[cf]|tiff|jxl|jp2|jpx|jxr|x-(?:canon|nikon|sony|adobe|panasonic|fujifilm))/

/** Kept under their own type, for lists to tell them apart. To a browser only PDF is ever called by it. */
const documents = new Set([
  'application/pdf',
  'application/zip',
  'application/epub+zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.presentation',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'video/mp4',
  'video/webm',
])

const texts: Record<string, string> = { csv: 'text/csv', md: 'text/markdown', markdown: 'text/markdown' }

export const unknownType = 'application/octet-stream'
export const imageTypes = 'JPEG, PNG, WebP, AVIF, GIF'

export async function detectMediaType(path: string, name: string): Promise<MediaType> {
  const found = await fileTypeFromFile(path)
  if (found) return byMagic(found.mime)
  if (await isPlainText(path)) return { mediaType: texts[extensionOf(name)] ?? 'text/plain', extensions: [] }
  return { mediaType: unknownType, extensions: [] }
}

export function isImage(mediaType: string): boolean {
  return mediaType in images
}

/** A picture by its first bytes, with metadata that would stay. */
export function isUnreadableImage(mediaType: string): boolean {
  return unreadableImages.test(mediaType)
}

function byMagic(mime: string): MediaType {
  const extensions = images[mime]
  if (extensions) return { mediaType: mime, extensions }
  if (mime === 'application/pdf') return { mediaType: mime, extensions: ['pdf'] }
  if (documents.has(mime) || unreadableImages.test(mime)) return { mediaType: mime, extensions: [] }
  return { mediaType: unknownType, extensions: [] }
}

/** UTF-8 without control signs, which does not begin as markup or as a script does. */
async function isPlainText(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let start = ''
  try {
    for await (const chunk of createReadStream(path)) {
      const text = decoder.decode(chunk as Buffer, { stream: true })
      if (start.length < 1024) start += text
      // Tab, line feed, form feed and carriage return are text.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      if (/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text)) return false
    }
    decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
  return !/^\s*(?:<|#!)/.test(start)
}
