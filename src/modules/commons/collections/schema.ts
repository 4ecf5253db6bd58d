import { z } from '@hono/zod-openapi'
import { locales } from '#kernel/locale.ts'
import { collectionStates } from '#modules/commons/collections/collections.ts'

/** What forms, the API and the demonstration say of a collection and of what stands in it. */

/** NUL can be stored in no text. */
export const text = () => z.string().overwrite(given => given.replaceAll('\0', ''))

export const collectionInput = z.object({
  // On one line, wherever it came from.
  title: text()
    .overwrite(given => given.replace(/\s+/g, ' '))
    .trim()
    .min(1)
    .max(200),
  about: text().trim().max(20_000).default(''),
  language: z.enum(locales),
  state: z.enum(collectionStates).default('private'),
})

/** A heading on one line; left empty, none. */
export const sectionField = text()
  .trim()
  .max(200)
  .nullish()
  .transform(text => text?.replace(/\s+/g, ' ') || null)

export const noteField = text().trim().max(5_000).default('')

export const entryInput = z.object({ section: sectionField, note: noteField })

export const directionField = z.enum(['up', 'down'])
