/**
 * Gives every page a name of its own inside one folder: what was a path, or what some system cannot store, becomes
 * `_`; a name already given (whatever the case of its letters) gets ` (2)`, ` (3)`… Ordinary names pass unchanged.
 */
export function newNaming(): (written: string) => string {
  const given = new Set<string>()
  const next = new Map<string, number>()
  return written => {
    const name = safeName(written)
    const key = folded(name)
    let chosen = name
    let count = next.get(key) ?? 2
    while (given.has(folded(chosen))) chosen = numbered(name, count++)
    if (chosen !== name) next.set(key, count)
    given.add(folded(chosen))
    return chosen
  }
}

/** One path segment, never empty, at most 240 bytes, storable on Windows, macOS and Linux, ending in `.md`. */
export function safeName(written: string): string {
  const flat = written
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
    .replace(/[\0-\x1f\x7f/\\:*?"<>|]/g, '_')
    .replace(/[. ]+$/, '')
    .replace(/^\.+/, '_')
  const stem = flat.replace(/\.md$/i, '')
  const extension = flat.slice(stem.length) || '.md'
  const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(stem)
  return `${shortened(reserved ? `_${stem}` : stem || '_', 240 - extension.length)}${extension}`
}

function numbered(name: string, count: number): string {
  const stem = name.replace(/\.md$/i, '')
  const ending = ` (${count})${name.slice(stem.length)}`
  return shortened(stem, 240 - ending.length) + ending
}

/** Cut to so many bytes of UTF-8, never inside a character. */
function shortened(stem: string, bytes: number): string {
  if (Buffer.byteLength(stem) <= bytes) return stem
  let end = 0
  let size = 0
  for (const character of stem) {
    size += Buffer.byteLength(character)
    if (size > bytes) break
    end += character.length
  }
  return stem.slice(0, end)
}

/** How file systems that ignore case or composition compare names. */
function folded(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase()
}
