import { Fragment, h } from 'preact'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { page } from '#http/respond.ts'
import { entryOf } from '#modules/network/door.ts'
import { publicNetworks } from '#modules/network/networks.ts'
import { AccessibilityPage } from '#modules/network/views/accessibility-page.tsx'
import { HomePage } from '#modules/network/views/home-page.tsx'
import { NetworkPage } from '#modules/network/views/network-page.tsx'

export async function showHome(c: AppContext): Promise<Response> {
  return page(c, HomePage, { networks: await publicNetworks(c.var.services.db) })
}

export async function showNetwork(c: AppContext): Promise<Response> {
  const { db, homeSections } = c.var.services
  const { network, tenant } = entryOf(c)
  c.set('shared', { networkId: network.id })
  const { i18n } = c.var
  const sections = await readTenant(db, tenant, async trx => {
    const made = []
    for (const section of homeSections) made.push(await section({ trx, network, i18n }))
    return made
  })
  const children = sections.map((section, index) => h(Fragment, { key: index }, section.content))
  return page(c, NetworkPage, {
    network,
    scripts: [...new Set(sections.flatMap(section => section.scripts))],
    children,
  })
}

export function showAccessibility(c: AppContext): Response {
  return page(c, AccessibilityPage, {})
}
