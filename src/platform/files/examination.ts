import type { Finding } from '#db/examination.ts'
import type { Log } from '#kernel/log.ts'
import type { Storage } from '#platform/files/storage.ts'

/** Whether files can be kept and read, asked of the storage itself. */
export async function examineFiles(storage: Storage): Promise<Finding> {
  try {
    return { check: 'files', holds: true, detail: await storage.examine() }
  } catch (error) {
    return { check: 'files', holds: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

/** At the start: what is set wrongly is in the log before the first file is lost to somebody. */
export async function warnOfFiles(storage: Storage, log: Log): Promise<void> {
  await storage.examine().catch(error => log.warn({ err: error }, 'files cannot be kept or read'))
}
