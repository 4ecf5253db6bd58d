import { createTransport, type SendMailOptions } from 'nodemailer'
import { calendarFilesOf } from '#platform/mail/calendar-files.ts'

export interface SmtpSettings {
  /** smtp://user:password@host:port, or smtps:// for TLS from the first byte. */
  url: string
  /** Address of the envelope and of the heading. */
  from: string
}

export interface Letter {
  messageId: string
  fromName: string
  to: { name: string; address: string }
  subject: string
  text: string
  html: string
  /** Where it is turned off, by a page and by a single POST; null for what cannot be. */
  silenceUrl: string | null
  /** A calendar: beside the text for programs that answer to it, and attached for all others; of several UIDs a file for each. */
  calendar: { method: 'PUBLISH' | 'REQUEST' | 'CANCEL'; content: string } | null
  date: Date
  /** Where answers go, where that is not whence it comes. */
  replyTo: string | null
  /** What it belongs to, as ids of mail; null for what stands alone. */
  conversation: { thread: string; parent: string | null; list: string } | null
}

export type Outcome =
  | { result: 'sent' }
  /** `away`: the server takes nothing from us now, and other mail need not be tried. */
  | { result: 'later'; error: string; away: boolean }
  /** `addressFault`: the recipient does not exist, and would not for other mail either. */
  | { result: 'refused'; error: string; addressFault: boolean }

export interface Transport {
  send(letter: Letter): Promise<Outcome>
  close(): void
}

/** Connections kept open to the server, as many as letters are sent at a time. */
export const lanes = 2

/** A letter must be gone, or given up, before the transaction that sends it is (60 s idle: see database.ts). */
const patienceMs = 45_000

export function openTransport({ url, from }: SmtpSettings): Transport {
  const mailer = createTransport({
    ...serverOf(url),
    pool: true,
    maxConnections: lanes,
    maxMessages: 100,
    // Trying again is ours to do: the library would not know that the first try may have arrived.
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // What goes wrong with a connection is told by the letter that needed it.
  mailer.on('error', () => undefined)
  return {
    async send(letter) {
      try {
        await mailer.sendMail({
          from: { name: letter.fromName, address: from },
          to: letter.to,
          envelope: { from, to: letter.to.address },
          subject: letter.subject,
          text: letter.text,
          html: letter.html,
          messageId: letter.messageId,
          ...(letter.replyTo && { replyTo: letter.replyTo }),
          ...(letter.conversation && linksOf(letter.conversation)),
          date: letter.date,
          headers: headersOf(letter),
          ...(letter.calendar && partsOf(letter.calendar)),
          signal: AbortSignal.timeout(patienceMs),
        })
        return { result: 'sent' }
      } catch (error) {
        return outcomeOf(error)
      }
    },
    close: () => mailer.close(),
  }
}

function partsOf({
  method,
  content,
}: NonNullable<Letter['calendar']>): Pick<SendMailOptions, 'icalEvent' | 'attachments'> {
  const [first, ...more] = calendarFilesOf(content)
  return {
    icalEvent: { method, content: first ?? content, filename: 'invite.ics' },
    attachments: more.map((file, index) => ({
      filename: `invite-${index + 2}.ics`,
      content: file,
      contentType: `text/calendar; charset=utf-8; method=${method}`,
    })),
  }
}

/** What a failed try means for the letter: the text of RFC 5321, 4.2.1, and the codes of nodemailer. */
export function outcomeOf(error: unknown): Outcome {
  const { code = '', command = '', response, responseCode = 0, message } = asSmtpError(error)
  const said = (response ?? message).replace(/\s+/g, ' ').slice(0, 500)
  if (responseCode >= 500 && command === 'RCPT TO')
    return { result: 'refused', error: said, addressFault: isAddressFault(said) }
  if (responseCode >= 500 && command === 'DATA')
    return { result: 'refused', error: said, addressFault: false }
  // Refused before any recipient was named: it is us the server does not want, and that can be mended.
  const away = responseCode === 421 || responseCode >= 500 || !['EENVELOPE', 'EMESSAGE'].includes(code)
  return { result: 'later', error: said, away }
}

/**
 * Whether a reply to RCPT says that there is no such mailbox. An enhanced code (RFC 3463) says so exactly: 5.1 is the
 * address, 5.2.1 a closed mailbox; 5.7 is policy, such as a relay that does not know us, and no fault of the address.
 */
function isAddressFault(response: string): boolean {
  const enhanced = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  if (enhanced) return enhanced.startsWith('5.1.') || enhanced === '5.2.1'
  return /^(?:550|551|553)\b/.test(response)
}

/** Even the first message answers something: the thread itself, so that the first one seen is put with the others. */
function linksOf({ thread, parent }: { thread: string; parent: string | null }) {
  return { inReplyTo: parent ?? thread, references: parent === null ? [thread] : [thread, parent] }
}

function headersOf(letter: Letter): Record<string, string> {
  const automatic = {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(letter.conversation && { 'List-Id': `<${letter.conversation.list}>` }),
  }
  if (!letter.silenceUrl) return automatic
  return {
    ...automatic,
    Precedence: 'bulk',
    'List-Unsubscribe': `<${letter.silenceUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

function serverOf(address: string) {
  const url = new URL(address)
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const user = decodeURIComponent(url.username)
  const local = host === 'localhost' || host === '::1' || host.startsWith('127.')
  return {
    host,
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    // A password is not said in the clear to another machine, whoever asks for it. Within this one there is nobody to
    // hide from, and a relay there seldom has a certificate that holds.
    requireTLS: user !== '' && !secure && !local,
    ignoreTLS: local && !secure,
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
  }
}

interface SmtpError {
  message: string
  code?: string
  command?: string
  response?: string
  responseCode?: number
}

function asSmtpError(error: unknown): SmtpError {
  return error instanceof Error ? (error as Error & SmtpError) : { message: String(error) }
}
