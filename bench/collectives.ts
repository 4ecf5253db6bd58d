import { join } from 'node:path'
import { openServer, prepareServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { foundNetwork } from '#modules/network/founding.ts'
import type { BareTask } from './bare-server.ts'
import { home, openRecording, statementsOfAll, visitorsCookie } from './commons.ts'
import { withClient } from './database.ts'
import { describeLoad, digits, type Figure, type Section } from './figures.ts'
import { bareFigure, capture, inTurns, sqlAlone, sqlFigure, web } from './pages.ts'
import { someMembers } from './people.ts'
import { employ, environment, type Served, serve } from './processes.ts'
import type { Settings } from './settings.ts'

const kinds = ['home', 'groups', 'group', 'meetings', 'meeting'] as const
type Kind = (typeof kinds)[number]

const mostOfSql = 3

/** How much there is. */
export interface Size {
  groups: number
  organisations: number
  meetings: number
  attendances: number
  /** Meetings of the calendar that is asked for. */
  events: number
}

const whole: Size = {
  groups: 500,
  organisations: 10_000,
  meetings: 5_000,
  attendances: 200_000,
  events: 2_000,
}
const small: Size = { groups: 20, organisations: 200, meetings: 100, attendances: 2_000, events: 100 }

export function sizeOf({ quick }: Pick<Settings, 'quick'>): Size {
  return quick ? small : whole
}

/** The pages of a network at work: beside a bare server, beside their SQL, for visitors and for members. */
export async function measureCollectives(settings: Settings): Promise<Section[]> {
  const size = sizeOf(settings)
  const dataFolder = join(settings.scratch, 'collectives')
  settings.say(`collectives: ${size.attendances} attendances`)
  const paths = await fill(dataFolder, size)
  const recording = await openRecording(settings, dataFolder)
  // While a program holds the folder: its server is found running.
  const [member] = await someMembers(dataFolder, { items: 0 }, 1)
  const membersCookie = { cookie: member?.cookie ?? '' }
  const calendar = { calendar: [`${home}/calendar/public.ics`] }
  await recording.statementsOf(home, membersCookie)
  const ofVisitors = await statementsOfAll(recording.statementsOf, paths, visitorsCookie)
  const ofMembers = await statementsOfAll(recording.statementsOf, paths, membersCookie)
  const ofCalendar = await statementsOfAll(recording.statementsOf, calendar, visitorsCookie)
  await recording.stop()

  const served: Served = await serve(dataFolder)
  const server = await openServer(readConfig(environment(dataFolder)), { hold: false })
  const database = { connection: server.app, poolSize: readConfig(environment(dataFolder)).poolSize }
  const pages = await Promise.all(kinds.flatMap(kind => paths[kind]).map(path => capture({ served }, path)))
  const bare = await employ<BareTask, { origin: string }>('./bare-server.ts', { pages })
  const [againstBare, againstSql, calendars]: Figure[][] = [[], [], []]
  try {
    for (const kind of kinds) {
      const subjects = {
        bare: web(settings, bare.result.origin, paths[kind], {}),
        kept: web(settings, served.origin, paths[kind], {}),
        visitor: web(settings, served.origin, paths[kind], visitorsCookie),
        visitorSql: sqlAlone(settings, database, ofVisitors[kind]),
        member: web(settings, served.origin, paths[kind], membersCookie),
        memberSql: sqlAlone(settings, database, ofMembers[kind]),
      }
      for (const connections of settings.connections.filter(number => number <= 16)) {
        settings.say(`${kind}, ${connections} connections`)
        const loads = await inTurns(settings, subjects, connections)
        const what = `${kind}, ${connections}`
        againstBare?.push(bareFigure(`${what}, kept`, loads.kept, loads.bare, true))
        againstSql?.push(sqlFigure(`${what}, a visitor`, loads.visitor, loads.visitorSql, true))
        againstSql?.push(sqlFigure(`${what}, a member`, loads.member, loads.memberSql, true))
      }
    }
    settings.say('calendar')
    const asked = {
      file: web(settings, served.origin, calendar.calendar, visitorsCookie),
      sql: sqlAlone(settings, database, ofCalendar.calendar),
    }
    const loads = await inTurns(settings, asked, 1)
    calendars?.push({
      what: `${size.events.toLocaleString('en')} events, ${((await capture({ served }, calendar.calendar[0] ?? '')).body.length / 1000).toFixed(0)} kB compressed`,
      own: describeLoad(loads.file),
      beside: describeLoad(loads.sql),
      ratio: digits(loads.file.p95 / loads.sql.p95),
      goal: '',
      holds: loads.file.failures === 0 ? null : false,
    })
  } finally {
    await bare.stop()
    await served.stop()
  }
  const much =
    `${size.groups.toLocaleString('en')} groups, ${size.organisations.toLocaleString('en')} organisations, ` +
    `${size.meetings.toLocaleString('en')} meetings, ${size.attendances.toLocaleString('en')} attendances`
  return [
    {
      title: `A network at work, beside a bare server (${much})`,
      explanation:
        'The door of the network, lists and pages of groups and meetings (24 of each in turn) as visitors get them from the ' +
        'page cache, beside `node:http` sending the same bytes. The ratio is of requests a second.',
      columns: ['page, connections', 'Cordée', 'bare server', 'of bare', 'goal'],
      figures: againstBare ?? [],
    },
    {
      title: `A network at work, beside its SQL (${much})`,
      explanation:
        'The same pages made anew, for a visitor and for a member who is signed in, beside what each asks of PostgreSQL, ' +
        `recorded and sent again. The ratio is of the latencies that 95 % stay under; ${mostOfSql} is the goal.`,
      columns: ['page, connections', 'Cordée', 'SQL alone', 'p95, times', 'goal'],
      figures: againstSql ?? [],
    },
    {
      title: 'A calendar feed',
      explanation:
        'The public calendar of the network, made anew, beside the SQL that it asks. The ratio is of the latencies that 95 % stay under.',
      columns: ['feed', 'Cordée', 'SQL alone', 'p95, times', 'goal'],
      figures: calendars ?? [],
    },
  ]
}

/** A network at work, in a data folder of its own: the addresses of its pages. */
export async function fill(dataFolder: string, size: Size): Promise<Record<Kind, string[]>> {
  const server = await openServer(readConfig(environment(dataFolder)), { hold: false })
  try {
    await prepareServer(server)
    return await withClient(server.owner, async client => {
      const id = await foundNetwork(client, {
        slug: 'bench',
        name: { fr: 'Mesures', en: 'Bench' },
        summary: { fr: 'Ce que mesurent les mesures.' },
        visibility: 'public',
        locale: 'fr',
        timeZone: 'Europe/Paris',
      })
      for (const statement of statements(size)) await client.query(statement, [id])
      await client.query('vacuum (analyze)')
      const ids = async (sql: string) => (await client.query<{ id: string }>(sql)).rows.map(row => row.id)
      const groups = await ids('select slug as id from network_group order by md5(slug) limit 24')
      const meetings = await ids(
        `select id from meeting where visibility = 'public' order by md5(id::text) limit 24`,
      )
      return {
        home: [home],
        groups: [`${home}/groups`],
        group: groups.map(slug => `${home}/groups/${slug}`),
        meetings: [`${home}/meetings`],
        meeting: meetings.map(one => `${home}/meetings/${one}`),
      }
    })
  } finally {
    await server.stop()
  }
}

/** Everything public, so that visitors and members see as much; `$1` is the network. */
function statements({ groups, organisations, meetings, attendances, events }: Size): string[] {
  const made = (name: string, from = 'n') => `md5((${from})::text || '-${name}')::uuid`
  const series = (count: number) => `generate_series(1, ${count}) n`
  const each = Math.round(attendances / meetings)
  return [
    `insert into organisation (id, name, country, town, kind, size_class)
     select ${made('organisation')}, 'Organisation ' || n, 'FR', 'Toulouse', 'association', 'small'
     from ${series(organisations)} where $1::uuid is not null`,
    `insert into membership (network_id, organisation_id) select $1, ${made('organisation')} from ${series(organisations)}`,
    `insert into person (network_id, id, name) select $1, ${made('person')}, 'Personne ' || n from ${series(organisations)}`,
    `insert into mandate (network_id, id, person_id, organisation_id, role, valid_from)
     select $1, ${made('mandate')}, ${made('person')}, ${made('organisation')}, 'member', current_date - 400
     from ${series(organisations)}`,
    `insert into network_group (network_id, id, slug, kind, name, summary, charter, visibility)
     select $1, ${made('group')}, 'groupe-' || n, (array['collective', 'club', 'working_group', 'axis', 'committee'])[1 + n % 5],
       'Groupe ' || n, 'Ce que fait le groupe ' || n, repeat('Une ligne de la charte. ', 40), 'public'
     from ${series(groups)}`,
    `insert into group_organisation (network_id, group_id, organisation_id)
     select $1, ${made('group', `1 + n % ${groups}`)}, ${made('organisation')} from ${series(organisations)}`,
    `insert into group_member (network_id, group_id, person_id, organisation_id, role)
     select $1, ${made('group', `1 + n % ${groups}`)}, ${made('person')}, ${made('organisation')},
       case when n <= ${groups} then 'facilitator' else 'member' end
     from ${series(organisations)}`,
    `insert into meeting (network_id, id, group_id, title, about, starts_at, ends_at, time_zone, place, state, visibility,
       capacity, last_number, link_origin)
     select $1, ${made('meeting')}, ${made('group', `1 + n % ${groups}`)}, 'Rencontre ' || n,
       repeat('Ce dont on parle. ', 30), at, at + interval '3 hours', 'Europe/Paris', 'La salle ' || n,
       case when at < now() then 'held' else 'scheduled' end,
       case when n <= ${events} then 'public' else 'network' end, 60, ${each}, 'http://localhost:3000'
     from (select n, date_trunc('hour', now()) + (n - ${Math.round(events / 2)}) * interval '5 hours' as at
       from ${series(meetings)}) planned`,
    `insert into agenda_item (network_id, meeting_id, id, position, title, minutes)
     select $1, ${made('meeting')}, md5(n || '-' || position)::uuid, position, 'Point ' || position, 30
     from ${series(meetings)} cross join generate_series(1, 5) position`,
    `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, present, arrived_at)
     select $1, ${made('meeting')}, md5(n || '-registration-' || turn)::uuid, turn,
       ${made('person', `(1 + (n * 7 + turn * 13) % ${organisations})`)},
       ${made('organisation', `(1 + (n * 7 + turn * 13) % ${organisations})`)}, 'registered', true, now()
     from ${series(meetings)} cross join generate_series(1, ${each}) turn on conflict do nothing`,
    `insert into task (network_id, id, group_id, title, due_on)
     select $1, ${made('task')}, ${made('group', `1 + n % ${groups}`)}, 'Une tâche ' || n, current_date + 10
     from ${series(groups * 10)}`,
  ]
}
