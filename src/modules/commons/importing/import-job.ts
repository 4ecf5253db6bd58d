import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readTenant, type Tenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import { findImport } from '#modules/commons/importing/imports.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export const importQueue = 'commons.import'

export interface ImportPayload {
  networkId: string
  importId: string
  /** Name of the upload in the data folder. */
  upload: string
  origin: string
  visibility: Visibility
}

export function uploadFolder(dataFolder: string): string {
  return join(dataFolder, 'uploads')
}

/** Imports what was sent by the API. Taken up again after a crash it goes on, because what was kept is recognised. */
export function importJob({ db, dataFolder }: JobContext): Job<never> {
  return {
    queue: importQueue,
    expireSeconds: 3600,
    retries: 3,
    async run({ networkId, importId, upload, origin, visibility }: ImportPayload) {
      const { importPages } = await import('#modules/commons/importing/importing.ts')
      const tenant: Tenant = { networkId, audience: 'network' }
      const path = join(uploadFolder(dataFolder), upload)
      await forgetOldUploads(uploadFolder(dataFolder))
      // It may have come to its end, and the worker to its own before it could say so.
      const known = await readTenant(db, tenant, trx => findImport(trx, networkId, importId))
      if (known && known.state !== 'finished') {
        try {
          await importPages(db, tenant, readPath(path, { name: origin }), { origin, visibility, importId })
        } catch (error) {
          // An archive that cannot be read will be no better next time; its import says so. The rest may pass.
          if (!isRefusal(error)) throw error
        }
      }
      await rm(path, { force: true })
    },
  } satisfies Job<ImportPayload> as unknown as Job<never>
}

/** What no try could import stays until the last of them has failed; a day later nobody will ask for it. */
async function forgetOldUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const known = await stat(path).catch(() => null)
    if (known && Date.now() - known.mtimeMs > 86_400_000) await rm(path, { force: true })
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ArchiveError'
}
