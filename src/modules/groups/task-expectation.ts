import { z } from 'zod'
import type { ExpectationKind } from '#http/module.ts'

/**
 * A task that each organisation has of its own: made when the step opens, done where tasks are done. The task says in
 * `origin_id` which expectation it stands for.
 */
export const taskExpectation: ExpectationKind = {
  settings: z.strictObject({
    details: z.string().max(10_000).default(''),
  }),
  subject: 'expectation',
  source: 'tasks_done',
  said: false,
  address: null,
}
