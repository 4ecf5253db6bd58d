import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browse, submit } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  capsulesOf,
  type Ground,
  lettersIn,
  stepsOf,
  undo,
} from '#modules/programmes/course/course.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken } from '../../../../test/factories.ts'

let site: TestApp
let ground: Ground
let programme: string
let at: string

beforeAll(async () => {
  site = await testApp()
  ground = await aGround(site)
  programme = await aMadeProgramme(site, ground, { template: 'collective-19-months', startsOn: '2027-09-16' })
  at = `/fr/${ground.network.slug}/programmes/${programme}`
})

afterAll(() => site.close())

const call = async (path: string, body?: object, method = 'POST') => {
  const token = await aToken(site.database, ground.network, [
    ...(['programmes:read', 'programmes:take-part', 'programmes:manage'] as const),
  ])
  return site.app.request(`/api/networks/${ground.network.slug}/programmes/${programme}${path}`, {
    method: body ? method : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
}
const rows = () =>
  site.database.asOwner<Record<string, unknown>>(
    `select to_jsonb(one) || jsonb_build_object('meeting_id', meeting_id is null) as row from programme_step one
     where programme_id = $1 order by id`,
    [programme],
  )
const known = async () => [
  await rows(),
  await site.database.asOwner(
    'select step_id, after_id, gap_days from programme_dependency where programme_id = $1 order by 1, 2',
    [programme],
  ),
  await site.database.asOwner(
    'select id, step_id, kind, title from programme_expectation where programme_id = $1 order by 1',
    [programme],
  ),
]
const standing = () =>
  site.database.asOwner<{ title: string }>(
    `select title from meeting where group_id = $1 and state = 'scheduled' order by starts_at`,
    [ground.group.id],
  )
let revision = 1
const undone = async () => {
  await undo(site, ground, at, ++revision)
  revision++
}

describe('one step more', () => {
  test('is seen first, with what it pushes aside; it gets a meeting; undone, all is as it was', async () => {
    const before = await known()
    const meetings = await standing()
    const steps = await stepsOf(site, programme)
    const [, reading, work] = steps
    const form = await (await browse(site, `${at}/steps?after=${reading?.id}`, ground.runner)).text()
    expect(form).toMatch(new RegExp(`value="${reading?.id}" selected`))
    // A Saturday; the work that comes next opens before.
    const adding = {
      ...{ revision: '1', after: reading?.id ?? '', title: 'Visite d’un site', mode: 'in_person' },
      ...{ day: '2027-12-11', time: '14:00', minutes: '90', opens: '', aim: 'Voir « en vrai »' },
    }
    const seen = await (await submit(site, `${at}/steps`, ground.runner, adding)).text()
    expect(seen).toContain('13 décembre 2027')
    expect(seen).toContain('le 11 décembre 2027 est un jour de week-end')
    expect(seen).toContain('Après «\u00a0Visite d’un site\u00a0».')
    expect(await known()).toEqual(before)

    const answer = await submit(site, `${at}/steps`, ground.runner, { ...adding, step: 'add' })
    expect(answer.status).toBe(303)
    const page = await (await browse(site, answer.headers.get('location') ?? '', ground.runner)).text()
    expect(page).toContain('Visite d’un site')
    expect(page).toContain('Être à la rencontre')
    const after = await stepsOf(site, programme)
    expect(after.map(({ key }) => key).slice(0, 4)).toEqual([
      steps[0]?.key,
      reading?.key,
      'step-1',
      work?.key,
    ])
    expect(after[2]?.due_on).toBe('2027-12-13')
    expect((after[3]?.opens_on ?? '') > '2027-12-13').toBe(true)
    expect((await standing()).map(({ title }) => title)).toContain('Gouvernance – Visite d’un site')
    const again = await submit(site, `${at}/steps`, ground.runner, { ...adding, step: 'add' })
    expect([again.status, (await again.text()).includes('entre-temps')]).toEqual([422, true])
    expect(await (await browse(site, `${at}/undoing`, ground.runner)).text()).toContain('Étape ajoutée')
    await undone()
    expect(await known()).toEqual(before)
    expect(await standing()).toEqual(meetings)
  })

  test('what cannot be is said beside what asked for it, and what was typed comes back', async () => {
    const [capsule] = await capsulesOf(site, programme)
    const adding = {
      ...{ revision: String(revision), after: capsule?.id ?? '', title: 'Élan', mode: 'own_work' },
      ...{ day: '2028-02-10', opens: '2028-02-20', minutes: '60' },
    }
    const wrong = async (fields: Record<string, string>, words: string) => {
      const answer = await submit(site, `${at}/steps`, ground.runner, { ...adding, ...fields, step: 'add' })
      const html = await answer.text()
      expect([answer.status, html.includes(words)]).toEqual([422, true])
      expect(html).toContain('value="60"')
    }
    await wrong({}, 'ne peut pas finir avant')
    await wrong({ opens: '', day: '2020-01-01' }, 'passé')
    await wrong({ opens: '', after: ground.group.id }, 'Choisissez')
    await wrong({ opens: '', title: ' ' }, 'href="#field-title"')
    for (const path of ['/steps', `/steps/${(await stepsOf(site, programme))[1]?.id}/mode`]) {
      expect((await browse(site, at + path, ground.carl)).status).toBe(403)
      expect((await browse(site, at + path)).status).toBe(401)
      const other = await aNetwork(site.database)
      const stranger = await aPerson(site.database, other, 'administrator')
      expect((await browse(site, `/fr/${other.slug}/programmes/${programme}${path}`, stranger)).status).toBe(
        404,
      )
    }
  })
})

describe('a step done another way', () => {
  test('in person, then as own work: its meeting is called off, those who come are told, and undone it takes place after all', async () => {
    const before = await known()
    const [, reading] = await stepsOf(site, programme)
    const mode = `${at}/steps/${reading?.id}/mode`
    await submit(site, `/fr/${ground.network.slug}/meetings/${reading?.meeting_id}/registration`, ground.carl)
    await site.database.asOwner('delete from mail_message')
    const wish = {
      ...{ revision: String(revision), mode: 'own_work', day: reading?.due_on ?? '', minutes: '60' },
      ...{ opens: '', time: '10:00', reason: 'Trop de route' },
    }
    const seen = await (await submit(site, mode, ground.runner, wish)).text()
    expect(seen).toContain('Sa rencontre est annulée')
    expect(seen).toContain('la personne inscrite est prévenue')
    expect(seen).toContain('La présence n’est plus attendue')
    expect(await known()).toEqual(before)
    expect((await submit(site, mode, ground.runner, { ...wish, step: 'change' })).status).toBe(303)
    expect(await lettersIn(site, ground.network)).toEqual([
      'Carl meeting-cancelled',
      'Carl programme-changed',
      'Dora programme-changed',
    ])
    const [, changed] = await stepsOf(site, programme)
    expect(changed).toMatchObject({ mode: 'own_work', meeting_id: null, due_on: reading?.due_on })
    expect(
      await site.database.asOwner('select state from meeting where id = $1', [reading?.meeting_id]),
    ).toEqual([{ state: 'cancelled' }])
    expect(await (await browse(site, `${at}/undoing`, ground.runner)).text()).toContain(
      'Étape menée autrement',
    )
    await undone()
    expect(await known()).toEqual(before)
    // The same meeting, with those who were to come.
    const [, again] = await stepsOf(site, programme)
    expect(again?.meeting_id).toBe(reading?.meeting_id)
    expect(await lettersIn(site, ground.network)).toContain('Carl meeting-reinstated')
  })

  test('own work that becomes a meeting gets one, and expects presence; in person it becomes by video, the same meeting', async () => {
    const before = await known()
    const [, reading, work] = await stepsOf(site, programme)
    expect(work?.mode).toBe('own_work')
    const mode = `${at}/steps/${work?.id}/mode`
    const wish = {
      revision: String(revision),
      mode: 'video',
      day: work?.due_on ?? '',
      minutes: '90',
      time: '11:00',
    }
    const seen = await (await submit(site, mode, ground.runner, wish)).text()
    expect(seen).toContain('Une rencontre est créée')
    expect(seen).toContain('L’étape attend désormais')
    // Work that is due on a Saturday is no meeting on one.
    await site.database.asOwner(`update programme_step set due_on = '2028-01-08' where id = $1`, [work?.id])
    const shown = await (await submit(site, mode, ground.runner, { ...wish, day: '2028-01-08' })).text()
    expect(shown).toContain('lundi 10 janvier 2028')
    expect(shown).toContain('le 8 janvier 2028 est un jour de week-end')
    await site.database.asOwner('update programme_step set due_on = $2 where id = $1', [
      work?.id,
      work?.due_on,
    ])
    expect((await submit(site, mode, ground.runner, { ...wish, step: 'change' })).status).toBe(303)
    const [, , changed] = await stepsOf(site, programme)
    expect(changed?.meeting_id).not.toBeNull()
    const meeting = (id: string | null | undefined) =>
      site.database.asOwner<{ at: string; place: string; video: string | null; sequence: number }>(
        `select to_char(starts_at at time zone time_zone, 'YYYY-MM-DD HH24:MI') as at, place, video_url as video, sequence
         from meeting where id = $1 and state = 'scheduled'`,
        [id],
      )
    expect((await meeting(changed?.meeting_id))[0]?.at).toBe(`${changed?.due_on} 11:00`)
    await undone()
    expect(await known()).toEqual(before)
    expect(await meeting(changed?.meeting_id)).toEqual([])

    await site.database.asOwner(
      `update meeting set place = 'Maison des associations', video_url = null where id = $1`,
      [reading?.meeting_id],
    )
    await site.database.asOwner(`update programme_step set mode = 'in_person' where id = $1`, [reading?.id])
    await submit(site, `/fr/${ground.network.slug}/meetings/${reading?.meeting_id}/registration`, ground.dora)
    await site.database.asOwner('delete from mail_message')
    const screen = {
      ...{ revision: revision, mode: 'video', day: reading?.due_on, minutes: 120, time: null },
      reason: 'Grève',
    }
    const plan = await call(`/steps/${reading?.id}/mode/plan`, screen)
    expect(await plan.json()).toMatchObject({
      ...{ meeting: 'changed', registered: 2, expectation: null, mode: 'video', moves: [] },
    })
    expect((await call(`/steps/${reading?.id}/mode`, screen, 'PUT')).status).toBe(200)
    expect(await meeting(reading?.meeting_id)).toMatchObject([{ place: '' }])
    // Done by a key of the network, so that whoever runs it hears as well.
    expect(await lettersIn(site, ground.network)).toEqual([
      'Anna programme-changed',
      'Carl meeting-moved',
      'Dora meeting-moved',
    ])
    const same = await call(`/steps/${reading?.id}/mode`, { ...screen, revision: ++revision }, 'PUT')
    expect([same.status, (await same.text()).includes('mode')]).toEqual([422, true])
  })
})

test('a capsule goes down by its place alone, as it goes up; one that is pushed says behind what', async () => {
  const capsules = await capsulesOf(site, programme)
  const order = async (places: string) => {
    const fields = [...capsules.map(({ id }) => ['capsule', id]), ...[...places].map(one => ['place', one])]
    const sent = new URLSearchParams([...fields, ['revision', String(revision)], ['step', 'reorder']])
    expect((await submit(site, `${at}/order`, ground.runner, sent)).status, places).toBe(303)
    const ids = (await capsulesOf(site, programme)).map(({ id }) => id)
    await undone()
    return ids.map(id => capsules.findIndex(one => one.id === id) + 1).join('')
  }
  expect(await order('1334567')).toBe('1324567')
  expect(await order('1224567')).toBe('1324567')
  expect(await order('1534567')).toBe('1345267')
  const adding = {
    ...{ revision: String(revision), source: '', title: 'Bilan', after: capsules[1]?.id ?? '' },
    ...{ mode: 'video', startsOn: '2027-11-02' },
  }
  const seen = await (await submit(site, `${at}/capsules`, ground.runner, adding)).text()
  expect(seen).toMatch(/class="why">[^<]*Après «\u00a0Gouvernance – Retours/)
  const last = await submit(site, `${at}/capsules`, ground.runner, {
    ...adding,
    after: capsules.at(-1)?.id ?? '',
  })
  expect(await last.text()).toContain('Rien d’autre ne bouge')
})

test('programs add steps and capsules and take capsules in another order, after seeing it', async () => {
  const before = await stepsOf(site, programme)
  const step = {
    ...{ revision, after: before[1]?.id, title: 'Relecture', mode: 'own_work', day: '2027-12-20' },
    ...{ time: null, opens: '2027-12-06', minutes: 60 },
  }
  const plan = await call('/steps/plan', step)
  expect([plan.status, await plan.json()]).toMatchObject([
    200,
    { title: 'Relecture', mode: 'own_work', opensOn: '2027-12-06', beginsAt: null },
  ])
  expect(await stepsOf(site, programme)).toEqual(before)
  const added = await call('/steps', step)
  expect(added.status).toBe(201)
  const written = (await added.json()) as { step: string; revision: number }
  expect((await stepsOf(site, programme)).map(({ id }) => id)[2]).toBe(written.step)
  revision = written.revision
  const capsules = await capsulesOf(site, programme)
  const capsule = {
    ...{ revision, source: '', title: 'Bilan', after: capsules.at(-1)?.id, mode: 'video' },
    // The first of May, and a Monday.
    startsOn: '2034-05-01',
  }
  expect(await (await call('/capsules/plan', capsule)).json()).toMatchObject({
    title: 'Bilan',
    steps: [{ dueOn: '2034-05-02', why: [{ kind: 'holiday' }] }],
  })
  const other = [0, 1, 3, 2, 4, 5, 6].map(index => capsules[index]?.id)
  expect((await call('/order/plan', { revision, order: other })).status).toBe(200)
  expect((await call('/order', { revision, order: other }, 'PUT')).status).toBe(200)
  expect((await capsulesOf(site, programme)).map(({ id }) => id)).toEqual(other)
  expect((await call('/capsules', { ...capsule, revision: revision + 1 })).status).toBe(201)
  expect(await capsulesOf(site, programme)).toHaveLength(8)
  const unknown = await site.app.request(
    `/api/networks/${ground.network.slug}/programmes/${programme}/steps`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(step) },
  )
  expect(unknown.status).toBe(401)
})
