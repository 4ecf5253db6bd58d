import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type Backup, openBackup, verify } from '#/backup/archive-reader.ts'
import { type BackupSummary, backUp } from '#/backup/create.ts'
import { localDay } from '#/backup/daily.ts'
import { BackupError, writeProblem } from '#/backup/problem.ts'
import {
  type Occupation,
  occupation,
  refuseForeign,
  refuseUnknownHistory,
  restore,
} from '#/backup/restore.ts'
import { writeTarget } from '#/backup/target-file.ts'
import { confirmErasing } from '#/commands/confirmation.ts'
import { findingLine } from '#/commands/doctor.ts'
import { modules } from '#/modules.ts'
import { examine, type Finding } from '#db/examination.ts'
import { openApp, openServer, prepareServer, type Server } from '#db/installation.ts'
import { CommandError } from '#kernel/command-error.ts'
import { type Config, readConfig } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { remarkNotice } from '#platform/commands/session.ts'
import { openStorage } from '#platform/files/storage.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const mebibyte = 2 ** 20
const mostNamed = 10

export function backupCommands(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('backup')
    .argument('[file]', t('cli.backup.file'))
    .summary(t('cli.backup.summary'))
    .description(t('cli.backup.description'))
    .addHelpText('after', () => `\n${t('cli.backup.examples')}`)
    .action((file: string | undefined) => explained(terminal, () => makeBackup(terminal, file)))
  program
    .command('restore')
    .argument('<file>', t('cli.restore.file'))
    .summary(t('cli.restore.summary'))
    .description(t('cli.restore.description'))
    .option('--replace', t('cli.restore.replace'))
    .option('--yes', t('cli.confirm.yes'))
    .addHelpText('after', () => `\n${t('cli.restore.examples')}`)
    .action((file: string, options: { replace?: boolean; yes?: boolean }) =>
      explained(terminal, () => restoreBackup(terminal, file, options)),
    )
}

async function makeBackup(terminal: Terminal, file: string | undefined): Promise<void> {
  const { t, number } = i18nFor(terminal.locale)
  const config = readConfig()
  // The schema is left as it is: one may want a backup before a newer program changes it.
  if (!config.databaseUrl && !existsSync(join(config.dataFolder, 'postgres'))) {
    throw new BackupError('nothing-to-back-up', { where: config.dataFolder })
  }
  const place = { dataFolder: config.dataFolder, storage: openStorage(config) }
  const path = file === '-' ? null : await targetPath(file)
  const server = await openServer(config, {
    hold: false,
    notice: (event, detail) => remarkNotice(terminal, event, detail),
  })
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  try {
    const options = {
      signal: stopping.signal,
      progress: (bytes: number) => {
        const count = Math.floor(bytes / mebibyte)
        terminal.progress(t('cli.backup.progress', { count }), count, null)
      },
    }
    if (path === null) {
      const summary = await backUp(server, place, process.stdout, options).catch(error => {
        throw writeProblem(error, '-')
      })
      terminal.remark(t('cli.backup.done', { ...counts(summary), path: '-' }))
      refuseMissing(terminal, summary)
      return
    }
    let summary: BackupSummary | undefined
    const { bytes } = await writeTarget(path, async output => {
      summary = await backUp(server, place, output, options)
    })
    terminal.result({ ...summary, file: path, compressedBytes: bytes }, [
      t('cli.backup.done', { ...counts(summary as BackupSummary), path }),
      t('cli.backup.size', { size: number(Math.ceil(bytes / 1024)) }),
    ])
    refuseMissing(terminal, summary as BackupSummary)
  } catch (error) {
    if (stopping.signal.aborted) throw new CommandError(t('cli.backup.stopped'))
    throw error
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, stop)
    await server.stop()
  }
}

