export { type MailDoor, openMailDoor, type ReplyTaker, TryLater } from '#platform/mail/incoming/door.ts'
export { type IncomingLetter, readLetter } from '#platform/mail/incoming/letter.ts'
