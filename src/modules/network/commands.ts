import { type Command, InvalidArgumentError } from 'commander'
import { asOwner } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { type Scope, scopes } from '#http/policies.ts'
import { CommandError } from '#kernel/command-error.ts'
import { AppError } from '#kernel/errors.ts'
import { defaultLocale, locales } from '#kernel/locale.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { chooseNetwork } from '#modules/network/choice.ts'
import { foundNetwork, networkInput } from '#modules/network/founding.ts'
import { allNetworks, inLanguage } from '#modules/network/networks.ts'
import { issueToken, listTokens, revokeToken } from '#modules/network/tokens.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function networkCommands(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  const network = program
    .command('network')
    .summary(t('cli.network.summary'))
    .description(t('cli.network.summary'))

  network
    .command('list')
    .summary(t('cli.network.list'))
    .action(() =>
      withInstallation(terminal, async ({ db }) => {
        const networks = await allNetworks(db)
        terminal.result(
          networks,
          networks.map(
            ({ slug, visibility, name, locale }) =>
              `${slug}  (${visibility})  ${inLanguage(name, terminal.locale, locale).text}`,
          ),
        )
      }),
    )

  network
    .command('create <slug>')
    .summary(t('cli.network.create'))
    .requiredOption('--name <name>', t('cli.network.create.name'))
    .option('--visibility <visibility>', t('cli.network.create.visibility'), 'public')
    .option('--locale <locale>', t('cli.network.create.locale'), defaultLocale)
    .option('--time-zone <zone>', t('cli.network.create.time-zone'), 'Europe/Paris')
    .action(
      (slug: string, options: { name: string; visibility: string; locale: string; timeZone: string }) => {
        const parsed = networkInput.safeParse({ slug, ...options })
        if (!parsed.success) {
          const fields = new Set(parsed.error.issues.map(issue => issue.path[0]))
          throw new CommandError([...fields].map(field => wrong(field, { slug, ...options })).join('\n'), 2)
        }
        const input = { ...parsed.data, name: { [parsed.data.locale]: options.name } }
        return withInstallation(terminal, async ({ server }) => {
          const id = await asOwner(server, client => foundNetwork(client, input)).catch(error => {
            if (error instanceof AppError && error.code === 'taken')
              throw new CommandError(t('cli.network.taken', { slug }))
            throw error
          })
          terminal.result({ id, slug }, [t('cli.network.created', { slug })])
        })
      },
    )

  tokenCommands(program, terminal)

  function wrong(
    field: PropertyKey | undefined,
    given: { slug: string; visibility: string; locale: string; timeZone: string },
  ): string {
    switch (field) {
      case 'slug':
        return t('cli.network.wrong.slug', { value: given.slug })
      case 'visibility':
        return t('cli.network.wrong.visibility', { value: given.visibility })
      case 'locale':
        return t('cli.network.wrong.locale', { value: given.locale, locales: locales.join(', ') })
      case 'timeZone':
        return t('cli.network.wrong.time-zone', { value: given.timeZone })
      default:
        return t('cli.network.wrong.name')
    }
  }
}

function tokenCommands(program: Command, terminal: Terminal): void {
  const { t, day } = i18nFor(terminal.locale)
  const token = program.command('token').summary(t('cli.token.summary')).description(t('cli.token.summary'))
  const named = (command: Command) => command.option('--network <slug>', t('cli.option.network'))

  named(token.command('create <name>'))
    .summary(t('cli.token.create'))
    .option('--scope <scope...>', t('cli.token.create.scope', { scopes: scopes.join(', ') }), [
      'commons:read',
    ])
    .option('--days <days>', t('cli.token.create.days'), wholeDays, 90)
    .action((name: string, options: { network?: string; scope: string[]; days: number }) => {
      const unknown = options.scope.filter(scope => !(scopes as readonly string[]).includes(scope))
      if (unknown.length > 0)
        throw new CommandError(
          t('cli.token.unknown-scope', { scope: unknown.join(', '), scopes: scopes.join(', ') }),
          2,
        )
      return withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const issued = await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
          issueToken(trx, network.id, { name, scopes: options.scope as Scope[], days: options.days }),
        )
        terminal.remark(t('cli.token.created', { day: day(issued.expiresAt), slug: network.slug }))
        terminal.result({ ...issued, network: network.slug }, [issued.secret])
      })
    })

  named(token.command('list'))
    .summary(t('cli.token.list'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tokens = await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
          listTokens(trx, network.id),
        )
        terminal.result(
          tokens,
          tokens.map(one => `${one.id}  ${one.name}  ${one.scopes.join(' ')}  → ${day(one.expiresAt)}`),
        )
      }),
    )

  named(token.command('revoke <id>'))
    .summary(t('cli.token.revoke'))
    .action((id: string, options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const revoked = await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
          revokeToken(trx, network.id, id),
        )
        if (!revoked) throw new CommandError(t('cli.token.not-found', { id }))
        terminal.result({ revoked: id }, [t('cli.token.revoked')])
      }),
    )

  function wholeDays(text: string): number {
    const days = Number(text)
    if (!Number.isInteger(days) || days < 1 || days > 3650)
      throw new InvalidArgumentError(t('cli.token.days-wrong'))
    return days
  }
}
