import { examineInstallation } from '#/commands/examination.ts'
import { modules } from '#/modules.ts'
import { listenForChanges } from '#db/changes.ts'
import type { Database } from '#db/database.ts'
import { asOwner, installationSecret, openApp, openDoor, type Server } from '#db/installation.ts'
import { loadAssets } from '#http/assets.ts'
import type { Services } from '#http/context.ts'
import {
  type ExpectationKind,
  type Module,
  type Section,
  type SectionPlace,
  sectionPlaces,
  type ThreadSubject,
  type WaitingSource,
} from '#http/module.ts'
import { openPageCache } from '#http/page-cache.ts'
import { openRateLimits } from '#http/rate-limit.ts'
import { type Config, linkOriginOf } from '#kernel/config.ts'
import type { Log } from '#kernel/log.ts'
import { authMail } from '#modules/account/index.ts'
import { openAuths } from '#platform/auth/auth.ts'
import { cleanFiles } from '#platform/files/cleaning.ts'
import { warnOfFiles } from '#platform/files/examination.ts'
import { openStorage, type Storage } from '#platform/files/storage.ts'
import { type Job, type Jobs, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { openMail } from '#platform/mail/index.ts'
import { webhookJob } from '#platform/webhooks/delivering.ts'

const pageCacheBytes = 64 * 1024 * 1024
const pageCacheMs = 10 * 60 * 1000
const gatheringMs = 150

/** What a process that works holds: the database, the storage, the queue and the kinds of work in it. */
export interface Workshop {
  config: Config
  log: Log
  server: Server
  database: Database
  secret: string
  storage: Storage
  kinds: Job<never>[]
  jobs: Jobs
  threadSubjects: Record<string, ThreadSubject>
  /** Takes work from the queues, and hears when there is some. */
  work(): Promise<void>
  close(): Promise<void>
}

/** Opens what every process needs, on a server that is prepared. */
export async function openWorkshop(
  server: Server,
  config: Config,
  log: Log,
  /** Opened before, and closed by who opened them. */
  given: { database?: Database; jobs?: Jobs; threadSubjects?: Record<string, ThreadSubject> } = {},
): Promise<Workshop> {
  const database = given.database ?? openApp(server, config.poolSize)
  const storage = openStorage(config)
  const secret = await installationSecret(server)
  const mail = openMail({ db: database.db, log, smtp: config.smtp ?? null, secret })
  const threadSubjects = { ...threadSubjectsOf(modules), ...given.threadSubjects }
  const kinds: Job<never>[] = [
    ...mail.jobs,
    webhookJob(database.db, { allowPrivate: config.webhooksToPrivate }),
    {
      queue: 'files.clean',
      expireSeconds: 3_600,
      retries: 1,
      schedule: '25 * * * *',
      run: async () => void (await cleanFiles(database.db, storage)),
    },
    ...modules.flatMap(
      module =>
        module.jobs?.({
          db: database.db,
          storage,
          secret,
          threadSubjects,
          waiting: waitingSources(modules),
          expectations: expectationKinds(modules),
          linkOrigin: linkOriginOf(config),
          replyDomain: config.replyDomain,
        }) ?? [],
    ),
  ]
  const jobs = given.jobs ?? (await openQueue(server, kinds, log))
  const looked = warnOfFiles(storage, log)
  const endings: (() => Promise<void>)[] = [() => looked]
  return {
    config,
    log,
    server,
    database,
    secret,
    storage,
    kinds,
    jobs,
    threadSubjects,
    async work() {
      await jobs.work(kinds)
      const queues = new Set(kinds.map(kind => kind.queue))
      const due = new Map<string, NodeJS.Timeout>()
      const deaf = listenForChanges(server.app, {
        // What many transactions announce at once is one job.
        work(queue) {
          if (!queues.has(queue) || due.has(queue)) return
          const send = () => {
            due.delete(queue)
            jobs.send(queue, {}).catch(error => log.error({ err: error, queue }, 'job not sent'))
          }
          due.set(queue, setTimeout(send, gatheringMs))
        },
      })
      endings.push(async () => {
        await deaf()
        for (const timer of due.values()) clearTimeout(timer)
      })
    },
    async close() {
      for (const end of endings) await end()
      if (!given.jobs) await jobs.stop()
      mail.close()
      if (!given.database) await database.close()
    },
  }
}

async function openQueue(server: Server, kinds: Job<never>[], log: Log): Promise<Jobs> {
  await prepareJobs(server.owner, kinds)
  return openJobs(server.app, log)
}

/** What the web needs beside. */
export function openServices(workshop: Workshop): { services: Services; close(): Promise<void> } {
  const { config, log, server, database, secret, storage, jobs, threadSubjects } = workshop
  const door = openDoor(server)
  const linkOrigin = linkOriginOf(config)
  return {
    services: {
      config,
      db: database.db,
      log,
      assets: loadAssets(),
      pageCache: openPageCache({ maxBytes: pageCacheBytes, maxAgeMs: pageCacheMs }),
      rateLimits: openRateLimits(database.pool, config.rateLimit),
      jobs,
      storage,
      auth: openAuths({
        db: door.db,
        secret,
        openId: config.openId,
        deliver: authMail(database.db, linkOrigin),
      }),
      linkOrigin,
      asOwner: work => asOwner(server, work),
      secret,
      sections: sections(),
      arriving: modules.flatMap(module => module.arriving ?? []),
      personalData: modules.flatMap(module => module.personalData ?? []),
      threadSubjects,
      waiting: waitingSources(modules),
      organisationGroups: modules.find(module => module.organisationGroups)?.organisationGroups ?? null,
      expectations: expectationKinds(modules),
      examine: () => examineInstallation(server, database, config),
    },
    close: () => door.close(),
  }
}

export function expectationKinds(of: readonly Module[]): Record<string, ExpectationKind> {
  return Object.assign({}, ...of.map(module => module.expectations))
}

function threadSubjectsOf(of: Module[]): Record<string, ThreadSubject> {
  return Object.assign({}, ...of.map(module => module.threads))
}

function waitingSources(of: Module[]): WaitingSource[] {
  return of.flatMap(({ waiting }) => waiting ?? [])
}

function sections(): Record<SectionPlace, Section[]> {
  const at = (place: SectionPlace) => modules.flatMap(module => module.sections?.[place] ?? [])
  return Object.fromEntries(sectionPlaces.map(place => [place, at(place)])) as Record<SectionPlace, Section[]>
}
