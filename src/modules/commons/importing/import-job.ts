import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import type { Actor } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { type ArchiveEntry, readPath } from '#modules/commons/archive/index.ts'
import { findImport } from '#modules/commons/importing/imports.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import { removeFile, removeObjects } from '#platform/files/files.ts'
import { objectKey, type Storage } from '#platform/files/storage.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export const importQueue = 'commons.import'

export interface ImportPayload {
  networkId: string
  importId: string
  /** The file that was sent. What no try could import is swept away after a day: nothing refers to it. */
  upload: string
  origin: string
  visibility: Visibility
  /** Who sent it, and how; absent in a job of an older version. */
  actor?: Actor
}

const nobody: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'job' }

/** Imports what was sent by a page or by the API. Taken up again after a crash it goes on, because what was kept is recognised. */
export function importJob({ db, storage }: Pick<JobContext, 'db' | 'storage'>): Job<never> {
  return {
    queue: importQueue,
    expireSeconds: 3600,
    retries: 3,
    async run(
      { networkId, importId, upload, origin, visibility, actor = nobody }: ImportPayload,
      signal,
      progress,
    ) {
      const { importPages } = await import('#modules/commons/importing/importing.ts')
      const tenant: Tenant = { networkId, audience: 'network' }
      // It may have come to its end, and the worker to its own before it could say so.
      const known = await readTenant(db, tenant, trx => findImport(trx, networkId, importId))
      if (known && known.state !== 'finished') {
        try {
          await importPages(
            db,
            tenant,
            until(signal, readUpload(storage, objectKey(networkId, upload), origin)),
            {
              origin,
              visibility,
              importId,
              actor,
              progress: (phase, { read }) => progress({ done: read, text: `cli.import.phase.${phase}` }),
            },
          )
        } catch (error) {
          // An archive that cannot be read will be no better next time; its import says so. The rest may pass.
          if (!isRefusal(error)) throw error
        }
      }
      const removable = await inTenant(db, tenant, trx => removeFile(trx, networkId, upload))
      await removeObjects(storage, removable)
    },
  } satisfies Job<ImportPayload> as unknown as Job<never>
}

/** Stops in front of the next page: what was read is kept, and the import says that it was interrupted. */
async function* until(
  signal: AbortSignal,
  entries: AsyncIterable<ArchiveEntry>,
): AsyncIterable<ArchiveEntry> {
  for await (const entry of entries) {
    signal.throwIfAborted()
    yield entry
  }
}

/** On this machine's disk for as long as it is read: the directory of a zip stands at its end. */
async function* readUpload(storage: Storage, key: string, name: string): AsyncIterable<ArchiveEntry> {
  const path = join(storage.incoming, newId())
  await mkdir(storage.incoming, { recursive: true, mode: 0o700 })
  try {
    const content = await storage.get(key)
    if (!content) throw new Error('What was sent is no longer in storage')
    await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    yield* readPath(path, { name })
  } finally {
    await rm(path, { force: true })
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ArchiveError'
}
