import { once } from 'node:events'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Log } from '#kernel/log.ts'
import { type IncomingLetter, readLetter } from '#platform/mail/incoming/letter.ts'

/** Who takes in answers by mail, by the word of their address that only its holder knows. */
export interface ReplyTaker {
  knows(token: string): Promise<boolean>
  /**
   * Keeps the answer, or has its sender told why not: once it comes back, nothing is lost.
   * @throws TryLater
   */
  take(token: string, letter: IncomingLetter): Promise<void>
}

/** Not now: the server that hands a mail over keeps it and comes again. */
export class TryLater extends Error {
  override name = 'TryLater'
}

export interface MailDoor {
  port: number
  close(): Promise<void>
}

export interface MailDoorOptions {
  host: string
  port: number
  /** Of the addresses that are taken in: `reply+<token>@<domain>`, and no others. */
  domain: string
  taker: ReplyTaker
  log: Log
}

const mebibyte = 2 ** 20
/** Of a whole mail, attachments written as text included. */
const mostBytes = 24 * mebibyte
/** Mails are held in memory while they are read. */
const mostClients = 8

/**
 * Listens for a mail server that hands over what was answered by mail. It relays nothing, knows no passwords, and says yes
 * only to what is kept. The server in front checks who really sent it (SPF, DKIM).
 */
export async function openMailDoor(options: MailDoorOptions): Promise<MailDoor> {
  const { host, port, domain, log } = options
  const server = new SMTPServer({
    name: domain,
    banner: 'Cordee',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: mostBytes,
    // One answer for one address: a mail to several is handed over several times.
    maxRecipients: 1,
    maxClients: mostClients,
    maxAllowedUnauthenticatedCommands: false,
    socketTimeout: 60_000,
    closeTimeout: 5_000,
    logger: false,
    onRcptTo({ address }, _session, callback) {
      admitted(address, options).then(() => callback(), callback)
    },
    onData(stream, session, callback) {
      received(stream, session, options).then(() => callback(null, 'Kept'), callback)
    },
  })
  // What goes wrong with a connection concerns the server at its other end.
  server.on('error', error => log.debug({ err: error }, 'incoming mail'))
  server.listen(port, host)
  await Promise.race([
    once(server.server, 'listening'),
    once(server.server, 'error').then(([error]) => Promise.reject(error)),
  ])
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

/** @throws what the server answers instead of its yes */
async function admitted(address: string, { domain, taker, log }: MailDoorOptions): Promise<void> {
  const token = tokenOf(address, domain)
  if (token === null) throw answer(550, '5.7.1 Only replies are taken in here')
  const known = await taker.knows(token).catch(error => {
    log.error({ err: error }, 'incoming mail')
    throw answer(451, '4.3.0 Not now, please come again')
  })
  if (!known) throw answer(550, '5.1.1 Nobody can be answered at this address: please write on the page')
}

async function received(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { domain, taker, log }: MailDoorOptions,
): Promise<void> {
  const raw = await wholeOf(stream)
  const token = tokenOf(session.envelope.rcptTo[0]?.address ?? '', domain)
  if (raw === null || token === null)
    throw answer(552, '5.3.4 The mail is too large: please write on the page')
  const returnPath = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
  const letter = await readLetter(raw, returnPath).catch(error => {
    log.warn({ err: error }, 'incoming mail that cannot be read')
    throw answer(554, '5.6.0 The mail cannot be read: please write on the page')
  })
  try {
    await taker.take(token, letter)
  } catch (error) {
    if (!(error instanceof TryLater)) log.error({ err: error }, 'incoming mail')
    throw answer(451, '4.3.0 Not now, please come again')
  }
}

/** @returns null when it is larger than it may be; what is too much is read and forgotten, as the protocol wants it */
async function wholeOf(stream: SMTPServerDataStream): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (stream.byteLength > mostBytes) chunks.length = 0
    else chunks.push(chunk)
  }
  return stream.sizeExceeded || stream.byteLength > mostBytes ? null : Buffer.concat(chunks)
}

function tokenOf(address: string, domain: string): string | null {
  const [, token = '', at = ''] = /^reply\+([a-z2-7]{8,64})@([^@]+)$/i.exec(address) ?? []
  return token !== '' && at.toLowerCase() === domain ? token.toLowerCase() : null
}

function answer(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
