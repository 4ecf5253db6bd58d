import { z } from '@hono/zod-openapi'
import { text } from '#modules/commons/collections/schema.ts'
import { linkKinds } from '#modules/commons/links/links.ts'

/** What forms and the API say of a link. */
export const linkInput = z.object({
  kind: z.enum(linkKinds),
  note: text().trim().max(2_000).default(''),
})
