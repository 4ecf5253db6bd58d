import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { compareSources, findVersions } from '#modules/commons/history/item-comparison.ts'
import { ItemComparisonPage } from '#modules/commons/history/views/item-comparison-page.tsx'
import { findItem, listVersions } from '#modules/commons/items.ts'
import { entryOf } from '#modules/network/index.ts'

/** Two versions of an item, for everyone who may read both; the last two where nothing is said. */
export async function showItemComparison(c: AppContext): Promise<Response> {
  // Long pages take as long as a search.
  await limitAddress(c, 'search')
  const { network, tenant } = entryOf(c)
  c.set('shared', { networkId: network.id })
  const { item, versions, found } = await readTenant(c.var.services.db, tenant, async trx => {
    const item = await findItem(trx, network.id, c.req.param('slug') ?? '')
    if (!item) throw new AppError('not-found')
    const versions = await listVersions(trx, network.id, item.id)
    const to = numberIn(c, 'to') ?? item.version
    const from = numberIn(c, 'from') ?? versions.find(({ number }) => number < to)?.number ?? to
    return { item, versions, found: await findVersions(trx, network.id, item.id, [from, to]) }
  })
  if (!found) throw new AppError('not-found')
  const [from, to] = found
  const comparison = compareSources(
    { source: from.source, fileName: item.fileName },
    { source: to.source, fileName: item.fileName },
  )
  const part = numberIn(c, 'part') ?? 1
  if (part > comparison.parts.length) throw new AppError('not-found')
  return page(c, ItemComparisonPage, { network, item, from, to, versions, comparison, part })
}

/** @throws AppError 'not-found' for what is no number of ours */
function numberIn(c: AppContext, name: string): number | null {
  const given = c.req.query(name)
  if (given === undefined) return null
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new AppError('not-found')
  return Number(given)
}
