import { afterAll, beforeAll, expect, test } from 'vitest'
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
