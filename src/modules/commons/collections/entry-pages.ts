import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type Done, type FormState, formOf, readForm } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type Move, sectionsOf } from '#modules/commons/collections/arrangement.ts'
import {
  collectionEntries,
  createCollection,
  openCollection,
} from '#modules/commons/collections/collections.ts'
import {
  addEntry,
  changeEntry,
  collectionsOfItem,
  moveEntry,
  moveSection,
  removeEntry,
  renameSection,
  returnEntry,
} from '#modules/commons/collections/entries.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { directionField, entryInput, noteField, sectionField } from '#modules/commons/collections/schema.ts'
import { EntriesPage } from '#modules/commons/collections/views/entries-page.tsx'
import { EntryPage } from '#modules/commons/collections/views/entry-page.tsx'
import { ItemCollectionsPage } from '#modules/commons/collections/views/item-collections.tsx'
import { findItem, type Item } from '#modules/commons/items.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'

/** So many of what was found can be added at a click; who wants others says more of them. */
const offered = 10

/** Where a collection is put together: pages are looked for, added and put in order. */
export async function showEntries(c: AppContext): Promise<Response> {
  return entriesPage(c, null)
}

const addedForm = entryInput.extend({ item: z.string().min(1).max(200), q: z.string().max(300).default('') })

export async function postEntry(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { slug } = await opened(c)
  const { value, form } = await readForm(c, addedForm)
  if (!value) return entriesPage(c, Object.values(form.errors)[0] ?? '')
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => addEntry(trx, entry, slug, value.item, value)),
  )
  if (result.form) return entriesPage(c, Object.values(result.form.errors)[0] ?? '')
  return back(c, 'entry-added', {
    ...(value.q && { q: value.q }),
    ...(value.section && { into: value.section }),
  })
}

export async function showEntry(c: AppContext): Promise<Response> {
  const { found, sections, collection } = await entryIn(c)
  const form = formOf({ section: found.section, note: found.note })
  return page(c, EntryPage, { network: entryOf(c).network, collection, item: found.item, sections, form })
}

export async function postEntryChange(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { found, sections, collection } = await entryIn(c)
  const { value, form } = await readForm(c, entryInput)
  const props = { network: entry.network, collection, item: found.item, sections, form }
  if (!value) return page(c, EntryPage, props, { status: 422 })
  await inTenant(c.var.services.db, entry.tenant, trx =>
    changeEntry(trx, entry, collection.slug, found.item.slug, value),
  )
  return back(c, 'entry-changed', {}, found.item.slug)
}

const positionForm = z.object({
  to: directionField.optional(),
  before: z.string().max(200).optional(),
  after: z.string().max(200).optional(),
})

export async function postEntryPosition(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { slug } = await opened(c)
  const { value } = await readForm(c, positionForm)
  const move = value && moveOf(value)
  if (!move) throw new AppError('invalid-input', { fields: [{ field: 'to', message: 'form.error.choose' }] })
  const item = c.req.param('slug') ?? ''
  await inTenant(c.var.services.db, entry.tenant, trx => moveEntry(trx, entry, slug, item, move))
  return back(c, undefined, {}, item)
}

export async function postEntryRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const item = c.req.param('slug') ?? ''
  await inTenant(c.var.services.db, entry.tenant, trx => removeEntry(trx, entry, collectionIn(c), item))
  return back(c, undefined, { removed: item })
}

export async function postEntryReturn(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const item = c.req.param('slug') ?? ''
  const result = await unlessRefused(c, formOf({}), () =>
    inTenant(c.var.services.db, entry.tenant, trx => returnEntry(trx, entry, collectionIn(c), item)),
  )
  if (result.form) return entriesPage(c, Object.values(result.form.errors)[0] ?? '')
  return back(c, 'entry-returned', {}, item)
}

const sectionForm = z.object({
  section: z.string().min(1).max(200),
  to: directionField.optional(),
  name: sectionField,
})

export async function postSection(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { slug } = await opened(c)
  const { value, form } = await readForm(c, sectionForm)
  if (!value) return entriesPage(c, Object.values(form.errors)[0] ?? '')
  const { section, to, name } = value
  await inTenant(c.var.services.db, entry.tenant, trx =>
    to ? moveSection(trx, entry, slug, section, to) : renameSection(trx, entry, slug, section, name),
  )
  return back(c, to ? undefined : 'section-renamed')
}

