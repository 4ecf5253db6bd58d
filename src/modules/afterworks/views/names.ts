import type { Counter } from '#modules/afterworks/counters.ts'
import type { IntroductionState } from '#modules/afterworks/introductions.ts'
import type { ProposalKind, Rhythm, Stage } from '#modules/afterworks/schema.ts'
import type { Series } from '#modules/afterworks/series.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const rhythmNames: Record<Rhythm, MessageKey> = {
  monthly: 'afterworks.rhythm.monthly',
  quarterly: 'afterworks.rhythm.quarterly',
}

export const seriesStateNames: Record<Series['state'], MessageKey> = {
  active: 'afterworks.state.active',
  lapsed: 'afterworks.state.lapsed',
  ended: 'afterworks.state.ended',
}

export const proposalKindNames: Record<ProposalKind, MessageKey> = {
  theme: 'afterworks.kind.theme',
  place: 'afterworks.kind.place',
  date: 'afterworks.kind.date',
}

export const stageNames: Record<Stage | 'closed', MessageKey> = {
  introduction: 'introductions.stage.introduction',
  conversation: 'introductions.stage.conversation',
  synergy: 'introductions.stage.synergy',
  joint_project: 'introductions.stage.joint_project',
  closed: 'introductions.stage.closed',
}

export const introductionStateNames: Record<IntroductionState, MessageKey> = {
  asked: 'introductions.state.asked',
  agreed: 'introductions.state.agreed',
  declined: 'introductions.state.declined',
  withdrawn: 'introductions.state.withdrawn',
  closed: 'introductions.state.closed',
}

export const counterTitles: Record<Counter, MessageKey> = {
  aware: 'afterworks.counted.aware',
  adopted: 'afterworks.counted.adopted',
}

export const timesNames: Record<Counter, MessageKey> = {
  aware: 'afterworks.counted.aware.times',
  adopted: 'afterworks.counted.adopted.times',
}

export const ratings = [5, 4, 3, 2, 1] as const
export type Rating = (typeof ratings)[number]

export const ratingNames: Record<Rating, MessageKey> = {
  5: 'satisfaction.rating.5',
  4: 'satisfaction.rating.4',
  3: 'satisfaction.rating.3',
  2: 'satisfaction.rating.2',
  1: 'satisfaction.rating.1',
}
