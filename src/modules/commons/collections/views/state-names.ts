import type { CollectionState } from '#modules/commons/collections/collections.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const stateNames = {
  private: 'collections.state.private',
  network: 'collections.state.network',
  public: 'collections.state.public',
} as const satisfies Record<CollectionState, MessageKey>

export const stateHints = {
  private: 'collections.state.private.hint',
  network: 'collections.state.network.hint',
  public: 'collections.state.public.hint',
} as const satisfies Record<CollectionState, MessageKey>
