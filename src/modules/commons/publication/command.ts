import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import type { Trx } from '#db/database.ts'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { CommandError } from '#kernel/command-error.ts'
import { linkOriginOf } from '#kernel/config.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { openCollection } from '#modules/commons/collections/collections.ts'
import { findItem, type Item } from '#modules/commons/items.ts'
import { bookletFormats, mostChapters, readBooklet } from '#modules/commons/publication/booklet-export.ts'
import type { ChapterLength } from '#modules/commons/publication/booklet-manuscript.ts'
import { refusalMessages } from '#modules/commons/publication/document-response.ts'
import { chooseNetwork, type Network } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { openStorage, type Storage } from '#platform/files/storage.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import type { DocumentFormat, Manuscript } from '#platform/typesetting/index.ts'

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
        await writeOut(terminal, target, written, { network: network.slug, item: slug, format })
      })
    })
}

/** `cordee export collection SLUG FILE`: a collection that its keepers share, as a book. */
export function collectionExportCommand(exporting: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  exporting
    .command('collection <slug> <target>')
    .summary(t('cli.export.collection'))
    .description(t('cli.export.collection.description'))
    .addOption(new Option('--format <format>', t('cli.export.collection.format')).choices(bookletFormats))
    .option('--summary', t('cli.export.collection.summary'))
    .option('--network <slug>', t('cli.option.network'))
    .action(async (slug: string, target: string, options: CollectionOptions) => {
      const named = extname(target).slice(1).toLowerCase()
      const format = options.format ?? bookletFormats.find(one => one === named) ?? 'pdf'
      await withInstallation(terminal, async ({ db, config }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const storage = openStorage(config)
        const work = { network, terminal, format, storage, origin: linkOriginOf(config) }
        const length = options.summary ? 'summary' : 'whole'
        const written = await readTenant(db, tenant, trx => bookletOf(trx, slug, length, work))
        await writeOut(terminal, target, written, { network: network.slug, collection: slug, format })
      })
    })
}

interface CollectionOptions {
  format?: (typeof bookletFormats)[number]
  summary?: boolean
  network?: string
}

async function writeOut(
  terminal: Terminal,
  target: string,
  written: Buffer,
  about: { network: string; format: Format } & ({ item: string } | { collection: string }),
): Promise<void> {
  const { t } = i18nFor(terminal.locale)
  if (target === '-') {
    process.stdout.write(written)
    return
  }
  await writeFile(target, written).catch(error => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(t('cli.export.unwritable', { path: target, reason }))
  })
  const slug = 'item' in about ? about.item : about.collection
  terminal.result({ ...about, target, bytes: written.length }, [t('cli.export.item.done', { slug, target })])
}

interface Work {
  network: Network
  terminal: Terminal
  format: Format
  storage: Storage
  origin: string
}

/** As somebody of the network who keeps none of its collections reads it. */
async function bookletOf(
  trx: Trx,
  slug: string,
  length: ChapterLength,
  work: Work & { format: DocumentFormat },
): Promise<Buffer> {
  const { network, terminal, origin } = work
  const i18n = i18nFor(terminal.locale)
  const { bookletManuscript } = await import('#modules/commons/publication/booklet-manuscript.ts')
  const reader = { network, role: 'member', personId: null, actor: commandLine } as const
  const { id } = await openCollection(trx, reader, slug, 'read').catch(error => {
    if (!(error instanceof AppError)) throw error
    throw new CommandError(i18n.t('cli.export.collection.unknown', { slug, network: network.slug }), 2)
  })
  const { collection, chapters, texts } = await readBooklet(trx, network.id, id, length)
  if (!chapters)
    throw new CommandError(i18n.t('cli.export.collection.too-long', { slug, most: mostChapters }))
  const { findPictures } = await import('#modules/commons/publication/pictures.ts')
  const pictures = await findPictures(trx, network.id, texts, network.logoFileId)
  const manuscript = await bookletManuscript(collection, chapters, length, {
    network,
    i18n,
    origin,
    pictures,
  })
  return setNow(manuscript, collection.title, work)
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
  const { findPictures } = await import('#modules/commons/publication/pictures.ts')
  const pictures = await findPictures(trx, network.id, [item.source], network.logoFileId)
  const manuscript = await itemManuscript(item, { network, i18n, origin, pictures })
  return setNow(manuscript, item.title, { network, terminal, format, storage })
}

async function setNow(
  manuscript: Manuscript,
  title: string,
  {
    network,
    terminal,
    format,
    storage,
  }: Pick<Work, 'network' | 'terminal' | 'storage'> & { format: DocumentFormat },
): Promise<Buffer> {
  const { loadPictures } = await import('#modules/commons/publication/pictures.ts')
  const { openTypesetter } = await import('#platform/typesetting/index.ts')
  const typesetter = openTypesetter()
  try {
    const outcome = await typesetter.typeset(format, manuscript, () =>
      loadPictures(storage, network.id, manuscript.pictures),
    )
    if ('refused' in outcome)
      throw new CommandError(i18nFor(terminal.locale).t(refusalMessages[outcome.refused].text, { title }))
    return outcome.content
  } finally {
    typesetter.close()
  }
}
