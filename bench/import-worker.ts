import type { PoolConfig } from 'pg'
import { openDatabase } from '#db/database.ts'
import { type ArchiveEntry, readPath } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { keepBare, prepareBare } from './bare-storage.ts'
import { generatedPages } from './corpus.ts'
import { onTask } from './processes.ts'

export interface ImportTask {
  /** 'cordee': as the import command; 'bare': PostgreSQL alone. */
  way: 'cordee' | 'bare'
  /** A folder or archive, or so many generated pages. */
  pages: string | number
  networkId: string
  app: PoolConfig
  owner: PoolConfig
  /** What the process imports first, each time elsewhere. */
  before?: { networkId: string; app: PoolConfig; pages: string | number }[]
}

export interface ImportResult {
  pages: number
  seconds: number
  /** Of this process alone. */
  cpuSeconds: number
}

onTask<ImportTask, ImportResult>(async ({ way, pages, networkId, app, owner, before }) => {
  for (const one of before ?? []) await imported(one.app, one.networkId, entriesOf(one.pages))
  const entries = entriesOf(pages)
  if (way === 'bare') {
    const prepared = await prepareBare(entries)
    return timed(() => keepBare(owner, networkId, prepared))
  }
  return imported(app, networkId, entries)
})

async function imported(
  app: PoolConfig,
  networkId: string,
  entries: AsyncIterable<ArchiveEntry>,
): Promise<ImportResult> {
  const database = openDatabase(app, 4)
  const result = await timed(async () => {
    const { counts } = await importPages(database.db, { networkId, audience: 'network' }, entries, {
      origin: 'bench',
      visibility: 'public',
    })
    return counts.created
  })
  await database.close()
  return result
}

async function timed(keep: () => Promise<number>): Promise<ImportResult> {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const pages = await keep()
  const { user, system } = process.cpuUsage(cpu)
  return { pages, seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1_000_000 }
}

async function* entriesOf(pages: string | number): AsyncGenerator<ArchiveEntry> {
  yield* typeof pages === 'number' ? generatedPages(pages) : readPath(pages)
}
