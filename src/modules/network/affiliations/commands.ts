import type { Command } from 'commander'
import { readTenant } from '#db/tenant.ts'
import type { Terminal } from '#kernel/terminal.ts'
import {
  type Affiliation,
  acceptedAffiliations,
  waitingAffiliations,
} from '#modules/network/affiliations/affiliations.ts'
import { kindNames, levelNames } from '#modules/network/affiliations/schema.ts'
import { nameOf, sideNames, waitingNames } from '#modules/network/affiliations/views/affiliation-names.ts'
import { chooseNetwork } from '#modules/network/choice.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function affiliationCommands(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  program
    .command('affiliations')
    .summary(i18n.t('cli.affiliations.summary'))
    .description(i18n.t('cli.affiliations.summary'))
    .option('--network <slug>', i18n.t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const found = await readTenant(db, { networkId: network.id, audience: 'network' }, async trx => [
          ...(await waitingAffiliations(trx, network.id)),
          ...(await acceptedAffiliations(trx, network.id)),
        ])
        terminal.result(found, found.map(asLine))
      }),
    )

  function asLine(one: Affiliation): string {
    const other = nameOf(one, terminal.locale)
    if (one.state === 'asked') return i18n.t(waitingNames[one.asked ? 'asked' : 'given'][one.side], { other })
    const terms = [i18n.t(sideNames[one.side]), i18n.t(levelNames[one.level]), i18n.t(kindNames[one.kind])]
    return [other, terms.join(', '), `${one.from} → ${one.until ?? ''}`].join('  ')
  }
}
