import type { Command } from 'commander'
import { openServer, prepareServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { remarkNotice } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function migrateCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('migrate')
    .summary(t('cli.migrate.summary'))
    .description(t('cli.migrate.description'))
    .action(async () => {
      const server = await openServer(readConfig(), {
        hold: false,
        notice: (event, detail) => remarkNotice(terminal, event, detail),
      })
      try {
        const names = await prepareServer(server)
        terminal.result({ applied: names }, names.length > 0 ? names : [t('cli.migrate.nothing')])
      } finally {
        await server.stop()
      }
    })
}
