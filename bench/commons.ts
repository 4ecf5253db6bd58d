import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { openServer, prepareServer, type Server } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { foundNetwork } from '#modules/network/founding.ts'
import { withClient } from './database.ts'
import type { ImportResult, ImportTask } from './import-worker.ts'
import { environment, type Served, serve, work } from './processes.ts'
import type { Statement } from './record-statements.ts'
import type { Settings } from './settings.ts'

export type PageKind = 'list' | 'search' | 'item'

/** An installation of its own with one public network, served. */
export interface Commons {
  items: number
  imported: ImportResult
  served: Served
  /** Addresses of each kind of page, asked for in turn. */
  paths: Record<PageKind, string[]>
  /** The item with the longest source. */
  longest: { path: string; bytes: number }
  /** What each of these pages asks of the database, in the same order. */
  statements: Record<PageKind, Statement[][]>
  connection: pg.PoolConfig
  poolSize: number
  postgres: string
  dataFolder: string
  /** As the owner, for another process. */
  databaseUrl: string
}

const network = 'bench'
export const home = `/fr/${network}`
const list = `${home}/commons`
const itemPages = 24

/** Sent along, it keeps a page out of the page cache: neither found there nor put there. */
export const visitorsCookie = { cookie: 'bench=1' }

/** @param pages a folder, or how many to generate */
export async function openCommons(
  settings: Settings,
  name: string,
  pages: string | number,
): Promise<Commons> {
  const dataFolder = join(settings.scratch, name)
  const config = readConfig(environment(dataFolder))
  settings.say(`${name}: importing`)
  const { imported, paths, longest } = await fill(config, pages)
  settings.say(`${name}: ${imported.pages} pages in ${imported.seconds.toFixed(1)} s`)
  const statements = await record(settings, dataFolder, paths)
  const served = await serve(dataFolder)
  // The program holds the folder now: its server is found running.
  const server = await openServer(config, { hold: false })
  const postgres = await withClient(server.owner, async client => {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? ''
  })
  const { poolSize } = config
  return {
    longest,
    items: imported.pages,
    imported,
    served,
    paths,
    statements,
    connection: server.app,
    poolSize,
    postgres,
    dataFolder,
    databaseUrl: addressOf(server.owner),
  }
}

/**
 * Waits for the first backup of the day, which a program begins a minute after its start: a hundred thousand pages are packed
 * in the process that serves them. @throws where none comes
 */
export async function atRest(settings: Settings, ...all: Commons[]): Promise<void> {
  settings.say('waiting for the backups of the day')
  const written = ({ dataFolder }: Commons) => {
    const folder = join(dataFolder, 'backups')
    return existsSync(folder) && readdirSync(folder).some(file => /^cordee-.*\.zip$/.test(file))
  }
  for (let seconds = 0; !all.every(written); seconds++) {
    if (seconds === 600) throw new Error('No backup is written')
    await pause(1_000)
  }
}

function addressOf({ host, port, user, password, database }: pg.PoolConfig): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : ''
  // The host of the address is for form's sake: the parameter counts, which can be a socket.
  return `postgres://${user}${secret}@localhost/${database}?${new URLSearchParams({ host: host ?? '', port: String(port) })}`
}

async function fill(config: ReturnType<typeof readConfig>, pages: string | number) {
  const server = await openServer(config, { hold: false })
  try {
    await prepareServer(server)
    const networkId = await withClient(server.owner, client =>
      foundNetwork(client, {
        slug: network,
        name: { fr: 'Mesures', en: 'Bench' },
        summary: { fr: 'Ce que mesurent les mesures.' },
        visibility: 'public',
        locale: 'fr',
        timeZone: 'Europe/Paris',
      }),
    )
    const { app, owner } = server
    const imported = await work<ImportTask, ImportResult>('./import-worker.ts', {
      way: 'cordee',
      pages,
      networkId,
      app,
      owner,
    })
    return { imported, ...(await choosePaths(server)) }
  } finally {
    await server.stop()
  }
}

