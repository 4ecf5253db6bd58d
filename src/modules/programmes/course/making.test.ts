import { afterAll, beforeAll, expect, test } from 'vitest'
import { browse, submit } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  choices,
  dayAhead,
  type Ground,
  lettersIn,
  shownFields,
  stepsOf,
} from '#modules/programmes/course/course.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson } from '../../../../test/factories.ts'

let site: TestApp
let ground: Ground
let at: string

beforeAll(async () => {
  site = await testApp()
  ground = await aGround(site)
  at = `/fr/${ground.network.slug}/programmes`
})

afterAll(() => site.close())

test('who may not run the group makes nothing; who may not know of it reads nothing', async () => {
  const programme = await aMadeProgramme(site, ground)
  const stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
  const outside = await aPerson(site.database, ground.network, 'member')
  expect((await browse(site, `${at}/${programme}`)).status).toBe(401)
  expect((await browse(site, `${at}/${programme}`, stranger)).status).toBe(403)
  // A member of the network who may not know of the group.
  expect((await browse(site, `${at}/${programme}`, outside)).status).toBe(404)
  expect(await (await browse(site, at, outside)).text()).not.toContain('Un trimestre')
  expect((await browse(site, `${at}/${programme}`, ground.carl)).status).toBe(200)
  for (const page of [
    'moves',
    'pause',
    'shortening',
    'order',
    'capsules',
    'details',
    'undoing',
    'tutors',
    'end',
  ]) {
    expect((await browse(site, `${at}/${programme}/${page}`, ground.carl)).status, page).toBe(403)
    expect((await browse(site, `${at}/${programme}/${page}`, ground.runner)).status, page).toBe(200)
  }
  expect((await browse(site, `${at}/new`, ground.carl)).status).toBe(403)
  expect((await submit(site, at, ground.carl, choices(ground))).status).toBe(403)
})

test('all dates are seen and corrected before anything is made; then all is made at once, and undone at once', async () => {
  const ground = await aGround(site)
  const at = `/fr/${ground.network.slug}/programmes`
  const given = choices(ground, { template: 'collective-19-months', startsOn: '2027-09-16' })
  const first = await submit(site, at, ground.runner, given)
  const seen = await first.text()
  expect(first.status).toBe(200)
  expect(seen).toContain('16 septembre 2027')
  const [programmes] = await site.database.asOwner<{ count: string }>(
    'select count(*) from programme where network_id = $1',
    [ground.network.id],
  )
  expect(programmes?.count).toBe('0')

  // The second day is wanted on All Saints' Day, which is none to meet on: the plan says so and takes the next.
  const shown = shownFields(seen)
  const [, meeting] = shown.filter(([name]) => name.startsWith('time.')).map(([name]) => name.slice(5))
  const corrected = shown.map(([name, value]): [string, string] =>
    name === `day.${meeting}`
      ? [name, '2027-11-01']
      : name === `time.${meeting}`
        ? [name, '08:15']
        : [name, value],
  )
  const again = await submit(
    site,
    at,
    ground.runner,
    new URLSearchParams([...Object.entries(given), ...corrected]),
  )
  const html = await again.text()
  expect(html).toContain('Toussaint')
  expect(shownFields(html)).toContainEqual([`day.${meeting}`, '2027-11-02'])
  expect(shownFields(html)).toContainEqual([`time.${meeting}`, '08:15'])

  const fields = new URLSearchParams([
    ...Object.entries(given),
    ...shownFields(html),
    ['id', newProgramme],
    ['step', 'make'],
  ])
  fields.set('id', newProgramme)
  expect((await submit(site, at, ground.runner, fields)).status).toBe(303)
  expect((await submit(site, at, ground.runner, fields)).status).toBe(303)
  const steps = await stepsOf(site, newProgramme)
  expect(steps).toHaveLength(19)
  expect(steps.filter(step => step.meeting_id !== null)).toHaveLength(13)
  expect(await lettersIn(site, ground.network)).toEqual(['Carl programme-begun', 'Dora programme-begun'])
  const [made] = await counts(newProgramme)
  expect(made).toEqual({ meetings: 13, tasks: expect.any(Number), programmes: 1 })
  expect(made?.tasks).toBeGreaterThan(6)
  const [begins] = await site.database.asOwner<{ starts_at: Date }>(
    `select starts_at from meeting join programme_step step on step.meeting_id = meeting.id where step.key = $1 and step.programme_id = $2`,
    [meeting, newProgramme],
  )
  expect(begins?.starts_at.toISOString()).toBe('2027-11-02T07:15:00.000Z')
  const page = await (await browse(site, `${at}/${newProgramme}`, ground.carl)).text()
  expect(page).toContain('Prochaine étape')

  const address = `${at}/${newProgramme}/undoing`
  // Somebody is registered: it is named, and stays.
  const registered = steps.find(step => step.meeting_id)?.meeting_id
  await submit(site, `/fr/${ground.network.slug}/meetings/${registered}/registration`, ground.carl)
  expect((await submit(site, address, ground.runner, { what: 'making', revision: '1' })).status).toBe(422)
  expect(await (await browse(site, address, ground.runner)).text()).toContain('une inscription')
  await site.database.asOwner('delete from registration where meeting_id = $1', [registered])
  expect((await submit(site, address, ground.runner, { what: 'making', revision: '1' })).status).toBe(303)
  expect(await counts(newProgramme)).toEqual([{ meetings: 0, tasks: 0, programmes: 0 }])
  expect((await browse(site, `${at}/${newProgramme}`, ground.runner)).status).toBe(404)
})

