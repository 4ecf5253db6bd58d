import type { AppContext } from '#http/context.ts'
import { page } from '#http/respond.ts'
import { version } from '#kernel/version.ts'
import { HealthPage } from '#modules/administration/views/health-page.tsx'
import { queueCounts } from '#platform/jobs/listing.ts'

export async function showHealth(c: AppContext): Promise<Response> {
  const { examine, db, pageCache, config, storage } = c.var.services
  const findings = await examine()
  c.header('cache-control', 'no-store')
  return page(c, HealthPage, {
    findings,
    counts: await queueCounts(db, 'platform'),
    facts: {
      version,
      node: process.versions.node,
      uptimeMs: process.uptime() * 1_000,
      memoryBytes: process.memoryUsage.rss(),
      pageCache: pageCache.size(),
      storage: storage.kind,
      mail: config.smtp !== null,
    },
  })
}
