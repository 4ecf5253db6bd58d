import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import type { TestDatabase } from '../../../test/database.ts'

/** A worker in a process of its own (worker.fixture.ts), with all it has said. */
export interface TestWorker {
  said: string[]
  /** Waits until it says so. */
  says(line: string, patienceMs?: number): Promise<void>
  /** Ends it without a word, as a power cut would. */
  kill(): Promise<void>
}

/** @param watch seconds between two looks for the silent, the late and the due */
export async function aWorker(database: TestDatabase, queue: string, watch = 3600): Promise<TestWorker> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('worker.fixture.ts', import.meta.url))], {
    env: {
      ...process.env,
      CONNECTION: JSON.stringify(database.server.app),
      QUEUE: queue,
      WATCH: String(watch),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const said: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines)
  })
  const worker: TestWorker = {
    said,
    says: (line, patienceMs = 15_000) =>
      vi.waitFor(
        () => {
          if (!said.includes(line)) throw new Error(`The worker said ${JSON.stringify(said)}, not ${line}`)
        },
        { timeout: patienceMs, interval: 20 },
      ),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
  await worker.says('ready')
  return worker
}
