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
  const [begun] = await site.database.asOwner<{ dates: string }>(
    `select params ->> 'dates' as dates from mail_message where network_id = $1 limit 1`,
    [ground.network.id],
  )
  expect(begun?.dates.match(/^- /gm)).toHaveLength(19)
  expect(begun?.dates).toContain('mardi 2 novembre 2027 à 08:15 – ')
  expect(begun?.dates).toContain('/meetings/own')
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
  // Who runs it finds their pages before anything else.
  const theirs = await (await browse(site, `${at}/${newProgramme}`, ground.runner)).text()
  expect(theirs.indexOf('Rapport pour un financeur')).toBeLessThan(theirs.indexOf('Prochaine étape'))
  expect(page).not.toContain('Rapport pour un financeur')

  const address = `${at}/${newProgramme}/undoing`
  // Somebody is registered: it is named, and stays.
  const registered = steps.find(step => step.meeting_id)?.meeting_id
  await submit(site, `/fr/${ground.network.slug}/meetings/${registered}/registration`, ground.carl)
  expect((await submit(site, address, ground.runner, { what: 'making', revision: '1' })).status).toBe(422)
  expect(await (await browse(site, address, ground.runner)).text()).toContain('une inscription')
  await site.database.asOwner('delete from registration where meeting_id = $1', [registered])
  // Who heard of its dates hears that they hold no more, and the page says so before.
  expect(await (await browse(site, address, ground.runner)).text()).toContain('2 personnes avaient reçu')
  await site.database.asOwner('delete from mail_message where network_id = $1', [ground.network.id])
  expect((await submit(site, address, ground.runner, { what: 'making', revision: '1' })).status).toBe(303)
  expect(await lettersIn(site, ground.network)).toEqual(['Carl programme-removed', 'Dora programme-removed'])
  expect(await counts(newProgramme)).toEqual([{ meetings: 0, tasks: 0, programmes: 0 }])
  expect((await browse(site, `${at}/${newProgramme}`, ground.runner)).status).toBe(404)
})

test('of work on one’s own the last day is corrected and the first one stays, or is corrected itself', async () => {
  const given = choices(ground, { template: 'collective-19-months', startsOn: '2027-09-16' })
  const look = async (fields: [string, string][]) => {
    const sent = new URLSearchParams([...Object.entries(given), ...fields])
    const response = await submit(site, at, ground.runner, sent)
    const html = await response.text()
    return { status: response.status, html, fields: shownFields(html) }
  }
  const first = await look([])
  const [name, opens] = first.fields.find(([name]) => name.startsWith('opens.')) ?? ['', '']
  const key = name.slice('opens.'.length)
  const put = (fields: [string, string][], name: string, value: string) =>
    fields.map((field): [string, string] => (field[0] === name ? [name, value] : field))
  const due = first.fields.find(([name]) => name === `day.${key}`)?.[1] ?? ''
  const later = weekdayFrom(due, 7)
  const longer = await look(put(first.fields, `day.${key}`, later))
  expect(longer.fields).toContainEqual([`day.${key}`, later])
  expect(longer.fields).toContainEqual([name, opens])
  // A Saturday: the next workday, and why.
  const saturday = dayFrom(opens, 6 - new Date(opens).getUTCDay())
  const moved = await look(put(longer.fields, name, saturday))
  expect(moved.fields).toContainEqual([name, weekdayFrom(saturday, 1)])
  expect(moved.fields).toContainEqual([`day.${key}`, later])
  expect(moved.html).toContain('week-end')
  expect((await look(put(longer.fields, name, dayFrom(later, 30)))).status).toBe(422)
})

