import tls from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import {
  aReceiver,
  isSigned,
  type Receiver,
  receiverCertificate,
} from '#platform/webhooks/receiver.fixture.ts'
import { type Message, send } from '#platform/webhooks/sending.ts'
import { newSecret, signedHeaders } from '#platform/webhooks/signature.ts'

const secret = newSecret()
const now = new Date('2026-03-01T12:00:00.900Z')
const toThisMachine = { allowPrivate: true, resolve: async () => [{ address: '127.0.0.1', family: 4 }] }
let open: Receiver[] = []

afterEach(async () => {
  for (const receiver of open) await receiver.close()
  open = []
})

async function listening(...given: Parameters<typeof aReceiver>): Promise<Receiver> {
  const receiver = await aReceiver(...given)
  open.push(receiver)
  return receiver
}

function message(url: string): Message {
  return { id: 'b3a7', url, secret, body: '{"type":"a.b","text":"é"}' }
}

test('signs as the specification does', () => {
  // The example of Standard Webhooks' own libraries.
  const headers = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' },
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    new Date(1_614_265_330_000),
  )
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})

test('what arrives is a signed POST', async () => {
  const receiver = await listening((response, _count) => void response.writeHead(200).end('thank\u0000you'))
  expect(await send(message(receiver.url), now, toThisMachine)).toEqual({
    error: null,
    status: 200,
    response: 'thank you',
  })
  const [got] = receiver.received
  expect(got).toMatchObject({ method: 'POST', path: '/hook', body: '{"type":"a.b","text":"é"}' })
  expect(got?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': 'b3a7',
    'webhook-timestamp': '1772366400',
  })
  expect(got && isSigned(got, secret)).toBe(true)
  expect(got && isSigned({ ...got, body: `${got.body} ` }, secret)).toBe(false)
})

test('over TLS, the certificate is that of the name, the address the one that was checked', async () => {
  const receiver = await listening(undefined, true)
  // Nobody but our resolver knows where this name leads.
  expect(await send(message(receiver.url), now, toThisMachine)).toMatchObject({ error: 'certificate' })
  const known = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...known, receiverCertificate])
  try {
    expect(await send(message(receiver.url), now, toThisMachine)).toMatchObject({ error: null, status: 204 })
    const other = receiver.url.replace('receiver.example', 'other.example')
    expect(await send(message(other), now, toThisMachine)).toMatchObject({ error: 'certificate' })
  } finally {
    tls.setDefaultCACertificates(known)
  }
  expect(receiver.received).toHaveLength(1)
})

test('by default nothing is sent to a private address, nor in clear', async () => {
  const receiver = await listening(undefined, true)
  const { resolve } = toThisMachine
  expect(await send(message(receiver.url), now, { resolve })).toMatchObject({ error: 'address' })
  expect(await send(message(`https://127.0.0.1:${receiver.port}/`), now)).toMatchObject({ error: 'address' })
  expect(await send(message(`http://127.0.0.1:${receiver.port}/`), now)).toMatchObject({ error: 'https' })
  expect(receiver.received).toEqual([])
})

test('a name is looked up once: one that leads elsewhere the second time gains nothing', async () => {
  const receiver = await listening()
  const answers = ['127.0.0.1', '192.0.2.1']
  let asked = 0
  const resolve = async () => [{ address: answers[asked++] ?? '', family: 4 }]
  const url = `http://rebinding.example:${receiver.port}/`
  expect(await send(message(url), now, { allowPrivate: true, resolve })).toMatchObject({ status: 204 })
  expect(asked).toBe(1)
  // The other way round: public when it was checked, and then this machine.
  asked = 0
  const turning = async () => [{ address: ['192.0.2.1', '127.0.0.1'][asked++] ?? '', family: 4 }]
  const outcome = await send(message(url), now, { allowPrivate: true, resolve: turning, limitMs: 300 })
  expect(outcome.error).toMatch(/timeout|connection/)
  expect(asked).toBe(1)
  expect(receiver.received).toHaveLength(1)
})

test('a redirect is not followed', async () => {
  const elsewhere = await listening()
  const receiver = await listening(
    response => void response.writeHead(307, { location: elsewhere.url }).end(),
  )
  expect(await send(message(receiver.url), now, toThisMachine)).toMatchObject({
    error: 'status',
    status: 307,
  })
  expect(elsewhere.received).toEqual([])
})

test('of an answer without end, the beginning is kept', async () => {
  const receiver = await listening(response => {
    response.writeHead(500)
    const more = () => {
      while (!response.destroyed && response.write('é'.repeat(1_000)));
    }
    response.on('drain', more)
    more()
  })
  const outcome = await send(message(receiver.url), now, toThisMachine)
  expect(outcome).toEqual({ error: 'status', status: 500, response: 'é'.repeat(500) })
})

test('who does not answer in time is not waited for', async () => {
  const silent = await listening(() => undefined)
  expect(await send(message(silent.url), now, { ...toThisMachine, limitMs: 100 })).toMatchObject({
    error: 'timeout',
    status: null,
  })
  const slow = await listening(response => {
    response.writeHead(200)
    response.write('half')
  })
  // The answer was yes, whatever else was to come.
  expect(await send(message(slow.url), now, { ...toThisMachine, limitMs: 200 })).toMatchObject({
    error: null,
    status: 200,
    response: 'half',
  })
  const never = () => new Promise<never>(() => undefined)
  expect(
    await send(message(slow.url.replace('127.0.0.1', 'a.example')), now, {
      allowPrivate: true,
      resolve: never,
      limitMs: 50,
    }),
  ).toMatchObject({ error: 'timeout' })
})

test('what goes wrong has a name', async () => {
  const closed = await listening()
  const { url } = closed
  await closed.close()
  open = []
  expect(await send(message(url), now, toThisMachine)).toMatchObject({ error: 'connection' })
  const broken = await listening(response => void response.destroy())
  expect(await send(message(broken.url), now, toThisMachine)).toMatchObject({ error: 'connection' })
  const unknown = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
  }
  expect(await send(message('https://nowhere.example/'), now, { resolve: unknown })).toMatchObject({
    error: 'name',
  })
})

test('stopped on the way, it throws', async () => {
  const silent = await listening(() => stop.abort())
  const stop = new AbortController()
  await expect(send(message(silent.url), now, { ...toThisMachine, signal: stop.signal })).rejects.toThrow()
})
