import autocannon from 'autocannon'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface LoadTask {
  origin: string
  /** Asked for in turn. */
  paths: string[]
  headers: Record<string, string>
  connections: number
  seconds: number
}

/** A second to warm up, then the measure. Times are kept as they are: autocannon itself rounds to milliseconds. */
onTask<LoadTask, Load>(async task => {
  await load(task, 1)
  return load(task, task.seconds)
})

function load(task: LoadTask, seconds: number): Promise<Load> {
  const { origin, paths, headers, connections } = task
  const times: number[] = []
  return new Promise((resolve, reject) => {
    const start = performance.now()
    let last = start
    const cannon = autocannon(
      {
        url: origin,
        connections,
        duration: seconds,
        timeout: 60,
        headers,
        requests: paths.map(path => ({ path })),
      },
      (error, result) => {
        if (error) reject(error)
        else resolve(loadOf(times, (last - start) / 1000, result.errors + result.timeouts + result.non2xx))
      },
    )
    cannon.on('response', (_client, _status, _bytes, milliseconds: number) => {
      times.push(milliseconds)
      last = performance.now()
    })
  })
}
