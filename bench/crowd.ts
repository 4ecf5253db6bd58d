import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Commons, home } from './commons.ts'
import type { CrowdResult, CrowdTask } from './crowd-worker.ts'
import { describeLoad, digits, type Figure, type Load, type Section } from './figures.ts'
import type { LoadTask } from './load-worker.ts'
import { someMembers } from './people.ts'
import { serve, work } from './processes.ts'
import type { Settings } from './settings.ts'

const visitors = 1_000
const mostGrowth = 1.25

/** A thousand visitors at once, for ten minutes, on one process. */
export async function measureCrowd(settings: Settings, commons: Commons): Promise<Section[]> {
  const people = await someMembers(commons.dataFolder, commons, 100)
  const minutes = settings.quick ? 0.5 : 10
  settings.say(`${visitors} visitors for ${minutes} minutes`)
  const memory: number[] = []
  let watching = true
  const watch = async () => {
    while (watching) {
      memory.push(residentBytes(commons.served.pid))
      await pause(1_000)
    }
  }
  const watched = watch()
  const result = await work<CrowdTask, CrowdResult>('./crowd-worker.ts', {
    origin: commons.served.origin,
    visitors,
    seconds: minutes * 60,
    paths: [home, ...commons.paths.list, ...commons.paths.item, ...commons.paths.search],
    cookies: people.map(person => person.cookie),
  })
  watching = false
  await watched
  const [early, late] = [mean(memory, 0.1, 0.3), mean(memory, 0.8, 1)]
  const growth = late / early
  const figures: Figure[] = [
    {
      what: `${visitors.toLocaleString('en')} visitors, ${minutes} minutes`,
      own: `${describeLoad(result)} · ${result.asked.toLocaleString('en')} pages · ${result.failures} errors`,
      beside: '',
      ratio: '',
      goal: 'no error',
      holds: result.failures === 0,
    },
    {
      what: 'memory of the process',
      own: `${Math.round(late / 2 ** 20)} MiB at the end`,
      beside: `${Math.round(early / 2 ** 20)} MiB after the first minutes`,
      ratio: digits(growth),
      goal: `≤ ${mostGrowth}`,
      holds: growth <= mostGrowth,
    },
  ]
  return [
    {
      title: `${visitors.toLocaleString('en')} visitors at once`,
      explanation:
        `Each of ${visitors.toLocaleString('en')} visitors keeps a connection open and asks for a page every 3 to 7 seconds (doors, lists, ` +
        'searches, items), one in ten of them signed in, whose pages are made anew each time. Then latencies, and the ' +
        'resident memory of the one process that serves them: mean of the last fifth of the time beside the second and third tenth.',
      columns: ['what', 'Cordée', 'beside', 'times', 'goal'],
      figures,
    },
  ]
}

/** Two processes on the database of the first, half of the connections each, beside one with all of them. */
export async function measureTwo(settings: Settings, commons: Commons): Promise<Section> {
  const [person] = await someMembers(commons.dataFolder, commons, 1)
  const cookie = person?.cookie ?? ''
  settings.say('two processes against one')
  const second = await serve(commons.dataFolder, { databaseUrl: commons.databaseUrl })
  const connections = 16
  const ask = (origin: string, paths: string[], headers: Record<string, string>, share: number) =>
    work<LoadTask, Load>('./load-worker.ts', {
      origin,
      paths,
      headers: { 'accept-encoding': 'br', ...headers },
      connections: share,
      seconds: settings.seconds,
    })
  const figures: Figure[] = []
  try {
    for (const [what, headers] of [
      ['item, kept', {}],
      ['item, signed in', { cookie }],
    ] as [string, Record<string, string>][]) {
      const { origin } = commons.served
      const paths = commons.paths.item
      // What is kept has to be made once, by each of them.
      for (const at of [origin, second.origin]) await ask(at, paths, headers, 1)
      const ones: Load[] = []
      const twos: Load[] = []
      for (let round = 0; round < settings.rounds; round++) {
        ones.push(await ask(origin, paths, headers, connections))
        const both = await Promise.all(
          [origin, second.origin].map(at => ask(at, paths, headers, connections / 2)),
        )
        twos.push({
          perSecond: both.reduce((sum, load) => sum + load.perSecond, 0),
          p50: Math.max(...both.map(load => load.p50)),
          p95: Math.max(...both.map(load => load.p95)),
          p99: Math.max(...both.map(load => load.p99)),
          failures: both.reduce((sum, load) => sum + load.failures, 0),
        })
      }
      const [one, two] = [medianOf(ones), medianOf(twos)]
      figures.push({
        what,
        own: describeLoad(two),
        beside: describeLoad(one),
        ratio: digits(two.perSecond / one.perSecond),
        goal: '',
        holds: two.failures + one.failures === 0 ? null : false,
      })
    }
  } finally {
    await second.stop()
  }
  return {
    title: 'Two processes against one',
    explanation:
      `${connections} connections to one process, beside half of them to each of two on the same database. What asks ` +
      'and the database share the same cores, so that little can be gained where there are few.',
    columns: ['page', 'two processes', 'one process', 'times', 'goal'],
    figures,
  }
}

function medianOf(loads: Load[]): Load {
  return loads.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(loads.length / 2)] as Load
}

function mean(values: number[], from: number, to: number): number {
  const part = values.slice(Math.floor(values.length * from), Math.max(1, Math.ceil(values.length * to)))
  return part.reduce((sum, value) => sum + value, 0) / part.length
}

/** Linux says it in pages of 4 KiB; elsewhere this part of the bench is not run. */
function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
}
