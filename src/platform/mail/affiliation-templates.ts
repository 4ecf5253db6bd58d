import { z } from 'zod'
import { template, url, words } from '#platform/mail/template.ts'

const kind = 'administration'
const params = z.object({ other: words, url })

/** What another network did about belonging together, to the administrators of this one. */
export const affiliationTemplates = {
  'affiliation-asked': template({
    kind,
    params,
    secrets: [],
    subject: 'mail.affiliation-asked.subject',
    paragraphs: ['mail.affiliation-asked.text'],
    button: 'mail.affiliation-asked.button',
    values: ({ other }, { network }) => ({ other, network }),
  }),
  'affiliation-accepted': template({
    kind,
    params,
    secrets: [],
    subject: 'mail.affiliation-accepted.subject',
    paragraphs: ['mail.affiliation-accepted.text'],
    button: 'mail.affiliation.button',
    values: ({ other }, { network }) => ({ other, network }),
  }),
  'affiliation-declined': template({
    kind,
    params,
    secrets: [],
    subject: 'mail.affiliation-declined.subject',
    paragraphs: ['mail.affiliation-declined.text'],
    button: 'mail.affiliation.button',
    values: ({ other }, { network }) => ({ other, network }),
  }),
  'affiliation-withdrawn': template({
    kind,
    params,
    secrets: [],
    subject: 'mail.affiliation-withdrawn.subject',
    paragraphs: ['mail.affiliation-withdrawn.text'],
    button: 'mail.affiliation.button',
    values: ({ other }, { network }) => ({ other, network }),
  }),
  'affiliation-ended': template({
    kind,
    params,
    secrets: [],
    subject: 'mail.affiliation-ended.subject',
    paragraphs: ['mail.affiliation-ended.text'],
    button: 'mail.affiliation.button',
    values: ({ other }, { network }) => ({ other, network }),
  }),
} as const
