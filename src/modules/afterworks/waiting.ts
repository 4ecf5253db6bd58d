import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** Who would like to meet, series about to lapse, what those who came thought. */
export const afterworksWaiting: WaitingSource = {
  source: 'afterworks_waiting',
  kinds: {
    introduction: {
      act: 'answer',
      weight: 3,
      address: (place, { subjectId }) => href('introduction', { ...place, introduction: subjectId }),
    },
    series_lapsing: {
      act: 'confirm',
      weight: 2,
      address: (place, { slug }) => href('afterworkSeries', { ...place, series: slug ?? '' }),
    },
    opinion: {
      act: 'answer',
      weight: 1,
      address: (place, { subjectId }) => href('satisfaction', { ...place, meeting: subjectId }),
    },
  },
}
