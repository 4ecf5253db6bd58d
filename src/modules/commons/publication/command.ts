import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import type { Trx } from '#db/database.ts'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import { linkOriginOf } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { findItem, type Item } from '#modules/commons/items.ts'
import { refusalMessages } from '#modules/commons/publication/document-response.ts'
import { chooseNetwork, type Network } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { openStorage, type Storage } from '#platform/files/storage.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const formats = ['pdf', 'docx', 'md', 'json'] as const
type Format = (typeof formats)[number]

/** `cordee export item SLUG FILE`: one page of the commons, as it is taken away from the site. */
export function itemExportCommand(exporting: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  exporting
    .command('item <slug> <target>')
    .summary(t('cli.export.item'))
    .description(t('cli.export.item.description'))
    .addOption(new Option('--format <format>', t('cli.export.item.format')).choices(formats))
    .option('--network <slug>', t('cli.option.network'))
    .action(async (slug: string, target: string, options: { format?: Format; network?: string }) => {
      const named = extname(target).slice(1).toLowerCase()
      const format = options.format ?? formats.find(one => one === named) ?? 'md'
      await withInstallation(terminal, async ({ db, config }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const work: Work = {
          network,
          terminal,
          format,
          storage: openStorage(config),
          origin: linkOriginOf(config),
        }
        const written = await readTenant(db, tenant, async trx => {
          const item = await findItem(trx, network.id, slug)
          if (!item) throw new CommandError(t('cli.export.item.unknown', { slug, network: network.slug }), 2)
          return contentOf(trx, item, work)
        })
        if (target === '-') {
          process.stdout.write(written)
          return
        }
        await writeFile(target, written).catch(error => {
          throw new CommandError(
            t('cli.export.unwritable', {
              path: target,
              reason: error instanceof Error ? error.message : String(error),
            }),
          )
        })
        terminal.result({ network: network.slug, item: slug, format, target, bytes: written.length }, [
          t('cli.export.item.done', { slug, target }),
        ])
      })
    })
}

interface Work {
  network: Network
  terminal: Terminal
  format: Format
  storage: Storage
  origin: string
}

async function contentOf(
  trx: Trx,
  item: Item,
  { network, terminal, format, storage, origin }: Work,
): Promise<Buffer> {
  if (format === 'md') return Buffer.from(item.source)
  const { addressOf, itemManuscript } = await import('#modules/commons/publication/item-manuscript.ts')
  if (format === 'json') {
    const { itemDocument } = await import('#modules/commons/publication/item-document.ts')
    const whole = await itemDocument(trx, network.id, item, addressOf(item.slug, { network, origin }))
    return Buffer.from(`${JSON.stringify(whole, null, 2)}\n`)
  }
  const i18n = i18nFor(terminal.locale)
  const { findPictures, loadPictures } = await import('#modules/commons/publication/pictures.ts')
  const pictures = await findPictures(trx, network.id, [item.source], network.logoFileId)
  const manuscript = await itemManuscript(item, { network, i18n, origin, pictures })
  const { openTypesetter } = await import('#platform/typesetting/index.ts')
  const typesetter = openTypesetter()
  try {
    const outcome = await typesetter.typeset(format, manuscript, () =>
      loadPictures(storage, network.id, manuscript.pictures),
    )
    if ('refused' in outcome)
      throw new CommandError(i18n.t(refusalMessages[outcome.refused].text, { title: item.title }))
    return outcome.content
  } finally {
    typesetter.close()
  }
}
