import type { Command } from 'commander'
import { asOwner } from '#db/installation.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { CommandError } from '#kernel/command-error.ts'
import { linkOriginOf } from '#kernel/config.ts'
import { platformId } from '#kernel/ids.ts'
import { isLocale } from '#kernel/locale.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { chooseNetwork } from '#modules/network/choice.ts'
import { type MandateRole, mandateRoles } from '#modules/network/fields.ts'
import { type Invited, invite, usualDays } from '#modules/network/invitations.ts'
import type { Network } from '#modules/network/networks.ts'
import { everyone, listPeople, type Member } from '#modules/network/people.ts'
import { inWords, Refusal } from '#modules/network/refusal.ts'
import { held } from '#modules/network/views/role-names.ts'
import { recordChange } from '#platform/audit/record.ts'
import { type CommandSession, withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function peopleCommands(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  const person = program
    .command('person')
    .summary(t('cli.person.summary'))
    .description(t('cli.person.summary'))

  person
    .command('list')
    .summary(t('cli.person.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const people: Member[] = []
        let after: string | undefined
        do {
          const found = await readTenant(db, { networkId: network.id, audience: 'network' }, trx =>
            listPeople(trx, network.id, everyone, { after, limit: 500 }),
          )
          people.push(...found.people)
          after = found.next ?? undefined
        } while (after !== undefined)
        terminal.result(people, people.map(asLine))
      }),
    )

  person
    .command('invite <address...>')
    .summary(t('cli.person.invite'))
    .option('--network <slug>', t('cli.option.network'))
    .option('--role <role>', t('cli.person.invite.role', { roles: mandateRoles.join(', ') }), 'member')
    .option('--locale <locale>', t('cli.person.invite.locale'))
    .action((addresses: string[], options: { network?: string; role: string; locale?: string }) => {
      const role = mandateRoles.find(name => name === options.role)
      if (!role) throw new CommandError(t('cli.person.wrong-role', { roles: mandateRoles.join(', ') }), 2)
      return withInstallation(terminal, async session => {
        const network = await chooseNetwork(session.db, options.network, terminal)
        const invited = await inviteBy(session, terminal, network, role, addresses, options.locale)
        tell(terminal, invited)
      })
    })

  program
    .command('administrator')
    .summary(t('cli.administrator.summary'))
    .description(t('cli.administrator.summary'))
    .command('add <network-and-email...>')
    .usage('<network> <email> | --platform <email>')
    .summary(t('cli.administrator.add'))
    .option('--platform', t('cli.administrator.platform'))
    .option('--locale <locale>', t('cli.person.invite.locale'))
    .action((words: string[], options: { platform?: boolean; locale?: string }) => {
      const email = words.at(-1) ?? ''
      if (words.length !== (options.platform ? 1 : 2)) throw new CommandError(t('cli.administrator.usage'), 2)
      return withInstallation(terminal, async session => {
        if (options.platform) return makePlatformAdministrator(session, terminal, email)
        const network = await chooseNetwork(session.db, words[0], terminal)
        tell(terminal, await inviteBy(session, terminal, network, 'administrator', [email], options.locale))
      })
    })
}

/** The links are printed: the first to come in has nobody to write to them yet, and mail may not be set up. */
function tell(terminal: Terminal, invited: Invited[]): void {
  const { t, day } = i18nFor(terminal.locale)
  for (const { expiresAt } of invited.slice(0, 1))
    terminal.remark(t('cli.person.invited', { day: day(expiresAt) }))
  terminal.result(
    invited,
    invited.map(({ email, url }) => `${email}  ${url}`),
  )
}

async function inviteBy(
  { db, config }: CommandSession,
  terminal: Terminal,
  network: Network,
  role: MandateRole,
  addresses: string[],
  locale: string | undefined,
): Promise<Invited[]> {
  const i18n = i18nFor(terminal.locale)
  const terms = {
    role,
    organisation: null,
    title: '',
    locale: isLocale(locale) ? locale : network.locale,
    days: usualDays,
  }
  const linkOrigin = linkOriginOf(config)
  const inviting = { actor: commandLine, inviter: i18nFor(terms.locale).t('cli.person.inviter'), linkOrigin }
  try {
    return await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
      invite(trx, network, inviting, terms, addresses.join('\n')),
    )
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new CommandError(
      inWords(i18n, error)
        .fields.map(({ message }) => message)
        .join('\n'),
    )
  }
}

async function makePlatformAdministrator(
  { db, server }: CommandSession,
  terminal: Terminal,
  email: string,
): Promise<void> {
  const { t } = i18nFor(terminal.locale)
  const id = await asOwner(server, async client => {
    const { rows } = await client.query<{ id: string }>(
      'update account set platform_administrator = true where email = $1 and not demonstration returning id',
      [email.trim().toLowerCase()],
    )
    return rows[0]?.id
  })
  if (id === undefined) throw new CommandError(t('cli.administrator.unknown', { email }))
  await inTenant(db, { networkId: platformId, audience: 'network' }, trx =>
    recordChange(trx, platformId, commandLine, {
      action: 'platform.administrator-added',
      subject: { type: 'account', id },
      after: { platform_administrator: true },
    }),
  )
  terminal.result({ id }, [t('cli.administrator.added', { email })])
}

function asLine(person: Member): string {
  const mandates = person.mandates.map(mandate => [mandate.role, held(mandate)].filter(Boolean).join(' '))
  return [person.name, person.email ?? '', mandates.join('; ')].filter(Boolean).join('  ')
}
