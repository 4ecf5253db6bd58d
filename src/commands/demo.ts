import { join } from 'node:path'
import type { Command } from 'commander'
import { sql } from 'kysely'
import type pg from 'pg'
import { confirmErasing } from '#/commands/confirmation.ts'
import { modules } from '#/modules.ts'
import type { Db } from '#db/database.ts'
import { asOwner, type Server } from '#db/installation.ts'
import { readTenant } from '#db/tenant.ts'
import { type Config, linkOriginOf } from '#kernel/config.ts'
import { projectFolder } from '#kernel/project.ts'
import type { Terminal } from '#kernel/terminal.ts'
import {
  allNetworks,
  finishDemonstration,
  removeDemonstration,
  startDemonstration,
} from '#modules/network/index.ts'
import { bringDemonstrationPeople } from '#modules/platform/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { openStorage } from '#platform/files/storage.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const folder = join(projectFolder, 'demo')

export function demoCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  program
    .command('demo')
    .summary(t('cli.demo.summary'))
    .description(t('cli.demo.description'))
    .option('--remove', t('cli.demo.remove'))
    .option('--yes', t('cli.confirm.yes'))
    .action((options: { remove?: boolean; yes?: boolean }) =>
      withInstallation(terminal, async ({ server, db, config }) => {
        if (!options.remove) {
          await loadDemonstration(server, db, config, terminal)
          terminal.result({ loaded: true }, [t('cli.demo.loaded')])
          return
        }
        await confirmRemoval(db, terminal, options.yes)
        const removed = await asOwner(server, async client => {
          await client.query('begin')
          const slugs = await removeDemonstration(client)
          await client.query('commit')
          return slugs
        })
        terminal.result({ removed }, [t('cli.demo.removed', { count: removed.length })])
      }),
    )
}

/** Loads what is missing of the demonstration; leaves an installation alone that has networks of its own. */
export async function loadDemonstration(
  server: Server,
  db: Db,
  config: Config,
  terminal: Terminal,
): Promise<void> {
  const networks = await asOwner(server, client => startDemonstration(client, folder))
  if (networks.size === 0) return
  terminal.remark(i18nFor(terminal.locale).t('cli.demo.loading'))
  await asOwner(server, client => bringDemonstrationPeople(client, folder))
  const storage = openStorage(config)
  for (const module of modules) await module.demo?.({ db, storage, folder, networks })
  await asOwner(server, async client => {
    await addressDemonstration(client, linkOriginOf(config))
    await finishDemonstration(client)
  })
}

/** Its mails and calendars lead to where it is opened: whatever brought its part knew of no address. */
async function addressDemonstration(client: pg.ClientBase, origin: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'link_origin' order by 1`,
  )
  for (const { name } of rows)
    await client.query(
      `update ${client.escapeIdentifier(name)} set link_origin = $1 where link_origin = 'http://localhost'
       and network_id in (select id from network where demonstration is not null)`,
      [new URL(origin).origin],
    )
}

/** What came with the demonstration comes back with it; what people brought would be gone for ever. */
async function confirmRemoval(db: Db, terminal: Terminal, yes: boolean | undefined): Promise<void> {
  const { t, list } = i18nFor(terminal.locale)
  const found = (await pagesOfPeople(db)).filter(({ pages }) => pages > 0)
  const [first] = found
  if (!first) return
  terminal.remark(
    t('cli.demo.erases', {
      count: found.reduce((sum, { pages }) => sum + pages, 0),
      networks: list(found.map(({ network }) => network)),
      network: first.network,
    }),
  )
  await confirmErasing(terminal, { yes, unasked: 1, leftAlone: t('cli.demo.left-alone') })
}

/**
 * By network of the demonstration, the pages of which something came by another way than with the demonstration: a version,
 * whatever is written and not published, a comment. Invented people write as anyone may who signs in as one of them, so it is
 * told by when: what comes with the demonstration is as old as it says, older than the network; what people write is not.
 * A page whose import is no longer known counts as somebody's.
 */
export async function pagesOfPeople(db: Db): Promise<{ network: string; pages: number }[]> {
  const found = []
  for (const { id, slug, demonstration } of await allNetworks(db)) {
    if (!demonstration) continue
    const { rows } = await readTenant(db, { networkId: id, audience: 'network' }, trx =>
      // As `importDemonstration` names it.
      sql<{ pages: number }>`
        with network as (select created_at from network where id = ${id}::uuid)
        select count(*) as pages from (
          select version.item_id
          from commons_version version
          left join commons_import import on import.network_id = version.network_id and import.id = version.import_id
          where version.network_id = ${id}::uuid and import.origin is distinct from ${`demo/commons/${slug}`}
          union
          select id from commons_document, network
          where network_id = ${id}::uuid and state = 'draft' and commons_document.created_at > network.created_at
          union
          select document_id from commons_change, network
          where network_id = ${id}::uuid and changed_at > network.created_at
          union
          select document_id from commons_answer, network
          where network_id = ${id}::uuid and written_at > network.created_at
          union
          select document_id from commons_comment, network
          where network_id = ${id}::uuid and commons_comment.created_at > network.created_at
        ) page`.execute(trx),
    )
    found.push({ network: slug, pages: Number(rows[0]?.pages ?? 0) })
  }
  return found
}
