import { createHash } from 'node:crypto'
import PostalMime, { type Attachment, addressParser, type Email } from 'postal-mime'
import { isAddress } from '#platform/mail/address.ts'
import { textOfHtml } from '#platform/mail/incoming/html-text.ts'
import { newText } from '#platform/mail/incoming/new-text.ts'

/** What is taken of an answer by mail. */
export interface IncomingLetter {
  /** The one address it says it is from; null where that is not clear. */
  from: string | null
  /** What tells it from all others, however often it comes: SHA-256 of its Message-ID. */
  id: Buffer
  /** Written by a machine: an absence, a failed delivery, a list. Nobody waits for an answer to it. */
  automatic: boolean
  /** What was written anew, in Markdown; without what it answers and without signature. */
  text: string
  attachments: { name: string; content: Uint8Array }[]
}

/** No more than this is looked at: nobody writes so much in an answer. */
const mostCharacters = 100_000

/** @param returnPath of the envelope: empty for what must not be answered @throws Error for what is no mail */
export async function readLetter(raw: Uint8Array, returnPath: string): Promise<IncomingLetter> {
  const email = await PostalMime.parse(raw, {
    maxNestingDepth: 50,
    maxHeadersSize: 256 * 1024,
    forceRfc822Attachments: true,
  })
  return {
    from: senderOf(email),
    id: createHash('sha256')
      .update(email.messageId?.trim() || raw)
      .digest(),
    automatic: returnPath === '' || isAutomatic(email),
    text: newText(textOf(email)),
    attachments: email.attachments.filter(isEnclosed).map(attached),
  }
}

function senderOf({ headers, from }: Email): string | null {
  // Two senders are none: whoever checks the one may show the other.
  const senders = headers
    .filter(({ key }) => key === 'from')
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
  if (senders.length !== 1) return null
  const address = from?.address?.trim().toLowerCase()
  return address !== undefined && isAddress(address) ? address : null
}

/** RFC 3834, and what was customary before it. */
function isAutomatic({ headers }: Email): boolean {
  const has = (key: string, pattern: RegExp) =>
    headers.some(header => header.key === key && pattern.test(header.value))
  return (
    has('auto-submitted', /^(?!\s*no\b)/i) ||
    has('precedence', /\b(?:bulk|junk|list|auto_reply)\b/i) ||
    has('x-autoreply', /./) ||
    has('x-autorespond', /./) ||
    has('list-id', /./) ||
    has('content-type', /^\s*multipart\/report\b/i)
  )
}

function textOf({ text, html }: Email): string {
  const written = text?.trim() ? text : textOfHtml((html ?? '').slice(0, 4 * mostCharacters))
  return written.slice(0, mostCharacters)
}

/** Pictures in the text are mostly those of signatures. */
function isEnclosed({ disposition, related }: Attachment): boolean {
  return disposition === 'attachment' || !(related || disposition === 'inline')
}

function attached({ filename, content }: Attachment): IncomingLetter['attachments'][number] {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
  return { name: filename ?? '', content: bytes }
}
