import type { Command } from 'commander'
import { createApp } from '#/app.ts'
import { startDailyBackups } from '#/backup/daily.ts'
import { loadDemonstration } from '#/commands/demo.ts'
import { modules } from '#/modules.ts'
import { listenForChanges } from '#db/changes.ts'
import {
  asOwner,
  installationSecret,
  openApp,
  openDoor,
  openServer,
  prepareServer,
} from '#db/installation.ts'
import { loadAssets } from '#http/assets.ts'
import type { Services } from '#http/context.ts'
import { openPageCache } from '#http/page-cache.ts'
import { openRateLimits } from '#http/rate-limit.ts'
import { href } from '#http/routes.ts'
import { listen } from '#http/server.ts'
import { readConfig } from '#kernel/config.ts'
import { openLog } from '#kernel/log.ts'
import { untilAskedToStop } from '#kernel/stopping.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { authMail } from '#modules/account/index.ts'
import { isStarted, startCode } from '#modules/platform/index.ts'
import { openAuths } from '#platform/auth/auth.ts'
import { remarkNotice } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { openJobs, prepareJobs } from '#platform/jobs/jobs.ts'

const pageCacheBytes = 64 * 1024 * 1024
const pageCacheMs = 10 * 60 * 1000

export function serveCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('serve')
    .summary(t('cli.serve.summary'))
    .description(t('cli.serve.description'))
    .option('--demo', t('cli.serve.demo'))
    .option('--no-jobs', t('cli.serve.no-jobs'))
    .action((options: { demo?: boolean; jobs: boolean }) => serve(terminal, options))
}

export function workerCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('worker')
    .summary(t('cli.worker.summary'))
    .description(t('cli.worker.description'))
    .action(() => work(terminal))
}

/** Web, jobs and database in one go, until asked to stop. */
async function serve(terminal: Terminal, options: { demo?: boolean; jobs: boolean }): Promise<void> {
  const config = readConfig()
  const log = openLog(config.logLevel)
  const { t } = i18nFor(terminal.locale)
  const stopping = untilAskedToStop()
  const server = await openServer(config, {
    hold: true,
    notice: (event, detail) => remarkNotice(terminal, event, detail),
  })
  const closers: (() => Promise<unknown>)[] = [() => server.stop()]
  try {
    await prepareServer(server)
    const jobContext = (db: Services['db']) =>
      modules.flatMap(module => module.jobs?.({ db, dataFolder: config.dataFolder }) ?? [])
    const database = openApp(server, config.poolSize)
    closers.unshift(() => database.close())
    const kinds = jobContext(database.db)
    await prepareJobs(server.owner, kinds)
    if (options.demo) await loadDemonstration(server, database.db, terminal)

    const jobs = await openJobs(server.app, log)
    closers.unshift(() => jobs.stop())
    const pageCache = openPageCache({ maxBytes: pageCacheBytes, maxAgeMs: pageCacheMs })
    closers.unshift(
      listenForChanges(server.app, { change: pageCache.forget, listening: pageCache.setListening }),
    )
    const rateLimits = openRateLimits(database.pool, config.rateLimit)
    const door = openDoor(server)
    closers.unshift(() => door.close())
    const secret = await installationSecret(server)
    const linkOrigin = config.baseUrl ?? `http://localhost:${config.port}`
    const auth = openAuths({
      db: door.db,
      secret,
      openId: config.openId,
      deliver: authMail(database.db, linkOrigin),
    })
    const services: Services = {
      config,
      db: database.db,
      log,
      assets: loadAssets(),
      pageCache,
      rateLimits,
      jobs,
      auth,
      linkOrigin,
      asOwner: work => asOwner(server, work),
      startSecret: secret,
      homeSections: modules.flatMap(module => module.homeSection ?? []),
    }
    closers.unshift(startDailyBackups(server, config.dataFolder, log))
    const web = await listen(createApp(services), services)
    closers.unshift(() => web.close())
    if (options.jobs) await jobs.work(kinds)
    terminal.remark(t('cli.serve.ready', { url: web.url }))
    if (!(await asOwner(server, isStarted))) {
      const code = new URLSearchParams({ code: startCode(secret) })
      terminal.remark(
        t('cli.serve.start', {
          url: `${config.baseUrl ?? web.url}${href('start', { locale: terminal.locale }, code)}`,
        }),
      )
    }
    await stopping
    terminal.remark(t('cli.serve.stopping'))
  } finally {
    for (const close of closers) await close().catch(error => log.error({ err: error }, 'while stopping'))
  }
}

async function work(terminal: Terminal): Promise<void> {
  const config = readConfig()
  const log = openLog(config.logLevel)
  const { t } = i18nFor(terminal.locale)
  const stopping = untilAskedToStop()
  const server = await openServer(config, {
    hold: false,
    notice: (event, detail) => remarkNotice(terminal, event, detail),
  })
  const closers: (() => Promise<unknown>)[] = [() => server.stop()]
  try {
    await prepareServer(server)
    const database = openApp(server, config.poolSize)
    closers.unshift(() => database.close())
    const kinds = modules.flatMap(
      module => module.jobs?.({ db: database.db, dataFolder: config.dataFolder }) ?? [],
    )
    await prepareJobs(server.owner, kinds)
    const jobs = await openJobs(server.app, log)
    closers.unshift(() => jobs.stop())
    await jobs.work(kinds)
    terminal.remark(t('cli.worker.ready', { queues: kinds.length }))
    await stopping
  } finally {
    for (const close of closers) await close().catch(error => log.error({ err: error }, 'while stopping'))
  }
}
