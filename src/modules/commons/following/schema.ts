import { z } from 'zod'
import { longestName, type Subject } from '#modules/commons/following/following.ts'
import { readQuery } from '#modules/commons/search/query.ts'
import { cadences } from '#platform/mail/index.ts'

/** What one follows, as a form and the API send it. */
export const subjectInput = z
  .discriminatedUnion('kind', [
    /** A search as the address of the list has it: `q=solaire&country=TG`. */
    z.object({ kind: z.literal('search'), query: z.string().max(16_000) }),
    z.object({ kind: z.literal('theme'), theme: z.string().min(1).max(500) }),
    z.object({ kind: z.literal('author'), person: z.uuid() }),
    z.object({ kind: z.literal('item'), item: z.uuid() }),
  ])
  .refine(({ kind, ...rest }) => kind !== 'theme' || !JSON.stringify(rest).includes('\\u0000'))

/** @throws AppError 'invalid-input' that names what is wrong with a search */
export function subjectOf(input: z.output<typeof subjectInput>): Subject {
  switch (input.kind) {
    case 'search':
      return { kind: 'search', query: readQuery(new URLSearchParams(input.query)) }
    case 'theme':
      return { kind: 'theme', key: input.theme }
    case 'author':
      return { kind: 'author', personId: input.person }
    case 'item':
      return { kind: 'item', itemId: input.item }
  }
}

export const wishInput = z.object({
  /** Empty: as what it leads to is called. */
  name: z
    .string()
    .trim()
    .max(longestName)
    .transform(name => name || null)
    .default(null),
  cadence: z.enum(cadences),
})
