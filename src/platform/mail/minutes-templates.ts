import { z } from 'zod'
import { template, url, words } from '#platform/mail/template.ts'

export const minutesTemplates = {
  /** Once, when they are published first; what is put right later is told to nobody. */
  'minutes-published': template({
    kind: 'meeting',
    params: z.object({ title: words, day: z.iso.date(), url }),
    secrets: [],
    subject: 'mail.minutes-published.subject',
    paragraphs: ['mail.minutes-published.text'],
    button: 'mail.minutes-published.button',
    values: ({ title, day }, { i18n }) => ({ title, day: i18n.day(new Date(`${day}T12:00:00Z`), 'UTC') }),
  }),
}
