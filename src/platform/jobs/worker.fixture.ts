// A worker that takes work, says so, and never ends it: to be killed over it.
import { pino } from 'pino'
import { openJobs } from '#platform/jobs/jobs.ts'

const { CONNECTION = '{}', QUEUE = '' } = process.env
const jobs = await openJobs(JSON.parse(CONNECTION), pino({ level: 'silent' }), 3600)
await jobs.work([
  {
    queue: QUEUE,
    expireSeconds: 2,
    retries: 3,
    run: () => {
      process.stdout.write('taken\n')
      return new Promise<void>(() => undefined)
    },
  },
])
