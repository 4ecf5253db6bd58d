// Neither seen nor harmless: control signs, line ends, marks that turn the reading direction ("gpj.exe" for "exe.jpg").
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu
/** Most file systems take names of 255 bytes; a browser may still add " (2)". */
const mostBytes = 200
const mostExtension = 16

/**
 * A name to show and to save under: one line, no folders, of bearable length, with the ending that fits the content.
 * @param extensions those that fit, the usual one first; none where any will do
 */
export function fileName(given: string, extensions: readonly string[] = []): string {
  const base = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = base
    .replace(unseen, '')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const [, stem = clean, extension = ''] = /^(.+)\.([^. ]+)$/u.exec(clean) ?? []
  const [usual] = extensions
  if (usual !== undefined && !extensions.includes(extension.toLowerCase())) {
    // A picture's ending is replaced by that of the picture it became; any other stays, so that nothing is hidden.
    const kept = pictureExtensions.includes(extension.toLowerCase()) ? stem : clean
    return `${cut(kept, usual)}.${usual}`
  }
  if (extension === '' || Buffer.byteLength(extension) > mostExtension) return cut(clean, '')
  return `${cut(stem, extension)}.${extension}`
}

/** In small letters, without the dot; '' if there is none. */
export function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
}

const pictureExtensions = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif']

/** As much as leaves room for the extension, in whole signs; never nothing. */
function cut(stem: string, extension: string): string {
  const room = mostBytes - Buffer.byteLength(extension) - 1
  let kept = ''
  let bytes = 0
  for (const sign of stem) {
    bytes += Buffer.byteLength(sign)
    if (bytes > room) break
    kept += sign
  }
  return kept.trimEnd() || 'file'
}
