import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { isId } from '#kernel/ids.ts'
import { exportCollection } from '#modules/commons/collections/collection-export.ts'
import {
  changeCollection,
  collectionEntries,
  copyCollection,
  createCollection,
  listCollections,
  openCollection,
  removeCollection,
} from '#modules/commons/collections/collections.ts'
import { addKeeper, findKeepers, keepersOf, removeKeeper } from '#modules/commons/collections/keepers.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { collectionInput } from '#modules/commons/collections/schema.ts'
import { CollectionPage } from '#modules/commons/collections/views/collection-page.tsx'
import { CollectionsPage } from '#modules/commons/collections/views/collections-page.tsx'
import { DetailsPage } from '#modules/commons/collections/views/details-page.tsx'
import { KeepersPage } from '#modules/commons/collections/views/keepers-page.tsx'
import { RemovalPage } from '#modules/commons/collections/views/removal-page.tsx'
import { splitFacet } from '#modules/commons/facets.ts'
import { isTelling } from '#modules/commons/sensemaking/insights.ts'
import { entryOf } from '#modules/network/index.ts'

export async function showCollections(c: AppContext): Promise<Response> {
  return listPage(c, null)
}

export async function postCollection(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, collectionInput)
  if (!value) return listPage(c, form)
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => createCollection(trx, entry, value)),
  )
  if (result.form) return listPage(c, result.form)
  return redirectDone(c, addressOf(c, 'collectionEntries', result.done.slug), 'collection-created')
}

/** So many pages are shown at a time. */
const shownAtOnce = 100

export async function showCollection(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  c.set('shared', { networkId: network.id })
  return readTenant(c.var.services.db, tenant, async trx => {
    const collection = await openCollection(trx, entry, slugIn(c), 'read')
    const { entries, gone } = await collectionEntries(trx, network.id, collection.id)
    const inside = entry.role === 'visitor' ? [] : await keepersOf(trx, network.id, collection.id)
    const from = entries.findIndex(({ item }) => item.id === c.req.query('after')) + 1
    const shown = entries.slice(from, from + shownAtOnce)
    const more = from + shown.length < entries.length
    return page(c, CollectionPage, {
      network,
      collection,
      entries: shown,
      from,
      total: entries.length,
      next: more ? (shown.at(-1)?.item.id ?? null) : null,
      keepers: inside.map(keeper => keeper.name),
      gone,
      hidden:
        collection.state === 'public' ? entries.filter(({ item }) => item.visibility !== 'public').length : 0,
      staged: entries.some(({ item }) => item.facets.some(facet => splitFacet(facet).kind === 'stage')),
      telling: entries.some(({ item }) => isTelling(item)),
      mayCopy: entry.personId !== null,
    })
  })
}

export async function showCollectionExport(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  return exportCollection(c, entryOf(c), slugIn(c), c.req.param('file') ?? '')
}

export async function showCollectionDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const collection = await opened(c)
  const { title, about, language, state } = collection
  return page(c, DetailsPage, {
    network: entry.network,
    collection,
    form: formOf({ title, about, language, state }),
  })
}

export async function postCollectionDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const collection = await opened(c)
  const { value, form } = await readForm(c, collectionInput)
  const again = (form: FormState) =>
    page(c, DetailsPage, { network: entry.network, collection, form }, { status: 422 })
  if (!value) return again(form)
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => changeCollection(trx, entry, collection.slug, value)),
  )
  if (result.form) return again(result.form)
  return redirectDone(c, addressOf(c, 'collection', collection.slug), 'collection-changed')
}

export async function postCollectionCopy(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const { title } = await readTenant(db, entry.tenant, trx => openCollection(trx, entry, slugIn(c), 'read'))
  const copied = c.var.i18n.t('collections.copy.title', { title }).slice(0, 200)
  const { slug } = await inTenant(db, entry.tenant, trx => copyCollection(trx, entry, slugIn(c), copied))
  return redirectDone(c, addressOf(c, 'collectionDetails', slug), 'collection-copied')
}

