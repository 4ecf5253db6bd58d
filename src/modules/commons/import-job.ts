import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobContext } from '#http/module.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import type { Visibility } from '#modules/commons/storing.ts'
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
      const { importPages } = await import('#modules/commons/importing.ts')
      const path = join(uploadFolder(dataFolder), upload)
      try {
        await importPages(db, { networkId, audience: 'network' }, readPath(path, { name: origin }), {
          origin,
          visibility,
          importId,
        })
      } catch (error) {
        // An archive that cannot be read will be no better next time; its import says so. The rest may pass.
        if (!isRefusal(error)) throw error
      }
      await rm(path, { force: true })
    },
  } satisfies Job<ImportPayload> as unknown as Job<never>
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ArchiveError'
}
