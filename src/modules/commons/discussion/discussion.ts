import type { Trx } from '#db/database.ts'
import { type Discussed, openDiscussed } from '#modules/commons/discussion/discussed.ts'
import { countThreads, listThreads, type Thread } from '#modules/commons/discussion/threads.ts'
import { orderOf } from '#modules/commons/history/states.ts'
import type { Entry } from '#modules/network/index.ts'

/** What is open about a page, in the order of its questions, for the page itself to show. */
export interface Discussion {
  discussed: Discussed
  /** At most fifty. */
  threads: Thread[]
  counts: { open: number; all: number }
}

const mostShown = 50

/**
 * For the page of a document, or of an item by the item's id; for members alone.
 * @throws AppError 'not-found'
 */
export async function discussionOf(trx: Trx, entry: Entry, id: string): Promise<Discussion> {
  const discussed = await openDiscussed(trx, entry, id)
  if (!discussed.document) return { discussed, threads: [], counts: { open: 0, all: 0 } }
  const networkId = entry.network.id
  const { threads } = await listThreads(trx, networkId, id, discussed.reader, {
    most: mostShown,
    openOnly: true,
  })
  const order = orderOf(discussed.template)
  return {
    discussed,
    threads: threads.sort((a, b) => order(a.path ?? '') - order(b.path ?? '') || (a.id < b.id ? -1 : 1)),
    counts: await countThreads(trx, networkId, id, discussed.reader),
  }
}
