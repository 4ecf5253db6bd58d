import { shallow } from '#platform/typesetting/depth.ts'
import type { Manuscript } from '#platform/typesetting/manuscript.ts'

/**
 * The same with nothing in it that a file of XML, a font or a page cannot hold: control characters go, halves of
 * characters become U+FFFD, a language that is none is not known, what lies too deep is laid flat.
 */
export function printable(manuscript: Manuscript): Manuscript {
  const clean = JSON.parse(JSON.stringify(manuscript), (key, value: unknown) => {
    if (typeof value !== 'string') return value
    if (key === 'language') return /^[a-z]{2,3}$/.test(value) ? value : null
    return printableText(value)
  }) as Manuscript
  return { ...clean, blocks: shallow(clean.blocks) }
}

export function printableText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/g, '')
  )
}