export async function showCollectionRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  return readTenant(c.var.services.db, tenant, async trx => {
    const collection = await openCollection(trx, entry, slugIn(c), 'change')
    const { entries } = await collectionEntries(trx, network.id, collection.id)
    return page(c, RemovalPage, { network, collection, entries: entries.length })
  })
}

export async function postCollectionRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => removeCollection(trx, entry, slugIn(c)))
  const here = { locale: c.var.locale, network: entry.network.slug }
  return redirectDone(c, href('collections', here), 'collection-removed')
}

export async function showCollectionKeepers(c: AppContext): Promise<Response> {
  return keepersPage(c, null)
}

export async function postCollectionKeeper(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { slug } = await opened(c)
  const { value, form } = await readForm(
    c,
    z.object({ person: z.string().refine(isId, { error: 'form.error.choose' }) }),
  )
  if (!value) return keepersPage(c, form)
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => addKeeper(trx, entry, slug, value.person)),
  )
  if (result.form) return keepersPage(c, result.form)
  return redirectDone(c, addressOf(c, 'collectionKeepers', slug), 'keeper-added')
}

export async function postCollectionKeeperRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { slug } = await opened(c)
  const person = c.req.param('person') ?? ''
  const result = await unlessRefused(c, formOf({}), () =>
    inTenant(c.var.services.db, entry.tenant, trx => removeKeeper(trx, entry, slug, person)),
  )
  if (result.form) return keepersPage(c, result.form)
  const here = { locale: c.var.locale, network: entry.network.slug }
  // Who took themselves out of a private collection no longer finds it.
  const address =
    person === entry.personId ? href('collections', here) : addressOf(c, 'collectionKeepers', slug)
  return redirectDone(c, address, 'keeper-removed')
}

/** @param form of the collection to be made, where something was wrong with it */
async function listPage(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, personId } = entry
  const contributes = entry.role !== 'visitor'
  const query = {
    q: (c.req.query('q') ?? '').slice(0, 200).trim(),
    own: contributes && c.req.query('own') === 'yes',
  }
  if (query.q) await limitAddress(c, 'search')
  if (!form) c.set('shared', { networkId: network.id })
  const after = c.req.query('after')
  const found = await readTenant(c.var.services.db, tenant, trx =>
    listCollections(
      trx,
      network.id,
      { ...query, personId },
      { after: after && isId(after) ? after : undefined },
    ),
  )
  const props = { network, contributes, query, ...found, form: form ?? newForm(c), wrong: form !== null }
  return page(c, CollectionsPage, props, { status: form ? 422 : 200 })
}

function newForm(c: AppContext): FormState {
  return formOf({ language: c.var.locale, state: entryOf(c).personId === null ? 'network' : 'private' })
}

async function keepersPage(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const q = (c.req.query('q') ?? '').slice(0, 200).trim()
  return readTenant(c.var.services.db, tenant, async trx => {
    const collection = await openCollection(trx, entry, slugIn(c), 'change')
    const props = {
      network,
      collection,
      keepers: await keepersOf(trx, network.id, collection.id),
      q,
      found: await findKeepers(trx, network.id, collection.id, q),
      problem: Object.values(form?.errors ?? {})[0] ?? null,
    }
    return page(c, KeepersPage, props, { status: form ? 422 : 200 })
  })
}

function opened(c: AppContext) {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx => openCollection(trx, entry, slugIn(c), 'change'))
}

function slugIn(c: AppContext): string {
  return c.req.param('collection') ?? ''
}

function addressOf(
  c: AppContext,
  route: 'collection' | 'collectionDetails' | 'collectionEntries' | 'collectionKeepers',
  collection: string,
): string {
  return href(route, { locale: c.var.locale, network: entryOf(c).network.slug, collection })
}
