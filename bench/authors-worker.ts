import { Agent, request } from 'node:http'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface AuthorsTask {
  origin: string
  /** Where answers of the page are sent. */
  address: string
  /** Each writes at an answer of their own, one save after the other. */
  authors: { cookie: string; path: string }[]
  seconds: number
}

export interface AuthorsResult extends Load {
  conflicts: number
}

/** Authors who write in one page at the same time, each as fast as their saves are answered. */
onTask<AuthorsTask, AuthorsResult>(async ({ origin, address, authors, seconds }) => {
  const times: number[] = []
  let [failures, conflicts] = [0, 0]
  const start = performance.now()
  const end = start + seconds * 1000
  const run = String(Date.now())
  await Promise.all(
    authors.map(async ({ cookie, path }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      let seen = (await ask(`${origin}${address}?since=999999999`, agent, cookie))?.revision ?? 0
      for (let turn = 0; performance.now() < end; turn++) {
        const value = `${sentence} ${run} ${turn}`
        const asked = performance.now()
        const answer = await ask(origin + address, agent, cookie, {
          changes: [{ path, value, seen }],
          at: path,
        })
        times.push(performance.now() - asked)
        if (answer === null || answer.saved.length !== 1) failures += 1
        conflicts += answer?.conflicts.length ?? 0
        seen = answer?.revision ?? seen
      }
      agent.destroy()
    }),
  )
  return { ...loadOf(times, (performance.now() - start) / 1000, failures), conflicts }
})

const sentence =
  'Le bureau continue de solliciter ses partenaires et explore la possibilité de développer son réseau. '.repeat(
    4,
  )

interface Answer {
  revision: number
  saved: unknown[]
  conflicts: unknown[]
}

function ask(url: string, agent: Agent, cookie: string, body?: object): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const headers = {
      cookie,
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      accept: 'application/json',
    }
    const sent = request(url, { method: body ? 'POST' : 'GET', agent, headers, timeout: 30_000 }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve(answer.statusCode === 200 ? JSON.parse(String(Buffer.concat(chunks))) : null),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}
