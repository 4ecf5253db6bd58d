import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import {
  afterworkMaterial,
  type Described,
  type DescribedEdition,
  type DescribedIntroduction,
  type DescribedSeries,
} from '#modules/afterworks/demonstration-material.ts'
import { stages } from '#modules/afterworks/schema.ts'
import { slugOf } from '#modules/afterworks/series.ts'
import { momentOf } from '#modules/meetings/index.ts'

/** Brings series into networks whose people and organisations are there. Done again, it changes nothing; nobody is told. */
export async function bringAfterworks({ db, folder, networks }: DemoContext): Promise<void> {
  const all = afterworkMaterial(folder)
  for (const [slug, { id }] of networks) {
    const said = all[slug]
    if (!said) continue
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      const { rows } = await sql`select from afterwork_series where network_id = ${id}::uuid limit 1`.execute(
        trx,
      )
      if (rows.length > 0) return
      const stage = await stageOf(trx, id, said.people)
      for (const series of said.series) await bringSeries(trx, stage, series)
      for (const introduction of said.introductions) await bringIntroduction(trx, stage, introduction)
    })
  }
}

interface Player {
  id: string
  organisationId: string | null
}

interface Stage {
  networkId: string
  timeZone: string
  today: Temporal.PlainDate
  /** By their address or their name. @throws for somebody who is not there: the material is wrong */
  cast(who: string): Player
}

async function bringSeries(trx: Trx, stage: Stage, said: DescribedSeries): Promise<void> {
  const { networkId, today, cast } = stage
  const id = newId()
  await trx
    .insertInto('afterwork_series')
    .values({
      network_id: networkId,
      id,
      slug: slugOf(said.name),
      name: said.name,
      summary: said.summary,
      about: said.about,
      town: said.town,
      rhythm: said.rhythm,
      state: said.state,
      confirm_by: dayFrom(today, said.confirmBy),
      anchor: dayFrom(today, said.confirmBy),
      confirmations: said.confirmations,
      aware_target: said.awareTarget,
      adopted_target: said.adoptedTarget,
      counted_from: dayFrom(today, said.countedFrom),
      link_origin: 'http://localhost',
      created_by: cast(said.by).id,
    })
    .execute()
  for (const { cycle, by } of said.confirmed)
    await sql`
      insert into afterwork_confirmation (network_id, series_id, cycle, organisation_id, person_id)
      values (${networkId}, ${id}, ${dayFrom(today, cycle)}, ${cast(by).organisationId}, ${cast(by).id})`.execute(
      trx,
    )
  for (const [index, edition] of said.editions.entries())
    await bringEdition(trx, stage, { id, name: said.name, by: said.by }, index + 1, edition)
  for (const proposal of said.proposals) await bringProposal(trx, stage, id, proposal)
  for (const { organisation, tool, evidence, by, day } of said.adoptions)
    await sql`
      insert into adoption (network_id, series_id, id, organisation_id, tool, evidence, person_id, on_day)
      select ${networkId}, ${id}, ${newId()}, organisation.id, ${tool}, ${evidence}, ${cast(by).id}, ${dayFrom(today, day)}
      from membership join organisation on organisation.id = membership.organisation_id
      where membership.network_id = ${networkId} and organisation.name = ${organisation} limit 1`.execute(trx)
}

async function bringEdition(
  trx: Trx,
  stage: Stage,
  series: { id: string; name: string; by: string },
  number: number,
  said: DescribedEdition,
): Promise<void> {
  const { networkId, timeZone, today, cast } = stage
  const id = newId()
  const day = thursday(today.add({ days: said.day }))
  const over = said.day < 0
  await sql`
    insert into meeting (network_id, id, title, about, starts_at, ends_at, time_zone, place, address, state, visibility,
      capacity, created_by, created_at)
    values (${networkId}, ${id}, ${`${series.name} · ${said.theme}`}, ${said.about}, ${momentAt(day, '18:00', timeZone)},
      ${momentAt(day, '20:00', timeZone)}, ${timeZone}, ${said.place}, ${said.address}, ${over ? 'held' : 'scheduled'},
      'public', 60, ${cast(series.by).id}, now() - interval '140 days')`.execute(trx)
  await sql`
    insert into afterwork_edition (network_id, series_id, meeting_id, number, theme)
    values (${networkId}, ${series.id}, ${id}, ${number}, ${said.theme})`.execute(trx)
  const people = (over ? said.came : said.coming).map(who => ({ ...cast(who), organisation: '', name: '' }))
  const others = said.others.map((organisation, index) => ({
    id: null,
    organisationId: null,
    organisation,
    name: guestName(index + number * 7),
  }))
  const comers = [...people, ...others]
  await sql`
    insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, name, organisation_name, state,
      present, checked_by)
    select ${networkId}, ${id}, one.id::uuid, one.number::integer, one.person::uuid, one.organisation::uuid, one.name,
      one.written, 'registered', ${over ? true : null}::boolean, ${over ? 'list' : null}
    from unnest(${comers.map(() => newId())}::text[], ${comers.map((_, index) => index + 1)}::integer[],
      ${comers.map(one => one.id)}::text[], ${comers.map(one => one.organisationId)}::text[],
      ${comers.map(one => one.name)}::text[], ${comers.map(one => one.organisation)}::text[])
      as one (id, number, person, organisation, name, written)`.execute(trx)
  await sql`update meeting set last_number = ${comers.length} where network_id = ${networkId} and id = ${id}`.execute(
    trx,
  )
  for (const { by, rating, again, liked, better } of said.opinions)
    await sql`
      insert into satisfaction (network_id, meeting_id, registration_id, rating, again, liked, better)
      select network_id, meeting_id, id, ${rating}::smallint, ${again}::boolean, ${liked}, ${better} from registration
      where network_id = ${networkId} and meeting_id = ${id} and person_id = ${cast(by).id}`.execute(trx)
  // Nobody is asked again what they thought, months later.
  await sql`
    insert into satisfaction_request (network_id, meeting_id, registration_id)
    select network_id, meeting_id, id from registration
    where network_id = ${networkId} and meeting_id = ${id} and present and person_id is not null`.execute(trx)
}

