import { z } from 'zod'
import { count, template, url, words } from '#platform/mail/template.ts'

/** What somebody wrote with it; may be empty. */
const word = z.string().max(2_000)

export const groupTemplates = {
  'group-requested': template({
    kind: 'membership',
    params: z.object({ person: words, group: words, url }),
    secrets: [],
    subject: 'mail.group-requested.subject',
    paragraphs: ['mail.group-requested.text'],
    button: 'mail.group-requested.button',
    values: ({ person, group }) => ({ person, group }),
  }),
  'group-request-accepted': template({
    kind: 'membership',
    params: z.object({ group: words, word, url }),
    secrets: [],
    subject: 'mail.group-request-accepted.subject',
    paragraphs: ['mail.group-request-accepted.text'],
    said: 'word',
    button: 'mail.group.button',
    values: ({ group }) => ({ group }),
  }),
  'group-request-declined': template({
    kind: 'membership',
    params: z.object({ group: words, word, url }),
    secrets: [],
    subject: 'mail.group-request-declined.subject',
    paragraphs: ['mail.group-request-declined.text'],
    said: 'word',
    button: 'mail.group.button',
    values: ({ group }) => ({ group }),
  }),
  'group-invitation': template({
    kind: 'invitation',
    params: z.object({ person: words, group: words, message: word, url }),
    secrets: [],
    subject: 'mail.group-invitation.subject',
    paragraphs: ['mail.group-invitation.text'],
    said: 'message',
    button: 'mail.group-invitation.button',
    values: ({ person, group }, { network }) => ({ person, group, network }),
  }),
  'group-added': template({
    kind: 'membership',
    params: z.object({ group: words, organisation: words, url }),
    secrets: [],
    subject: 'mail.group-added.subject',
    paragraphs: ['mail.group-added.text'],
    button: 'mail.group.button',
    values: ({ group, organisation }, { network }) => ({ group, organisation, network }),
  }),
  'group-entrusted': template({
    kind: 'membership',
    params: z.object({ group: words, url }),
    secrets: [],
    subject: 'mail.group-entrusted.subject',
    paragraphs: ['mail.group-entrusted.text'],
    button: 'mail.group.button',
    values: ({ group }, { network }) => ({ group, network }),
  }),
  'task-assigned': template({
    kind: 'work',
    params: z.object({ person: words, title: words, due: z.iso.date().nullable(), url }),
    secrets: [],
    subject: 'mail.task-assigned.subject',
    paragraphs: ['mail.task-assigned.text'],
    closing: ({ due }) => (due === null ? [] : ['mail.task-assigned.due']),
    button: 'mail.task-assigned.button',
    values: ({ person, title, due }, { i18n }) => ({
      person,
      title,
      day: due === null ? '' : i18n.day(due),
    }),
  }),
  'tasks-handed-over': template({
    kind: 'work',
    params: z.object({ person: words, group: words, count, url }),
    secrets: [],
    subject: 'mail.tasks-handed-over.subject',
    paragraphs: ['mail.tasks-handed-over.text'],
    button: 'mail.tasks-handed-over.button',
    values: ({ person, group, count }) => ({ person, group, count }),
  }),
}
