import type { Db } from '#db/database.ts'
import { CommandError } from '#kernel/command-error.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { allNetworks, type Network } from '#modules/network/networks.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/**
 * The network a command is about: the one named, else the only one, else the only public one.
 * @throws CommandError that lists the networks there are; that none of several is named is a mistake in the command (2)
 */
export async function chooseNetwork(db: Db, slug: string | undefined, terminal: Terminal): Promise<Network> {
  const { t } = i18nFor(terminal.locale)
  const networks = await allNetworks(db)
  const slugs = networks.map(network => network.slug).join(', ')
  if (slug !== undefined) {
    const named = networks.find(network => network.slug === slug)
    if (!named) throw new CommandError(t('cli.network.unknown', { slug, slugs }))
    return named
  }
  if (networks.length === 0) throw new CommandError(t('cli.network.none'))
  const open = networks.filter(network => network.visibility === 'public')
  const only = networks.length === 1 ? networks[0] : open.length === 1 ? open[0] : undefined
  if (!only) throw new CommandError(t('cli.network.several', { slugs }), 2)
  return only
}
