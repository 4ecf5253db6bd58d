import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What files are to those who look for them, in the order in which they are offered. */
export const fileKinds = [
  'image',
  'pdf',
  'document',
  'spreadsheet',
  'presentation',
  'text',
  'sound',
  'video',
  'archive',
  'other',
] as const
export type FileKind = (typeof fileKinds)[number]

export const kindNames: Record<FileKind, MessageKey> = {
  image: 'files.kind.image',
  pdf: 'files.kind.pdf',
  document: 'files.kind.document',
  spreadsheet: 'files.kind.spreadsheet',
  presentation: 'files.kind.presentation',
  text: 'files.kind.text',
  sound: 'files.kind.sound',
  video: 'files.kind.video',
  archive: 'files.kind.archive',
  other: 'files.kind.other',
}

const office = 'application/vnd.openxmlformats-officedocument.'
const open = 'application/vnd.oasis.opendocument.'

/** Media types are those that src/platform/files/media-type.ts finds; pictures, sound and video go by their family. */
const known: Record<string, FileKind> = {
  'application/pdf': 'pdf',
  'application/epub+zip': 'document',
  [`${office}wordprocessingml.document`]: 'document',
  [`${open}text`]: 'document',
  [`${office}spreadsheetml.sheet`]: 'spreadsheet',
  [`${open}spreadsheet`]: 'spreadsheet',
  'text/csv': 'spreadsheet',
  [`${office}presentationml.presentation`]: 'presentation',
  [`${open}presentation`]: 'presentation',
  'text/plain': 'text',
  'text/markdown': 'text',
  'application/zip': 'archive',
}

const families: Record<string, FileKind> = { image: 'image', audio: 'sound', video: 'video' }

export function kindOf(mediaType: string): FileKind {
  return known[mediaType] ?? families[mediaType.split('/')[0] ?? ''] ?? 'other'
}
