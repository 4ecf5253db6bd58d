import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'dist/cordee.js')
const children = new Set<ChildProcess>()

/** A process of the program as it is built, with every line of its log. */
export interface Process {
  port: number
  log: Record<string, unknown>[]
  /** By SIGTERM, in order; by SIGKILL as a power cut would. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Debian keeps it where the path of a user without rights does not lead. */
export const nginx = [
  '/usr/sbin/nginx',
  '/usr/bin/nginx',
  '/usr/local/sbin/nginx',
  '/opt/homebrew/bin/nginx',
].find(path => existsSync(path))

/** `cordee serve --no-jobs` on the port, or `cordee worker` without one; once it is ready. */
export async function start(env: Record<string, string>, port?: number): Promise<Process> {
  const args = port === undefined ? ['worker'] : ['serve', '--no-jobs']
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, LANG: 'en', HOST: '127.0.0.1', PORT: String(port ?? 0), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const log: Process['log'] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>)
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`Ended with ${child.exitCode}: ${said}`)
      // Both say so in their last line before they work.
      if (!/ready|http:\/\//i.test(said)) throw new Error(`Not ready: ${said}`)
    },
    { timeout: 20_000, interval: 30 },
  )
  return {
    port: port ?? 0,
    log,
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}

/** Whatever is left of what was started. */
export function endAll(): void {
  for (const child of children) child.kill('SIGKILL')
}

/** nginx with deploy/nginx.conf, for these processes and without TLS. @returns a function that ends it */
export async function proxy(folder: string, port: number, upstream: number[]): Promise<() => Promise<void>> {
  mkdirSync(folder, { recursive: true })
  const delivered = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
  const server = delivered
    .slice(delivered.indexOf('server {', delivered.indexOf('return 301')))
    .replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`)
    .replace(/^.*(listen \[::\]|ssl_).*\n/gm, '')
  const servers = upstream.map(one => `server 127.0.0.1:${one} max_fails=1 fail_timeout=2s;`).join('\n')
  const balancing = delivered
    .slice(delivered.indexOf('upstream'), delivered.indexOf('}', delivered.indexOf('upstream')) + 1)
    .replace(/#?server 127.*\n/g, '')
    .replace(/\}$/, `${servers}\n}`)
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  const configuration = join(folder, 'nginx.conf')
  writeFileSync(
    configuration,
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1;
     events { worker_connections 256; }
     http { access_log off; ${places}
     ${balancing}
     ${server} }`,
  )
  const given = ['-p', folder, '-e', join(folder, 'error.log'), '-c', configuration]
  execFileSync(nginx ?? 'nginx', [...given, '-t'], { stdio: 'pipe' })
  const child = spawn(nginx ?? 'nginx', given, { stdio: 'ignore' })
  await vi.waitFor(async () => void (await fetch(`http://127.0.0.1:${port}/healthz`)), { timeout: 5_000 })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  return async () => {
    // Not SIGKILL: its workers would go on.
    child.kill('SIGTERM')
    await ended
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Visitors who ask for one thing after the other, until told to stop. @returns how each request was answered */
export function visitors(count: number, ask: (number: number) => Promise<Response>): () => Promise<string[]> {
  const answers: string[] = []
  let going = true
  let number = 0
  const all = Array.from({ length: count }, async () => {
    while (going) {
      const answered = await ask(number++).then(
        async answer => {
          await answer.arrayBuffer()
          return String(answer.status)
        },
        error => `${(error as Error).message}: ${(error as Error).cause}`,
      )
      answers.push(answered)
    }
  })
  return async () => {
    going = false
    await Promise.all(all)
    return answers
  }
}
