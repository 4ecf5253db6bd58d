import pg from 'pg'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'
import type { Statement } from './record-statements.ts'

export interface SqlTask {
  connection: pg.PoolConfig
  poolSize: number
  /** The statements of each page, in their order. */
  pages: Statement[][]
  /** How many pages are under way at once. */
  connections: number
  seconds: number
}

/** The database's part of a page and nothing else: the statements, one after the other, on a connection of the pool. */
onTask<SqlTask, Load>(async task => {
  const pool = new pg.Pool({ ...task.connection, max: task.poolSize })
  await load(pool, task, 1)
  const result = await load(pool, task, task.seconds)
  await pool.end()
  return result
})

async function load(pool: pg.Pool, { pages, connections }: SqlTask, seconds: number): Promise<Load> {
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  const visitor = async (_: unknown, number: number) => {
    for (let turn = number; performance.now() < end; turn++) {
      const asked = performance.now()
      await onePage(pool, pages[turn % pages.length] ?? [])
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, visitor))
  return loadOf(times, (performance.now() - start) / 1000, 0)
}

async function onePage(pool: pg.Pool, statements: Statement[]): Promise<void> {
  const client = await pool.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    client.release()
  }
}
