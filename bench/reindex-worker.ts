import { sql } from 'kysely'
import type { PoolConfig } from 'pg'
import { openDatabase } from '#db/database.ts'
import { onTask } from './processes.ts'
import './tsx.ts'

const { rederive } = await import('#modules/commons/rederiving.ts')

export interface ReindexTask {
  app: PoolConfig
}

export interface ReindexResult {
  seconds: number
}

onTask<ReindexTask, ReindexResult>(async ({ app }) => {
  const database = openDatabase(app, 4)
  const { rows } = await sql<{ id: string }>`select id from network where slug = 'bench'`.execute(database.db)
  const start = performance.now()
  await rederive(database.db, { networkId: rows[0]?.id ?? '', audience: 'network' })
  const seconds = (performance.now() - start) / 1000
  await database.close()
  return { seconds }
})
