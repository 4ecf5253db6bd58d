import { afterAll, beforeAll, expect, test } from 'vitest'
import { browse, submit } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  boxes,
  capsulesOf,
  daysFrom,
  lettersIn,
  stepsOf,
  undo,
} from '#modules/programmes/course/course.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aToken } from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

test('a step moves with what depends on it, its meeting with those who come; two who change it at once are told', async () => {
  const ground = await aGround(site)
  const programme = await aMadeProgramme(site, ground, {
    template: 'collective-19-months',
    startsOn: '2027-09-16',
  })
  const at = `/fr/${ground.network.slug}/programmes/${programme}`
  const before = await stepsOf(site, programme)
  const [, reading] = before
  await submit(site, `/fr/${ground.network.slug}/meetings/${reading?.meeting_id}/registration`, ground.carl)
  await site.database.asOwner('delete from mail_message')

  const wish = new URLSearchParams({ step: reading?.id ?? '', day: '2027-12-07' })
  const proposed = await (await browse(site, `${at}/moves?${wish}`, ground.runner)).text()
  const { ids, fields } = boxes(proposed)
  expect(ids.length).toBeGreaterThan(1)
  expect(proposed).toContain('7 décembre 2027')
  expect(proposed).toContain('Gouvernance – Lecture partagée')
  expect((await browse(site, `${at}/moves?${wish}`, ground.carl)).status).toBe(403)
  const sent = new URLSearchParams([...fields, ['revision', '1'], ['reason', 'Salle prise']])
  expect((await submit(site, `${at}/moves`, ground.runner, sent)).status).toBe(303)

  const after = await stepsOf(site, programme)
  expect(
    after
      .filter((step, index) => step.due_on !== before[index]?.due_on)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(ids.sort())
  const meeting = async () =>
    (
      await site.database.asOwner<{ sequence: number; day: string }>(
        `select sequence, (starts_at at time zone time_zone)::date::text as day from meeting where id = $1`,
        [reading?.meeting_id],
      )
    )[0]
  expect(await meeting()).toEqual({ sequence: 1, day: '2027-12-07' })
  // Who is registered by their calendar; everyone once of all else that moved.
  expect(await lettersIn(site, ground.network)).toEqual([
    'Carl meeting-moved',
    'Carl programme-moved',
    'Dora programme-moved',
  ])
  const [letter] = await site.database.asOwner<{ content: string }>(
    `select secrets -> 'calendar' ->> 'content' as content from mail_message where template = 'meeting-moved'`,
  )
  const [carl, told] = await site.database.asOwner<{ count: number; moves: string }>(
    `select (params ->> 'count')::int as count, params ->> 'moves' as moves from mail_message
     where template = 'programme-moved' order by 1`,
  )
  expect(carl?.count).toBe(ids.length - 1)
  expect(carl?.moves).not.toContain('Gouvernance – Lecture partagée')
  const lines = told?.moves.split('\n').filter(line => line.startsWith('- '))
  expect([told?.count, lines?.length]).toEqual([ids.length, ids.length])
  expect(told?.moves.startsWith('> Salle prise\n')).toBe(true)
  expect(told?.moves).toMatch(/à terminer le/)
  expect(told?.moves).toMatch(/^- Gouvernance – Lecture partagée.: le .* 2027 → le 7 décembre 2027$/m)
  expect(letter?.content).toContain('SEQUENCE:1')
  expect(letter?.content).toContain('20271207T')

  // Somebody who has not seen this.
  const late = await submit(site, `${at}/moves`, ground.runner, sent)
  expect(late.status).toBe(422)
  expect(await late.text()).toContain('entre-temps')
  expect(await stepsOf(site, programme)).toEqual(after)

  expect((await submit(site, `${at}/undoing`, ground.runner, { what: 'change', revision: '2' })).status).toBe(
    303,
  )
  expect(await stepsOf(site, programme)).toEqual(before)
  expect(await meeting()).toEqual({ sequence: 2, day: reading?.due_on })

  // A whole capsule, by two weeks.
  const [capsule] = await site.database.asOwner<{ id: string }>(
    `select id from programme_capsule where programme_id = $1 and key = 'governance'`,
    [programme],
  )
  const whole = await browse(site, `${at}/moves?capsule=${capsule?.id}&weeks=2`, ground.runner)
  const moved = boxes(await whole.text())
  expect(moved.ids).toEqual(expect.arrayContaining(before.slice(1, 4).map(({ id }) => id)))
  expect((await browse(site, `${at}/moves?capsule=${capsule?.id}&weeks=0`, ground.runner)).status).toBe(422)
  expect((await browse(site, `${at}/moves?step=${reading?.id}&day=2020-01-01`, ground.runner)).status).toBe(
    422,
  )

  // Moved on its own page: noticed, and taken over without a word to anyone.
  await site.database.asOwner(
    `update meeting set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day' where id = $1`,
    [reading?.meeting_id],
  )
  await site.database.asOwner('delete from mail_message')
  const page = await (await browse(site, at, ground.runner)).text()
  const taking = /href="([^"]*from=meeting[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const taken = boxes(await (await browse(site, taking, ground.runner)).text())
  expect(
    (
      await submit(
        site,
        `${at}/moves`,
        ground.runner,
        new URLSearchParams([...taken.fields, ['revision', '3']]),
      )
    ).status,
  ).toBe(303)
  expect(await (await browse(site, at, ground.runner)).text()).not.toContain('from=meeting')
  // Of the meeting they heard when it moved; now of the work that is due later for it.
  const [deadline] = await site.database.asOwner<{ moves: string }>(
    `select params ->> 'moves' as moves from mail_message where network_id = $1 limit 1`,
    [ground.network.id],
  )
  expect(deadline?.moves).toMatch(/^- .*à terminer le [^\n]*$/)
})

test('it pauses and resumes, is shortened, gets a capsule, takes another order, and each is undone', async () => {
  const ground = await aGround(site)
  const programme = await aMadeProgramme(site, ground, {
    template: 'collective-19-months',
    startsOn: '2027-09-16',
  })
  const at = `/fr/${ground.network.slug}/programmes/${programme}`
  const key = await aToken(site.database, ground.network, [
    'programmes:read',
    'programmes:take-part',
    'programmes:manage',
  ])
  const before = await stepsOf(site, programme)
  const capsules = await capsulesOf(site, programme)

  expect((await submit(site, `${at}/pause`, ground.runner, { revision: '1' })).status).toBe(303)
  await site.database.asOwner(`update programme set paused_on = '2027-12-01' where id = $1`, [programme])
  expect(
    (
      await submit(site, `${at}/resumption`, ground.runner, {
        revision: '2',
        resumesOn: '2027-11-01',
        step: 'resume',
      })
    ).status,
  ).toBe(422)
  expect(
    (
      await submit(site, `${at}/resumption`, ground.runner, {
        revision: '2',
        resumesOn: '2027-12-15',
        step: 'resume',
      })
    ).status,
  ).toBe(303)
  const resumed = await stepsOf(site, programme)
  expect(resumed[0]).toEqual(before[0])
  const ahead = before.findIndex(({ due_on }) => due_on > '2028-01-31')
  expect(daysFrom(before[ahead]?.due_on, resumed[ahead]?.due_on)).toBeGreaterThanOrEqual(14)
  await undo(site, ground, at, 3)

  const last = capsules.at(-1)
  const shortening = { revision: '4', left: last?.id ?? '' }
  expect(await (await submit(site, `${at}/shortening`, ground.runner, shortening)).text()).toContain(
    '3 étapes seraient',
  )
  expect(
    (await submit(site, `${at}/shortening`, ground.runner, { ...shortening, endsOn: '2027-01-01' })).status,
  ).toBe(422)
  expect(
    (await submit(site, `${at}/shortening`, ground.runner, { ...shortening, step: 'shorten' })).status,
  ).toBe(303)
  expect(
    await count(`select from meeting where state = 'cancelled' and group_id = $1`, ground.group.id),
  ).toBe(2)
  expect((await stepsOf(site, programme)).filter(({ dropped }) => dropped)).toHaveLength(3)
  await undo(site, ground, at, 5)
  // Called off, they are planned anew.
  expect(
    await count(`select from meeting where state = 'scheduled' and group_id = $1`, ground.group.id),
  ).toBe(13)

  const adding = {
    revision: '6',
    source: 'environment',
    title: 'Encore l’environnement',
    after: capsules[1]?.id ?? '',
    startsOn: '2028-01-10',
  }
  expect(await (await submit(site, `${at}/capsules`, ground.runner, adding)).text()).toContain(
    'Encore l’environnement',
  )
  expect((await submit(site, `${at}/capsules`, ground.runner, { ...adding, step: 'add' })).status).toBe(303)
  expect((await capsulesOf(site, programme)).map(({ key }) => key)[2]).toBe('environment-2')
  expect(
    await count(`select from meeting where state = 'scheduled' and group_id = $1`, ground.group.id),
  ).toBe(15)
  await undo(site, ground, at, 7)
  expect((await stepsOf(site, programme)).map(({ due_on }) => due_on)).toEqual(
    before.map(({ due_on }) => due_on),
  )

  const order = capsules.map(({ id }) => id)
  const places = ['1', '2', '4', '3', '5', '6', '7']
  const swapped = new URLSearchParams([
    ...order.map(id => ['capsule', id]),
    ...places.map(place => ['place', place]),
    ['revision', '8'],
    ['step', 'reorder'],
  ])
  expect((await submit(site, `${at}/order`, ground.runner, swapped)).status).toBe(303)
  expect((await capsulesOf(site, programme)).map(({ id }) => id)).toEqual(
    [0, 1, 3, 2, 4, 5, 6].map(index => order[index]),
  )
  await undo(site, ground, at, 9)
  expect((await capsulesOf(site, programme)).map(({ id }) => id)).toEqual(order)

  // By key of the network: the same, in one go.
  const call = (path: string, body?: object) =>
    site.app.request(`/api/networks/${ground.network.slug}/programmes${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const reader = await site.app.request(`/api/networks/${ground.network.slug}/programmes`)
  expect(reader.status).toBe(401)
  expect(await (await call('')).json()).toMatchObject({
    programmes: [{ id: programme, revision: 10 }],
    next: null,
  })
  const whole = (await (await call(`/${programme}`)).json()) as { capsules: { steps: unknown[] }[] }
  expect(whole.capsules.flatMap(({ steps }) => steps)).toHaveLength(19)
  const plan = {
    group: ground.group.slug,
    template: 'quarter-cycle',
    name: 'Cycle',
    startsOn: '2027-01-11',
    country: 'FR',
  }
  expect(await (await call('/plan', plan)).json()).toMatchObject({
    counts: { meetings: 3, organisations: 2 },
  })
  expect((await call('', plan)).status).toBe(201)
  const step = before[1]
  const moves = (await (await call(`/${programme}/moves?step=${step?.id}&day=2027-11-16`)).json()) as {
    moves: object[]
  }
  expect((await call(`/${programme}/moves`, { revision: 10, moves: moves.moves })).status).toBe(200)
  expect((await call(`/${programme}/undoing`, { revision: 11 })).status).toBe(200)
  expect((await call(`/${programme}/pause`, { revision: 11 })).status).toBe(422)
  // What was undone is that it goes on.
  const resumption = { revision: 12, resumesOn: '2027-12-02' }
  expect((await call(`/${programme}/resumption`, resumption)).status).toBe(200)
})

test('who has left is followed by another, in one act; texts and expectations are changed', async () => {
  const ground = await aGround(site)
  const programme = await aMadeProgramme(site, ground)
  const at = `/fr/${ground.network.slug}/programmes/${programme}`
  const [step] = await stepsOf(site, programme)
  await site.database.asOwner(`update group_member set role = 'coordinator' where person_id = $1`, [
    ground.dora.personId,
  ])
  expect(await (await browse(site, at, ground.dora)).text()).not.toContain('/tutors"')
  const hers = await count('select from task where owner_id = $1', ground.runner.personId)
  expect(hers).toBeGreaterThan(1)
  await site.database.asOwner('delete from group_member where person_id = $1', [ground.runner.personId])
  expect(await (await browse(site, at, ground.dora)).text()).toContain('n’a plus personne')
  expect(await (await browse(site, `${at}/tutors`, ground.dora)).text()).toContain(`${hers} tâches ouvertes`)
  await site.database.asOwner('delete from mail_message')
  expect(
    (await submit(site, `${at}/tutors`, ground.dora, { revision: '1', tutor: ground.runner.personId }))
      .status,
  ).toBe(422)
  expect(
    (await submit(site, `${at}/tutors`, ground.dora, { revision: '1', tutor: ground.carl.personId })).status,
  ).toBe(303)
  expect(await count('select from programme_step where tutor_id = $1', ground.carl.personId)).toBe(1)
  // Her tasks of all steps ahead go along, be the step anybody's or not.
  expect(await count('select from task where owner_id = $1', ground.carl.personId)).toBe(hers)
  expect(await lettersIn(site, ground.network)).toEqual(['Carl programme-entrusted'])

  const details = `${at}/steps/${step?.id}/details`
  const fields = {
    revision: '2',
    title: 'Se lancer',
    aim: 'Choisir',
    minutes: '45',
    tutor: ground.dora.personId,
  }
  expect((await submit(site, details, ground.dora, fields)).status).toBe(303)
  const expectation = {
    revision: '3',
    kind: 'reading',
    title: 'Deux pages',
    details: 'Le guide https://exemple.org/guide',
  }
  expect((await submit(site, `${at}/steps/${step?.id}/expectations`, ground.dora, expectation)).status).toBe(
    303,
  )
  expect(
    (
      await submit(site, `${at}/steps/${step?.id}/expectations`, ground.dora, {
        ...expectation,
        revision: '4',
        kind: 'none',
      })
    ).status,
  ).toBe(422)
  const [added] = await site.database.asOwner<{ id: string }>(
    `select id from programme_expectation where title = 'Deux pages'`,
  )
  const removal = `${at}/steps/${step?.id}/expectations/${added?.id}/removal`
  await site.database.asOwner(
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, done_on)
     values ($1, $2, gen_random_uuid(), $3, $4, current_date)`,
    [ground.network.id, programme, added?.id, ground.organisations.carls],
  )
  expect((await submit(site, removal, ground.dora, { revision: '4' })).status).toBe(422)
  await site.database.asOwner('delete from programme_fulfilment')
  expect((await submit(site, removal, ground.dora, { revision: '4' })).status).toBe(303)
  expect((await submit(site, `${at}/end`, ground.dora, { revision: '5' })).status).toBe(303)
  expect((await submit(site, `${at}/pause`, ground.dora, { revision: '6' })).status).toBe(422)
  await undo(site, { ...ground, runner: ground.dora }, at, 6)
})

async function count(query: string, ...values: string[]): Promise<number> {
  return (await site.database.asOwner(query, values)).length
}
