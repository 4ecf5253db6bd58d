import { sql } from 'kysely'
import { type Database, openDatabase } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import { taskExpectation } from '#modules/groups/task-expectation.ts'
import { attendanceExpectation } from '#modules/meetings/attendance/attendance-expectation.ts'
import { document, reading } from '#modules/programmes/expectations.ts'
import { completionOf, progressOf } from '#modules/programmes/progress/progress-of.ts'
import { openScratchServer, withClient } from './database.ts'
import { digits, type Figure, median, type Section } from './figures.ts'
import type { Settings } from './settings.ts'

/** As the shipped collective: seven meetings, and something said or done at every step. */
const steps = 18
const organisations = 20
const kinds = { reading, document, attendance: attendanceExpectation, task: taskExpectation }

/** How far every organisation of many programmes is, beside counting the same rows. */
export async function measureProgrammes(settings: Settings): Promise<Section[]> {
  const [groups, rounds] = settings.quick ? [100, 3] : [1_000, 5]
  settings.say(`programmes: ${groups} groups`)
  const server = await openScratchServer(settings.scratch)
  try {
    const { app, owner, networkId } = await server.fresh()
    await withClient(owner, async client => {
      for (const statement of statements(groups)) await client.query(statement, [networkId])
      await client.query('vacuum (analyze)')
    })
    const database = openDatabase(app, 1)
    try {
      const ids = await withClient(owner, async client =>
        (await client.query<{ id: string }>('select id from programme order by md5(id::text)')).rows.map(
          row => row.id,
        ),
      )
      const figures: Figure[] = []
      for (const count of [1, Math.min(10, groups), groups])
        figures.push(...(await figuresOf(database, networkId, ids.slice(0, count), rounds)))
      return [
        {
          title: 'How far programmes are',
          explanation:
            `Programmes of ${steps} steps and ${organisations} organisations each, out of ${groups.toLocaleString('en')} in one network. ` +
            'Cordée: six statements and one calculation, whatever their number; `every step`: how each organisation stands with ' +
            'each; `totals`: presence and completion alone, out of the same. Beside it, PostgreSQL counts the rows that ' +
            'both are made of (what was said, who came, tasks done) for the same programmes and does nothing else with them. ' +
            'Both as the application, under row-level security. The ratio is of the medians.',
          columns: ['programmes, what', 'Cordée', 'counting the rows', 'times', 'goal'],
          figures,
        },
      ]
    } finally {
      await database.close()
    }
  } finally {
    await server.stop()
  }
}

async function figuresOf(
  { db }: Database,
  networkId: string,
  ids: string[],
  rounds: number,
): Promise<Figure[]> {
  const tenant = { networkId, audience: 'network' as const }
  const times: Record<'whole' | 'totals' | 'rows', number[]> = { whole: [], totals: [], rows: [] }
  const timed = async (kind: keyof typeof times, work: () => Promise<unknown>) => {
    const start = performance.now()
    await work()
    times[kind].push(performance.now() - start)
  }
  // The first of each is not counted: plans and pages are read then.
  for (let round = 0; round <= rounds; round++) {
    await timed('whole', () => readTenant(db, tenant, trx => progressOf(trx, kinds, networkId, ids)))
    await timed('totals', () => readTenant(db, tenant, trx => completionOf(trx, kinds, networkId, ids)))
    await timed('rows', () => readTenant(db, tenant, trx => sql.raw(countOf(networkId, ids)).execute(trx)))
  }
  const of = (kind: keyof typeof times) => median(times[kind].slice(1))
  const beside = of('rows')
  return (['whole', 'totals'] as const).map(kind => ({
    what: `${ids.length.toLocaleString('en')}, ${kind === 'whole' ? 'every step' : 'totals'}`,
    own: `${digits(of(kind))} ms`,
    beside: `${digits(beside)} ms`,
    ratio: digits(of(kind) / beside),
    goal: '',
    holds: null,
  }))
}

function countOf(networkId: string, ids: readonly string[]): string {
  const programmes = `array[${ids.map(id => `'${id}'`).join(',')}]::uuid[]`
  return `
    select
      (select count(*) from programme_fulfilment where network_id = '${networkId}' and programme_id = any (${programmes})),
      (select count(*) from programme_step s
       join registration r on r.network_id = s.network_id and r.meeting_id = s.meeting_id and r.present
       where s.network_id = '${networkId}' and s.programme_id = any (${programmes})),
      (select count(*) from programme_expectation e
       join task t on t.network_id = e.network_id and t.origin_id = e.id and t.state = 'done'
       where e.network_id = '${networkId}' and e.programme_id = any (${programmes}) and e.kind = 'task')`
}

