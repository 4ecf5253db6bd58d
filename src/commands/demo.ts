import { join } from 'node:path'
import type { Command } from 'commander'
import { modules } from '#/modules.ts'
import type { Db } from '#db/database.ts'
import { asOwner, type Server } from '#db/installation.ts'
import { projectFolder } from '#kernel/project.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { finishDemonstration, removeDemonstration, startDemonstration } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const folder = join(projectFolder, 'demo')

export function demoCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('demo')
    .summary(t('cli.demo.summary'))
    .description(t('cli.demo.description'))
    .option('--remove', t('cli.demo.remove'))
    .action((options: { remove?: boolean }) =>
      withInstallation(terminal, async ({ server, db }) => {
        if (!options.remove) {
          await loadDemonstration(server, db, terminal)
          terminal.result({ loaded: true }, [t('cli.demo.loaded')])
          return
        }
        const removed = await asOwner(server, client => removeDemonstration(client))
        terminal.result({ removed }, [t('cli.demo.removed', { count: removed.length })])
      }),
    )
}

/** Loads what is missing of the demonstration; leaves an installation alone that has networks of its own. */
export async function loadDemonstration(server: Server, db: Db, terminal: Terminal): Promise<void> {
  const networks = await asOwner(server, client => startDemonstration(client, folder))
  if (networks.size === 0) return
  terminal.remark(i18nFor(terminal.locale).t('cli.demo.loading'))
  for (const module of modules) await module.demo?.({ db, folder, networks })
  await asOwner(server, client => finishDemonstration(client))
}
