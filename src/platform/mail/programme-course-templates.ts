import { z } from 'zod'
import { count, template, url, words } from '#platform/mail/template.ts'

export const programmeCourseTemplates = {
  'programme-begun': template({
    kind: 'work',
    params: z.object({ programme: words, group: words, day: z.iso.date(), meetings: count, url }),
    secrets: [],
    subject: 'mail.programme-begun.subject',
    paragraphs: ['mail.programme-begun.text'],
    button: 'mail.programme-begun.button',
    values: ({ programme, group, day, meetings }, { i18n }) => ({
      programme,
      group,
      day: i18n.day(day),
      meetings,
    }),
  }),
  'programme-entrusted': template({
    kind: 'work',
    params: z.object({ programme: words, count, url }),
    secrets: [],
    subject: 'mail.programme-entrusted.subject',
    paragraphs: ['mail.programme-entrusted.text'],
    button: 'mail.programme-begun.button',
    values: ({ programme, count }) => ({ programme, count }),
  }),
  'programme-reminder': template({
    kind: 'work',
    // What is expected still, as a list in Markdown.
    params: z.object({
      programme: words,
      step: words,
      due: z.iso.date(),
      expected: z.string().max(2_000),
      url,
    }),
    secrets: [],
    subject: 'mail.programme-reminder.subject',
    paragraphs: ['mail.programme-reminder.text'],
    said: 'expected',
    button: 'mail.programme-reminder.button',
    values: ({ programme, step, due }, { i18n }) => ({ programme, step, day: i18n.day(due) }),
  }),
}
