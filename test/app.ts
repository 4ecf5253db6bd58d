import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { pino } from 'pino'
import { createApp } from '#/app.ts'
import { prepareJobs, openJobs, type Jobs } from '#platform/jobs/jobs.ts'
import { loadAssets } from '#http/assets.ts'
import type { AppEnv, Services } from '#http/context.ts'
import { openPageCache } from '#http/page-cache.ts'
import { openRateLimits } from '#http/rate-limit.ts'
import { readConfig } from '#kernel/config.ts'
import { modules } from '#/modules.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export interface TestApp {
  database: TestDatabase
  app: Hono<AppEnv>
  services: Services
  /** A GET as a browser sends it. */
  get(path: string, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** The whole program on a database of its own. `jobs: true` also runs the queue. */
export async function testApp(options: { env?: Record<string, string>; jobs?: boolean } = {}): Promise<TestApp> {
  const database = await testDatabase()
  const dataFolder = mkdtempSync(join(tmpdir(), 'cordee-app-'))
  const config = readConfig({ CORDEE_DATA: dataFolder, LOG_LEVEL: 'silent', RATE_LIMIT: '0', ...options.env })
  const log = pino({ level: 'silent' })
  let jobs: Jobs = { send: async () => undefined, work: async () => undefined, stop: async () => undefined }
  if (options.jobs) {
    const kinds = modules.flatMap(module => module.jobs?.({ db: database.db, dataFolder }) ?? [])
    await prepareJobs(database.server.owner, kinds)
    jobs = await openJobs(database.server.app, log)
    await jobs.work(kinds)
  }
  const services: Services = {
    config,
    db: database.db,
    log,
    assets: loadAssets(),
    pageCache: openPageCache({ maxBytes: 8_000_000, maxAgeMs: 60_000 }),
    rateLimits: openRateLimits(database.pool, config.rateLimit),
    jobs,
    homeSections: modules.flatMap(module => module.homeSection ?? []),
  }
  const app = createApp(services)
  return {
    database,
    app,
    services,
    get: async (path, headers = {}) => app.request(path, { headers: { accept: 'text/html', ...headers } }),
    async close() {
      await jobs.stop()
      await database.close()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
