import { z } from 'zod'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'

export const meetingVisibilities = ['group', 'network', 'public'] as const
export type MeetingVisibility = (typeof meetingVisibilities)[number]

export const meetingStates = ['draft', 'scheduled', 'cancelled', 'held'] as const
export type MeetingState = (typeof meetingStates)[number]

const text = (most: number) => z.string().trim().max(most).default('')
const optionalText = z
  .string()
  .trim()
  .nullish()
  .transform(written => written || null)
const optionalId = optionalText.refine(id => id === null || isId(id), { error: 'form.error.choose' })
/** A day that PostgreSQL has as well: there is no year 0. */
export const day = z.iso
  .date({ error: ({ input }) => (input ? 'form.error.date' : 'form.error.required') })
  .refine(day => !day.startsWith('0000'), { error: 'form.error.date' })
/** Browsers may send seconds along. */
const time = z
  .string()
  .trim()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: 'meetings.error.time' })
  .transform(written => written.slice(0, 5))
const number = (least: number, most: number) =>
  z
    .union([z.number(), z.string().trim()])
    .nullish()
    .transform(written =>
      written === '' || written === null || written === undefined ? null : Number(written),
    )
    .pipe(z.number().min(least).max(most).nullable())
const whole = (least: number, most: number) => number(least, most).pipe(z.number().int().nullable())
/** A box of a form that is ticked or not there. */
const ticked = z.union([z.boolean(), z.literal('on').transform(() => true)]).default(false)
const webAddress = optionalText
  .transform(written => (written && !/^https?:\/\//i.test(written) ? `https://${written}` : written))
  .pipe(
    z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .nullable(),
  )

/** What one has to say of a meeting, by whichever door it comes in: times are those of the clocks at the place. */
export const meetingInput = z.object({
  title: z.string().trim().min(1).max(200),
  groupId: optionalId,
  about: text(20_000),
  preparation: text(20_000),
  language: z.enum(locales).default('fr'),
  day,
  from: time,
  /** On the next day where it is not later than `from`, unless `untilDay` says on which. */
  to: time,
  untilDay: optionalText.pipe(day.nullable()),
  /** Null: the network's. */
  timeZone: optionalText.refine(zone => zone === null || isTimeZone(zone), { error: 'meetings.error.zone' }),
  /** Which, where the clocks show the time twice. */
  pass: optionalText.pipe(z.enum(['first', 'second']).nullable()),
  place: text(200),
  address: text(500),
  latitude: number(-90, 90),
  longitude: number(-180, 180),
  videoUrl: webAddress,
  hostOrganisationId: optionalId,
  hostPersonId: optionalId,
  visibility: z.enum(meetingVisibilities).default('network'),
  capacity: whole(1, 100_000),
  /** How many each who registers may bring. */
  guests: whole(0, 10).transform(guests => guests ?? 0),
  photos: ticked,
  /** The last day on which one can register; null: until it begins. */
  registrationUntil: optionalText.pipe(day.nullable()),
  state: z.enum(['draft', 'scheduled']).default('scheduled'),
})

export type MeetingInput = z.output<typeof meetingInput>
/** The same before it was read: what may be left out is. */
export type MeetingFields = z.input<typeof meetingInput>
