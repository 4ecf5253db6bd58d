import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { administeredBy } from '#modules/administration/scope.ts'
import { AuditPage } from '#modules/administration/views/audit-page.tsx'
import {
  type Change,
  type ChangeFilter,
  knownActions,
  listChanges,
  streamChanges,
} from '#platform/audit/changes.ts'
import { changeFormats, writeChanges } from '#platform/audit/export.ts'

const pageSize = 50

/** What one narrows the log by; what is not understood is left out, as a date half typed. */
const auditQuery = z.object({
  action: z
    .string()
    .regex(/^[a-z.-]{0,80}$/)
    .catch(''),
  from: z.iso.date().or(z.literal('')).catch(''),
  to: z.iso.date().or(z.literal('')).catch(''),
  account: z.string().refine(isId).or(z.literal('')).catch(''),
  after: z.coerce.number().int().positive().optional().catch(undefined),
})
export type AuditQuery = z.infer<typeof auditQuery>

export async function showAudit(c: AppContext): Promise<Response> {
  const { network, networkId, tenant, timeZone } = administeredBy(c)
  const query = queryOf(c)
  const view = await readTenant(c.var.services.db, tenant, async trx => {
    const filter = await filterOf(trx, query, timeZone)
    const { changes, next } = await listChanges(trx, networkId, filter, pageSize)
    return {
      changes,
      next,
      actions: await knownActions(trx, networkId),
      names: await namesOf(trx, networkId, changes),
    }
  })
  return page(c, AuditPage, { network, timeZone, query, ...view })
}

export async function exportAudit(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const { network, networkId, tenant, timeZone } = administeredBy(c)
  const { db } = c.var.services
  const format = changeFormats.find(known => c.req.param('file') === `audit.${known}`)
  if (!format) throw new AppError('not-found')
  const query = queryOf(c)
  const filter = await readTenant(db, tenant, trx => filterOf(trx, query, timeZone))
  const changes = streamChanges(work => readTenant(db, tenant, work), networkId, filter)
  return c.body(writeChanges(changes, format), 200, {
    'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'content-disposition': `attachment; filename="${network?.slug ?? 'cordee'}-audit.${format}"`,
    'cache-control': 'no-store',
    'x-stream': '1',
  })
}

function queryOf(c: AppContext): AuditQuery {
  return auditQuery.parse({ ...c.req.query() })
}

/** Days are the network's: they begin at its midnight, whatever the season. */
async function filterOf(trx: Trx, query: AuditQuery, timeZone: string): Promise<ChangeFilter> {
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select nullif(${query.from}, '')::timestamp at time zone ${timeZone} as "from",
      (nullif(${query.to}, '')::timestamp + interval '1 day') at time zone ${timeZone} as "to"`.execute(trx)
  return {
    action: query.action || undefined,
    accountId: query.account || undefined,
    from: rows[0]?.from ?? undefined,
    to: rows[0]?.to ?? undefined,
    after: query.after,
  }
}

/** The log holds ids; who they are is what the network knows today, and forgets when a person is erased. */
async function namesOf(trx: Trx, networkId: string, changes: Change[]): Promise<Map<string, string>> {
  const ids = [...new Set(changes.flatMap(({ actor }) => actor.accountId ?? []))]
  const subjects = [...new Set(changes.map(({ subject }) => subject.id).filter(isId))]
  const { rows } = await sql<{ id: string; name: string }>`
    select account_id as id, name from person where network_id = ${networkId} and account_id = any (${ids}::uuid[])
    union select id, name from person where network_id = ${networkId} and id = any (${subjects}::uuid[])
    union select m.id, p.name from mandate m join person p on p.network_id = m.network_id and p.id = m.person_id
      where m.network_id = ${networkId} and m.id = any (${subjects}::uuid[])
    union select o.id, o.name from organisation o join membership m on m.organisation_id = o.id
      where m.network_id = ${networkId} and o.id = any (${subjects}::uuid[])
    union select id, name from api_token where network_id = ${networkId} and id = any (${subjects}::uuid[])`.execute(
    trx,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
