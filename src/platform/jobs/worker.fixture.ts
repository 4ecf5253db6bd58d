// A worker in a process of its own, to be killed over its work or told that it was cancelled. It says on standard output
// what happens to it, a line each: "ready", "taken <id>", "done <id>", "aborted <id>".
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { openJobs } from '#platform/jobs/jobs.ts'

/** How it works: 'hang' waits for the signal, or for ever; 'walk' takes `steps` steps of 50 ms, and says how far it is. */
interface Work {
  name: string
  manner?: 'hang' | 'walk'
  steps?: number
}

const { CONNECTION = '{}', QUEUE = '', WATCH = '3600' } = process.env
const say = (line: string) => process.stdout.write(`${line}\n`)
const jobs = await openJobs(JSON.parse(CONNECTION), pino({ level: 'silent' }), Number(WATCH))
await jobs.work([
  {
    queue: QUEUE,
    expireSeconds: 600,
    retries: 3,
    async run({ name, manner, steps = 0 }: Work, signal, progress) {
      say(`taken ${name}`)
      if (manner === 'hang') {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        say(`aborted ${name}`)
        signal.throwIfAborted()
      }
      for (let step = 1; step <= steps; step++) {
        await pause(50)
        progress({ done: step, total: steps, text: 'test.steps' })
      }
      say(`done ${name}`)
    },
  },
])
say('ready')
process.on('SIGTERM', () => void jobs.stop().then(() => process.exit(0)))
