import type { Command } from 'commander'
import { readTenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { type ListedGroup, listGroups } from '#modules/groups/listing.ts'
import { openGroup } from '#modules/groups/opening.ts'
import { listRoll, type RollLine } from '#modules/groups/roll.ts'
import { kindNames } from '#modules/groups/views/names.ts'
import { chooseNetwork } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function groupCommands(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  const group = program.command('group').summary(t('cli.group.summary')).description(t('cli.group.summary'))

  group
    .command('list')
    .summary(t('cli.group.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant = { networkId: network.id, audience: 'network' } as const
        const reader = { network, role: 'administrator', personId: null } as const
        const query = { q: '', kind: null, archived: false }
        const found: { group: ListedGroup; depth: number }[] = []
        let after: string | undefined
        do {
          const part = await readTenant(db, tenant, trx =>
            listGroups(trx, reader, query, { after, limit: 500 }),
          )
          found.push(...part.groups)
          after = part.next ?? undefined
        } while (after !== undefined)
        terminal.result(
          found.map(({ group }) => group),
          found.map(
            ({ group, depth }) =>
              `${'  '.repeat(depth)}${group.slug}  ${group.name}  ${t(kindNames[group.kind])}  ${t('group.count.people', { count: group.people })}`,
          ),
        )
      }),
    )

  group
    .command('members <group>')
    .summary(t('cli.group.members'))
    .option('--network <slug>', t('cli.option.network'))
    .action((slug: string, options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant = { networkId: network.id, audience: 'network' } as const
        const reader = { network, role: 'administrator', personId: null } as const
        const lines: RollLine[] = []
        let after: string | undefined
        do {
          const part = await readTenant(db, tenant, async trx => {
            const { group } = await openGroup(trx, reader, slug, 'read').catch(cause => {
              if (cause instanceof AppError && cause.code === 'not-found')
                throw new CommandError(t('cli.group.unknown', { group: slug }))
              throw cause
            })
            return listRoll(trx, network.id, group.id, { after, limit: 500 })
          })
          lines.push(...part.lines)
          after = part.next ?? undefined
        } while (after !== undefined)
        terminal.result(
          lines,
          lines.flatMap(({ organisation, people }) => [
            ...(people.length === 0 && organisation !== null ? [organisation] : []),
            ...people.map(({ name }) => [name, organisation].filter(Boolean).join('  ')),
          ]),
        )
      }),
    )
}
