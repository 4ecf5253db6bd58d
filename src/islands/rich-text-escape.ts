/** Finds where an address that stands bare in a text ends; as the page's own reader does. */
export type AddressAt = (text: string) => string | null

/**
 * Text as Markdown, with as few backslashes as keep it text: also where it stands in a page of the commons, in which lines
 * with `#` or `>` and `[[…]]` mean something.
 * @param at whether it begins a line, ends one, is the text of a link
 */
export function escapeText(
  text: string,
  at: { lineStart: boolean; lineEnd: boolean; link: boolean },
  addressAt: AddressAt,
): string {
  const flat = text.replace(/\s*\n\s*/g, ' ')
  const line = at.lineStart ? flat.replace(/^\s+/, '') : flat
  if (at.link) return escaped(line, at)
  let written = ''
  let from = 0
  for (const { index } of line.matchAll(/https?:\/\//gi)) {
    if (index < from || /[a-z0-9.+-]/i.test(line[index - 1] ?? '')) continue
    const found = addressAt(line.slice(index))
    if (found === null) continue
    // What could end it, or be metadata of the page, is no part of it.
    const [address = ''] = found.split(/\[\[|[<>\s]/, 1)
    const before = line.slice(from, index)
    written += escaped(before, { ...at, lineStart: at.lineStart && from === 0 })
    from = index + address.length
    // What follows could be read as its end: between angle brackets it ends where it ends.
    const ends = address !== found ? false : from === line.length ? at.lineEnd : /\s/.test(line[from] ?? '')
    written += ends ? address : `<${address}>`
  }
  return written + escaped(line.slice(from), { ...at, lineStart: at.lineStart && from === 0 })
}

function escaped(text: string, at: { lineStart: boolean; link: boolean }): string {
  const plain = text
    .replace(/[\\`*[]/g, '\\$&')
    .replace(at.link ? /\]/g : /(?!)/g, '\\$&')
    .replace(/_+/g, underscores)
    .replace(/~(?=~)|(?<=~)~/g, '\\$&')
    .replace(/<(?=[a-z/!?]|$)/gi, '\\$&')
    .replace(/&(?=#?\w+;)/g, '\\$&')
  if (!at.lineStart) return plain
  return plain
    .replace(/^(?:#{1,6}(?=\s|$)|>|[=:|]|[-+](?=\s|$|-))/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** Inside a word they are letters. */
function underscores(run: string, at: number, text: string): string {
  const inside = /[\p{L}\p{N}]/u
  const before = text.slice(0, at).match(/.$/u)?.[0] ?? ''
  const after = text.slice(at + run.length).match(/^./u)?.[0] ?? ''
  return inside.test(before) && inside.test(after) ? run : run.replaceAll('_', '\\_')
}
