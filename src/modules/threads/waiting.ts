import type { WaitingKind, WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

const ofThread: WaitingKind['address'] = (place, { subjectId, slug }) =>
  href('thread', { ...place, type: slug ?? '', subject: subjectId })

/** Where one was called by name, and what else was said in what one follows. */
export const threadsWaiting: WaitingSource = {
  source: 'threads_waiting',
  kinds: {
    mention: { act: 'answer', weight: 3, address: ofThread },
    discussion: { act: 'prepare', weight: 1, address: ofThread },
  },
}
