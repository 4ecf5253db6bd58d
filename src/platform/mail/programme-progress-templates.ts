import { z } from 'zod'
import { template, url, words } from '#platform/mail/template.ts'

export const programmeProgressTemplates = {
  /** Written by hand, by whoever runs a programme. */
  'programme-nudge': template({
    kind: 'work',
    params: z.object({ person: words, programme: words, message: z.string().max(2_000), url }),
    secrets: [],
    subject: 'mail.programme-nudge.subject',
    paragraphs: ['mail.programme-nudge.text'],
    said: 'message',
    button: 'mail.programme-nudge.button',
    values: ({ person, programme }) => ({ person, programme }),
  }),
}
