import { sql } from 'kysely'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { exportItems, latestItems } from '#modules/commons/exports/exporting.ts'
import { formats } from '#modules/commons/exports/formats.ts'
import type { ItemRecord } from '#modules/commons/exports/record.ts'
import { type CommonsQuery, writeQuery } from '#modules/commons/search/query.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'

const feedLength = 50

/** Streams what was found in the format of this extension, as a file to keep or, for a feed, to read. */
export function exportResponse(
  c: AppContext,
  options: { network: Network; tenant: Tenant; query: CommonsQuery; extension: string },
): Response {
  const { network, query, extension } = options
  const entry = Object.entries(formats).find(([, format]) => format.extension === extension)
  if (!entry) throw new AppError('not-found')
  const [name, format] = entry
  const { i18n } = c.var
  const here = { locale: i18n.locale, network: network.slug }
  const origin = originOf(c)
  const urlOf = (slug: string) => origin + href('item', { ...here, slug })
  const title = `${inLanguage(network.name, i18n.locale, network.locale).text} · ${query.q || i18n.t('commons.name')}`

  const items = withTransaction(c, options.tenant, trx =>
    name === 'atom'
      ? latestItems(trx, network.id, query, { urlOf, most: feedLength })
      : exportItems(trx, network.id, query, { urlOf }),
  )
  const feed = {
    self: origin + new URL(c.req.url).pathname + new URL(c.req.url).search,
    home: origin + href('commons', here, writeQuery(query)),
    author: inLanguage(network.name, i18n.locale, network.locale).text,
    language: i18n.locale,
  }
  c.header('content-type', format.mediaType)
  c.header('cache-control', 'no-cache')
  c.header('x-stream', '1')
  if (name !== 'atom')
    c.header('content-disposition', `attachment; filename="${network.slug}-commons.${extension}"`)
  return c.body(format.write(items, { title, feed }))
}

type Read = Parameters<Parameters<typeof readTenant>[2]>[0]

/** Items read ahead of the reader. */
const mostWaiting = 50

/** How long a reader may take nothing at all: a connection to the database waits with it. */
const longestPause = 60_000

/** @throws when nobody calls `resolve` in time */
function until(listen: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The reader of an export takes nothing.')), longestPause)
    listen(() => {
      clearTimeout(late)
      resolve()
    })
  })
}

/** A transaction that lasts as long as the items are taken, and is given back when the reader goes away half-way. */
async function* withTransaction(
  c: AppContext,
  tenant: Tenant,
  read: (trx: Read) => AsyncGenerator<ItemRecord>,
): AsyncGenerator<ItemRecord> {
  const queue: ItemRecord[] = []
  let wake = () => {}
  let taken = () => {}
  let ended = false
  let failure: unknown
  let abandoned = false
  const { db, log } = c.var.services
  const reading = readTenant(db, tenant, async trx => {
    // A slow reader may take a while between two batches; one that takes nothing gives the connection up.
    await sql`set local idle_in_transaction_session_timeout = '2min'`.execute(trx)
    for await (const item of read(trx)) {
      queue.push(item)
      wake()
      if (queue.length >= mostWaiting && !abandoned) await until(resolve => (taken = resolve))
      if (abandoned) return
    }
  })
    .catch(error => {
      failure = error
      log.error({ err: error, requestId: c.var.requestId }, 'export cut short')
    })
    .finally(() => {
      ended = true
      wake()
    })
  try {
    for (;;) {
      const item = queue.shift()
      if (item) {
        taken()
        yield item
      } else if (ended) {
        if (failure) throw failure
        return
      } else await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    abandoned = true
    taken()
    await reading
  }
}
