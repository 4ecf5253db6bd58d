import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTask } from './processes.ts'

export interface BareTask {
  pages: { path: string; headers: Record<string, string>; body: Uint8Array }[]
}

/** As little as an HTTP server can do: looks a path up and sends ready bytes. */
onTask<BareTask, { origin: string }>(async ({ pages }) => {
  const kept = new Map(pages.map(({ path, headers, body }) => [path, { headers, body: Buffer.from(body) }]))
  const server = createServer((request, response) => {
    const page = kept.get(request.url ?? '')
    if (!page) return void response.writeHead(404).end()
    response.writeHead(200, page.headers)
    response.end(page.body)
  })
  server.keepAliveTimeout = 65_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})
