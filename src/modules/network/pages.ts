import { z } from 'zod'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { rememberMandate } from '#modules/network/acting.ts'
import { publicTrees } from '#modules/network/affiliations/tree.ts'
import { entryOf, isPlatformAdministrator } from '#modules/network/door.ts'
import { doorsOf } from '#modules/network/doors.ts'
import { networksOf, publicNetworks } from '#modules/network/networks.ts'
import { sectionsOf } from '#modules/network/sections.ts'
import { AccessibilityPage } from '#modules/network/views/accessibility-page.tsx'
import { HomePage } from '#modules/network/views/home-page.tsx'
import { NetworkPage } from '#modules/network/views/network-page.tsx'

export async function showHome(c: AppContext): Promise<Response> {
  const { db } = c.var.services
  const { viewer } = c.var
  const own = viewer ? await networksOf(db, viewer.accountId) : []
  const homes = new Set(own.map(({ network }) => network.id))
  const networks = (await publicNetworks(db)).filter(({ id }) => !homes.has(id))
  const trees = await publicTrees(db, c.var.locale)
  const runs = viewer !== null && (await isPlatformAdministrator(db, viewer.accountId))
  return page(c, HomePage, { own, networks, trees, runs })
}

export async function showNetwork(c: AppContext): Promise<Response> {
  const { network, tenant, mandates, actor } = entryOf(c)
  c.set('shared', { networkId: network.id })
  const { sections, doors } = await readTenant(c.var.services.db, tenant, async trx => ({
    sections: await sectionsOf(c, 'home', trx, network),
    doors: await doorsOf(trx, network.id),
  }))
  return page(c, NetworkPage, {
    network,
    mandates,
    acting: actor.mandateId,
    welcome: ['joined', 'started'].includes(c.req.query('done') ?? ''),
    ...sections,
    doors,
  })
}

const actingForm = z.object({ mandate: z.string() })

/** Chooses under which mandate one acts. */
export async function postActingMandate(c: AppContext): Promise<Response> {
  const { network, mandates } = entryOf(c)
  const { value } = await readForm(c, actingForm)
  const chosen = mandates.find(({ id }) => id === value?.mandate)
  if (!chosen) throw new AppError('bad-request')
  rememberMandate(c, network.id, chosen.id)
  return redirectDone(c, href('network', { locale: c.var.locale, network: network.slug }), 'acting-mandate')
}

export function showAccessibility(c: AppContext): Response {
  return page(c, AccessibilityPage, {})
}
