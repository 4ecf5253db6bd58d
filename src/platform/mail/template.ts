import { z } from 'zod'
import type { I18n, MessageKey, MessageValues } from '#platform/i18n/i18n.ts'
import { oneLine } from '#platform/mail/address.ts'
import type { Kind } from '#platform/mail/cadence.ts'

/** What is said in every template the same way. */
export interface Words {
  i18n: I18n
  /** Name of the network, in the reader's language. */
  network: string
  /** A moment, in the reader's time zone. */
  moment(value: string): string
}

export interface Template<Schema extends z.ZodType = z.ZodType> {
  kind: Kind
  params: Schema
  /** Params that would let whoever reads them in: kept apart, and erased when the message is on its way. */
  secrets: readonly string[]
  subject: MessageKey
  paragraphs: readonly MessageKey[]
  /** Where there is one, the params have the `url` it leads to. */
  button?: MessageKey
  /** The param in which somebody's own words stand, in Markdown: after the paragraphs. */
  said?: string
  /** What stands there is the program's own, a list most often: not set apart as somebody's words are. */
  listed?: boolean
  /** Said last, before the button. */
  closing?(params: z.output<Schema>): MessageKey[]
  /** Turned off by a link of its own, the `leaveUrl` of the params, and not with all of its kind. */
  leaving?: MessageKey
  /** Above links by which parts of it are turned off by themselves: the `silences` of the params. */
  parts?: MessageKey
  /** In a digest, those alike in this param are one entry, called so: with `count`. */
  together?: { by: string; subject: MessageKey }
  /** For mail programs, which put what belongs together under each other. */
  conversation?(params: z.output<Schema>): Conversation
  /** What fills the messages above. */
  values(params: z.output<Schema>, words: Words): MessageValues
}

/** By ids, to which the domain that mail comes from is added. */
export interface Conversation {
  thread: string
  /** The same for everyone who gets it, as of a mailing list. */
  message: string
  /** The message it answers. */
  parent: string | null
}

/** Lets the compiler see what params each template takes. */
export function template<const Schema extends z.ZodType>(given: Template<Schema>): Template<Schema> {
  return given
}

// What params are made of.

export const words = z.string().transform(text => oneLine(text))
export const moment = z.iso.datetime()
export const url = z.url({ protocol: /^https?$/ })
export const count = z.number().int().min(0)

/** What the reader is to a meeting. */
export const part = z.enum(['registered', 'waiting', 'host', 'asked'])
export type Part = z.output<typeof part>

/** A calendar file (RFC 5546) that goes with the message: whole, and the method that it says itself. */
export const calendarPart = z.object({
  method: z.enum(['PUBLISH', 'REQUEST', 'CANCEL']),
  content: z.string(),
})
export type CalendarPart = z.output<typeof calendarPart>
