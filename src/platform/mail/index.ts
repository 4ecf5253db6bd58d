export { isAddress, isNobodys } from '#platform/mail/address.ts'
export { mailBeforehand } from '#platform/mail/beforehand.ts'
export {
  type Cadence,
  cadences,
  cadencesOf,
  type Kind,
  nextDigest,
  type SilenceableKind,
  silenceable,
  usualCadence,
} from '#platform/mail/cadence.ts'
export type { Content } from '#platform/mail/content.ts'
export { gatherHeld, type HeldEntry } from '#platform/mail/digest.ts'
export { type MailContext, openMail } from '#platform/mail/jobs.ts'
export {
  cancelMessage,
  forgetMailOf,
  listOutbox,
  type MailBody,
  type MailState,
  type MailSummary,
  mailHealth,
  readMessage,
  retryMessage,
  sendTestMessage,
} from '#platform/mail/outbox.ts'
export { type MailInput, queueMail, queueMails, type Recipient } from '#platform/mail/queue.ts'
export { digestQueue, sendQueue } from '#platform/mail/queues.ts'
export {
  forgiveAddress,
  readCadences,
  readUnsubscribe,
  setCadences,
  silence,
  type Unsubscribe,
} from '#platform/mail/silence.ts'
export type { CalendarPart, ParamsOf, Part, TemplateName, WaysInChange } from '#platform/mail/templates.ts'
