import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, connect as openSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

// The program as it is built, in processes of its own: only what cannot be seen from inside.
const program = fileURLToPath(new URL('../../dist/cordee.js', import.meta.url))

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('the program as built answers', async () => {
  const { exit, stdout, stderr } = await run(['--help'])
  expect([exit, stderr]).toEqual([0, ''])
  expect(stdout).toContain('serve')
  expect((await run(['sing'])).exit).toBe(2)
})

describe('an installation', { timeout: 60_000 }, () => {
  const data = folder()
  let port = 0
  let server: Running

  beforeAll(async () => {
    port = await freePort()
    server = serve(data, port, ['--demo'])
    await server.ready
  }, 60_000)

  afterAll(async () => {
    server.child.kill('SIGKILL')
    await run(['migrate'], { CORDEE_DATA: data })
  })

  const ask = (...args: string[]) => run(args, { CORDEE_DATA: data })

  async function json<T>(...args: string[]): Promise<T> {
    const { exit, stdout, stderr } = await ask('--json', ...args)
    expect([exit, stderr.split('\n').filter(line => /error/i.test(line))]).toEqual([0, []])
    return JSON.parse(stdout) as T
  }

  test('that is running cannot be served twice: the second is told who holds it', async () => {
    const second = await run(['serve'], { CORDEE_DATA: data, PORT: '0' })
    expect(second.exit).toBe(3)
    expect(second.stderr).toContain(String(server.child.pid))
    expect(second.stderr).toContain('CORDEE_DATA')
  })

  test('is looked over while it runs', async () => {
    const findings = await json<{ check: string; holds: boolean }[]>('doctor')
    expect(findings.filter(finding => !finding.holds)).toEqual([])
    expect(findings.map(finding => finding.check)).toEqual(
      expect.arrayContaining(['postgres-version', 'migrations', 'application-role', 'isolation']),
    )
    expect(await json('migrate')).toEqual({ applied: [] })
  })

  test('has networks founded in it', async () => {
    const made = await json<{ slug: string }>(
      'network',
      'create',
      'essai',
      '--name',
      'Essai',
      '--visibility',
      'private',
    )
    expect(made.slug).toBe('essai')
    const networks = await json<{ slug: string; visibility: string }[]>('network', 'list')
    expect(networks.find(({ slug }) => slug === 'essai')).toMatchObject({ visibility: 'private' })
    const taken = await ask('network', 'create', 'essai', '--name', 'Essai')
    expect([taken.exit, taken.stdout]).toEqual([1, ''])
    expect(taken.stderr).toContain('essai')
    expect((await ask('token', 'list', '--network', 'none')).exit).toBe(1)
  })

  test('gives keys, which open it until they are revoked', async () => {
    const { id, secret } = await json<{ id: string; secret: string }>(
      'token',
      'create',
      'Site',
      '--network',
      'essai',
    )
    const open = async () =>
      (
        await fetch(`${server.url}/api/networks/essai/commons/items`, {
          headers: { authorization: `Bearer ${secret}` },
        })
      ).status
    expect(await open()).toBe(200)
    expect(await json('token', 'list', '--network', 'essai')).toMatchObject([
      { id, name: 'Site', scopes: ['commons:read'] },
    ])
    expect((await ask('token', 'revoke', 'none', '--network', 'essai')).exit).toBe(1)
    expect(await json('token', 'revoke', id, '--network', 'essai')).toEqual({ revoked: id })
    expect(await open()).toBe(404)
    expect((await ask('token', 'revoke', id, '--network', 'essai')).exit).toBe(1)
  })

  test('forgets the demonstration, pages that were kept included', async () => {
    const page = async () => (await fetch(`${server.url}/fr/fil-commun`)).status
    expect([await page(), await page()]).toEqual([200, 200])
    const { removed } = await json<{ removed: string[] }>('demo', '--remove')
    expect(removed).toContain('fil-commun')
    await vi.waitFor(async () => expect(await page()).toBe(404), 15_000)
    expect(await json('demo', '--remove')).toEqual({ removed: [] })
  })

  test('asked to end by SIGTERM, answers who is waiting, and leaves nothing behind', async () => {
    const { secret } = await json<{ secret: string }>(
      'token',
      'create',
      'S',
      '--network',
      'essai',
      '--scope',
      'commons:write',
    )
    const body = '# Une page\n\n[[type:solution]]\n\nUn texte.\n'
    const socket = openSocket(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      `POST /api/networks/essai/commons/imports?name=p.md HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secret}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 10)}`,
    )
    // One that is kept alive and asks for nothing must not hold up the end.
    const idle = openSocket(port, '127.0.0.1')
    idle.on('error', () => undefined)
    await once(idle, 'connect')
    await new Promise(resolve => setTimeout(resolve, 200))
    const postgres = postmaster(data)
    expect(alive(postgres)).toBe(true)
    const start = performance.now()
    server.child.kill('SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 300))
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
    socket.write(body.slice(10))
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 202 /)
    expect(await server.end).toEqual([0, null])
    expect(performance.now() - start).toBeLessThan(8_000)
    expect(alive(postgres)).toBe(false)
  })

  test('starts again, and ends by SIGINT', async () => {
    const start = performance.now()
    server = serve(data, port, ['--demo'])
    await server.ready
    // Two seconds where nothing else is at work; a busy machine takes longer.
    expect(performance.now() - start).toBeLessThan(15_000)
    const postgres = postmaster(data)
    server.child.kill('SIGINT')
    expect(await server.end).toEqual([0, null])
    expect(alive(postgres)).toBe(false)
  })

  test('on a port that is taken says which, and how to choose another', async () => {
    const other = createServer().listen(port, '::')
    await once(other, 'listening')
    const { exit, stderr } = await run(['serve'], { CORDEE_DATA: data, PORT: String(port) })
    other.close()
    expect(exit).toBe(3)
    expect(stderr).toContain(String(port))
    expect(stderr).toContain('PORT=')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('at an address that is not ours says so', async () => {
    const { exit, stderr } = await run(['serve'], { CORDEE_DATA: data, HOST: '192.0.2.1', PORT: '0' })
    expect([exit, stderr.includes('192.0.2.1')]).toEqual([3, true])
  })
})

interface Running {
  child: ChildProcess
  url: string
  /** When it can serve. */
  ready: Promise<void>
  end: Promise<[code: number | null, signal: string | null]>
}

function serve(data: string, port: number, args: string[]): Running {
  const child = start(['serve', ...args], { CORDEE_DATA: data, PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  const end = once(child, 'exit') as Running['end']
  let errors = ''
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  child.stdout?.resume()
  const ready = vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(errors)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
    },
    { timeout: 50_000, interval: 20 },
  )
  return { child, url, ready, end }
}

async function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  const child = start(args, env)
  const [stdout, stderr, [exit]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { exit, stdout, stderr }
}

function start(args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', HOME = '/' } = process.env
  return spawn(process.execPath, [program, ...args], {
    env: { PATH, HOME, LANG: 'en', LOG_LEVEL: 'warn', CORDEE_DATA: folder(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'cordee-cli-'))
  folders.push(made)
  return made
}

function postmaster(data: string): number {
  return Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
