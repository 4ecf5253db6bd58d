import { get } from 'node:http'
import type { BareTask } from './bare-server.ts'
import { type Commons, type PageKind, visitorsCookie } from './commons.ts'
import { describeLoad, digits, type Figure, type Load, medianLoad, type Section } from './figures.ts'
import type { LoadTask } from './load-worker.ts'
import { employ, work } from './processes.ts'
import type { Settings } from './settings.ts'
import type { SqlTask } from './sql-worker.ts'

const kinds: PageKind[] = ['list', 'search', 'item']
const leastOfBare = 0.25
const mostOfSql = 3

/** One way to be asked for a page, and how fast that went. */
export type Subject = (connections: number) => Promise<Load>

/** Pages beside a bare server that sends the same bytes, and beside their SQL alone. */
export async function measurePages(settings: Settings, commons: Commons): Promise<Section[]> {
  const pages = await Promise.all(
    kinds.flatMap(kind => commons.paths[kind]).map(path => capture(commons, path)),
  )
  const bare = await employ<BareTask, { origin: string }>('./bare-server.ts', { pages })
  const againstBare: Figure[] = []
  const againstSql: Figure[] = []
  try {
    for (const kind of kinds) {
      const { kept, fresh } = subjectsOf(settings, commons, kind)
      const subjects = {
        bare: web(settings, bare.result.origin, commons.paths[kind], {}),
        kept,
        fresh,
        sql: sqlAlone(settings, commons, commons.statements[kind]),
      }
      for (const connections of settings.connections) {
        settings.say(`${kind}, ${connections} connections`)
        const loads = await inTurns(settings, subjects, connections)
        const what = `${kind}, ${connections}`
        againstBare.push(bareFigure(`${what}, kept`, loads.kept, loads.bare, kind === 'item'))
        againstBare.push(bareFigure(`${what}, made anew`, loads.fresh, loads.bare, false))
        againstSql.push(sqlFigure(what, loads.fresh, loads.sql, kind === 'search'))
      }
    }
  } finally {
    await bare.stop()
  }
  const measure = 'Requests a second, then the latency that 50, 95 and 99 % of requests stay under.'
  return [
    {
      title: `Pages beside a bare server (${commons.items.toLocaleString('en')} items)`,
      explanation:
        `${measure} The bare server is \`node:http\` in a process of its own that sends the same compressed bytes with ` +
        'the same headers from memory. "Kept": the page is in the page cache, as for every visitor after the first ' +
        'since the last change. "Made anew": each request carries a cookie, which keeps it out of the cache, so that ' +
        'SQL, rendering and compression happen every time. The ratio is of requests a second. Searches are for 16 ' +
        'queries in turn (words of many, some and few pages, and pairs), items are 24 in turn.',
      columns: ['page, connections', 'Cordée', 'bare server', 'of bare', 'goal'],
      figures: againstBare,
    },
    {
      title: `Pages beside their SQL (${commons.items.toLocaleString('en')} items)`,
      explanation:
        `${measure} The SQL alone is what the page asks of PostgreSQL, recorded from the program and sent again by ` +
        `\`pg\` through a pool of the same ${commons.poolSize} connections, as the same role under the same policies. Pages ` +
        'are made anew. The ratio is of the latencies that 95 % stay under.',
      columns: ['page, connections', 'Cordée', 'SQL alone', 'p95, times', 'goal'],
      figures: againstSql,
    },
  ]
}

/** The ways of asking the program for one kind of page. */
export function subjectsOf(settings: Settings, commons: Commons, kind: PageKind) {
  const { served, paths } = commons
  return {
    kept: web(settings, served.origin, paths[kind], {}),
    fresh: web(settings, served.origin, paths[kind], visitorsCookie),
  }
}

/** Every subject in each round, each round beginning with another, so that a slow minute falls on all of them. */
export async function inTurns<Name extends string>(
  settings: Settings,
  subjects: Record<Name, Subject>,
  connections: number,
): Promise<Record<Name, Load>> {
  const names = Object.keys(subjects) as Name[]
  const rounds = new Map<Name, Load[]>(names.map(name => [name, []]))
  for (let round = 0; round < settings.rounds; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      rounds.get(name)?.push(await subjects[name](connections))
    }
  }
  return Object.fromEntries([...rounds].map(([name, loads]) => [name, medianLoad(loads)])) as Record<
    Name,
    Load
  >
}

export function web(
  settings: Settings,
  origin: string,
  paths: string[],
  headers: Record<string, string>,
): Subject {
  return connections =>
    work<LoadTask, Load>('./load-worker.ts', {
      origin,
      paths,
      headers: { 'accept-encoding': 'br', ...headers },
      connections,
      seconds: settings.seconds,
    })
}

export function sqlAlone(
  settings: Settings,
  { connection, poolSize }: Pick<Commons, 'connection' | 'poolSize'>,
  pages: SqlTask['pages'],
): Subject {
  return connections =>
    work<SqlTask, Load>('./sql-worker.ts', {
      connection,
      poolSize,
      pages,
      connections,
      seconds: settings.seconds,
    })
}

/** The answer as it goes over the wire; `fetch` would unpack it. */
export function capture(
  { served }: Pick<Commons, 'served'>,
  path: string,
): Promise<BareTask['pages'][number]> {
  return new Promise((resolve, reject) => {
    get(served.origin + path, { headers: { 'accept-encoding': 'br' } }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const { connection: _, 'keep-alive': __, date: ___, ...headers } = answer.headers
        resolve({ path, headers: headers as Record<string, string>, body: Buffer.concat(chunks) })
      })
    }).on('error', reject)
  })
}

export function bareFigure(what: string, own: Load, bare: Load, hasGoal: boolean): Figure {
  const ratio = own.perSecond / bare.perSecond
  return {
    what,
    own: describeLoad(own),
    beside: describeLoad(bare),
    ratio: digits(ratio),
    goal: hasGoal ? `≥ ${leastOfBare}` : '',
    holds: hasGoal ? ratio >= leastOfBare && own.failures === 0 : null,
  }
}

export function sqlFigure(what: string, own: Load, sql: Load, hasGoal: boolean): Figure {
  const ratio = own.p95 / sql.p95
  return {
    what,
    own: describeLoad(own),
    beside: describeLoad(sql),
    ratio: digits(ratio),
    goal: hasGoal ? `≤ ${mostOfSql}` : '',
    holds: hasGoal ? ratio <= mostOfSql && own.failures === 0 : null,
  }
}
