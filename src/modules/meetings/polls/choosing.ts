import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { presentIds } from '#modules/groups/index.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import { answersOf, optionsOf } from '#modules/meetings/polls/answers.ts'
import { openPoll } from '#modules/meetings/polls/polls.ts'
import { tellOfCancellation, tellOfChoice } from '#modules/meetings/polls/telling.ts'
import { register, registrationInput } from '#modules/meetings/registrations/registrations.ts'
import { scheduleMeeting } from '#modules/meetings/scheduling.ts'
import { meetingInput } from '#modules/meetings/schema.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export const choiceInput = z.object({
  option: z.string().min(1, { error: 'form.error.choose' }),
  capacity: meetingInput.shape.capacity,
})

/**
 * One of the dates becomes a meeting. Whoever said yes is registered, in the order of the answers, and has the meeting's own
 * mail with its calendar file; everyone else who was asked hears of the date and how to register.
 * @returns the id of the meeting
 * @throws Refusal for a poll that is over, or a date that has passed
 */
export async function chooseDate(
  trx: Trx,
  entry: Entry,
  pollId: string,
  choice: z.output<typeof choiceInput>,
  linkOrigin: string,
  now = new Date(),
): Promise<string> {
  const { network } = entry
  const poll = await openPoll(trx, entry, pollId, 'run')
  const option = (await optionsOf(trx, network.id, poll)).find(({ id }) => id === choice.option)
  if (!option) throw new Refusal({ field: 'option', message: 'form.error.choose' })
  if (option.startsAt <= now) throw new Refusal({ field: 'option', message: 'poll.error.past' })
  const { numUpdatedRows } = await trx
    .updateTable('date_poll')
    .set({ state: 'settled' })
    .where('network_id', '=', network.id)
    .where('id', '=', poll.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal({ field: '', message: 'poll.error.over' })
  const [starts, ends] = [option.startsAt, option.endsAt].map(at => localTime(at, poll.timeZone))
  const input = meetingInput.parse({
    title: poll.title,
    groupId: poll.groupId,
    about: poll.about,
    language: network.locale,
    day: starts?.day,
    from: starts?.time,
    to: ends?.time,
    untilDay: ends?.day,
    timeZone: poll.timeZone,
    pass: 'first',
    place: poll.place,
    videoUrl: poll.videoUrl,
    visibility: poll.visibility,
    capacity: choice.capacity,
    state: 'scheduled',
  })
  const meetingId = await scheduleMeeting(trx, entry, input, linkOrigin)
  await sql`
    update date_poll set meeting_id = ${meetingId} where network_id = ${network.id} and id = ${poll.id}`.execute(
    trx,
  )
  await sql`
    update date_option set chosen = true
    where network_id = ${network.id} and poll_id = ${poll.id} and id = ${option.id}`.execute(trx)
  const answers = await answersOf(trx, entry, poll.id)
  const coming = answers.filter(({ personId, votes }) => personId !== null && votes.get(option.id) === 'yes')
  const present = await atHome(
    trx,
    coming.flatMap(({ personId }) => personId ?? []),
  )
  const terms = registrationInput.parse({})
  for (const { personId } of coming)
    if (personId && present.has(personId)) await register(trx, entry, meetingId, terms, personId)
  const asked = poll.groupId ? await presentIds(trx, network.id, poll.groupId) : []
  const others = [...asked, ...answers.flatMap(({ personId }) => personId ?? [])].filter(
    id => !present.has(id) && id !== entry.personId,
  )
  const { startsAt, endsAt } = option
  await tellOfChoice(trx, network, poll, { startsAt, endsAt, meetingId, linkOrigin }, [...new Set(others)])
  await recordChange(trx, network.id, entry.actor, {
    action: 'date-poll.settled',
    subject: { type: 'date-poll', id: poll.id },
    after: { option: option.id, meeting: meetingId, registered: present.size },
  })
  return meetingId
}

/** Nothing comes of it; whoever answered hears so. @throws Refusal for a poll that is over */
export async function cancelPoll(trx: Trx, entry: Entry, pollId: string, linkOrigin: string): Promise<void> {
  const { network } = entry
  const poll = await openPoll(trx, entry, pollId, 'run')
  const { numUpdatedRows } = await trx
    .updateTable('date_poll')
    .set({ state: 'cancelled' })
    .where('network_id', '=', network.id)
    .where('id', '=', poll.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal({ field: '', message: 'poll.error.over' })
  const people = (await answersOf(trx, entry, poll.id))
    .flatMap(({ personId }) => personId ?? [])
    .filter(id => id !== entry.personId)
  await tellOfCancellation(trx, network, { ...poll, linkOrigin }, people)
  await recordChange(trx, network.id, entry.actor, {
    action: 'date-poll.cancelled',
    subject: { type: 'date-poll', id: poll.id },
  })
}

/** Who of these people are at home in the network today. */
async function atHome(trx: Trx, people: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ person_id: string }>`
    select person_id from thread_readers(${people}::uuid[])`.execute(trx)
  return new Set(rows.map(row => row.person_id))
}
