import { Command, CommanderError } from 'commander'
import { backupCommands } from '#/commands/backup.ts'
import { refusalOf, speakLanguage } from '#/commands/commander-words.ts'
import { demoCommand } from '#/commands/demo.ts'
import { doctorCommand } from '#/commands/doctor.ts'
import { migrateCommand } from '#/commands/migrate.ts'
import { serveCommand, workerCommand } from '#/commands/serve.ts'
import { expectationKinds } from '#/commands/services.ts'
import { modules } from '#/modules.ts'
import { EmbeddedError } from '#db/embedded/index.ts'
import { DatabaseRoleError } from '#db/installation.ts'
import { MigrationError } from '#db/migrate.ts'
import { CannotListen } from '#http/server.ts'
import { CommandError } from '#kernel/command-error.ts'
import { ConfigError } from '#kernel/config.ts'
import { AppError } from '#kernel/errors.ts'
import { openTerminal, type Terminal } from '#kernel/terminal.ts'
import { version } from '#kernel/version.ts'
import { StorageError } from '#platform/files/storage-error.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** Exit codes: 0 done, 1 could not be done, 2 asked wrongly, 3 the installation cannot be used as it is. */
export async function runCommandLine(args: string[]): Promise<number> {
  const terminal = openTerminal()
  terminal.json = args.includes('--json')
  try {
    await commandLine(terminal).parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    terminal.endProgress()
    return explain(error, terminal)
  }
}

export function commandLine(terminal: Terminal): Command {
  const { t } = i18nFor(terminal.locale)
  const program = speakLanguage(new Command('cordee'), terminal.locale)
    .description(t('cli.description'))
    .version(version, '-V, --version', t('cli.version'))
    .option('--json', t('cli.json'))
    .helpOption('-h, --help', t('cli.help'))
    .helpCommand('help [command]', t('cli.help-command'))
    .showHelpAfterError(t('cli.help-after-error'))
    .addHelpText('after', `\n${t('cli.examples')}`)
    .exitOverride()

  serveCommand(program, terminal)
  workerCommand(program, terminal)
  migrateCommand(program, terminal)
  demoCommand(program, terminal)
  program.command('import').summary(t('cli.import.summary')).description(t('cli.import.summary'))
  program.command('export').summary(t('cli.export.summary')).description(t('cli.export.summary'))
  const context = { expectations: expectationKinds(modules) }
  for (const module of modules) module.commands?.(program, terminal, context)
  backupCommands(program, terminal)
  doctorCommand(program, terminal)
  inheritSettings(program)
  return program
}

/**
 * Subcommands throw like the program does, and speak of --help in the reader's language. One of which there is no more to say
 * than its line in the list says that in its own help.
 */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    if (child.description() === '') child.description(child.summary())
    inheritSettings(child)
  }
}

function explain(error: unknown, terminal: Terminal): number {
  const { t, maybe } = i18nFor(terminal.locale)
  // Commander has told people what is wrong; programs get it as they get everything.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    return terminal.json ? say(refusalOf(error, terminal.locale), 2) : 2
  }
  if (error instanceof CommandError) return say(error.message, error.exitCode)
  if (error instanceof ConfigError) return say(`${t('cli.config-wrong')}\n${error.message}`, 2)
  if (error instanceof AppError && error.code !== 'internal') {
    const lines = error.fields.map(({ field, message }) => t('cli.line', { label: field, value: message }))
    const said = maybe(`error.${error.code}.text`, error.code, error.params)
    return say([said, ...lines].join('\n'), error.status === 400 || error.status === 422 ? 2 : 1)
  }
  if (error instanceof MigrationError)
    return say(maybe(`migration.${error.code}`, error.message, error.detail), 3)
  if (error instanceof EmbeddedError)
    return say(maybe(`embedded.${error.code}`, error.message, error.detail), 3)
  if (error instanceof DatabaseRoleError)
    return say(maybe(`server.${error.code}`, error.message, error.detail), 3)
  if (error instanceof CannotListen) {
    const { code, detail } = error
    return say(t(code === 'EADDRINUSE' ? 'cli.port-in-use' : 'cli.cannot-listen', detail), 3)
  }
  if (error instanceof StorageError) return say(t('cli.files-unavailable', { reason: error.message }), 3)
  if (['ECONNREFUSED', 'ENOTFOUND', '28P01', '3D000', '28000'].includes(systemCode(error) ?? '')) {
    return say(
      t('cli.database-unreachable', { reason: error instanceof Error ? error.message : String(error) }),
      3,
    )
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return terminal.json ? say(error instanceof Error ? error.message : String(error), 1) : 1

  function say(message: string, code: number): number {
    if (terminal.json) process.stdout.write(`${JSON.stringify({ error: message })}\n`)
    else process.stderr.write(`${message}\n`)
    return code
  }
}

function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
