import { z } from 'zod'
import { type Conversation, template, url, type Words, words } from '#platform/mail/template.ts'

const refusals = {
  address: 'mail.reply-refused.address',
  closed: 'mail.reply-refused.closed',
  empty: 'mail.reply-refused.empty',
  expired: 'mail.reply-refused.expired',
  gone: 'mail.reply-refused.gone',
} as const

/** What somebody said in a thread; with an address to answer to where mail is taken in. */
const said = {
  kind: 'discussion',
  params: z.object({
    person: words,
    title: words,
    thread: z.uuid(),
    message: z.uuid(),
    parent: z.uuid().nullable(),
    body: z.string(),
    files: z.array(words),
    url,
    leaveUrl: url,
    replyTo: z.email().nullable(),
    replyable: z.boolean(),
  }),
  // What is taken back must not stay here either.
  secrets: ['body', 'leaveUrl', 'replyTo'],
  subject: 'mail.thread-message.subject',
  said: 'body',
  leaving: 'mail.thread-message.leave',
  together: { by: 'thread', subject: 'mail.thread-message.several' },
  closing: ({ files, replyable }: { files: string[]; replyable: boolean }) => [
    ...(files.length > 0 ? (['mail.thread-message.files'] as const) : []),
    replyable ? ('mail.thread-message.by-mail' as const) : ('mail.thread-message.by-page' as const),
  ],
  conversation: (params: Conversation) => params,
  button: 'mail.thread-message.button',
  values: (
    { person, title, files }: { person: string; title: string; files: string[] },
    { i18n, network }: Words,
  ) => ({ person, title, network, files: i18n.list(files) }),
} as const

/** What people say to each other in threads. */
export const threadTemplates = {
  'thread-message': template({ ...said, paragraphs: ['mail.thread-message.text'] }),
  /** To someone who is called by name. */
  'thread-mention': template({ ...said, paragraphs: ['mail.thread-mention.text'] }),
  /** Answers what they wrote by mail themselves: neither silenced nor held. */
  'reply-refused': template({
    kind: 'security',
    params: z.object({
      title: words,
      reason: z.enum(['address', 'closed', 'empty', 'expired', 'gone']),
      url,
    }),
    secrets: [],
    subject: 'mail.reply-refused.subject',
    paragraphs: ['mail.reply-refused.text', 'mail.reply-refused.mend'],
    button: 'mail.thread-message.button',
    values: ({ title, reason }, { i18n }) => ({ title, reason: i18n.t(refusals[reason]) }),
  }),
} as const
