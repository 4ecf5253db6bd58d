import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { browse, submit } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  boxes,
  capsulesOf,
  daysFrom,
  stepsOf,
  undo,
} from '#modules/programmes/course/course.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

test('whatever changed and is undone is again as it was, row by row: its last day too', async () => {
  const ground = await aGround(site)
  const programme = await aMadeProgramme(site, ground, {
    template: 'collective-19-months',
    startsOn: '2027-09-16',
  })
  const at = `/fr/${ground.network.slug}/programmes/${programme}`
  // A last day later than that of the last step.
  await site.database.asOwner(`update programme set ends_on = ends_on + 24 where id = $1`, [programme])
  const capsules = await capsulesOf(site, programme)
  const [step, reading] = await stepsOf(site, programme)
  const proposed = await browse(site, `${at}/moves?step=${reading?.id}&day=2027-12-07`, ground.runner)
  const moves = boxes(await proposed.text()).fields
  const last = capsules.at(-1)?.id ?? ''
  const swapped = [
    ...capsules.map(({ id }) => ['capsule', id]),
    ...'1243567'.split('').map(one => ['place', one]),
  ]
  const changes: [string, string[][]][] = [
    ['pause', []],
    ['moves', moves],
    [
      'shortening',
      [
        ['left', last],
        ['step', 'shorten'],
      ],
    ],
    [
      'capsules',
      Object.entries({
        source: 'environment',
        title: 'Encore',
        after: capsules[1]?.id ?? '',
        startsOn: '2028-01-10',
        step: 'add',
      }),
    ],
    ['order', [...swapped, ['step', 'reorder']]],
    [
      'details',
      [
        ['name', 'Autrement'],
        ['about', 'Plus court'],
      ],
    ],
    [
      `capsules/${last}`,
      [
        ['title', 'La fin'],
        ['theme', ''],
        ['aim', 'Finir'],
      ],
    ],
    [
      `steps/${step?.id}/details`,
      [
        ['title', 'Se lancer'],
        ['aim', 'Choisir'],
        ['minutes', '45'],
        ['tutor', ''],
      ],
    ],
    [
      `steps/${step?.id}/expectations`,
      [
        ['kind', 'reading'],
        ['title', 'Deux pages'],
      ],
    ],
    ['end', []],
  ]
  const before = await rowsOf(programme)
  let revision = 1
  for (const [path, fields] of changes) {
    const sent = new URLSearchParams([...fields, ['revision', String(revision)]] as [string, string][])
    expect((await submit(site, `${at}/${path}`, ground.runner, sent)).status, path).toBe(303)
    const changed = await rowsOf(programme)
    expect(changed, path).not.toEqual(before)
    if (path === 'pause') expect(changed[0]?.ends_on).toBe(before[0]?.ends_on)
    await undo(site, ground, at, revision + 1)
    expect(await rowsOf(programme), `${path}, undone`).toEqual(before)
    revision += 2
  }
  // Going on after two weeks, it ends about two weeks later; undone one by one, it is as in the beginning.
  const go = async (path: string, more: Record<string, string>) => {
    const sent = { revision: String(revision++), ...more }
    expect((await submit(site, `${at}/${path}`, ground.runner, sent)).status, path).toBe(303)
  }
  await go('pause', {})
  await site.database.asOwner(`update programme set paused_on = '2027-12-01' where id = $1`, [programme])
  const paused = await rowsOf(programme)
  await go('resumption', { resumesOn: '2027-12-15', step: 'resume' })
  const [resumed] = await rowsOf(programme)
  expect(daysFrom(String(before[0]?.ends_on), String(resumed?.ends_on))).toBeGreaterThanOrEqual(14)
  await go('undoing', { what: 'change' })
  expect(await rowsOf(programme)).toEqual(paused)
  await go('undoing', { what: 'change' })
  expect(await rowsOf(programme)).toEqual(before)
})

