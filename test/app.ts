import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { createApp } from '#/app.ts'
import { openServices, openWorkshop } from '#/commands/services.ts'
import { listenForChanges } from '#db/changes.ts'
import type { AppEnv, Services } from '#http/context.ts'
import type { ThreadSubject } from '#http/module.ts'
import type { PageCache } from '#http/page-cache.ts'
import { listen } from '#http/server.ts'
import { readConfig } from '#kernel/config.ts'
import { openLog } from '#kernel/log.ts'
import type { Jobs } from '#platform/jobs/jobs.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export interface TestApp {
  database: TestDatabase
  app: Hono<AppEnv>
  services: Services
  /** A GET as a browser sends it. */
  get(path: string, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

export interface TestAppOptions {
  env?: Record<string, string>
  /** Also runs the queue. */
  jobs?: boolean
  /** A database opened by the test, who closes it as well; without, the app has one of its own. */
  database?: TestDatabase
  /** More that people can speak about in threads, by kind. */
  threadSubjects?: Record<string, ThreadSubject>
  /** Takes what is logged; without, nothing is. */
  log?: (line: string) => void
}

/** The whole program on a database of its own. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await testDatabase())
  const dataFolder = mkdtempSync(join(tmpdir(), 'cordee-app-'))
  const config = readConfig({ CORDEE_DATA: dataFolder, RATE_LIMIT: '0', ...options.env })
  const log = options.log ? openLog('info', { write: options.log }) : openLog('silent')
  const idle: Jobs = { send: async () => undefined, work: async () => undefined, stop: async () => undefined }
  const more = options.threadSubjects && { threadSubjects: options.threadSubjects }
  const given = options.jobs ? { database, ...more } : { database, jobs: idle, ...more }
  const workshop = await openWorkshop(database.server, config, log, given)
  if (options.jobs) await workshop.work()
  const { services, close } = openServices(workshop)
  const app = createApp(services)
  return {
    database,
    app,
    services,
    get: async (path, headers = {}) => app.request(path, { headers: { accept: 'text/html', ...headers } }),
    async close() {
      await close()
      await workshop.close()
      if (!options.database) await database.close()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

export interface TestSite {
  url: string
  port: number
  close(): Promise<void>
}

/** The app on a port of its own, hearing of changes, as `serve` puts it together. */
export async function listening(app: TestApp): Promise<TestSite> {
  const { pageCache } = app.services
  const config = { ...app.services.config, port: 0, host: '127.0.0.1' }
  const deaf = await hearing(app.database, pageCache)
  const web = await listen(app.app, { ...app.services, config })
  return {
    url: `http://127.0.0.1:${web.port}`,
    port: web.port,
    async close() {
      await web.close()
      await deaf()
    },
  }
}

/** Waits until the cache hears of changes. @returns a function that makes it deaf again */
export function hearing(database: TestDatabase, pageCache: PageCache): Promise<() => Promise<void>> {
  return new Promise(resolve => {
    const stop = listenForChanges(database.server.app, {
      change: pageCache.forget,
      listening(open) {
        pageCache.setListening(open)
        if (open) resolve(stop)
      },
    })
  })
}
