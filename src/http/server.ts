import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { AppEnv, Services } from '#http/context.ts'

export interface WebServer {
  /** The address to open in a browser. */
  url: string
  port: number
  /** Ends: no new request is taken, those under way are answered. */
  close(): Promise<void>
}

/** Listens. A page that the cache holds is answered before the application is even asked. */
export async function listen(app: Hono<AppEnv>, services: Services): Promise<WebServer> {
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const { pageCache, config } = services
  const server = createServer((request, response) => {
    if (!pageCache.serve(request, response)) void handle(request, response)
  })
  server.requestTimeout = 120_000
  server.headersTimeout = 20_000
  server.keepAliveTimeout = 65_000
  await bind(server, config.port, config.host)
  const { port } = server.address() as AddressInfo
  return {
    url: config.baseUrl ?? `http://localhost:${port}`,
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // Whoever has not finished by then is slower than a restart may be.
        setTimeout(() => server.closeAllConnections(), 10_000).unref()
      }),
  }
}

/** Some machines have no IPv6: then IPv4 alone has to do. */
async function bind(server: Server, port: number, host: string): Promise<void> {
  try {
    await once(server, port, host)
  } catch (error) {
    if (host !== '::' || !['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes((error as { code?: string }).code ?? ''))
      throw error
    await once(server, port, '0.0.0.0')
  }
}

function once(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
