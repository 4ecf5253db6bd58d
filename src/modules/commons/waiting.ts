import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** Pages begun, pages of others to look at, what came of what one follows, consents that run out. */
export const commonsWaiting: WaitingSource = {
  source: 'commons_waiting',
  kinds: {
    draft: {
      act: 'finish',
      weight: 1,
      address: (place, { subjectId }) => href('writingPage', { ...place, document: subjectId }),
    },
    review: { act: 'answer', weight: 3, address: place => href('reviews', place) },
    news: { act: 'prepare', weight: 1, address: place => href('following', place) },
    consent: {
      act: 'confirm',
      weight: 2,
      address: (place, { subjectId }) => href('writingConsents', { ...place, document: subjectId }),
    },
  },
}
