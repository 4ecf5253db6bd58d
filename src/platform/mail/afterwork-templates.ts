import { z } from 'zod'
import { template, url, words } from '#platform/mail/template.ts'

export const afterworkTemplates = {
  'afterworks-lapsed': template({
    kind: 'meeting',
    params: z.object({ series: words, url }),
    secrets: [],
    subject: 'mail.afterworks-lapsed.subject',
    paragraphs: ['mail.afterworks-lapsed.text'],
    button: 'mail.afterworks-lapsed.button',
    values: ({ series }) => ({ series }),
  }),
  'introduction-asked': template({
    kind: 'discussion',
    params: z.object({ person: words, organisation: words, message: z.string().max(2_000), url }),
    secrets: [],
    subject: 'mail.introduction-asked.subject',
    paragraphs: ['mail.introduction-asked.text'],
    said: 'message',
    button: 'mail.introduction-asked.button',
    values: ({ person, organisation }, { network }) => ({
      person: organisation ? `${person} (${organisation})` : person,
      network,
    }),
  }),
  'introduction-agreed': template({
    kind: 'discussion',
    params: z.object({ person: words, url }),
    secrets: [],
    subject: 'mail.introduction-agreed.subject',
    paragraphs: ['mail.introduction-agreed.text'],
    button: 'mail.introduction-agreed.button',
    values: ({ person }) => ({ person }),
  }),
  'afterwork-satisfaction': template({
    kind: 'meeting',
    params: z.object({ title: words, url }),
    secrets: [],
    subject: 'mail.afterwork-satisfaction.subject',
    paragraphs: ['mail.afterwork-satisfaction.text'],
    button: 'mail.afterwork-satisfaction.button',
    values: ({ title }) => ({ title }),
  }),
  /** To a visitor, by the link of their registration. */
  'afterwork-opinion': template({
    kind: 'meeting',
    params: z.object({ title: words, url }),
    secrets: ['url'],
    subject: 'mail.afterwork-satisfaction.subject',
    paragraphs: ['mail.afterwork-satisfaction.text'],
    button: 'mail.afterwork-satisfaction.button',
    values: ({ title }) => ({ title }),
  }),
}
