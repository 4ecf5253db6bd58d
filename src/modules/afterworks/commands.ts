import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { readTenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { writeCounted } from '#modules/afterworks/counted-export.ts'
import { type Counter, countedIn, counterNames, countersOf } from '#modules/afterworks/counters.ts'
import { listSeries, openSeries } from '#modules/afterworks/series.ts'
import { chooseNetwork } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** `cordee afterwork list`, `cordee afterwork export <series> counted.csv --counter adopted`. */
export function afterworkCommands(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  const afterwork = program
    .command('afterwork')
    .summary(t('cli.afterwork.summary'))
    .description(t('cli.afterwork.summary'))

  afterwork
    .command('list')
    .summary(t('cli.afterwork.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const found = await readTenant(db, { networkId: network.id, audience: 'network' }, async trx => {
          const series = await listSeries(trx, { network, role: 'administrator' })
          const counted = []
          // Two hundred at most, and each counted by a function of its own.
          for (const one of series) counted.push({ ...one, counters: await countersOf(trx, one) })
          return counted
        })
        terminal.result(
          found.map(({ id, slug, name, state, awareTarget, adoptedTarget, counters }) => ({
            ...{ id, slug, name, state, awareTarget, adoptedTarget },
            ...counters,
          })),
          found.map(({ slug, name, counters, awareTarget, adoptedTarget }) => {
            const of = (count: number, target: number | null) =>
              target === null ? i18n.number(count) : `${i18n.number(count)}/${i18n.number(target)}`
            return [
              slug,
              name,
              t('cli.afterwork.editions', { count: counters.editions }),
              t('cli.afterwork.aware', { count: of(counters.aware, awareTarget) }),
              t('cli.afterwork.adopted', { count: of(counters.adopted, adoptedTarget) }),
            ].join('  ')
          }),
        )
      }),
    )

  afterwork
    .command('export <series> <file>')
    .summary(t('cli.afterwork.export'))
    .option('--counter <name>', t('cli.afterwork.counter', { names: counterNames.join(', ') }), 'aware')
    .option('--network <slug>', t('cli.option.network'))
    .action(async (slug: string, file: string, options: { counter: string; network?: string }) => {
      const counter = counterNames.find((name): name is Counter => name === options.counter)
      if (!counter)
        throw new CommandError(t('cli.afterwork.no-counter', { names: counterNames.join(', ') }), 2)
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant = { networkId: network.id, audience: 'network' } as const
        const series = await readTenant(db, tenant, trx =>
          openSeries(trx, { network, role: 'administrator' }, slug),
        ).catch(cause => {
          if (cause instanceof AppError && cause.code === 'not-found')
            throw new CommandError(t('cli.afterwork.unknown', { series: slug }))
          throw cause
        })
        let count = 0
        const body = writeCounted(
          async after => {
            const found = await readTenant(db, tenant, trx =>
              countedIn(trx, series, counter, { after, limit: 500 }),
            )
            count += found.organisations.length
            return found
          },
          counter,
          i18n,
        )
        await pipeline(
          Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
          createWriteStream(file),
        ).catch(error => {
          throw new CommandError(t('cli.attendance.unwritable', { file, reason: (error as Error).message }))
        })
        terminal.result({ network: network.slug, series: slug, counter, file, organisations: count }, [
          t('cli.afterwork.done', { count, file }),
        ])
      })
    })
}
