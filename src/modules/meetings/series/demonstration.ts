import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import type { Role } from '#http/policies.ts'
import { dayAfter, localTime } from '#modules/meetings/local-time.ts'
import { answerPoll, optionsOf } from '#modules/meetings/polls/answers.ts'
import { votes } from '#modules/meetings/polls/best-dates.ts'
import { createPoll } from '#modules/meetings/polls/polls.ts'
import { pollVisibilities } from '#modules/meetings/polls/schema.ts'
import { fillPlaces, lockMeeting, queueUp } from '#modules/meetings/registrations/places.ts'
import { momentIn, repeats, repeatsBy } from '#modules/meetings/series/recurrence.ts'
import { seriesInput } from '#modules/meetings/series/schema.ts'
import { createSeries } from '#modules/meetings/series/series.ts'
import { type Entry, findNetwork, type Network } from '#modules/network/index.ts'

/** Days from the one on which it is loaded. */
const day = z.number().int()
const common = {
  group: z.string(),
  by: z.email(),
  title: z.string(),
  about: z.string(),
  place: z.string(),
  videoUrl: z.url().nullable().default(null),
  visibility: z.enum(pollVisibilities),
}
const describedPoll = z.object({
  ...common,
  minutes: z.number().int(),
  closes: day,
  options: z.array(z.object({ day, time: z.string() })),
  answers: z.array(z.object({ person: z.email(), votes: z.array(z.enum(votes)), remark: z.string() })),
})
const describedSeries = z.object({
  ...common,
  startsOn: day,
  /** ISO: the first such day from then on; 1 is Monday. */
  weekday: z.number().int().min(1).max(7),
  from: z.string(),
  to: z.string(),
  repeats: z.enum(repeats),
  every: z.number().int(),
  by_day: z.enum(repeatsBy),
  times: z.number().int(),
  registered: z.array(z.email()),
})
const material = z.record(
  z.string(),
  z.object({ polls: z.array(describedPoll), series: z.array(describedSeries) }),
)

const linkOrigin = 'http://localhost'

/** Brings polls and series into networks whose people and groups are there. Done again, it changes nothing; nobody is told. */
export async function bringDates({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'dates.yaml')
  if (!existsSync(file)) return
  const all = material.parse(parse(readFileSync(file, 'utf8')))
  for (const [slug, { id }] of networks) {
    const [said, network] = [all[slug], await findNetwork(db, slug)]
    if (!said || !network) continue
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      const { rows } = await sql`
        select from date_poll where network_id = ${id}::uuid
        union all select from meeting_series where network_id = ${id}::uuid limit 1`.execute(trx)
      if (rows.length > 0) return
      const stage = await stageOf(trx, network)
      for (const poll of said.polls) await bringPoll(trx, stage, poll)
      for (const series of said.series) await bringSeries(trx, stage, series)
    })
  }
}

interface Stage {
  network: Network
  today: string
  /** Somebody as they act in the network; null for an address nobody has. */
  cast(email: string): Entry | null
  groups: Map<string, string>
}

async function bringPoll(trx: Trx, stage: Stage, said: z.output<typeof describedPoll>): Promise<void> {
  const { network, today } = stage
  const { timeZone } = network
  const [entry, groupId] = [stage.cast(said.by), stage.groups.get(said.group)]
  if (!entry || !groupId) return
  const id = await createPoll(
    trx,
    entry,
    {
      groupId,
      title: said.title,
      about: said.about,
      timeZone,
      minutes: said.minutes,
      place: said.place,
      videoUrl: said.videoUrl,
      visibility: said.visibility,
      openAnswers: true,
      remind: false,
      closesAt: momentIn(dayAfter(today, said.closes), '23:59', timeZone),
      options: said.options.map(({ day, time }) => momentIn(workday(dayAfter(today, day)), time, timeZone)),
    },
    linkOrigin,
  )
  await sql`update date_poll set asked_at = now() where network_id = ${network.id} and id = ${id}`.execute(
    trx,
  )
  const options = await optionsOf(trx, network.id, { id, minutes: said.minutes })
  for (const { person, votes: given, remark } of said.answers) {
    const answering = stage.cast(person)
    if (!answering) continue
    const votes = Object.fromEntries(
      options.flatMap((option, index) => (given[index] ? [[option.id, given[index]]] : [])),
    )
    await answerPoll(trx, answering, id, { votes, remark })
  }
}