test('of undoing it all and of somebody who registers, or says something, at that very moment, the first wins', async () => {
  const ground = await aGround(site)
  const { network } = ground
  const aProgrammeAnew = async () => {
    const programme = await aMadeProgramme(site, ground)
    const [first] = (await stepsOf(site, programme)).filter(({ meeting_id }) => meeting_id !== null)
    return { programme, meeting: first?.meeting_id ?? '', at: `/fr/${network.slug}/programmes/${programme}` }
  }
  const undoAll = (at: string) =>
    submit(site, `${at}/undoing`, ground.runner, { what: 'making', revision: '1' })
  const registered = (meeting: string) =>
    site.database.asOwner('select from registration where meeting_id = $1', [meeting])

  // They register first, and have not quite finished when it is undone.
  const one = await aProgrammeAnew()
  const registering = await held(trx =>
    sql`with taken as (
        update meeting set last_number = last_number + 1 where network_id = ${network.id}::uuid and id = ${one.meeting}::uuid
        returning last_number
      ) insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state)
      select ${network.id}::uuid, ${one.meeting}::uuid, gen_random_uuid(), last_number, ${ground.carl.personId}::uuid,
        ${ground.organisations.carls}::uuid, 'registered' from taken`.execute(trx),
  )
  const undone = undoAll(one.at)
  await registering.waitedFor(1)
  await registering.finish()
  const answer = await undone
  expect([answer.status, (await answer.text()).includes('inscri')]).toEqual([422, true])
  expect(await registered(one.meeting)).toHaveLength(1)

  // It is undone first: whoever registers then finds no meeting, whoever says something no programme.
  const two = await aProgrammeAnew()
  const [expectation] = await site.database.asOwner<{ id: string; step_id: string }>(
    `select id, step_id from programme_expectation where programme_id = $1 and kind = 'document' limit 1`,
    [two.programme],
  )
  const gone = await held(async trx => {
    await sql`select from programme where id = ${two.programme}::uuid for update`.execute(trx)
    await sql`select from meeting where id = ${two.meeting}::uuid for update`.execute(trx)
  })
  const all = Promise.all([
    submit(site, `/fr/${network.slug}/meetings/${two.meeting}/registration`, ground.carl),
    submit(site, `${two.at}/steps/${expectation?.step_id}/fulfilments`, ground.dora, {
      ...{ expectation: expectation?.id ?? '', organisation: ground.organisations.doras },
      ...{ url: 'https://example.org/plan' },
    }),
  ])
  await gone.waitedFor(2)
  await gone.finish(async trx => {
    await sql`update programme set state = 'undone', revision = 2 where id = ${two.programme}::uuid`.execute(
      trx,
    )
    await sql`delete from meeting where id = ${two.meeting}::uuid`.execute(trx)
  })
  expect((await all).map(({ status }) => status)).toEqual([404, 404])
  expect(
    await site.database.asOwner('select from programme_fulfilment where programme_id = $1', [two.programme]),
  ).toEqual([])

  /** Work in a transaction that stays open until it is finished. */
  async function held(work: (trx: Trx) => Promise<unknown>) {
    const { promise: worked, resolve: tellWorked } = Promise.withResolvers<string>()
    const { promise: told, resolve: tell } = Promise.withResolvers<(trx: Trx) => Promise<unknown>>()
    const done = inTenant(site.database.db, network.inside, async trx => {
      await work(trx)
      const { rows } = await sql<{ xid: string }>`select pg_current_xact_id()::xid::text as xid`.execute(trx)
      tellWorked(rows[0]?.xid ?? '')
      await (await told)(trx)
    })
    await Promise.race([worked, done])
    return {
      /** Until so many others stand before what it holds. */
      waitedFor: async (count: number) => waitFor(await worked, count),
      finish: (last: (trx: Trx) => Promise<unknown> = async () => undefined) => {
        tell(last)
        return done
      },
    }
  }

  async function waitFor(xid: string, count: number): Promise<void> {
    const waiting = () =>
      site.database.asOwner(
        `select from pg_locks where locktype = 'transactionid' and transactionid::text = $1 and not granted`,
        [xid],
      )
    while ((await waiting()).length < count) await new Promise(resolve => setTimeout(resolve, 5))
  }
})

/** All that a change may touch. A meeting that was called off is planned anew: another stands for it. */
async function rowsOf(programme: string): Promise<Record<string, unknown>[]> {
  const rows = await site.database.asOwner<{ row: Record<string, unknown> }>(
    `select to_jsonb(one) - 'revision' - 'updated_at' as row from programme one where id = $1
     union all (select to_jsonb(one) from programme_capsule one where programme_id = $1 order by id)
     union all (select to_jsonb(one) || jsonb_build_object('meeting_id', meeting_id is null)
       from programme_step one where programme_id = $1 order by id)
     union all (select to_jsonb(one) from programme_dependency one where programme_id = $1 order by step_id, after_id)
     union all (select to_jsonb(one) from programme_expectation one where programme_id = $1 order by id)`,
    [programme],
  )
  return rows.map(({ row }) => row)
}
