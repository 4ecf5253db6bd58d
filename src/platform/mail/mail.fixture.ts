import type { Socket } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { inTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { openLog } from '#kernel/log.ts'
import { type MailInput, queueMail, type Recipient } from '#platform/mail/queue.ts'
import { type Sending, sendDue } from '#platform/mail/sending.ts'
import type { ParamsOf, TemplateName } from '#platform/mail/templates.ts'
import { openTransport, type Transport } from '#platform/mail/transport.ts'
import type { TestDatabase } from '../../../test/database.ts'

export const baseUrl = 'https://cordee.example'
export const from = 'cordee@cordee.example'
export const secret = 'a secret of tests'
/** A Saturday. */
export const noon = new Date('2026-11-21T12:00:00Z')

export interface Received extends Email {
  envelope: { from: string; to: string[] }
  raw: string
  header(name: string): string | undefined
}

export interface SmtpTestServer {
  url: string
  received: Received[]
  /** Breaks every connection off without a word. */
  hangUp(): void
  close(): Promise<void>
}

/** A real server on a port of its own. `answers` may refuse at each step, by an error of `reply`. */
export async function smtpServer(answers: SMTPServerOptions = {}, port = 0): Promise<SmtpTestServer> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 200,
    logger: false,
    ...answers,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope
        const email = await new PostalMime().parse(Buffer.concat(chunks))
        received.push({
          ...email,
          envelope: {
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }: { address: string }) => address),
          },
          raw: Buffer.concat(chunks).toString('latin1'),
          header: name => email.headers.find(one => one.key === name.toLowerCase())?.value,
        })
        if (answers.onData) answers.onData(stream, session, callback)
        else callback()
      })
    },
  })
  server.on('error', () => undefined)
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    hangUp: () => {
      for (const socket of sockets) socket.end()
    },
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

/** What a server answers instead of its yes. */
export function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

export const ana: Recipient = {
  accountId: null,
  address: 'ana@example.org',
  name: 'Ana Muñoz',
  locale: 'fr',
  timeZone: 'Europe/Paris',
}

/** Writes a message as the pages do, in a transaction of its own. */
export function queue<Name extends TemplateName>(
  database: TestDatabase,
  template: Name,
  params: ParamsOf<Name>,
  more: Partial<Omit<MailInput<Name>, 'template' | 'params'>> = {},
): Promise<string> {
  const networkId = more.networkId ?? platformId
  return inTenant(database.db, { networkId, audience: 'network' }, trx =>
    queueMail(trx, { networkId, to: ana, baseUrl, now: noon, ...more, template, params }),
  )
}

export function magicLink(database: TestDatabase, to: Partial<Recipient> = {}): Promise<string> {
  const params = { url: `${baseUrl}/sign-in/t0k3n`, expiresAt: '2026-11-21T13:00:00Z' }
  return queue(database, 'magic-link', params, { to: { ...ana, ...to } })
}

/** Mail of a kind that can be silenced. */
export function imported(
  database: TestDatabase,
  more: Partial<MailInput<'import-finished'>> = {},
): Promise<string> {
  const params = { origin: 'fiches.zip', created: 3, changed: 1, refused: 0, url: `${baseUrl}/imports/1` }
  return queue(database, 'import-finished', params, more)
}

/** One run of the job that sends, at a moment given. */
export async function send(
  database: TestDatabase,
  server: { url: string } | null,
  now: Date = noon,
): Promise<void> {
  const transport = server && openTransport({ url: server.url, from })
  try {
    await sendDue(sendingBy(database, transport, now), new AbortController().signal)
  } finally {
    transport?.close()
  }
}

export function sendingBy(database: TestDatabase, transport: Transport | null, now: Date = noon): Sending {
  return { db: database.db, log: openLog('silent'), transport, from, secret, now: () => now }
}

/** Takes every message and wish away: one database serves the tests of a file. */
export async function emptied(database: TestDatabase): Promise<void> {
  await database.asOwner('truncate mail_message, mail_preference, mail_silence, mail_bounce')
}

/** Every message as the table has it, past the policies. */
export function stored(database: TestDatabase) {
  return database.asOwner<{
    id: string
    state: string
    attempts: number
    error: string | null
    params: Record<string, unknown>
    secrets: Record<string, unknown> | null
    due_at: Date
    sent_at: Date | null
    message_id: string | null
    address: string
    template: string
    network_id: string
    account_id: string | null
    digest_id: string | null
  }>('select * from mail_message order by created_at, id')
}

export async function anAccount(database: TestDatabase): Promise<string> {
  const id = newId()
  await database.asOwner('insert into account (id, name, email) values ($1, $2, $3)', [
    id,
    'Ana Muñoz',
    `${id}@example.org`,
  ])
  return id
}

export function later(minutes: number): Date {
  return new Date(noon.getTime() + minutes * 60_000)
}

export const aSection = [{ network: 'Réseau', entries: [{ text: 'Zoé', url: `${baseUrl}/z` }] }]