async function bringSeries(trx: Trx, stage: Stage, said: z.output<typeof describedSeries>): Promise<void> {
  const { network, today } = stage
  const [entry, groupId] = [stage.cast(said.by), stage.groups.get(said.group)]
  if (!entry || !groupId) return
  const { startsOn, weekday, by_day, registered, group: _, by: __, ...terms } = said
  const input = seriesInput.parse({
    ...terms,
    groupId,
    language: network.locale,
    timeZone: network.timeZone,
    startsOn: nextOn(weekday, dayAfter(today, startsOn)),
    by: by_day,
  })
  // It has been going on for a while.
  const id = await createSeries(trx, entry, input, linkOrigin, new Date(0))
  const { rows } = await sql<{ id: string }>`
    select id from meeting where network_id = ${network.id} and series_id = ${id} order by starts_at`.execute(
    trx,
  )
  for (const { id: meetingId } of rows)
    for (const email of registered) {
      const coming = stage.cast(email)
      if (!coming) continue
      await queueUp(trx, network.id, await lockMeeting(trx, network.id, meetingId), {
        personId: coming.personId,
        organisationId: coming.mandates[0]?.organisationId ?? null,
        name: '',
        email: null,
        organisationName: '',
        locale: network.locale,
        attends: said.place === '' ? 'video' : 'place',
        accessNeeds: '',
        photoConsent: null,
        guests: [],
      })
      await fillPlaces(trx, network.id, meetingId)
    }
  await sql`
    update registration set present = true, checked_by = 'list'
    from meeting
    where registration.network_id = ${network.id} and meeting.network_id = registration.network_id
      and meeting.id = registration.meeting_id and meeting.series_id = ${id} and meeting.ends_at < now()`.execute(
    trx,
  )
  await sql`
    update meeting set state = 'held'
    where network_id = ${network.id} and series_id = ${id} and ends_at < now()`.execute(trx)
}

/** Nobody proposes a Sunday. */
function workday(day: string): string {
  return isoWeekday(day) > 5 ? nextOn(1, day) : day
}

function nextOn(weekday: number, day: string): string {
  return dayAfter(day, (weekday - isoWeekday(day) + 7) % 7)
}

function isoWeekday(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7
}

async function stageOf(trx: Trx, network: Network): Promise<Stage> {
  const { rows: players } = await sql<Player>`
    select distinct on (person.id) person.email, person.id as "personId", person.account_id as "accountId",
      mandate.id as "mandateId", mandate.role, mandate.organisation_id as "organisationId"
    from person
    join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
    where person.network_id = ${network.id}::uuid and person.email is not null
    order by person.id, mandate.valid_from`.execute(trx)
  const { rows: groups } = await sql<{ slug: string; id: string }>`
    select slug, id from network_group where network_id = ${network.id}::uuid`.execute(trx)
  const byEmail = new Map(players.map(player => [player.email, player]))
  return {
    network,
    today: localTime(new Date(), network.timeZone).day,
    groups: new Map(groups.map(({ slug, id }) => [slug, id])),
    cast(email) {
      const player = byEmail.get(email)
      if (!player) return null
      const { role, personId, accountId, mandateId, organisationId } = player
      const actor = { accountId, mandateId, tokenId: null, origin: 'command' } as const
      const tenant = { networkId: network.id, audience: 'network' } as const
      const mandates = [{ id: mandateId, role, title: '', organisationId, organisation: null }]
      return { network, tenant, role, personId, mandates, actor, scopes: null }
    },
  }
}

interface Player {
  email: string
  personId: string
  accountId: string | null
  mandateId: string
  role: Exclude<Role, 'visitor'>
  organisationId: string | null
}
