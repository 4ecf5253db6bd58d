import { createTransport } from 'nodemailer'
import { afterEach, expect, test } from 'vitest'
import { openLog } from '#kernel/log.ts'
import {
  type IncomingLetter,
  type MailDoor,
  openMailDoor,
  type ReplyTaker,
  TryLater,
} from '#platform/mail/incoming/index.ts'

const domain = 'reply.cordee.example'
const to = `reply+abcdefgh@${domain}`

let door: MailDoor | null = null

afterEach(async () => {
  await door?.close()
  door = null
})

async function opened(taker: Partial<ReplyTaker>, port = 0): Promise<MailDoor> {
  return openMailDoor({
    host: '127.0.0.1',
    port,
    domain,
    taker: { knows: async () => true, take: async () => undefined, ...taker },
    log: openLog('silent'),
  })
}

async function hand(mail: { raw: string | Buffer; from?: string }): Promise<string> {
  const client = createTransport({ host: '127.0.0.1', port: door?.port ?? 0, ignoreTLS: true })
  try {
    const { response } = await client.sendMail({
      raw: mail.raw,
      envelope: { from: mail.from ?? 'ana@exemple.org', to },
    })
    return response
  } catch (error) {
    return (error as { response?: string }).response ?? String(error)
  } finally {
    client.close()
  }
}

const plain = 'From: Ana <Ana@Exemple.org>\r\nMessage-ID: <un@exemple.org>\r\n\r\nBonjour\r\n'

test('a mail is handed on as it is read', async () => {
  const taken: IncomingLetter[] = []
  door = await opened({ take: async (_token, letter) => void taken.push(letter) })
  expect(await hand({ raw: plain })).toBe('250 Kept')
  expect(await hand({ raw: plain, from: '' })).toBe('250 Kept')
  expect(await hand({ raw: 'From: a@exemple.org\r\nFrom: b@exemple.org\r\n\r\nDeux' })).toBe('250 Kept')
  expect(taken).toMatchObject([
    { from: 'ana@exemple.org', automatic: false, text: 'Bonjour', attachments: [] },
    { from: 'ana@exemple.org', automatic: true },
    { from: null, text: 'Deux' },
  ])
  expect(taken[0]?.id).toEqual(taken[1]?.id)
  expect(taken[0]?.id).not.toEqual(taken[2]?.id)
})

test('what cannot be kept now is asked for again', async () => {
  for (const error of [new TryLater('Too much'), new Error('The database is away')]) {
    door = await opened({ take: () => Promise.reject(error) })
    expect(await hand({ raw: plain })).toMatch(/^451 4\.3\.0 /)
    await door.close()
  }
  door = await opened({ knows: () => Promise.reject(new Error('The database is away')) })
  expect(await hand({ raw: plain })).toMatch(/^451 4\.3\.0 /)
})

test('what is no mail, or nested without end, is refused', async () => {
  door = await opened({})
  let nested = 'text'
  for (let depth = 0; depth < 120; depth++)
    nested = `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested}\r\n--b${depth}--\r\n`
  expect(await hand({ raw: `From: ana@exemple.org\r\n${nested}` })).toMatch(/^554 5\.6\.0 /)
  expect(await hand({ raw: `X: ${'x'.repeat(900)}\r\n`.repeat(400) })).toMatch(/^554 5\.6\.0 /)
  expect(await hand({ raw: Buffer.from([0, 255, 13, 10, 46, 13]) })).toMatch(/^250 /)
})

test('a port that is taken is said at once', async () => {
  door = await opened({})
  await expect(opened({}, door.port)).rejects.toThrow('EADDRINUSE')
})
