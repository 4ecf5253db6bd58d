import { Fragment, h } from 'preact'
import { z } from 'zod'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { rememberMandate } from '#modules/network/acting.ts'
import { entryOf, isPlatformAdministrator } from '#modules/network/door.ts'
import { networksOf, publicNetworks } from '#modules/network/networks.ts'
import { AccessibilityPage } from '#modules/network/views/accessibility-page.tsx'
import { HomePage } from '#modules/network/views/home-page.tsx'
import { NetworkPage } from '#modules/network/views/network-page.tsx'

export async function showHome(c: AppContext): Promise<Response> {
  const { db } = c.var.services
  const { viewer } = c.var
  const own = viewer ? await networksOf(db, viewer.accountId) : []
  const homes = new Set(own.map(({ network }) => network.id))
  const networks = (await publicNetworks(db)).filter(({ id }) => !homes.has(id))
  const runs = viewer !== null && (await isPlatformAdministrator(db, viewer.accountId))
  return page(c, HomePage, { own, networks, runs })
}

export async function showNetwork(c: AppContext): Promise<Response> {
  const { db, homeSections } = c.var.services
  const { network, tenant, mandates, actor, personId, role } = entryOf(c)
  c.set('shared', { networkId: network.id })
  const { i18n } = c.var
  const sections = await readTenant(db, tenant, async trx => {
    const made = []
    for (const section of homeSections)
      made.push(await section({ trx, network, person: { personId, role }, i18n }))
    return made
  })
  const children = sections.map((section, index) => h(Fragment, { key: index }, section.content))
  return page(c, NetworkPage, {
    network,
    mandates,
    acting: actor.mandateId,
    welcome: ['joined', 'started'].includes(c.req.query('done') ?? ''),
    scripts: [...new Set(sections.flatMap(section => section.scripts))],
    children,
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
