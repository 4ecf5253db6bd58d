import { z } from 'zod'
import { oneLine } from '#platform/mail/address.ts'
import { count, template, url } from '#platform/mail/template.ts'

const line = z.string().transform(text => oneLine(text, 200))

/** What waits for somebody, in all their networks; and what was held for them, where that is due on the same morning. */
export const waitingTemplates = {
  'waiting-digest': template({
    kind: 'waiting',
    params: z.object({
      number: count,
      late: count,
      sections: z.array(
        z.object({
          network: line,
          entries: z.array(
            z.object({
              text: line,
              url: z.string().nullable(),
              note: line.optional(),
              count: z.number().optional(),
            }),
          ),
        }),
      ),
      /** Of each kind that it tells of, where that is turned off. */
      silences: z.array(z.object({ label: line, url: z.string() })),
      url,
    }),
    // Links that act without signing in, and what may be said inside a network alone.
    secrets: ['sections', 'silences'],
    subject: 'mail.waiting-digest.subject',
    paragraphs: ['mail.waiting-digest.text'],
    parts: 'mail.waiting-digest.silences',
    button: 'mail.waiting-digest.button',
    values: ({ number, late }) => ({ number, late }),
  }),
} as const