test('what cannot be is said beside what asked for it', async () => {
  const refused = async (more: Record<string, string>, person = ground.runner) => {
    const response = await submit(site, at, person, choices(ground, more))
    expect(response.status).toBe(422)
    return (await response.text()).replaceAll(/&[^;]+;/g, ' ')
  }
  expect(await refused({ startsOn: '2027-02-30' })).toContain('field-startsOn')
  expect(await refused({ template: 'none' })).toContain('field-template')
  expect(await refused({ closureFrom: '2027-08-10', closureUntil: '2027-08-01' })).toContain('field-closures')
  // From the last of January on, months end where they end.
  const late = await submit(
    site,
    at,
    ground.runner,
    choices(ground, { template: 'collective-19-months', startsOn: '2027-01-31' }),
  )
  expect(late.status).toBe(200)

  const boss = await aPerson(site.database, ground.network, 'facilitator')
  const lonely = await aGround(site)
  await site.database.asOwner(`update group_member set role = 'member' where group_id = $1`, [
    lonely.group.id,
  ])
  const chief = await aPerson(site.database, lonely.network, 'facilitator')
  const address = `/fr/${lonely.network.slug}/programmes`
  const without = await submit(site, address, chief, choices(lonely))
  expect(without.status).toBe(422)
  expect(await without.text()).toContain('Personne n’anime ce groupe')
  expect((await submit(site, address, chief, choices(lonely, { tutor: lonely.dora.personId }))).status).toBe(
    200,
  )
  expect((await submit(site, at, boss, choices(ground, { startsOn: dayAhead(5) }))).status).toBe(200)
})

const newProgramme = '01a00000-0000-7000-8000-0000000000c5'

function counts(programme: string): Promise<{ meetings: number; tasks: number; programmes: number }[]> {
  return site.database.asOwner(
    `select (select count(*) from meeting join programme on programme.group_id = meeting.group_id
        where programme.id = $1)::int as meetings,
      (select count(*) from task join programme on programme.group_id = task.group_id
        where programme.id = $1)::int as tasks,
      (select count(*) from programme where id = $1 and state <> 'undone')::int as programmes`,
    [programme],
  )
}
