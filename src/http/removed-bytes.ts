import type { AppContext } from '#http/context.ts'
import { removeObjects } from '#platform/files/files.ts'

/**
 * What removed rows left in the storage, after the commit. The file is gone for everyone by then: a storage that fails now is for the
 * log, and the hourly cleaning removes what stays.
 */
export async function removeBytes(c: AppContext, keys: string[]): Promise<void> {
  const { storage, log } = c.var.services
  await removeObjects(storage, keys).catch(error =>
    log.warn(
      { err: error, requestId: c.var.requestId },
      'removed files stay in the storage until it is cleaned',
    ),
  )
}