/** The collections of one item, and how to put it into another. */
export async function showItemCollections(c: AppContext): Promise<Response> {
  return itemPage(c, null)
}

const itemForm = z.object({
  collection: z.string().max(200).default(''),
  title: z.string().trim().max(200).default(''),
  note: noteField,
})

export async function postItemCollection(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const item = await readTenant(c.var.services.db, entry.tenant, trx => itemIn(c, trx, entry))
  const { value, form } = await readForm(c, itemForm)
  if (!value) return itemPage(c, form)
  const { collection, title, note } = value
  if (collection === '' && title === '')
    return itemPage(c, { ...form, errors: { collection: c.var.i18n.t('collections.error.which') } })
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const about = { about: '', language: c.var.locale, state: 'private' } as const
      const slug = title === '' ? collection : (await createCollection(trx, entry, { title, ...about })).slug
      await addEntry(trx, entry, slug, item.slug, { section: null, note })
    }),
  )
  if (result.form) return itemPage(c, result.form)
  const here = { locale: c.var.locale, network: entry.network.slug, slug: item.slug }
  return c.redirect(href('itemCollections', here, new URLSearchParams({ done: 'entry-added' })), 303)
}

async function entriesPage(c: AppContext, problem: string | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const q = (c.req.query('q') ?? '').replaceAll('\0', ' ').replace(/\s+/g, ' ').trim().slice(0, 300)
  if (q) await limitAddress(c, 'search')
  return readTenant(c.var.services.db, tenant, async trx => {
    const collection = await openCollection(trx, entry, collectionIn(c), 'change')
    const { entries, gone } = await collectionEntries(trx, network.id, collection.id)
    const sections = sectionsOf(entries)
    const removed = c.req.query('removed')
    const props = {
      network,
      collection,
      entries,
      gone,
      q,
      // What is added goes to the end, where one is at work, unless another section was chosen.
      into: c.req.query('into') ?? sections.at(-1) ?? '',
      found: q ? await search(trx, network.id, { ...emptyQuery, q, sort: 'relevance' }, offered) : null,
      removed: removed ? await findItem(trx, network.id, removed) : null,
      problem,
    }
    return page(c, EntriesPage, props, { status: problem === null ? 200 : 422 })
  })
}

async function itemPage(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, personId } = entry
  return readTenant(c.var.services.db, tenant, async trx => {
    const item = await itemIn(c, trx, entry)
    const collections = await collectionsOfItem(trx, network.id, item.id, personId)
    const props = { network, item, collections, form: form ?? formOf({}) }
    return page(c, ItemCollectionsPage, props, { status: form ? 422 : 200 })
  })
}

function moveOf({ to, before, after }: z.infer<typeof positionForm>): Move | null {
  if (to) return { to }
  if (before) return { before }
  return after ? { after } : null
}

async function entryIn(c: AppContext) {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const collection = await openCollection(trx, entry, collectionIn(c), 'change')
    const { entries } = await collectionEntries(trx, entry.network.id, collection.id)
    const found = entries.find(({ item }) => item.slug === c.req.param('slug'))
    if (!found) throw new AppError('not-found')
    return { collection, found, sections: sectionsOf(entries) }
  })
}

async function itemIn(c: AppContext, trx: Trx, entry: Entry): Promise<Item> {
  const item = await findItem(trx, entry.network.id, c.req.param('slug') ?? '')
  if (!item) throw new AppError('not-found')
  return item
}

function opened(c: AppContext) {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx =>
    openCollection(trx, entry, collectionIn(c), 'change'),
  )
}

function collectionIn(c: AppContext): string {
  return c.req.param('collection') ?? ''
}

/** To where the collection is put together, at the entry that was worked on. */
function back(
  c: AppContext,
  done: Done | undefined,
  query: Record<string, string> = {},
  item?: string,
): Response {
  const here = { locale: c.var.locale, network: entryOf(c).network.slug, collection: collectionIn(c) }
  const address = href('collectionEntries', here, new URLSearchParams({ ...query, ...(done && { done }) }))
  return c.redirect(item === undefined ? address : `${address}#entry-${item}`, 303)
}
