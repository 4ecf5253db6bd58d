import type { Tenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import type { Actor } from '#kernel/actor.ts'
import { entryOf } from '#modules/network/door.ts'
import type { Network } from '#modules/network/networks.ts'

/** A network at work on what it has with another, in one transaction of its own tenant. */
export interface Working {
  network: Network
  tenant: Tenant
  actor: Actor
  /** Where links in mails lead. */
  linkOrigin: string
}

export function workingOf(c: AppContext): Working {
  const { network, tenant, actor } = entryOf(c)
  return { network, tenant, actor, linkOrigin: c.var.services.linkOrigin }
}
