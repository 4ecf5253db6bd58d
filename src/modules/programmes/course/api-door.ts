import type { z } from '@hono/zod-openapi'
import type { AppContext } from '#http/context.ts'
import { type Entry, inWords, Refusal } from '#modules/network/index.ts'

/** What all that the API offers of programmes has in common. */

export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** A key of the network itself that is given to run its programmes runs those of all groups. */
export function keyed(entry: Entry): Entry {
  const { actor, scopes } = entry
  const runs = actor.accountId === null && scopes?.includes('programmes:manage')
  return runs ? { ...entry, role: 'facilitator' } : entry
}

export function refused(c: AppContext, error: unknown): never {
  throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
}
