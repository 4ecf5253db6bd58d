import type { Command } from 'commander'
import { createApp } from '#/app.ts'
import { startDailyBackups } from '#/backup/daily.ts'
import { loadDemonstration } from '#/commands/demo.ts'
import { openServices, openWorkshop } from '#/commands/services.ts'
import { modules } from '#/modules.ts'
import { listenForChanges } from '#db/changes.ts'
import { asOwner, openServer, prepareServer } from '#db/installation.ts'
import type { Services } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { listen, refuseTakenPort } from '#http/server.ts'
import { CommandError } from '#kernel/command-error.ts'
import { readConfig } from '#kernel/config.ts'
import { openLog } from '#kernel/log.ts'
import { untilAskedToStop } from '#kernel/stopping.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { isStarted, startCode } from '#modules/platform/index.ts'
import { remarkNotice } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { type MailDoor, openMailDoor } from '#platform/mail/incoming/index.ts'

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
    await refuseTakenPort(config)
    await prepareServer(server)
    const workshop = await openWorkshop(server, config, log)
    closers.unshift(() => workshop.close())
    const { database, storage, secret } = workshop
    if (options.demo) await loadDemonstration(server, database.db, config, terminal)
    const { services, close } = openServices(workshop)
    closers.unshift(close)
    const { pageCache } = services
    closers.unshift(
      listenForChanges(server.app, { change: pageCache.forget, listening: pageCache.setListening }),
    )
    closers.unshift(startDailyBackups(server, { dataFolder: config.dataFolder, storage }, log))
    const web = await listen(createApp(services), services)
    closers.unshift(() => web.close())
    const mailDoor = await openReplies(services, terminal)
    if (mailDoor) closers.unshift(() => mailDoor.close())
    if (options.jobs) await workshop.work()
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

/** Takes in what is answered by mail, where that is configured. */
async function openReplies(services: Services, { locale }: Terminal): Promise<MailDoor | null> {
  const { mailIn, replyDomain: domain } = services.config
  const taker = modules.flatMap(module => module.replies?.(services) ?? [])[0]
  if (!mailIn || domain === null || !taker) return null
  const door = await openMailDoor({ ...mailIn, domain, taker, log: services.log }).catch((error: Error) => {
    const detail = { ...mailIn, reason: error.message }
    throw new CommandError(i18nFor(locale).t('cli.mail-in.cannot-listen', detail), 3)
  })
  services.log.info({ host: mailIn.host, port: door.port, domain }, 'replies by mail are taken in')
  return door
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
    const workshop = await openWorkshop(server, config, log)
    closers.unshift(() => workshop.close())
    await workshop.work()
    terminal.remark(t('cli.worker.ready', { queues: workshop.kinds.length }))
    await stopping
  } finally {
    for (const close of closers) await close().catch(error => log.error({ err: error }, 'while stopping'))
  }
}