/** `$1` is the network; of what is due, four in five is done. */
function statements(groups: number): string[] {
  const made = (name: string, from: string) => `md5((${from})::text || '-${name}')::uuid`
  const group = `generate_series(1, ${groups}) g`
  const step = `${group} cross join generate_series(1, ${steps}) s`
  const member = `${group} cross join generate_series(1, ${organisations}) o`
  const meets = 's % 3 = 1 or s = 2'
  const day = `(current_date - 400 + s * 30)`
  const done = `('x' || substr(md5(g || '-' || s || '-' || o), 1, 4))::bit(16)::integer % 5 > 0 and ${day} < current_date`
  return [
    `insert into organisation (id, name)
     select ${made('organisation', "g || '-' || o")}, 'Organisation ' || g || '-' || o from ${member} where $1::uuid is not null`,
    `insert into membership (network_id, organisation_id) select $1, ${made('organisation', "g || '-' || o")} from ${member}`,
    `insert into person (network_id, id, name) select $1, ${made('person', "g || '-' || o")}, 'Personne' from ${member}`,
    `insert into network_group (network_id, id, slug, kind, name)
     select $1, ${made('group', 'g')}, 'groupe-' || g, 'collective', 'Groupe ' || g from ${group}`,
    `insert into group_organisation (network_id, group_id, organisation_id, valid_from)
     select $1, ${made('group', 'g')}, ${made('organisation', "g || '-' || o")}, current_date - 400 from ${member}`,
    `insert into programme (network_id, id, group_id, name, template_key, template_version, template, starts_on, ends_on, time_zone)
     select $1, ${made('programme', 'g')}, ${made('group', 'g')}, 'Parcours ' || g, 'essai', 1, '{}', current_date - 400,
       current_date + 200, 'Europe/Paris' from ${group}`,
    `insert into programme_capsule (network_id, programme_id, id, key, position, title)
     select $1, ${made('programme', 'g')}, ${made('capsule', 'g')}, 'capsule', 0, 'Capsule' from ${group}`,
    `insert into meeting (network_id, id, group_id, title, starts_at, ends_at, time_zone, state, last_number)
     select $1, ${made('meeting', "g || '-' || s")}, ${made('group', 'g')}, 'Rencontre', ${day} + time '14:00', ${day} + time '16:00',
       'Europe/Paris', 'scheduled', 100 from ${step} where ${meets}`,
    `insert into programme_step (network_id, programme_id, id, capsule_id, key, position, title, mode, opens_on, due_on, planned_on,
       meeting_id)
     select $1, ${made('programme', 'g')}, ${made('step', "g || '-' || s")}, ${made('capsule', 'g')}, 'etape-' || s, s, 'Étape ' || s,
       'own_work', ${day} - 20, ${day}, ${day}, case when ${meets} then ${made('meeting', "g || '-' || s")} end from ${step}`,
    `insert into programme_expectation (network_id, programme_id, id, step_id, position, kind, title)
     select $1, ${made('programme', 'g')}, ${made('expectation', "g || '-' || s || '-' || kind")}, ${made('step', "g || '-' || s")}, 0,
       kind, kind
     from ${step} cross join unnest(case when ${meets} then '{attendance,reading}'::text[] when s % 3 = 0 then '{task}'
       else '{document}' end) kind`,
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on, url)
     select $1, e.programme_id, gen_random_uuid(), e.id, ${made('organisation', "g || '-' || o")}, ${made('person', "g || '-' || o")},
       ${day}, 'https://example.org/' || s
     from ${step} cross join generate_series(1, ${organisations}) o
     join programme_expectation e on e.network_id = $1 and e.step_id = ${made('step', "g || '-' || s")} and e.kind in ('reading', 'document')
     where ${done}`,
    `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, present, arrived_at)
     select $1, ${made('meeting', "g || '-' || s")}, gen_random_uuid(), o, ${made('person', "g || '-' || o")},
       ${made('organisation', "g || '-' || o")}, 'registered', true, now()
     from ${step} cross join generate_series(1, ${organisations}) o where (${meets}) and ${done}`,
    `insert into task (network_id, id, group_id, title, state, done_at, organisation_id, origin_id)
     select $1, gen_random_uuid(), ${made('group', 'g')}, 'Une tâche', 'done', now(), ${made('organisation', "g || '-' || o")},
       ${made('expectation', "g || '-' || s || '-task'")}
     from ${step} cross join generate_series(1, ${organisations}) o where s % 3 = 0 and ${done}`,
  ]
}
