import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { limitBody } from '#http/body-limit.ts'
import type { AppEnv } from '#http/context.ts'

let read = 0

const app = new Hono<AppEnv>()
app.onError((error, c) => c.json({ code: (error as { code?: string }).code ?? error.name }, 418))
app.use('/api/*', limitBody)
app.post('/api/*', async c => {
  read = 0
  for await (const chunk of c.req.raw.body ?? []) read += chunk.length
  return c.json({ read })
})

test.each([
  ['/api/networks/a/invitations', 'application/json'],
  ['/api/networks/a/invitations', 'Application/Problem+JSON; charset=utf-8'],
  ['/api/auth/passkey/verify-authentication', 'text/plain'],
])('%s takes a megabyte of %s, said beforehand or not', async (path, type) => {
  expect(await post(path, type, 1)).toEqual({ read: 1_000_000 })
  expect(await post(path, type, 200)).toEqual({
    code: expect.stringMatching(/^(?:too-large|BodyLimitError)$/),
  })
  expect(read).toBeLessThan(3_000_000)
  const said = new Request(`http://localhost${path}`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-length': '200000000' },
    body: 'x',
  })
  expect(await (await app.request(said)).json()).toEqual({ code: 'too-large' })
})

test('by a real server as well, whose requests are of a kind of their own', async () => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = (megabytes: number) =>
    fetch(`http://127.0.0.1:${port}/api/x`, pieces(megabytes, 'application/json'))
  expect(await (await ask(1)).json()).toEqual({ read: 1_000_000 })
  expect((await ask(2)).status).toBe(418)
  server.close()
})

test('an archive is counted by whoever takes it', async () => {
  expect(await post('/api/networks/a/imports', 'application/zip', 3)).toEqual({ read: 3_000_000 })
})

async function post(path: string, type: string, megabytes: number): Promise<unknown> {
  return (await app.request(path, pieces(megabytes, type))).json()
}

function pieces(megabytes: number, type: string) {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      if (sent++ === megabytes) controller.close()
      else controller.enqueue(new Uint8Array(1_000_000))
    },
  })
  return { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' as const }
}
