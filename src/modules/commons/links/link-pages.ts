import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { findItem } from '#modules/commons/items.ts'
import { addLink, linksOf, mayRemoveLink, removeLink } from '#modules/commons/links/links.ts'
import { neighbourhoodOf } from '#modules/commons/links/neighbourhood.ts'
import { linkInput } from '#modules/commons/links/schema.ts'
import { LinksPage } from '#modules/commons/links/views/links-page.tsx'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { entryOf } from '#modules/network/index.ts'

/** So many of what was found can be chosen; who wants others says more of them. */
const offered = 8

export async function showLinks(c: AppContext): Promise<Response> {
  return linksPage(c, null)
}

const linkForm = linkInput.extend({ to: z.string().min(1).max(200) })

export async function postLink(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, linkForm)
  if (!value) return linksPage(c, form)
  const slug = c.req.param('slug') ?? ''
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => addLink(trx, entry, slug, value.to, value)),
  )
  if (result.form) return linksPage(c, result.form)
  const here = { locale: c.var.locale, network: entry.network.slug, slug }
  return redirectDone(c, href('itemLinks', here), 'link-added')
}

export async function postLinkRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('slug') ?? ''
  await inTenant(c.var.services.db, entry.tenant, trx =>
    removeLink(trx, entry, slug, c.req.param('link') ?? ''),
  )
  const here = { locale: c.var.locale, network: entry.network.slug, slug }
  return redirectDone(c, href('itemLinks', here), 'link-removed')
}

/** @param form of the link to be made, where something was wrong with it */
async function linksPage(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const contributes = entry.role !== 'visitor'
  const given = form?.values.q?.[0] ?? c.req.query('q') ?? ''
  const q = contributes ? given.replaceAll('\0', ' ').replace(/\s+/g, ' ').trim().slice(0, 300) : ''
  if (q) await limitAddress(c, 'search')
  if (!form) c.set('shared', { networkId: network.id })
  return readTenant(c.var.services.db, tenant, async trx => {
    const item = await findItem(trx, network.id, c.req.param('slug') ?? '')
    if (!item) throw new AppError('not-found')
    const links = await linksOf(trx, network.id, item.id)
    const found = q
      ? await search(trx, network.id, { ...emptyQuery, q, sort: 'relevance' }, offered + 1)
      : null
    const props = {
      network,
      item,
      links: links.map(link => ({ ...link, removable: mayRemoveLink(entry, link.personId) })),
      neighbourhood: await neighbourhoodOf(trx, network.id, item.id),
      contributes,
      q,
      found: found?.hits.filter(hit => hit.id !== item.id).slice(0, offered) ?? null,
      form: form ?? formOf({ kind: 'builds_on' }),
    }
    return page(c, LinksPage, props, { status: form ? 422 : 200 })
  })
}
