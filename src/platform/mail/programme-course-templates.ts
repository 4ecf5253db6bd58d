import { z } from 'zod'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { count, template, url, words } from '#platform/mail/template.ts'

/** How its course changes, step by step. */
function changed(subject: MessageKey, text: MessageKey) {
  return template({
    kind: 'work',
    params: z.object({
      programme: words,
      // Steps that are new, left out, or done another way, as lists in Markdown; `more` are not in them.
      changes: z.string().max(30_000),
      more: count,
      // Meetings that stay where they are while it stands still, or after it.
      ahead: count,
      url,
    }),
    secrets: [],
    subject,
    paragraphs: [text],
    said: 'changes',
    listed: true,
    closing: ({ ahead, more }) => [
      ...(more > 0 ? (['mail.programme-changed.more'] as const) : []),
      ...(ahead > 0 ? (['mail.programme-changed.ahead'] as const) : []),
    ],
    button: 'mail.programme-begun.button',
    values: ({ programme, ahead, more }) => ({ programme, ahead, more }),
  })
}

export const programmeCourseTemplates = {
  'programme-begun': template({
    kind: 'work',
    // Its first days, as a list in Markdown, and where all of them are.
    params: z.object({
      ...{ programme: words, group: words, day: z.iso.date(), meetings: count, url },
      dates: z.string().max(30_000),
    }),
    secrets: [],
    subject: 'mail.programme-begun.subject',
    paragraphs: ['mail.programme-begun.text'],
    said: 'dates',
    listed: true,
    button: 'mail.programme-begun.button',
    values: ({ programme, group, day, meetings }, { i18n }) => ({
      programme,
      group,
      day: i18n.day(day),
      meetings,
    }),
  }),
  'programme-removed': template({
    kind: 'work',
    params: z.object({ programme: words, group: words, day: z.iso.date(), url }),
    secrets: [],
    subject: 'mail.programme-removed.subject',
    paragraphs: ['mail.programme-removed.text'],
    button: 'mail.programme-removed.button',
    values: ({ programme, group, day }, { i18n }) => ({ programme, group, day: i18n.day(day) }),
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
  'programme-moved': template({
    kind: 'work',
    // From which to which day each went, as a list in Markdown; `more` are not in it.
    params: z.object({ programme: words, count, more: count, moves: z.string().max(30_000), url }),
    secrets: [],
    subject: 'mail.programme-moved.subject',
    paragraphs: ['mail.programme-moved.text'],
    said: 'moves',
    listed: true,
    closing: ({ more }) => (more > 0 ? ['mail.programme-moved.more'] : []),
    button: 'mail.programme-begun.button',
    values: ({ programme, count, more }) => ({ programme, count, more }),
  }),
  'programme-changed': changed('mail.programme-changed.subject', 'mail.programme-changed.text'),
  'programme-paused': changed('mail.programme-paused.subject', 'mail.programme-paused.text'),
  'programme-resumed': changed('mail.programme-resumed.subject', 'mail.programme-resumed.text'),
  'programme-ended': changed('mail.programme-ended.subject', 'mail.programme-ended.text'),
  'programme-reminder': template({
    kind: 'work',
    // What is expected still, as a list in Markdown: of this step, and of others that are due.
    params: z.object({
      programme: words,
      step: words,
      due: z.iso.date(),
      expected: z.string().max(30_000),
      url,
    }),
    secrets: [],
    subject: 'mail.programme-reminder.subject',
    paragraphs: ['mail.programme-reminder.text'],
    said: 'expected',
    listed: true,
    button: 'mail.programme-reminder.button',
    values: ({ programme, step, due }, { i18n }) => ({ programme, step, day: i18n.day(due) }),
  }),
}
