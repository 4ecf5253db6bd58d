import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { AppEnv, Services } from '#http/context.ts'
import { logRequest } from '#http/request-log.ts'
import { newId } from '#kernel/ids.ts'

export interface WebServer {
  /** The address to open in a browser. */
  url: string
  port: number
  /** Ends: no new request is taken, those under way are answered. */
  close(): Promise<void>
}

/** The port or the address is refused: `code` as the system has it. */
export class CannotListen extends Error {
  override name = 'CannotListen'
  readonly code: string
  readonly detail: { host: string; port: number; reason: string }

  constructor(cause: NodeJS.ErrnoException, host: string, port: number) {
    super(cause.message, { cause })
    this.code = cause.code ?? ''
    this.detail = { host, port, reason: cause.message }
  }
}

/** How long those under way have to finish. Whoever has not by then is slower than a restart may be. */
const patienceMs = 4_000
/** How long, at the end, a moment without new connections is waited for; and what counts as a moment. */
const arrivalsMs = 1_000
const shortTurnMs = 0.5

/**
 * Before all is made ready for nothing: that nobody answers there already. Asked, not listened for: a proxy may be waiting
 * for the port, and must not find it open for a moment.
 * @throws CannotListen
 */
export async function refuseTakenPort({
  port,
  host,
}: Pick<Services['config'], 'port' | 'host'>): Promise<void> {
  if (port === 0) return
  // Whoever had it may be ending just now.
  for (let tries = 0; tries < 5; tries++) {
    if (!(await isAnswered(port, ['::', '0.0.0.0'].includes(host) ? 'localhost' : host))) return
    await pause(300)
  }
  const cause = Object.assign(new Error('address already in use'), { code: 'EADDRINUSE' })
  throw new CannotListen(cause, host, port)
}

function isAnswered(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, host)
    const say = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(500, () => say(false))
    socket.on('connect', () => say(true))
    socket.on('error', () => say(false))
  })
}

/** Listens. A page that the cache holds is answered before the application is even asked. */
export async function listen(app: Hono<AppEnv>, services: Services): Promise<WebServer> {
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const { pageCache, config, log } = services
  let closing = false
  const server = createServer((request, response) => {
    // The connection ends with the answer: kept alive, it would hold up the end.
    if (closing) response.setHeader('connection', 'close')
    const start = performance.now()
    const requestId = newId()
    const kept = pageCache.serve(request, response, requestId)
    if (kept) logRequest(log, { requestId, method: 'GET', ...kept, cached: true }, start)
    else void handle(request, response)
  })
  // An upload over a slow line takes its time; who sends nothing for five minutes has gone.
  server.requestTimeout = 1_800_000
  server.timeout = 300_000
  server.headersTimeout = 20_000
  server.keepAliveTimeout = 65_000
  await bind(server, config.port, config.host)
  const { port } = server.address() as AddressInfo
  return {
    url: config.baseUrl ?? `http://localhost:${port}`,
    port,
    async close() {
      closing = true
      await noneArriving(server)
      await new Promise<void>(resolve => {
        // An answer begun before now does not end its connection: look for the idle until none is left.
        const sweep = setInterval(() => server.closeIdleConnections(), 50)
        const deadline = setTimeout(() => server.closeAllConnections(), patienceMs)
        server.close(() => {
          clearInterval(sweep)
          clearTimeout(deadline)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}

/**
 * Resolves at a moment at which no connection waits to be accepted. Those that wait are reset when the server stops
 * listening, and a proxy that has sent a form on one may not send it elsewhere. The event loop accepts one connection a
 * turn: a short turn without any says that none was waiting.
 */
function noneArriving(server: Server): Promise<void> {
  return new Promise(resolve => {
    const start = performance.now()
    let turn = start
    let arrived = true
    const note = () => {
      arrived = true
    }
    server.on('connection', note)
    const look = () => {
      const now = performance.now()
      if ((!arrived && now - turn < shortTurnMs) || now - start > arrivalsMs) {
        server.off('connection', note)
        return resolve()
      }
      arrived = false
      turn = now
      setImmediate(look)
    }
    setImmediate(look)
  })
}

/** Some machines have no IPv6: then IPv4 alone has to do. */
async function bind(server: Server, port: number, host: string): Promise<void> {
  try {
    await once(server, port, host)
  } catch (error) {
    if (host !== '::' || !(error instanceof CannotListen) || !/EAFNOSUPPORT|EADDRNOTAVAIL/.test(error.code))
      throw error
    await once(server, port, '0.0.0.0')
  }
}

function once(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(new CannotListen(error, host, port))
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}
