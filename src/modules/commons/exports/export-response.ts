import { readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { exportItems, latestItems, type Reading } from '#modules/commons/exports/exporting.ts'
import { formats } from '#modules/commons/exports/formats.ts'
import { queryName } from '#modules/commons/following/views/following-words.ts'
import { type CommonsQuery, isWhole, writeQuery } from '#modules/commons/search/query.ts'
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
  // Who reads several feeds of a network tells them apart by what each was asked for.
  const asked = isWhole(query) ? i18n.t('commons.name') : queryName(i18n, query, new Map())
  const title = `${inLanguage(network.name, i18n.locale, network.locale).text} · ${asked}`

  const read: Reading = work => readTenant(c.var.services.db, options.tenant, work)
  const items =
    name === 'atom'
      ? latestItems(read, network.id, query, { urlOf, most: feedLength })
      : exportItems(read, network.id, query, { urlOf })
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
