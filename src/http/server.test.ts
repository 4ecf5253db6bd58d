import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { beforeEach, expect, test, vi } from 'vitest'
import type { AppEnv, Services } from '#http/context.ts'
import { openPageCache } from '#http/page-cache.ts'
import { CannotListen, listen, refuseTakenPort, type WebServer } from '#http/server.ts'
import { readConfig } from '#kernel/config.ts'
import { openLog } from '#kernel/log.ts'

const services = {
  config: { ...readConfig({}), port: 0, host: '127.0.0.1' },
  log: openLog('silent'),
  pageCache: openPageCache({ maxBytes: 1_000, maxAgeMs: 1_000 }),
} as Services

let web: WebServer
let answer: () => void = () => undefined

beforeEach(async () => {
  const app = new Hono<AppEnv>()
  app.get('/quick', c => c.text('quick'))
  app.get('/slow', async c => {
    await new Promise<void>(resolve => {
      answer = resolve
    })
    return c.text('slow')
  })
  web = await listen(app, services)
})

test('at its end, the idle do not hold it up', async () => {
  const socket = await ask('/quick')
  await once(socket, 'data')
  const start = performance.now()
  await web.close()
  expect(performance.now() - start).toBeLessThan(1_000)
})

test('at its end, who waits is answered, and no longer', async () => {
  const socket = await ask('/slow')
  await new Promise(resolve => setTimeout(resolve, 100))
  const end = web.close()
  await vi.waitFor(() => expect(fetch(`http://127.0.0.1:${web.port}/quick`)).rejects.toThrow(), 15_000)
  const start = performance.now()
  answer()
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*slow$/)
  await end
  expect(performance.now() - start).toBeLessThan(1_000)
})

test('at its end, who has just connected is answered', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connected()))
  const end = web.close()
  const answers = sockets.map(async socket => {
    await new Promise(resolve => setTimeout(resolve, 60))
    socket.write('GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return String((await once(socket, 'data'))[0])
  })
  for (const text of await Promise.all(answers)) expect(text).toMatch(/^HTTP\/1\.1 200 OK/)
  await end
})

test('at its end, who waits to be let in is answered', async () => {
  // The server, in this very thread, has accepted none of them when it is told to end.
  const sockets = Array.from({ length: 30 }, () => connect(web.port, '127.0.0.1'))
  const answers = sockets.map(async socket => {
    socket.write('GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return String((await once(socket, 'data'))[0])
  })
  await once(sockets.at(-1) as Socket, 'connect')
  const end = web.close()
  for (const text of await Promise.all(answers)) expect(text).toMatch(/^HTTP\/1\.1 200 OK/)
  await end
})

test('at its end, who never finishes is cut off', async () => {
  const socket = await ask('/slow')
  socket.on('error', () => undefined)
  const start = performance.now()
  await web.close()
  expect(performance.now() - start).toBeLessThan(6_000)
})

test('a port that is taken is said to be', async () => {
  const config = { ...services.config, port: web.port }
  const second = listen(new Hono<AppEnv>(), { ...services, config })
  await expect(second).rejects.toThrow(CannotListen)
  await expect(second).rejects.toMatchObject({
    code: 'EADDRINUSE',
    detail: { host: '127.0.0.1', port: web.port },
  })
  // Also before anything is made ready; not of one that has just ended.
  const { port } = web
  await expect(refuseTakenPort({ port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await expect(refuseTakenPort({ port: 0, host: '::' })).resolves.toBeUndefined()
  const waited = refuseTakenPort({ port, host: '127.0.0.1' })
  await web.close()
  await expect(waited).resolves.toBeUndefined()
})

/** A connection that would be kept alive. */
async function ask(path: string): Promise<Socket> {
  const socket = await connected()
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return socket
}

async function connected(): Promise<Socket> {
  const socket = connect(web.port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
