import { z } from 'zod'
import type { ExpectationKind } from '#http/module.ts'

/** What is to be read: pages, files, anything with an address; and how long that takes. */
export const reading: ExpectationKind = {
  settings: z.strictObject({
    links: z
      .array(
        z.strictObject({ title: z.string().min(1).max(300), url: z.url({ protocol: /^https?$/ }).max(1000) }),
      )
      .max(50)
      .default([]),
    parts: z.array(z.string().min(1).max(300)).max(100).default([]),
    minutes: z.number().int().min(5).max(6000).optional(),
  }),
  subject: 'expectation',
  source: 'programme_said',
  said: true,
  address: null,
}

/** What is to be handed in: a file of the network, or the address of a page. */
export const document: ExpectationKind = {
  settings: z.strictObject({ help: z.string().max(2000).default('') }),
  subject: 'expectation',
  source: 'programme_said',
  said: true,
  address: null,
}
