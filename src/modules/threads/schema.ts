import { z } from 'zod'

export const longestBody = 20_000
/** How many people one message may call by name, and files it may bring. */
export const mostCalled = 50
export const mostFiles = 10

export const wishes = ['all', 'mentions', 'none'] as const
/** What somebody wants to be written to about a thread. */
export type Wish = (typeof wishes)[number]

const ids = (most: number) => z.array(z.uuid()).max(most).default([])

/** Something said in a thread. */
export const messageInput = z.object({
  /** Markdown. */
  body: z.string().trim().min(1).max(longestBody),
  /** People who hear of it at once, beside those whom it names with an @. */
  called: ids(mostCalled),
  /** Files received before, by their sender. */
  files: ids(mostFiles),
})
export type MessageInput = z.output<typeof messageInput>

export const textInput = messageInput.pick({ body: true })

export const wishInput = z.object({ wish: z.enum(wishes) })

export const closureInput = z.object({ closed: z.enum(['yes', 'no']) })
