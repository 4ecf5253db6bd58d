import type { Outline } from '#modules/commons/templates/outline.ts'

/** Lines from one up to another, to be others instead. */
export interface Edit {
  from: number
  to: number
  lines: string[]
}

/** Edits do not overlap; of those at one place the first given comes first. */
export function applyEdits(outline: Outline, edits: Edit[]): string {
  const { lines, ends } = outline
  const usual = ends.find(end => end !== '') ?? '\n'
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.from - b.edit.from || a.index - b.index)
  const out: string[] = []
  let line = 1
  for (const { edit } of ordered) {
    const from = Math.max(edit.from, line)
    for (; line < from && line <= lines.length; line++) out.push(`${lines[line - 1]}${ends[line - 1]}`)
    if (edit.lines.length > 0) {
      // The last line of a file may end in nothing.
      const before = out.at(-1)
      if (before !== undefined && !/[\r\n]$/.test(before)) out.push(usual)
      for (const added of edit.lines) out.push(`${added}${usual}`)
    }
    line = Math.max(line, edit.to)
  }
  for (; line <= lines.length; line++) out.push(`${lines[line - 1]}${ends[line - 1]}`)
  return out.join('')
}

/** A block by itself, with an empty line before and after unless there is one. */
export function placed({ lines }: Outline, at: number, block: string[]): Edit {
  const place = Math.min(at, lines.length + 1)
  const before = place > 1 && lines[place - 2]?.trim() !== '' ? [''] : []
  const after = place <= lines.length && lines[place - 1]?.trim() === '' ? [] : ['']
  return { from: place, to: place, lines: [...before, ...block, ...(block.at(-1) === '' ? [] : after)] }
}
