import { aGroup, inGroup, type TestGroup } from '#modules/groups/groups.fixture.ts'
import { makeTasks } from '#modules/programmes/course/organisation-tasks.ts'
import { anOrganisation, aPerson, type TestPerson } from '../factories.ts'
import { type CapRse, openCapRse } from './cap-rse-site.ts'

/** CAP RSE Occitanie once its collective is there: ten organisations, somebody of each, and two who run it. */
export interface Collective extends CapRse {
  group: TestGroup
  members: Member[]
  /** Runs the group beside Lucie, and is of no organisation. */
  mehdi: TestPerson
}

export interface Member extends TestPerson {
  organisation: { id: string; name: string }
}

const ten: [organisation: string, person: string][] = [
  ['Biscuiterie du Lauragais', 'Anne Delmas'],
  ['La Ruche des Possibles', 'Inès Navarro'],
  ['Scop Tarn Énergies', 'Paul Roques'],
  ['Vignobles Saint-Mont', 'Hélène Dupuy'],
  ['Ville de Muret', 'Karim Saïd'],
  ['Cabinet Orénoque Conseil', 'Claire Bonnet'],
  ['Mutuelle Pays d’Oc', 'Samir Benali'],
  ['Lycée de Castelnaudary', 'Nadia Calvet'],
  ['Fondation Garonne Vivante', 'Odile Rey'],
  ['Menuiserie Casaux', 'Jean Cazaux'],
]

export async function openCollective(): Promise<Collective> {
  const site = await openCapRse()
  const { app, network, lucie } = site
  const { database } = app
  const group = await aGroup(database, network, { name: 'Collectif RSE Occitanie' })
  await inGroup(database, network, group, lucie, { role: 'facilitator' })
  const mehdi = await aPerson(database, network, 'member', { name: 'Mehdi Laurent' })
  await inGroup(database, network, group, mehdi, { role: 'facilitator' })
  const members: Member[] = []
  for (const [name, person] of ten) {
    const member = await aMember(site, name, person)
    await inGroup(database, network, group, member, { organisationId: member.organisation.id })
    members.push(member)
  }
  return { ...site, group, members, mehdi }
}

/** Somebody with a mandate for an organisation of their own. */
export async function aMember(
  { app, network }: Pick<CapRse, 'app' | 'network'>,
  organisation: string,
  name: string,
  locale = 'fr',
): Promise<Member> {
  const id = await anOrganisation(app.database, network, organisation)
  const person = await aPerson(app.database, network, 'member', { name, organisationId: id, locale })
  return { ...person, organisation: { id, name: organisation } }
}

/** Time passes: all that a programme and its group have is so many days earlier. */
export async function daysPass({ app, network, group }: Collective, days: number): Promise<void> {
  const shift = (table: string, columns: string[], where = 'true') =>
    app.database.asOwner(
      `update ${table} set ${columns.map(one => `${one} = ${one} - $2 * interval '1 day'`).join(', ')}
       where network_id = $1 and (${where})`,
      [network.id, days],
    )
  await shift('programme', ['starts_on', 'ends_on'])
  await shift('programme_step', ['opens_on', 'due_on', 'planned_on'])
  // Clocks may have been changed in between.
  await app.database.asOwner(
    `update meeting set starts_at = (starts_at at time zone time_zone - $2 * interval '1 day') at time zone time_zone,
       ends_at = (ends_at at time zone time_zone - $2 * interval '1 day') at time zone time_zone
     where network_id = $1`,
    [network.id, days],
  )
  await shift('task', ['due_on'], 'due_on is not null')
  await shift('group_organisation', ['valid_from'], `group_id = '${group.id}'`)
  await shift('group_member', ['valid_from'], `group_id = '${group.id}'`)
}

/** What was due is done by these: they were at what was held, read, handed in, and saw to their tasks. */
export async function haveDone({ app, network }: Collective, members: readonly Member[]): Promise<void> {
  const { asOwner, db } = app.database
  await makeTasks(db, new Date())
  const given = [
    network.id,
    members.map(({ personId }) => personId),
    members.map(({ organisation }) => organisation.id),
  ]
  const who = 'unnest($2::uuid[], $3::uuid[]) with ordinality as who (person, organisation, number)'
  await asOwner(`update meeting set state = 'held' where network_id = $1 and ends_at < now()`, [network.id])
  await asOwner(
    `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, present)
     select $1, meeting.id, gen_random_uuid(), 100 + who.number, who.person, who.organisation, 'registered', true
     from meeting, ${who} where meeting.network_id = $1 and meeting.state = 'held'
     on conflict (network_id, meeting_id, person_id) where person_id is not null and state <> 'withdrawn'
       do update set present = true, organisation_id = excluded.organisation_id`,
    given,
  )
  await asOwner(
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on)
     select $1, step.programme_id, gen_random_uuid(), expectation.id, who.organisation, who.person, step.due_on
     from programme_step step
     join programme_expectation expectation on expectation.network_id = step.network_id
       and expectation.programme_id = step.programme_id and expectation.step_id = step.id, ${who}
     where step.network_id = $1 and step.due_on < current_date and expectation.kind in ('reading', 'document')`,
    given,
  )
  await asOwner(
    `update task set state = 'done', done_at = now() where network_id = $1 and organisation_id = any ($2::uuid[])`,
    [given[0], given[2]],
  )
}

/** Each step by its key, as it stands. */
export async function stepsOf({ app, network }: Collective): Promise<Record<string, StandingStep>> {
  const rows = await app.database.asOwner<StandingStep & { key: string }>(
    `select step.key, step.due_on::text as due, step.meeting_id as meeting, step.tutor_id as tutor,
       to_char(meeting.starts_at at time zone meeting.time_zone, 'YYYY-MM-DD') as held,
       array(select distinct task.owner_id from programme_task join task on task.network_id = programme_task.network_id
         and task.id = programme_task.task_id and task.state = 'open'
         where programme_task.network_id = step.network_id and programme_task.step_id = step.id) as owners
     from programme_step step
     left join meeting on meeting.network_id = step.network_id and meeting.id = step.meeting_id
     where step.network_id = $1`,
    [network.id],
  )
  return Object.fromEntries(rows.map(({ key, ...step }) => [key, step]))
}

export interface StandingStep {
  due: string
  /** Its meeting, and the day on which that is. */
  meeting: string | null
  held: string | null
  tutor: string | null
  /** Of what is still to be done for it. */
  owners: (string | null)[]
}
