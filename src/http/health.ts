import { Hono } from 'hono'
import { sql } from 'kysely'
import type { AppEnv } from '#http/context.ts'

/** /healthz: the process answers. /readyz: it can serve, because its database answers. */
export const health = new Hono<AppEnv>()

health.get('/healthz', c => c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }))

health.get('/readyz', async c => {
  const { db, log } = c.var.services
  try {
    await sql`select 1`.execute(db)
    return c.json({ status: 'ready' }, 200, { 'cache-control': 'no-store' })
  } catch (error) {
    log.warn({ err: error }, 'not ready')
    return c.json({ status: 'database-unavailable' }, 503, {
      'cache-control': 'no-store',
      'retry-after': '2',
    })
  }
})
