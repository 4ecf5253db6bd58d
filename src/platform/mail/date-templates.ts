import { z } from 'zod'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import {
  calendarPart,
  count,
  moment,
  type Part,
  part,
  template,
  url,
  words,
} from '#platform/mail/template.ts'

const kind = 'meeting'
const asked = z.object({ person: words, title: words, closesAt: moment, url })

/** Dates, each with where it leads, under what happened to them. */
const sections = z.array(
  z.object({
    network: z.string(),
    entries: z.array(z.object({ text: z.string(), url: z.string().nullable() })),
  }),
)
const dates = z.object({
  title: words,
  count,
  sections,
  url,
  calendar: calendarPart.nullable().default(null),
})
const secrets = ['calendar'] as const
const kept = {
  registered: 'mail.series-changed.kept',
  waiting: 'mail.series-changed.waiting',
  host: 'mail.series-changed.host',
  asked: 'mail.series-changed.asked',
} as const satisfies Record<Part, MessageKey>

/** Of polls that look for a date, and of series: one message for all the dates it is about. */
export const dateTemplates = {
  'date-poll-asked': template({
    kind,
    params: asked,
    secrets: [],
    subject: 'mail.date-poll-asked.subject',
    paragraphs: ['mail.date-poll-asked.text'],
    button: 'mail.date-poll-asked.button',
    values: ({ person, title, closesAt }, { moment }) => ({ person, title, moment: moment(closesAt) }),
  }),
  'date-poll-reminder': template({
    kind,
    params: asked,
    secrets: [],
    subject: 'mail.date-poll-reminder.subject',
    paragraphs: ['mail.date-poll-reminder.text'],
    button: 'mail.date-poll-asked.button',
    values: ({ person, title, closesAt }, { moment }) => ({ person, title, moment: moment(closesAt) }),
  }),
  'date-poll-settled': template({
    kind,
    params: z.object({ title: words, when: words, where: words, url }),
    secrets: [],
    subject: 'mail.date-poll-settled.subject',
    paragraphs: ['mail.date-poll-settled.text', 'mail.meeting.where', 'mail.date-poll-settled.next'],
    button: 'mail.date-poll-settled.button',
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  'date-poll-cancelled': template({
    kind,
    params: z.object({ title: words, url }),
    secrets: [],
    subject: 'mail.date-poll-cancelled.subject',
    paragraphs: ['mail.date-poll-cancelled.text'],
    button: 'mail.date-poll-cancelled.button',
    values: ({ title }) => ({ title }),
  }),
  /** Asked for by whoever reads it: neither silenced nor held. */
  'date-poll-answer': template({
    kind: 'security',
    params: z.object({ title: words, url }),
    secrets: ['url'],
    subject: 'mail.date-poll-answer.subject',
    paragraphs: ['mail.date-poll-answer.text', 'mail.link.unasked'],
    button: 'mail.date-poll-answer.button',
    values: ({ title }) => ({ title }),
  }),
  'series-registered': template({
    kind,
    params: dates,
    secrets,
    subject: 'mail.series-registered.subject',
    paragraphs: ['mail.series-registered.text'],
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  /** To whoever is asked to receive them. */
  'series-host-asked': template({
    kind,
    params: dates.extend({ person: words }),
    secrets,
    subject: 'mail.series-host-asked.subject',
    paragraphs: ['mail.series-host-asked.text'],
    button: 'mail.series.button',
    values: ({ person, title, count }) => ({ person, title, count }),
  }),
  /** To those who run them. */
  'series-host-confirmed': template({
    kind,
    params: dates.extend({ person: words }),
    secrets,
    subject: 'mail.series-host-confirmed.subject',
    paragraphs: ['mail.series-host-confirmed.text'],
    button: 'mail.series.button',
    values: ({ person, title, count }) => ({ person, title, count }),
  }),
  /** To those who run them. */
  'series-host-withdrew': template({
    kind,
    params: dates.extend({ person: words }),
    secrets,
    subject: 'mail.series-host-withdrew.subject',
    paragraphs: ['mail.series-host-withdrew.text', 'mail.series-host-withdrew.next'],
    button: 'mail.series.button',
    values: ({ person, title, count }) => ({ person, title, count }),
  }),
  /** To whoever receives them. */
  'series-hosting': template({
    kind,
    params: dates,
    secrets,
    subject: 'mail.series-hosting.subject',
    paragraphs: ['mail.series-hosting.text'],
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  /** To whoever received them. */
  'series-hosting-ended': template({
    kind,
    params: dates,
    secrets,
    subject: 'mail.series-hosting-ended.subject',
    paragraphs: ['mail.series-hosting-ended.text'],
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  'series-withdrawn': template({
    kind,
    params: dates,
    secrets,
    subject: 'mail.series-withdrawn.subject',
    paragraphs: ['mail.series-withdrawn.text'],
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  'series-changed': template({
    kind,
    params: dates.extend({ parts: z.array(part).default(['registered']) }),
    secrets,
    subject: 'mail.series-changed.subject',
    paragraphs: ['mail.series-changed.text'],
    closing: ({ parts }) => parts.map(one => kept[one]),
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  /** To those who were invited to some of them and have not answered. */
  'series-invited-changed': template({
    kind,
    params: dates,
    secrets,
    subject: 'mail.series-invited-changed.subject',
    paragraphs: ['mail.series-invited-changed.text'],
    button: 'mail.series.button',
    values: ({ title, count }) => ({ title, count }),
  }),
  'series-cancelled': template({
    kind,
    params: dates.extend({ reason: words }),
    secrets,
    subject: 'mail.series-cancelled.subject',
    paragraphs: ['mail.series-cancelled.text'],
    button: 'mail.series.button',
    values: ({ title, count, reason }) => ({ title, count, reason }),
  }),
} as const
