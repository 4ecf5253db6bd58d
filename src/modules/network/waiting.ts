import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** Who asks for something of the network: its administrators answer. */
export const networkWaiting: WaitingSource = {
  source: 'network_waiting',
  kinds: {
    join_request: {
      act: 'answer',
      weight: 3,
      address: (place, { subjectId }) => href('joinRequest', { ...place, request: subjectId }),
    },
    affiliation: {
      act: 'answer',
      weight: 3,
      address: (place, { subjectId }) => href('affiliation', { ...place, affiliation: subjectId }),
    },
  },
}
