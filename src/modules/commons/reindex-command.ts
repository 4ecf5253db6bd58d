import type { Command } from 'commander'
import type { Terminal } from '#kernel/terminal.ts'
import { allNetworks, chooseNetwork } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** `cordee reindex commons`: what search, lists and maps read is made anew from the pages as they came in. */
export function reindexCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('reindex')
    .summary(t('cli.reindex.summary'))
    .description(t('cli.reindex.summary'))
    .command('commons')
    .summary(t('cli.reindex.commons'))
    .description(t('cli.reindex.commons.description'))
    .option('--network <slug>', t('cli.reindex.network'))
    .action(async (options: { network?: string }) => {
      await withInstallation(terminal, async ({ db }) => {
        const { rederive } = await import('#modules/commons/rederiving.ts')
        const networks = options.network
          ? [await chooseNetwork(db, options.network, terminal)]
          : await allNetworks(db)
        const results: { network: string; items: number; counters: number }[] = []
        for (const { id, slug } of networks) {
          const found = await rederive(db, { networkId: id, audience: 'network' }, (done, total) =>
            terminal.progress(t('cli.reindex.progress', { network: slug }), done, total),
          )
          results.push({ network: slug, ...found })
        }
        terminal.result(
          results,
          results.map(({ network, items, counters }) => t('cli.reindex.done', { network, items, counters })),
        )
      })
    })
}
