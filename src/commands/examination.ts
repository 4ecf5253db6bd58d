import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { modules } from '#/modules.ts'
import type { Database } from '#db/database.ts'
import { examine, type Finding } from '#db/examination.ts'
import type { Server } from '#db/installation.ts'
import type { Config } from '#kernel/config.ts'
import { examineAudit } from '#platform/audit/verification.ts'
import { examineFiles } from '#platform/files/examination.ts'
import { openStorage } from '#platform/files/storage.ts'
import { examineJobs } from '#platform/jobs/examination.ts'
import { mailHealth } from '#platform/mail/index.ts'

const hour = 3_600_000

/** Everything there is to say of the health of an installation: what `cordee doctor` tells and what the page shows. */
export async function examineInstallation(
  server: Server,
  app: Database,
  config: Config,
  now = new Date(),
): Promise<Finding[]> {
  const findings = await examine(server, app, config)
  if (server.kind === 'embedded') findings.push(await examineBackups(config.dataFolder, app, now))
  findings.push(await examineFiles(openStorage(config)))
  findings.push(...(await examineJobs(app.db, now)))
  findings.push(...(await mailHealth(app.db, now)))
  findings.push(...(await examineAudit(app)))
  for (const module of modules) findings.push(...((await module.examine?.({ db: app.db })) ?? []))
  return findings
}

/** The embedded database is backed up once a day while it serves: a second day without is one too many. */
async function examineBackups(dataFolder: string, app: Pick<Database, 'pool'>, now: Date): Promise<Finding> {
  const folder = join(dataFolder, 'backups')
  const names = await readdir(folder).catch(() => [])
  const last = names
    .filter(name => /^cordee-\d{4}-\d\d-\d\d\.zip$/.test(name))
    .sort()
    .at(-1)
  const made = last ? await stat(join(folder, last)).catch(() => null) : null
  const { rows } = await app.pool.query<{ since: Date }>('select created_at as since from installation')
  const from = made?.mtime ?? rows[0]?.since ?? now
  return {
    check: 'backup',
    holds: now.getTime() - from.getTime() < 48 * hour,
    ...(last && made && { detail: `${last} (${made.mtime.toISOString()})` }),
  }
}
