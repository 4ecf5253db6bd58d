import autocannon from 'autocannon'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface LoadTask {
  origin: string
  /** Asked for in turn. */
  paths: string[]
  headers: Record<string, string>
  /** Sent with POST, one for each path. */
  bodies?: string[]
  /** Status of an answer that is right, where it is not one of 2xx. */
  expected?: number
  connections: number
  seconds: number
}

/** A second to warm up, then the measure. Times are kept as they are: autocannon itself rounds to milliseconds. */
onTask<LoadTask, Load>(async task => {
  await load(task, 1)
  return load(task, task.seconds)
})

function load(task: LoadTask, seconds: number): Promise<Load> {
  const { origin, paths, headers, bodies, expected, connections } = task
  const times: number[] = []
  return new Promise((resolve, reject) => {
    const start = performance.now()
    let last = start
    let wrong = 0
    let visitors = 0
    const requests = paths.map((path, index) =>
      bodies ? { path, method: 'POST' as const, body: bodies[index] ?? '' } : { path },
    )
    const cannon = autocannon(
      {
        url: origin,
        connections,
        duration: seconds,
        timeout: 60,
        headers,
        requests,
        // Each begins with another, as those who ask the SQL alone: in step, all would ask for the dearest at once.
        setupClient: client => {
          const first = visitors++ % requests.length
          client.setRequests([...requests.slice(first), ...requests.slice(0, first)].map(one => ({ ...one })))
        },
      },
      (error, result) => {
        if (error) reject(error)
        else
          resolve(
            loadOf(
              times,
              (last - start) / 1000,
              result.errors + result.timeouts + (expected === undefined ? result.non2xx : wrong),
            ),
          )
      },
    )
    cannon.on('response', (_client, status: number, _bytes, milliseconds: number) => {
      if (expected !== undefined && status !== expected) wrong += 1
      times.push(milliseconds)
      last = performance.now()
    })
  })
}
