import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { halfDaysOf } from '#modules/meetings/door/half-days.ts'
import { type Expected, expectedAt, type Marking, markPresences } from '#modules/meetings/door/presences.ts'
import { mostLines } from '#modules/meetings/door/sheet.ts'
import { letIn } from '#modules/meetings/door/walk-ins.ts'
import { localTime, momentOf } from '#modules/meetings/local-time.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Entry } from '#modules/network/index.ts'

/** Lines for those who had not registered: those of the printed sheet. */
export const walkInLines = 8

const time = z
  .string()
  .trim()
  .regex(/^(?:(?:[01]?\d|2[0-3])[:h]\d{2})?$/)

/** The sheet as it is typed back in. Fields of lines are named by registration; the rest is looked at line by line. */
export const sheetInput = z.looseObject({
  signed: z.array(z.string().regex(/^[0-9a-f-]{36}:\d{1,2}$/)).max(4_000),
  line: z.array(z.string()).max(mostLines),
})

export interface SheetProblem {
  field: string
  message: 'sheet.error.time' | 'sheet.error.name'
}

/**
 * What the sheet says: who signed for which half-days, who came without having registered, and when. Lines that are on
 * the sheet and not signed are said to be absent; what came by another way stays where the sheet says nothing else.
 * @param values the form, by field
 * @returns what cannot be read, and then nothing is kept
 */
export async function enterSheet(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  values: Record<string, string[]>,
): Promise<SheetProblem[]> {
  const halfDays = halfDaysOf(meeting)
  const one = (name: string) => values[name]?.[0]?.trim() ?? ''
  const lines = [...new Set(values.line ?? [])].filter(isId).slice(0, mostLines)
  const signed = Map.groupBy(
    (values.signed ?? []).map(said => said.split(':') as [string, string]),
    ([id]) => id,
  )
  const problems: SheetProblem[] = []
  const arrivedAt = (field: string): Date | undefined => {
    const typed = time.safeParse(one(field))
    if (!typed.success) problems.push({ field, message: 'sheet.error.time' })
    return typed.success && typed.data !== '' ? clockTime(meeting, typed.data) : undefined
  }
  const markings = lines.map((id): Marking => {
    const at = arrivedAt(`time-${id}`)
    const columns = (signed.get(id) ?? [])
      .map(([, column]) => Number(column))
      .filter(column => halfDays[column])
    const present = columns.length > 0
    return { registrationId: id, present, by: 'sheet', ...(present && { at, halfDays: columns }) }
  })
  const walkIns = Array.from({ length: walkInLines }, (_, index) => ({
    name: one(`walk-in-name-${index}`),
    organisation: one(`walk-in-organisation-${index}`).slice(0, 200),
    field: `walk-in-name-${index}`,
  })).filter(({ name, organisation }) => name !== '' || organisation !== '')
  for (const { name, field } of walkIns)
    if (name === '' || name.length > 200) problems.push({ field, message: 'sheet.error.name' })
  if (problems.length > 0) return problems
  if ((await markPresences(trx, entry, meeting, markings)).includes(null)) throw new AppError('conflict')
  // A handful at most: each takes its number after the other.
  for (const { name, organisation } of walkIns)
    await letIn(trx, entry, meeting, { name, organisationName: organisation, email: null }, 'sheet')
  return []
}

/** Everybody on the sheet, in its order: those who are expected where it lies; who comes by video signs nothing. */
export async function sheetLines(trx: Trx, networkId: string, meeting: Meeting): Promise<Expected[]> {
  const people = await registeredPeople(trx, networkId, meeting.id)
  const here = meeting.place !== '' || meeting.address !== ''
  return here ? people.filter(({ attends }) => attends === 'place') : people
}

/** Everybody who has a place, by video as well. */
export async function registeredPeople(trx: Trx, networkId: string, meetingId: string): Promise<Expected[]> {
  const { people } = await expectedAt(trx, networkId, meetingId, { limit: mostLines })
  return people.filter(({ state }) => state === 'registered')
}

/** The clock of the meeting's first day. */
function clockTime({ startsAt, timeZone }: Meeting, typed: string): Date {
  const [hour = '', minute = ''] = typed.split(/[:h]/)
  const { day } = localTime(startsAt, timeZone)
  const moment = momentOf({ day, time: `${hour.padStart(2, '0')}:${minute}` }, timeZone)
  if (moment.kind === 'once') return moment.at
  return moment.kind === 'twice' ? moment.first : startsAt
}
