import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Database } from '#db/database.ts'
import { asOwner, type Server } from '#db/installation.ts'
import { pendingMigrations } from '#db/migrate.ts'
import type { Config } from '#kernel/config.ts'

export interface Finding {
  /** Stable name of the check: `doctor.<check>` says it, `doctor.<check>.mend` how to mend it. */
  check: string
  holds: boolean
  detail?: string
}

/** The ground under the modules: server, schema, roles, isolation, room on the disk. */
export async function examine(server: Server, app: Database, config: Config): Promise<Finding[]> {
  const findings: Finding[] = []
  const version = await app.pool.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  )
  findings.push({
    check: 'postgres-version',
    holds: (version.rows[0]?.number ?? 0) >= 150_000,
    detail: `PostgreSQL ${version.rows[0]?.version} (${server.kind})`,
  })
  const pending = await asOwner(server, client => pendingMigrations(client))
  findings.push({ check: 'migrations', holds: pending.length === 0, detail: pending.join(', ') })

  const role = await app.pool.query<{ name: string; powerful: boolean; owns: number }>(
    `select current_user as name, rolsuper or rolbypassrls or rolcreaterole as powerful,
       (select count(*) from pg_class where relowner = pg_roles.oid) as owns
     from pg_roles where rolname = current_user`,
  )
  const { name = '', powerful = true, owns = 1 } = role.rows[0] ?? {}
  findings.push({ check: 'application-role', holds: !powerful && owns === 0, detail: name })

  const open = await unprotectedTables(app)
  findings.push({ check: 'isolation', holds: open.length === 0, detail: open.join(', ') })

  // Of an external database the disk is elsewhere; files and what is on its way in may still lie here.
  if (existsSync(config.dataFolder)) {
    const disk = await statfs(config.dataFolder)
    const free = (disk.bavail * disk.bsize) / 2 ** 30
    findings.push({ check: 'disk', holds: free > 1, detail: `${free.toFixed(1)} GiB` })
  }
  return findings
}

/** Tables with a network's data that lack forced row-level security, a policy, or the network first in their key. */
export async function unprotectedTables(app: Pick<Database, 'pool'>): Promise<string[]> {
  const { rows } = await app.pool.query<{ name: string }>(
    `select class.relname as name
     from pg_class class
     join pg_namespace space on space.oid = class.relnamespace and space.nspname = 'public'
     join pg_attribute network on network.attrelid = class.oid and network.attname = 'network_id' and not network.attisdropped
     left join pg_index key on key.indrelid = class.oid and key.indisprimary
     where class.relkind in ('r', 'p') and not (
       class.relrowsecurity and class.relforcerowsecurity
       and key.indkey[0] is not distinct from network.attnum
       and exists (
         select from pg_policy policy
         where policy.polrelid = class.oid
           and 'cordee_app'::regrole = any (policy.polroles)
           and pg_get_expr(policy.polqual, policy.polrelid) like '%app_network()%'
           and pg_get_expr(policy.polwithcheck, policy.polrelid) like '%app_network()%'
       )
       and not exists (
         select from pg_index other
         where other.indrelid = class.oid and other.indisunique
           and not network.attnum = any (other.indkey::int2[])
       )
     )
     order by 1`,
  )
  return rows.map(row => row.name)
}