async function restoreBackup(
  terminal: Terminal,
  file: string,
  options: { replace?: boolean; yes?: boolean },
): Promise<void> {
  const { t, moment } = i18nFor(terminal.locale)
  const config = readConfig()
  const backup = await openBackup(resolve(file))
  try {
    refuseUnknownHistory(backup)
    const { version, postgres, createdAt } = backup.manifest
    terminal.remark(t('cli.restore.from', { moment: moment(createdAt, 'UTC'), version, postgres }))
    const total = Math.ceil(backup.bytes / mebibyte) + 1
    const shown = (key: 'cli.restore.verifying' | 'cli.restore.loading') => (bytes: number) =>
      terminal.progress(t(key, { count: total }), Math.floor(bytes / mebibyte), total)
    await verify(backup, shown('cli.restore.verifying'))
    terminal.remark(t('cli.restore.verified'))
    // Holding the data folder, so that a running server is refused, and none can start meanwhile.
    const server = await openServer(config, {
      hold: true,
      notice: (event, detail) => remarkNotice(terminal, event, detail),
    })
    try {
      if (server.kind === 'external') await refuseForeign(server)
      await prepareServer(server)
      const place = { dataFolder: config.dataFolder, storage: openStorage(config) }
      const found = await occupation(server, place)
      const replace = options.replace === true
      if (replace && (found.networks.length > 0 || found.files > 0))
        await confirm(terminal, found, options.yes)
      const summary = await restore(server, backup, {
        ...place,
        replace,
        progress: (_phase, bytes) => shown('cli.restore.loading')(bytes),
      })
      const findings = await examineAll(server, config)
      report(terminal, backup, summary, findings)
    } finally {
      await server.stop()
    }
  } finally {
    backup.close()
  }
}

/** Written all the same, but nobody should take it for whole. */
function refuseMissing(terminal: Terminal, { missing }: BackupSummary): void {
  if (missing.length === 0) return
  const { t, list } = i18nFor(terminal.locale)
  const names = missing.length > mostNamed ? [...missing.slice(0, mostNamed), '…'] : missing
  throw new CommandError(t('cli.backup.missing', { count: missing.length, names: list(names) }))
}

/** A file, or a folder to write one in. */
async function targetPath(file: string | undefined): Promise<string> {
  const now = new Date()
  const time = `${String(now.getHours()).padStart(2, '0')}${String(now.getMinutes()).padStart(2, '0')}`
  const name = `cordee-${localDay(now)}-${time}.zip`
  if (file === undefined) return resolve(name)
  const isFolder = await stat(file).then(
    found => found.isDirectory(),
    () => /[/\\]$/.test(file),
  )
  return isFolder ? resolve(file, name) : resolve(file)
}

async function confirm(terminal: Terminal, found: Occupation, yes: boolean | undefined): Promise<void> {
  const { t, list } = i18nFor(terminal.locale)
  terminal.remark(
    t('cli.restore.erases', {
      count: found.networks.length,
      networks: list(found.networks),
      files: found.files,
    }),
  )
  await confirmErasing(terminal, { yes, unasked: 2, leftAlone: t('cli.restore.left-alone') })
}

async function examineAll(server: Server, config: Config): Promise<Finding[]> {
  const app = openApp(server, 2)
  try {
    const findings = await examine(server, app, config)
    for (const module of modules) findings.push(...((await module.examine?.({ db: app.db })) ?? []))
    return findings
  } finally {
    await app.close()
  }
}

function report(
  terminal: Terminal,
  backup: Backup,
  summary: Awaited<ReturnType<typeof restore>>,
  findings: Finding[],
): void {
  const i18n = i18nFor(terminal.locale)
  const { t, number, list } = i18n
  const broken = findings.filter(finding => !finding.holds)
  terminal.result({ file: backup.path, ...summary, findings }, [
    t('cli.restore.done', {
      count: summary.networks.length,
      networks: list(summary.networks),
      rows: summary.rows,
      files: summary.files,
    }),
    ...summary.tables
      .filter(({ rows }) => rows > 0)
      .map(({ name, rows }) => `  ${t('cli.line', { label: name, value: number(rows) })}`),
    ...(summary.migrated.length > 0
      ? [t('cli.restore.migrated', { migrations: summary.migrated.join(', ') })]
      : []),
    ...broken.map(finding => findingLine(finding, i18n)),
  ])
  if (broken.length > 0) throw new CommandError(t('cli.doctor.broken', { count: broken.length }))
  terminal.remark(t('cli.restore.sound'))
}

/** What hinders, in the reader's words. Exit code 3 where the installation is what has to change. */
async function explained(terminal: Terminal, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    const { maybe } = i18nFor(terminal.locale)
    const installation = ['running', 'occupied', 'foreign-database', 'hidden-rows', 'circular-tables']
    throw new CommandError(
      maybe(`backup.problem.${error.code}`, error.message, error.detail),
      installation.includes(error.code) ? 3 : 1,
    )
  }
}

function counts({ tables, rows, files }: BackupSummary): { tables: number; rows: number; files: number } {
  return { tables, rows, files }
}
