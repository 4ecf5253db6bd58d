import type { Tenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { platformId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Entry, entryOf, type Network } from '#modules/network/index.ts'
import type { JobScope } from '#platform/jobs/listing.ts'

/** What is administered: a network, by those who answer for it, or the installation, by those who run it. */
export interface Administered {
  /** Null: the installation. */
  network: Network | null
  /** Of the network, or the installation's own. */
  networkId: string
  tenant: Tenant
  jobScope: JobScope
  actor: Actor
  /** The network's; of the installation, the reader's. */
  timeZone: string
}

/** Of a page behind the door of a network or of the installation. */
export function administeredBy(c: AppContext): Administered {
  if (c.req.param('network') !== undefined) return administeredIn(entryOf(c))
  const { viewer } = c.var
  if (!viewer) throw new AppError('unauthenticated')
  const { accountId, timeZone } = viewer
  return {
    network: null,
    networkId: platformId,
    tenant: { networkId: platformId, audience: 'network', accountId },
    jobScope: 'platform',
    actor: { accountId, mandateId: null, tokenId: null, origin: 'page' },
    timeZone,
  }
}

export function administeredIn({ network, tenant, actor }: Entry): Administered {
  return {
    network,
    networkId: network.id,
    tenant,
    jobScope: { networkId: network.id },
    actor,
    timeZone: network.timeZone,
  }
}

/** The pages that a network and the installation both have, where the one or the other has them. */
export function addressesOf(network: { slug: string } | null, locale: Locale) {
  const at = network ? { locale, network: network.slug } : null
  const own = { locale }
  return {
    hub: () => (at ? href('administration', at) : href('platform', own)),
    audit: (query?: URLSearchParams) => (at ? href('audit', at, query) : href('platformAudit', own, query)),
    auditExport: (file: string, query?: URLSearchParams) =>
      at ? href('auditExport', { ...at, file }, query) : href('platformAuditExport', { ...own, file }, query),
    jobs: (query?: URLSearchParams) => (at ? href('jobs', at, query) : href('platformJobs', own, query)),
    job: (id: string, query?: URLSearchParams) =>
      at ? href('job', { ...at, id }, query) : href('platformJob', { ...own, id }, query),
    jobRetry: (id: string) =>
      at ? href('jobRetry', { ...at, id }) : href('platformJobRetry', { ...own, id }),
    jobCancellation: (id: string) =>
      at ? href('jobCancellation', { ...at, id }) : href('platformJobCancellation', { ...own, id }),
    mail: (query?: URLSearchParams) => (at ? href('mail', at, query) : href('platformMail', own, query)),
    mailTest: () => (at ? href('mailTest', at) : href('platformMailTest', own)),
    mailMessage: (id: string) =>
      at ? href('mailMessage', { ...at, id }) : href('platformMailMessage', { ...own, id }),
    mailHtml: (id: string) =>
      at ? href('mailHtml', { ...at, id }) : href('platformMailHtml', { ...own, id }),
    mailRetry: (id: string) =>
      at ? href('mailRetry', { ...at, id }) : href('platformMailRetry', { ...own, id }),
    mailCancellation: (id: string) =>
      at ? href('mailCancellation', { ...at, id }) : href('platformMailCancellation', { ...own, id }),
  }
}
