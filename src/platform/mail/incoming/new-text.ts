import EmailReplyParser from 'email-reply-parser'

/** The line that our mail begins with: what stands below is what is answered, whatever the mail program made of it. */
const above = /^[>\s|*_]*##-\s.{1,200}\s-##/m

/** The patterns of the library go back and forth over what they read: they get short lines, and not many. */
const mostCharacters = 8_000
const longestLine = 160

/** Lines so long were broken by the mail program and not by whoever wrote. */
const brokenAt = 60

/**
 * What somebody wrote in answer to a mail of ours, without what they answer and without their signature. Lines that they
 * ended themselves stay lines.
 */
export function newText(text: string): string {
  const written = text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
  const ours = above.exec(written)
  const theirs = ours ? written.slice(0, ours.index) : written
  return asMarkdown(visible(theirs) || withoutQuotes(theirs))
}

/** @returns '' for a text that is too long to be looked at */
function visible(text: string): string {
  const long: string[] = []
  const short = text
    .split('\n')
    .map(line => {
      // A line so long is no greeting of a mail program: something stands for it meanwhile.
      if (line.length <= longestLine || line.startsWith('>')) return line.slice(0, longestLine)
      long.push(line)
      return `\u0001${long.length - 1}\u0001`
    })
    .join('\n')
  if (short.length > mostCharacters) return ''
  const found = new EmailReplyParser().read(short).getVisibleText().trim()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it was taken out of the text before
  return found.replace(/\u0001(\d+)\u0001/g, (_, index: string) => long[Number(index)] ?? '')
}

/** Of an answer that is nothing but a greeting, the greeting. */
function withoutQuotes(text: string): string {
  return text
    .split('\n')
    .filter(line => !/^\s*>/.test(line))
    .join('\n')
    .trim()
}

/** Markdown runs lines together; a stroke at the end of a line keeps it one. */
function asMarkdown(text: string): string {
  const lines = text.split('\n').map(line => line.trimEnd())
  return lines
    .map((line, index) => {
      const next = lines[index + 1]
      const isLast = next === undefined || next === '' || line === ''
      const isOpen = line.length < brokenAt && !/^\s*(?:[-*+>|#]|\d+[.)]\s)/.test(line)
      return !isLast && isOpen && !/^\s*(?:[-*+>|#]|\d+[.)]\s)/.test(next) ? `${line}\\` : line
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}
