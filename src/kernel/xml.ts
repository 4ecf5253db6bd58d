/**
 * Text for XML 1.0, in content or in a double-quoted attribute. Characters that XML cannot carry even as references
 * (most control characters, U+FFFE, U+FFFF, lone surrogates) are left out or replaced. A carriage return is written
 * as a reference: readers turn the bare one into a line feed.
 */
export function xmlText(value: string): string {
  return (
    value
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
      .replace(/[&<>"\r]/g, character => references[character] ?? '')
  )
}

const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}