async function bringProposal(
  trx: Trx,
  { networkId, timeZone, today, cast }: Stage,
  seriesId: string,
  said: DescribedSeries['proposals'][number],
): Promise<void> {
  const { kind, text, details, day, time, by, votes } = said
  const id = newId()
  const at =
    day === undefined || time === undefined
      ? null
      : momentAt(thursday(today.add({ days: day })), time, timeZone)
  await sql`
    insert into afterwork_proposal (network_id, series_id, id, kind, text, details, starts_at, proposed_by, organisation_id)
    values (${networkId}, ${seriesId}, ${id}, ${kind}, ${text}, ${details}, ${at}, ${cast(by).id},
      ${cast(by).organisationId})`.execute(trx)
  for (const voter of [by, ...votes])
    await sql`
      insert into afterwork_vote (network_id, proposal_id, person_id, organisation_id)
      values (${networkId}, ${id}, ${cast(voter).id}, ${cast(voter).organisationId})`.execute(trx)
}

async function bringIntroduction(
  trx: Trx,
  { networkId, cast }: Stage,
  said: DescribedIntroduction,
): Promise<void> {
  const [asker, asked] = [cast(said.asker), cast(said.asked)]
  const id = newId()
  const reached = stages.indexOf(said.stage === 'asked' ? 'introduction' : said.stage)
  await sql`
    insert into introduction (network_id, id, meeting_id, asker_id, asker_organisation_id, asked_id, asked_organisation_id,
      message, state, stage, title, description, local_authority, created_at)
    values (${networkId}, ${id}, (
        select meeting_id from afterwork_edition
        where network_id = ${networkId} and theme like ${`${said.at}%`} limit 1
      ), ${asker.id}, ${asker.organisationId}, ${asked.id}, ${asked.organisationId}, ${said.message},
      ${said.stage === 'asked' ? 'asked' : 'agreed'}, ${stages[reached]}, ${said.title}, ${said.description},
      ${said.localAuthority}, now() - make_interval(days => ${said.stage === 'asked' ? 1 : 30}::integer))`.execute(
    trx,
  )
  if (said.stage === 'asked') return
  for (const [index, step] of stages.slice(0, reached + 1).entries())
    await sql`
      insert into introduction_step (network_id, introduction_id, id, stage, note, person_id, at)
      values (${networkId}, ${id}, ${newId()}, ${step}, ${index === reached ? said.note : ''}, ${asked.id},
        now() - make_interval(days => ${28 - index * 7}::integer))`.execute(trx)
}

async function stageOf(trx: Trx, networkId: string, people: Described['people']): Promise<Stage> {
  for (const { name, organisation, title } of people) {
    const id = newId()
    await sql`insert into person (network_id, id, name) values (${networkId}, ${id}, ${name})`.execute(trx)
    await sql`
      insert into mandate (network_id, id, person_id, organisation_id, role, title, valid_from)
      select ${networkId}, ${newId()}, ${id}, organisation.id, 'member', ${title}, current_date - 300
      from membership join organisation on organisation.id = membership.organisation_id
      where membership.network_id = ${networkId} and organisation.name = ${organisation} limit 1`.execute(trx)
  }
  const { rows } = await sql<Player & { name: string; email: string | null }>`
    select distinct on (person.id) person.id, person.name, person.email, mandate.organisation_id as "organisationId"
    from person join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
    where person.network_id = ${networkId} order by person.id, mandate.valid_from`.execute(trx)
  const known = new Map(rows.flatMap(row => [[row.name, row] as const, [row.email ?? '', row] as const]))
  const { rows: zones } = await sql<{ time_zone: string }>`
    select time_zone from network where id = ${networkId}`.execute(trx)
  const timeZone = zones[0]?.time_zone ?? 'UTC'
  return {
    networkId,
    timeZone,
    today: Temporal.Now.plainDateISO(timeZone),
    cast(who) {
      const player = known.get(who)
      if (!player) throw new Error(`Nobody is called ${who} in the network of these afterworks`)
      return player
    },
  }
}

function dayFrom(today: Temporal.PlainDate, days: number): string {
  return today.add({ days }).toString()
}

/** Afterworks are on Thursdays. */
function thursday(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.add({ days: (4 - day.dayOfWeek + 7) % 7 })
}

function momentAt(day: Temporal.PlainDate, time: string, timeZone: string): Date {
  const moment = momentOf({ day: day.toString(), time }, timeZone)
  if (moment.kind === 'never') throw new Error(`The clocks of ${timeZone} skip ${time}`)
  return moment.kind === 'once' ? moment.at : moment.first
}

const firstNames = [
  'Adjoua',
  'Kouamé',
  'Mariam',
  'Serge',
  'Aminata',
  'Didier',
  'Rokia',
  'Yao',
  'Estelle',
  'Moussa',
  'Clarisse',
]
const lastNames = [
  'Assi',
  'Bakayoko',
  'Coulibaly',
  'Diomandé',
  'Gnahoré',
  'Kacou',
  'Kouassi',
  'Méité',
  'N’Dri',
  'Touré',
]

function guestName(index: number): string {
  return `${firstNames[index % firstNames.length]} ${lastNames[(index * 3) % lastNames.length]}`
}
