import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface CrowdTask {
  origin: string
  visitors: number
  seconds: number
  paths: string[]
  /** Of visitors who are signed in; all others are the public. */
  cookies: string[]
}

export interface CrowdResult extends Load {
  asked: number
}

const thinkMs: [number, number] = [3_000, 7_000]

/** Many people at once, who read between two pages: each has a connection of their own. */
onTask<CrowdTask, CrowdResult>(async ({ origin, visitors, seconds, paths, cookies }) => {
  const times: number[] = []
  let failures = 0
  const start = performance.now()
  const end = start + seconds * 1000
  // The same for every run: what is random here must not make two runs differ.
  let seed = 42
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32
    return seed / 2 ** 32
  }
  const visitor = async (number: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await pause(random() * thinkMs[1])
    while (performance.now() < end) {
      const path = paths[Math.floor(random() * paths.length)] ?? '/'
      const cookie = cookies[number]
      const asked = performance.now()
      try {
        const status = await ask(origin + path, agent, cookie)
        times.push(performance.now() - asked)
        if (status !== 200) failures += 1
      } catch {
        failures += 1
      }
      await pause(thinkMs[0] + random() * (thinkMs[1] - thinkMs[0]))
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: visitors }, (_, number) => visitor(number)))
  return { ...loadOf(times, (performance.now() - start) / 1000, failures), asked: times.length }
})

function ask(url: string, agent: Agent, cookie: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'br', ...(cookie && { cookie }) }
    const sent = request(url, { agent, headers, timeout: 30_000 }, answer => {
      answer.on('error', reject)
      answer.on('end', () => resolve(answer.statusCode ?? 0))
      answer.resume()
    })
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', reject)
    sent.end()
  })
}