function dayFrom(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Or the Monday after. */
function weekdayFrom(day: string, days: number): string {
  const found = dayFrom(day, days)
  return [0, 6].includes(new Date(found).getUTCDay()) ? weekdayFrom(found, 1) : found
}

test('left without a name it is called after its template and group; who has no account is counted apart', async () => {
  const ground = await aGround(site)
  const given = choices(ground, { name: '' })
  await site.database.asOwner('update person set account_id = null where id = $1', [ground.dora.personId])
  const [named] = await site.database.asOwner<{ name: string }>(
    'select name from network_group where id = $1',
    [ground.group.id],
  )
  const address = `/fr/${ground.network.slug}/programmes`
  const seen = await (await submit(site, address, ground.runner, given)).text()
  expect(seen).toContain('Une personne sera prévenue par courriel')
  expect(seen).toContain('Une personne n’a pas de compte')
  expect(seen).toContain(`Cycle d’un trimestre – ${named?.name}`)
  const other = await submit(site, address, ground.runner, { ...given, template: 'collective-19-months' })
  expect(await other.text()).toContain(`Collectif de dix-neuf mois – ${named?.name}`)
  const id = await aMadeProgramme(site, ground, { name: '' })
  const [made] = await site.database.asOwner<{ name: string }>('select name from programme where id = $1', [
    id,
  ])
  expect(made?.name).toBe(`Cycle d’un trimestre – ${named?.name}`)
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

test('what is made is what was shown: days pushed aside by a correction hold, and what was not seen is shown first', async () => {
  const ground = await aGround(site)
  const at = `/fr/${ground.network.slug}/programmes`
  const given = choices(ground, { template: 'collective-19-months', startsOn: '2027-09-16' })
  const send = async (...fields: [string, string][]) => {
    const all = new URLSearchParams(Object.entries(given))
    for (const [name, value] of fields) all.set(name, value)
    const response = await submit(site, at, ground.runner, all)
    return { status: response.status, html: await response.text(), to: response.headers.get('location') }
  }
  const daysIn = (html: string) =>
    Object.fromEntries(shownFields(html).filter(([name]) => name.startsWith('day.')))
  const first = await send()
  const template = daysIn(first.html)
  const wishes: [string, string][] = [
    ['day.governance-reading', '2027-11-11'],
    ['day.work-sharing', '2028-04-17'],
    ['day.environment-reading', '2028-05-01'],
  ]
  const second = await send(...shownFields(first.html), ...wishes)
  const shown = daysIn(second.html)
  expect(shown).toMatchObject({
    'day.governance-reading': '2027-11-12',
    'day.work-sharing': '2028-04-18',
    'day.environment-reading': '2028-05-02',
  })
  // Asked for again, nothing moves, and why is still said.
  const third = await send(...shownFields(second.html))
  expect(daysIn(third.html)).toEqual(shown)
  for (const name of ['Armistice', 'Lundi de Pâques', 'Fête du travail']) expect(third.html).toContain(name)
  // A day corrected and not looked at yet is no plan that anybody saw.
  const unseen = await send(
    ...shownFields(third.html),
    ['day.work-sharing', template['day.work-sharing'] ?? ''],
    ['step', 'make'],
  )
  expect(unseen.status).toBe(422)
  expect(unseen.html).toContain('Les dates ne sont plus celles')
  const made = await send(...shownFields(third.html), ['step', 'make'])
  const id = /programmes\/([0-9a-f-]{36})/.exec(made.to ?? '')?.[1] ?? ''
  const steps = await stepsOf(site, id)
  expect(Object.fromEntries(steps.map(({ key, due_on }) => [`day.${key}`, due_on]))).toEqual(shown)
})

test('refused, all that was typed comes back: closures, days and hours', async () => {
  const ground = await aGround(site)
  const at = `/fr/${ground.network.slug}/programmes`
  const given = choices(ground, { startsOn: '2027-09-16' })
  const first = shownFields(await (await submit(site, at, ground.runner, given)).text())
  const step = first.find(([name]) => name.startsWith('time.'))?.[0].slice(5)
  const typed: Record<string, string> = {
    [`day.${step}`]: '2027-10-06',
    [`time.${step}`]: '07:45',
    closureFrom: '2027-12-20',
    closureUntil: '2027-12-24',
    closureName: 'Inventaire',
  }
  const post = async (more: Record<string, string>) => {
    const fields = new URLSearchParams([...Object.entries(given), ...first])
    for (const [name, value] of Object.entries({ ...typed, ...more })) fields.set(name, value)
    const response = await submit(site, at, ground.runner, fields)
    expect(response.status).toBe(422)
    return Object.fromEntries(
      shownFields(await response.text())
        .filter(([name, value]) => name in typed && value !== '')
        .map(([name, value]) => [name, value]),
    )
  }
  expect(await post({ closureUntil: '2027-12-01', step: 'make' })).toEqual({
    ...typed,
    closureUntil: '2027-12-01',
  })
  expect(await post({ [`day.${step}`]: '2020-01-01' })).toEqual({ ...typed, [`day.${step}`]: '2020-01-01' })
  await site.database.asOwner(`update group_member set role = 'member' where group_id = $1`, [
    ground.group.id,
  ])
  const chief = await aPerson(site.database, ground.network, 'facilitator')
  ground.runner = chief
  expect(await post({ step: 'make' })).toEqual(typed)
})

test('the form begins with the template and the country that are meant, and Enter makes nothing', async () => {
  const ground = await aGround(site)
  const at = `/fr/${ground.network.slug}/programmes`
  const chosen = async (template: string) => {
    const html = await (await browse(site, `${at}/new?template=${template}`, ground.runner)).text()
    const country = /<select[^>]*name="country"[\s\S]*?<\/select>/.exec(html)?.[0]
    return [
      /value="([^"]*)"[^>]*checked/.exec(html.slice(html.indexOf('field-template')))?.[1],
      /<option value="([^"]*)" selected/.exec(country ?? '')?.[1] || null,
    ]
  }
  const countries = (...codes: string[]) =>
    Promise.all(
      Object.values(ground.organisations).map((id, index) =>
        site.database.asOwner('update organisation set country = $2 where id = $1', [id, codes[index]]),
      ),
    )
  await countries('AR', 'BR')
  expect(await chosen('quarter-cycle')).toEqual(['quarter-cycle', null])
  await countries('BR', 'BR')
  expect(await chosen('collective-19-months')).toEqual(['collective-19-months', 'BR'])
  const seen = await (await submit(site, at, ground.runner, choices(ground))).text()
  const form = seen.slice(seen.indexOf('<form class="form"'))
  expect(/<button[^>]*type="submit"[^>]*>/.exec(form)?.[0]).toContain('value="preview"')
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
