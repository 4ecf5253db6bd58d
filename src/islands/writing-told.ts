import type { Json } from './writing-answers.ts'
import type { Draft } from './writing-drafts.ts'
import type { Theirs } from './writing-entry.ts'
import type { Failure, Saved } from './writing-server.ts'

/** What the page tells whoever writes. */
export interface Told {
  state(state: SavingState): void
  /** Two answers that cannot be put together. `settle` says which: the other is known to be there. */
  conflict(element: HTMLElement, conflict: { mine: Json; theirs: Json; by: string | null }): void
  conflictOver(element: HTMLElement): void
  problem(element: HTMLElement, problem: Saved['problems'][number]['problem'] | null): void
  /** Others' words have come into an answer; `by` null: one's own, from another window. */
  changed(element: HTMLElement, by: string | null): void
  /** Controls cannot say what the answer is: the page has to be asked for them. */
  outdated(path: string, wanted: Json): void
  /** The server has it now. */
  saved(path: string): void
}

export type SavingState =
  | { is: 'saved'; at: Date }
  | { is: 'saving' | 'waiting' | 'held'; count: number }
  | { is: Failure; count: number; kept: boolean }

export interface Saving {
  /** Paths of what the page now has; those that are new are taken up as the server wrote them. */
  look(): void
  changed(element: HTMLElement): void
  /** Sends what there is to send now. */
  save(leaving?: boolean): Promise<void>
  hear(theirs: Theirs[], revision: number): void
  /** After a conflict: their answer is known, mine stands in the field. */
  settle(element: HTMLElement, value?: Json): void
  /** @returns how many came back */
  restore(drafts: Draft[], final?: boolean): number
  /** What is not acknowledged, onto this device, now. */
  keepAll(): Promise<void>
  /** After something that may pass: signed in again, on the line again. */
  retry(): void
  unsent(): number
  isUnsent(path: string): boolean
  /** Sends one value, whatever the controls say; they are to be renewed after. @returns whether it was taken */
  put(path: string, value: Json): Promise<boolean>
  renewed(path: string): void
  /** Sends again also what was refused as it is: somebody has pressed the button. */
  insist(): void
  baseOf(path: string): Json
  isFailing(): boolean
  /** Revision up to which everything of others is known. */
  known(): number
  stop(why: Failure): void
}