/** Items without favour, and words that many, some and few pages have, alone and in pairs. */
async function choosePaths(server: Server): Promise<Pick<Commons, 'paths' | 'longest'>> {
  return withClient(server.owner, async client => {
    // As autovacuum does by itself within minutes.
    await client.query('vacuum (analyze)')
    const items = await client.query<{ slug: string }>(
      'select slug from commons_item order by md5(file_name) limit $1',
      [itemPages],
    )
    const { rows } = await client.query<{ word: string }>(`
      with known as (
        select written as word, pages, (select count(*) from commons_item) as total
        from commons_word where length(word) between 5 and 12
      )
      (select word from known where pages > total * 0.2 order by md5(word) limit 4) union all
      (select word from known where pages between total * 0.02 and total * 0.1 order by md5(word) limit 4) union all
      (select word from known where pages between 2 and total * 0.01 order by md5(word) limit 4)`)
    const words = rows.map(row => row.word)
    const pairs = words.slice(0, 4).map((word, index) => `${word} ${words[index + 4] ?? ''}`.trim())
    const long = await client.query<{ slug: string; bytes: number }>(`
      select slug, octet_length(source) as bytes from commons_version version
      join commons_item item on item.network_id = version.network_id and item.id = version.item_id
      order by bytes desc, slug limit 1`)
    return {
      paths: {
        list: [list],
        search: [...words, ...pairs].map(word => `${list}?${new URLSearchParams({ q: word })}`),
        item: items.rows.map(row => `${list}/${row.slug}`),
      },
      longest: { path: `${list}/${long.rows[0]?.slug}`, bytes: long.rows[0]?.bytes ?? 0 },
    }
  })
}

/**
 * Asks for each page once more in a program that writes down what it asks of the database. By the way this shows that
 * what will be called kept is kept, and that what will be called made anew is made anew.
 */
async function record(
  settings: Settings,
  dataFolder: string,
  paths: Record<PageKind, string[]>,
): Promise<Record<PageKind, Statement[][]>> {
  const { statementsOf, stop } = await openRecording(settings, dataFolder)
  try {
    // What was asked at the start belongs to no page.
    await statementsOf(home, {})
    await statementsOf(list, {})
    const kept = await statementsOf(list, {})
    if (kept.length > 0) throw new Error('The page cache keeps nothing')
    return await statementsOfAll(statementsOf, paths, visitorsCookie)
  } finally {
    await stop()
  }
}

type Recorder = (path: string, headers: Record<string, string>) => Promise<Statement[]>

/** A program that writes down what it asks of the database. */
export async function openRecording(
  settings: Settings,
  dataFolder: string,
): Promise<{ statementsOf: Recorder; stop(): Promise<void> }> {
  const recording = join(settings.scratch, 'statements.jsonl')
  rmSync(recording, { force: true })
  const served = await serve(dataFolder, { module: './record-statements.ts', recording })
  let known = 0
  return {
    async statementsOf(path, headers) {
      await askFor(served.origin, path, headers)
      const lines = existsSync(recording) ? readFileSync(recording, 'utf8').trimEnd().split('\n') : []
      const fresh = lines.slice(known).map(line => JSON.parse(line) as Statement)
      known = lines.length
      return fresh
    },
    stop: () => served.stop(),
  }
}

/** What each page asks, kind by kind. @throws where a page asks nothing: it would not be made anew */
export async function statementsOfAll<Kind extends string>(
  statementsOf: Recorder,
  paths: Record<Kind, string[]>,
  headers: Record<string, string>,
): Promise<Record<Kind, Statement[][]>> {
  const found: Partial<Record<Kind, Statement[][]>> = {}
  for (const kind of Object.keys(paths) as Kind[]) {
    const all: Statement[][] = []
    for (const path of paths[kind]) all.push(await statementsOf(path, headers))
    if (all.some(statements => statements.length === 0))
      throw new Error(`A ${kind} page asks nothing of PostgreSQL`)
    found[kind] = all
  }
  return found as Record<Kind, Statement[][]>
}

async function askFor(origin: string, path: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(origin + path, { headers: { 'accept-encoding': 'br', ...headers } })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`)
}
