import { z } from 'zod'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { oneLine } from '#platform/mail/address.ts'
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

/** Several sentences of somebody's, in one paragraph. */
const sentences = z.string().transform(text => oneLine(text, 2000))

/**
 * What all that is said of a meeting says: when it is, in the time of its place, and where, in the reader's language. The
 * link may let somebody without an account in, and the calendar file holds that of the video.
 */
const about = {
  title: words,
  when: sentences,
  where: sentences,
  url,
  calendar: calendarPart.nullable().default(null),
}
/** Of a letter queued before this was known, it did. */
const placeGoes = z.boolean().default(true)
/** What its reader is to it. */
const parts = z.array(part).default(['registered'])
const leavesCalendar = z.boolean()
const kept = {
  registered: 'mail.meeting-moved.kept',
  waiting: 'mail.meeting-moved.kept.waiting',
  host: 'mail.meeting-moved.kept.host',
  asked: 'mail.meeting-moved.kept.asked',
} as const satisfies Record<Part, MessageKey>
const kind = 'meeting'
const secrets = ['url', 'calendar'] as const
const button = 'mail.meeting.button'

export const meetingTemplates = {
  /** Asked for by whoever reads it: neither silenced nor held. */
  'meeting-confirmation': template({
    kind: 'security',
    params: z.object({ title: words, when: sentences, url, expiresAt: moment }),
    secrets: ['url'],
    subject: 'mail.meeting-confirmation.subject',
    paragraphs: ['mail.meeting-confirmation.text', 'mail.link.expiry', 'mail.link.unasked'],
    button: 'mail.meeting-confirmation.button',
    values: ({ title, when, expiresAt }, { moment }) => ({ title, when, moment: moment(expiresAt) }),
  }),
  /** To those whom it is proposed to. */
  'meeting-invited': template({
    kind,
    params: z.object({ ...about, person: words, message: z.string().max(1_000) }),
    secrets,
    subject: 'mail.meeting-invited.subject',
    paragraphs: ['mail.meeting-invited.text', 'mail.meeting.where'],
    said: 'message',
    button: 'mail.meeting-invited.button',
    values: ({ title, when, where, person }) => ({ title, when, where, person }),
  }),
  /** To those who were invited and have not answered. */
  'meeting-invited-moved': template({
    kind,
    params: z.object({ ...about, was: sentences }),
    secrets,
    subject: 'mail.meeting-invited-moved.subject',
    paragraphs: ['mail.meeting-moved.text', 'mail.meeting.where'],
    button: 'mail.meeting-invited.button',
    values: ({ title, when, was, where }) => ({ title, when, was, where }),
  }),
  'meeting-registered': template({
    kind,
    params: z.object({ ...about, waitingGuests: count }),
    secrets,
    subject: 'mail.meeting-registered.subject',
    paragraphs: ['mail.meeting-registered.text', 'mail.meeting.where', 'mail.meeting.withdraw'],
    button,
    values: ({ title, when, where, waitingGuests }) => ({ title, when, where, waitingGuests }),
  }),
  'meeting-waiting': template({
    kind,
    params: z.object({ ...about, place: count, leavesCalendar: leavesCalendar.default(false) }),
    secrets,
    subject: 'mail.meeting-waiting.subject',
    paragraphs: ['mail.meeting-waiting.text', 'mail.meeting-waiting.next'],
    closing: ({ leavesCalendar: leaves }) => (leaves ? ['mail.meeting-waiting.calendar'] : []),
    button,
    values: ({ title, when, place }) => ({ title, when, place }),
  }),
  'meeting-moved-up': template({
    kind,
    params: z.object(about),
    secrets,
    subject: 'mail.meeting-moved-up.subject',
    paragraphs: ['mail.meeting-moved-up.text', 'mail.meeting.where', 'mail.meeting.withdraw'],
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  /** To whoever brings them. */
  'meeting-guest-moved-up': template({
    kind,
    params: z.object({ ...about, guests: words }),
    secrets,
    subject: 'mail.meeting-guest-moved-up.subject',
    paragraphs: ['mail.meeting-guest-moved-up.text', 'mail.meeting.where'],
    button,
    values: ({ title, when, where, guests }) => ({ title, when, where, guests }),
  }),
  'meeting-withdrawn': template({
    kind,
    params: z.object({ ...about, leavesCalendar: leavesCalendar.default(true) }),
    secrets,
    subject: 'mail.meeting-withdrawn.subject',
    paragraphs: ['mail.meeting-withdrawn.text'],
    closing: ({ leavesCalendar: leaves }) => [
      ...(leaves ? (['mail.meeting-withdrawn.calendar'] as const) : []),
      'mail.meeting-withdrawn.again',
    ],
    button,
    values: ({ title, when }) => ({ title, when }),
  }),
  'meeting-moved': template({
    kind,
    params: z.object({ ...about, was: sentences, parts }),
    secrets,
    subject: 'mail.meeting-moved.subject',
    paragraphs: ['mail.meeting-moved.text', 'mail.meeting.where'],
    closing: own => own.parts.map(one => kept[one]),
    button,
    values: ({ title, when, was, where }) => ({ title, when, was, where }),
  }),
  'meeting-changed': template({
    kind,
    params: z.object({ ...about, parts }),
    secrets,
    subject: 'mail.meeting-changed.subject',
    paragraphs: ['mail.meeting-changed.text', 'mail.meeting.where'],
    closing: own => own.parts.map(one => kept[one]),
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  'meeting-cancelled': template({
    kind,
    params: z.object({ ...about, reason: sentences }),
    secrets,
    subject: 'mail.meeting-cancelled.subject',
    paragraphs: ['mail.meeting-cancelled.text'],
    button,
    values: ({ title, when, reason }) => ({ title, when, reason }),
  }),
  'meeting-reinstated': template({
    kind,
    params: z.object({ ...about, parts }),
    secrets,
    subject: 'mail.meeting-reinstated.subject',
    paragraphs: ['mail.meeting-reinstated.text', 'mail.meeting.where'],
    closing: own => own.parts.map(one => kept[one]),
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  'meeting-reminder': template({
    kind,
    params: z.object(about),
    secrets,
    subject: 'mail.meeting-reminder.subject',
    paragraphs: ['mail.meeting-reminder.text', 'mail.meeting.where', 'mail.meeting.withdraw'],
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  'meeting-host-asked': template({
    kind,
    params: z.object({ ...about, person: words }),
    secrets,
    subject: 'mail.meeting-host-asked.subject',
    paragraphs: ['mail.meeting-host-asked.text', 'mail.meeting.where', 'mail.meeting-host-asked.answer'],
    button,
    values: ({ title, when, where, person }) => ({ title, when, where, person }),
  }),
  'meeting-host-confirmed': template({
    kind,
    params: z.object({ ...about, person: words }),
    secrets,
    subject: 'mail.meeting-host-confirmed.subject',
    paragraphs: ['mail.meeting-host-confirmed.text'],
    button,
    values: ({ title, when, person }) => ({ title, when, person }),
  }),
  /** To those who run the meeting. */
  'meeting-host-withdrew': template({
    kind,
    params: z.object({ ...about, person: words, placeGoes }),
    secrets,
    subject: 'mail.meeting-host-withdrew.subject',
    paragraphs: ['mail.meeting-host-withdrew.text'],
    closing: ({ placeGoes: goes }) => [
      goes ? 'mail.meeting-host-withdrew.next' : 'mail.meeting-host-withdrew.place-stays',
    ],
    button,
    values: ({ title, when, where, person }) => ({ title, when, where, person }),
  }),
  /** To whoever receives it. */
  'meeting-hosting': template({
    kind,
    params: z.object(about),
    secrets,
    subject: 'mail.meeting-hosting.subject',
    paragraphs: ['mail.meeting-hosting.text', 'mail.meeting.where', 'mail.meeting-hosting.withdraw'],
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  /** To whoever received it. */
  'meeting-hosting-ended': template({
    kind,
    params: z.object(about),
    secrets,
    subject: 'mail.meeting-hosting-ended.subject',
    paragraphs: ['mail.meeting-hosting-ended.text'],
    button,
    values: ({ title, when }) => ({ title, when }),
  }),
  /** To those who come or wait. */
  'meeting-host-sought': template({
    kind,
    params: z.object({ ...about, placeGoes, parts }),
    secrets,
    subject: 'mail.meeting-host-sought.subject',
    paragraphs: ['mail.meeting-host-sought.text'],
    closing: ({ placeGoes: goes, parts: own }) => {
      const waits = own.includes('waiting')
      if (goes) return [waits ? 'mail.meeting-host-sought.stands.waiting' : 'mail.meeting-host-sought.stands']
      return [waits ? 'mail.meeting-host-sought.place-stays.waiting' : 'mail.meeting-host-sought.place-stays']
    },
    button,
    values: ({ title, when, where }) => ({ title, when, where }),
  }),
  'meeting-contribution': template({
    kind,
    params: z.object({ ...about, person: words, contribution: words }),
    secrets,
    subject: 'mail.meeting-contribution.subject',
    paragraphs: ['mail.meeting-contribution.text'],
    button,
    values: ({ title, when, person, contribution }) => ({ title, when, person, contribution }),
  }),
  'meeting-contribution-accepted': template({
    kind,
    params: z.object({ ...about, contribution: words, answer: sentences }),
    secrets,
    subject: 'mail.meeting-contribution-accepted.subject',
    paragraphs: ['mail.meeting-contribution-accepted.text'],
    button,
    values: ({ title, when, contribution, answer }) => ({ title, when, contribution, answer }),
  }),
  'meeting-contribution-declined': template({
    kind,
    params: z.object({ ...about, contribution: words, answer: sentences }),
    secrets,
    subject: 'mail.meeting-contribution-declined.subject',
    paragraphs: ['mail.meeting-contribution-declined.text'],
    button,
    values: ({ title, when, contribution, answer }) => ({ title, when, contribution, answer }),
  }),
} as const
