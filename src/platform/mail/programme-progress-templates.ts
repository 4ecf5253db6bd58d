import { z } from 'zod'
import { template, url, words } from '#platform/mail/template.ts'

export const programmeProgressTemplates = {
  /** Written by hand, by whoever runs a programme; `answered` where answers go to them. */
  'programme-nudge': template({
    kind: 'work',
    params: z.object({
      ...{ person: words, programme: words, message: z.string().max(2_000), url },
      answered: z.boolean().default(false),
    }),
    secrets: [],
    subject: 'mail.programme-nudge.subject',
    paragraphs: ['mail.programme-nudge.text'],
    said: 'message',
    closing: ({ answered }) => (answered ? ['mail.programme-nudge.answered'] : []),
    button: 'mail.programme-nudge.button',
    values: ({ person, programme }) => ({ person, programme }),
  }),
}
