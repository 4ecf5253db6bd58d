import { join } from 'node:path'
import { openServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { fill, sizeOf } from './collectives.ts'
import { home, openRecording, visitorsCookie } from './commons.ts'
import { withClient } from './database.ts'
import { describeLoad, digits, type Figure, type Section } from './figures.ts'
import { inTurns, sqlAlone, sqlFigure, web } from './pages.ts'
import { someMembers } from './people.ts'
import { environment, serve } from './processes.ts'
import type { Settings } from './settings.ts'

/** The door of a network at work for somebody for whom much waits, beside its SQL and beside one for whom nothing does. */
export async function measureWaiting(settings: Settings): Promise<Section[]> {
  const size = sizeOf(settings)
  const dataFolder = join(settings.scratch, 'waiting')
  settings.say(`waiting: ${size.attendances} attendances`)
  await fill(dataFolder, size)
  const recording = await openRecording(settings, dataFolder)
  const config = readConfig(environment(dataFolder))
  // While a program holds the folder: its server is found running.
  const server = await openServer(config, { hold: false })
  const [idle, busy] = await someMembers(dataFolder, { items: 0 }, 2)
  if (!idle || !busy) throw new Error('There are no members')
  await withClient(server.owner, async client => {
    for (const statement of statements) await client.query(statement, [busy.email])
    await client.query('vacuum (analyze)')
  })
  const cookies = { idle: { cookie: idle.cookie }, busy: { cookie: busy.cookie } }
  await recording.statementsOf(home, cookies.busy)
  const ofIdle = await recording.statementsOf(home, cookies.idle)
  const ofBusy = await recording.statementsOf(home, cookies.busy)
  await recording.stop()

  const served = await serve(dataFolder)
  const number = await numberOf(served.origin, cookies.busy)
  const database = { connection: server.app, poolSize: config.poolSize }
  const againstSql: Figure[] = []
  const againstOthers: Figure[] = []
  try {
    const subjects = {
      visitor: web(settings, served.origin, [home], visitorsCookie),
      idle: web(settings, served.origin, [home], cookies.idle),
      idleSql: sqlAlone(settings, database, [ofIdle]),
      busy: web(settings, served.origin, [home], cookies.busy),
      busySql: sqlAlone(settings, database, [ofBusy]),
      list: web(settings, served.origin, [`${home}/waiting`], cookies.busy),
    }
    for (const connections of settings.connections.filter(many => many <= 16)) {
      settings.say(`home with what waits, ${connections} connections`)
      const { visitor, idle, idleSql, busy, busySql, list } = await inTurns(settings, subjects, connections)
      againstSql.push(sqlFigure(`home, ${connections}, nothing waits`, idle, idleSql, true))
      againstSql.push(sqlFigure(`home, ${connections}, ${number} wait`, busy, busySql, true))
      againstOthers.push(besideFigure(`home, ${connections}, a visitor`, busy, visitor))
      againstOthers.push(besideFigure(`home, ${connections}, a member for whom nothing waits`, busy, idle))
      againstOthers.push(besideFigure(`the page of all that waits, ${connections}`, busy, list))
    }
  } finally {
    await served.stop()
  }
  return [
    {
      title: `The door with ${number} waiting, beside its SQL`,
      explanation:
        'In the network at work below: tasks, dates to answer, meetings to come to or to receive, introductions and invitations ' +
        'that wait for one member, and nothing for another. Made anew, beside what the page asks of PostgreSQL, recorded and sent ' +
        'again. The ratio is of the latencies that 95 % stay under.',
      columns: ['page, connections', 'Cordée', 'SQL alone', 'p95, times', 'goal'],
      figures: againstSql,
    },
    {
      title: `The door with ${number} waiting, beside others`,
      explanation:
        'The same. The ratio is of requests a second: how many times slower the door with much waiting is.',
      columns: ['beside', 'much waits', 'the other', 'times', 'goal'],
      figures: againstOthers,
    },
  ]
}

function besideFigure(
  what: string,
  own: Parameters<typeof describeLoad>[0],
  other: Parameters<typeof describeLoad>[0],
): Figure {
  return {
    what,
    own: describeLoad(own),
    beside: describeLoad(other),
    ratio: digits(other.perSecond / own.perSecond),
    goal: '',
    holds: own.failures + other.failures === 0 ? null : false,
  }
}

/** As the page says it. */
async function numberOf(origin: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(origin + home, { headers })
  const number = /\/waiting">[^<]*?(\d+)/.exec(await answer.text())?.[1]
  if (!number) throw new Error('The door does not say how much waits')
  return Number(number)
}

const member = `(select id from person where email = $1)`
const net = `(select network_id from person where email = $1)`

/** Some of each kind that waits for members; `$1` is the address of the one for whom it does. */
const statements = [
  `insert into task (network_id, id, group_id, title, owner_id, due_on)
   select network_id, gen_random_uuid(), id, 'À faire dans ' || name, ${member}, current_date + 3
   from (select * from network_group where network_id = ${net} order by slug limit 100) g
   cross join generate_series(1, case when (select count(*) from network_group) >= 100 then 1 else 5 end)`,
  `insert into group_member (network_id, group_id, person_id, role)
   select network_id, id, ${member}, 'member'
   from (select * from network_group where network_id = ${net} order by slug limit 40) g`,
  `insert into date_poll (network_id, id, group_id, title, time_zone, minutes, closes_at, link_origin)
   select network_id, gen_random_uuid(), id, 'Quand ?', 'Europe/Paris', 60, now() + interval '5 days', 'http://localhost:3000'
   from (select * from network_group where network_id = ${net} order by slug limit 40) g`,
  `update meeting set host_person_id = ${member}, host_state = 'asked'
   where (network_id, id) in (
     select network_id, id from meeting where network_id = ${net} and starts_at > now() + interval '20 days'
     order by starts_at limit 20)`,
  `insert into introduction (network_id, id, asker_id, asked_id)
   select network_id, gen_random_uuid(), id, ${member}
   from (select * from person where network_id = ${net} and email is null order by id limit 20) p`,
  `insert into group_invitation (network_id, id, group_id, person_id)
   select network_id, gen_random_uuid(), id, ${member}
   from (select * from network_group where network_id = ${net} order by slug desc limit 20) g`,
]
