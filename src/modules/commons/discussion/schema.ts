import { z } from 'zod'

/** Characters. */
export const longestBody = 4_000
export const longestQuote = 2_000
export const longestReplacement = 5_000

const text = (most: number) => z.string().max(most).default('')
const path = z.string().max(300).nullish()

/** What one says of a page, whichever door it comes in by. */
export const commentInput = z
  .object({
    /** The answer it is about; none: the whole page, or wherever the passage is found. */
    path: path.transform(given => given || null),
    quote: text(longestQuote),
    /** A little of what stands before and after, where the passage stands there more than once. */
    before: text(200),
    after: text(200),
    kind: z.enum(['comment', 'suggestion']).default('comment'),
    body: z.string().trim().max(longestBody).default(''),
    replacement: text(longestReplacement),
  })
  .superRefine(({ kind, body, quote, replacement }, context) => {
    const wrong = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message, input: undefined })
    if (kind === 'comment') {
      if (body === '') wrong('body', 'discussion.error.body')
      return
    }
    if (quote.trim() === '') wrong('quote', 'discussion.error.quote')
    else if (replacement === quote) wrong('replacement', 'discussion.error.same')
  })
export type CommentInput = z.output<typeof commentInput>

export const answerInput = z.object({ body: z.string().trim().min(1).max(longestBody) })

/** One's own comment, written anew. */
export const textInput = z.object({
  body: z.string().trim().max(longestBody).default(''),
  replacement: text(longestReplacement),
})
export type TextInput = z.output<typeof textInput>

export const decisionInput = z.object({ state: z.enum(['open', 'resolved', 'accepted', 'declined']) })
