import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGroup, browse, inGroup, submit } from '#modules/groups/groups.fixture.ts'
import { aProgramme, dayFrom, type TestProgramme } from '#modules/programmes/programmes.fixture.ts'
import { isSheetCode, sheetCode } from '#modules/programmes/sheets/sheet-code.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let anne: TestPerson
let zoe: TestPerson
let stranger: TestPerson
let programme: TestProgramme
let sel: string
let four: string
let path: string
let kit: string
let step: string
let reading: string
let document: string
const today = new Date().toISOString().slice(0, 10)

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database)
  anne = await aPerson(database, network, 'member', { name: 'Anne Faure' })
  zoe = await aPerson(database, network, 'member', { name: 'Zoé Martin' })
  stranger = await aPerson(database, network, 'member')
  sel = await anOrganisation(database, network, 'Sel & Co')
  four = await anOrganisation(database, network, 'Le Four')
  const group = await aGroup(database, network)
  await inGroup(database, network, group, anne, { role: 'facilitator', organisationId: four })
  await inGroup(database, network, group, zoe, { organisationId: sel })
  programme = await aProgramme(database, network, group, {
    capsules: [
      [
        {
          title: 'Lire ensemble',
          opens: 85,
          due: 100,
          expects: [
            { kind: 'reading', title: 'Le guide' },
            { kind: 'document', title: 'Le bilan' },
            { kind: 'attendance', title: 'Être là' },
          ],
        },
        { title: 'Passée', opens: 80, due: 84, expects: [{ kind: 'reading', title: 'Le rapport' }] },
      ],
    ],
  })
  const made = programme.capsules[0]?.steps[0]
  step = made?.id ?? ''
  ;[reading = '', document = ''] = made?.expectations.map(({ id }) => id) ?? []
  const base = `/fr/${network.slug}/programmes/${programme.id}`
  path = `${base}/steps/${step}/sheet`
  kit = `${base}/kit`
})

afterAll(() => site?.close())

const kept = () =>
  site.database.asOwner<Record<string, unknown>>(
    `select expectation_id, organisation_id, person_id, done_on::text, minutes, note, entered_by from programme_fulfilment
     where network_id = $1 order by organisation_id, expectation_id`,
    [network.id],
  )

describe('a sheet', () => {
  test('is printed for one’s own organisation; for each and all by those who run it', async () => {
    const statuses = await Promise.all(
      [undefined, stranger, zoe].map(async person => (await browse(site, path, person)).status),
    )
    expect(statuses).toEqual([401, 403, 200])
    const own = await (await browse(site, path, zoe)).text()
    expect(own).toContain(sheetCode(step, sel))
    expect(own).not.toContain('Le Four')
    expect((await browse(site, `${path}?organisation=${four}`, zoe)).status).toBe(404)
    const all = await (await browse(site, `${path}?organisation=all`, anne)).text()
    for (const of of [null, sel, four]) expect(all).toContain(sheetCode(step, of))
    const pdf = await browse(site, `${path}/export/sheet.pdf`, zoe)
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  })

  test('is found by its code, however it is typed', async () => {
    const code = sheetCode(step, sel)
    expect(isSheetCode(` ${code.toLowerCase().replace('-', ' ')}`, code)).toBe(true)
    const found = await browse(site, `${path}/entry?code=${code.toLowerCase()}`, anne)
    expect(found.headers.get('location')).toBe(`${path}/entry?organisation=${sel}`)
    expect((await browse(site, `${path}/entry?code=AAA-AAA`, anne)).status).toBe(422)
  })

  test('comes back: what is ticked is kept under nobody’s name, and what is ticked no more goes', async () => {
    const entry = `${path}/entry`
    expect((await browse(site, entry, zoe)).status).toBe(403)
    const typed = new URLSearchParams([
      ...[sel, four].map(id => ['line', id]),
      ['done', `${sel}:${reading}`],
      ['done', `${four}:${reading}`],
      [`minutes-${sel}-${reading}`, '45'],
      [`day-${sel}`, dayFrom(today, -2)],
      [`note-${sel}`, 'Rendu à la main'],
    ])
    expect((await submit(site, entry, zoe, typed)).status).toBe(403)
    expect((await submit(site, entry, anne, typed)).status).toBe(303)
    await submit(site, entry, anne, typed)
    expect(await kept()).toMatchObject([
      {
        organisation_id: sel,
        person_id: null,
        done_on: dayFrom(today, -2),
        minutes: 45,
        note: 'Rendu à la main',
        entered_by: 'sheet',
      },
      { organisation_id: four, minutes: null, done_on: expect.any(String) },
    ])
    const page = await (await browse(site, entry, anne)).text()
    expect(page).toMatch(new RegExp(`value="${sel}:${reading}" checked`))
    // Of attendance the meeting knows: on paper neither has a box.
    expect(page).not.toContain('Être là')
    const paper = await (await browse(site, path, zoe)).text()
    expect([paper.split('☐').length - 1, paper.includes('Se note à l’émargement')]).toEqual([2, true])
    typed.delete('done', `${four}:${reading}`)
    await submit(site, entry, anne, typed)
    expect((await kept()).map(row => row.organisation_id)).toEqual([sel])
  })

  test('of the whole group is confirmed by its code, has the grid of the paper, and says when nothing is new', async () => {
    const entry = `${path}/entry`
    const found = await browse(site, `${entry}?code=${sheetCode(step, null)}`, anne)
    expect(found.headers.get('location')).toBe(`${entry}?organisation=group`)
    const grid = await (await browse(site, `${entry}?organisation=group`, anne)).text()
    expect(grid).toContain('Feuille du groupe')
    expect(grid).toContain(sheetCode(step, null))
    expect(grid.match(/type="checkbox"/g)).toHaveLength(4)
    const typed = new URLSearchParams([
      ['organisation', 'group'],
      ...[sel, four].map(id => ['line', id]),
      ['done', `${sel}:${reading}`],
      [`day-${sel}-${reading}`, dayFrom(today, -2)],
      [`note-${sel}`, 'Rendu à la main'],
      [`minutes-${sel}`, '45'],
    ])
    const before = await kept()
    const nothing = await submit(site, entry, anne, typed)
    expect([nothing.status, (await nothing.text()).includes('Rien à enregistrer')]).toEqual([422, true])
    typed.append('done', `${four}:${document}`)
    typed.append('day', dayFrom(today, -1))
    typed.append(`minutes-${four}`, '30')
    const saved = await submit(site, entry, anne, typed)
    expect(saved.headers.get('location')).toContain('organisation=group')
    const added = (await kept()).filter(row => row.organisation_id === four)
    expect(added).toMatchObject([{ expectation_id: document, minutes: 30, done_on: dayFrom(today, -1) }])
    typed.delete('done', `${four}:${document}`)
    typed.delete(`minutes-${four}`)
    await submit(site, entry, anne, typed)
    expect(await kept()).toEqual(before)
  })

  test('a task has a box as well: ticked it is done on that day, taken back it is to be done again', async () => {
    const { programmeId, stepId, task, sheet, standing } = await withTask()
    const paper = await (await browse(site, `${sheet}?organisation=${sel}`, anne)).text()
    expect(paper.split('☐').length - 1).toBe(1)
    const typed = (days: number) =>
      new URLSearchParams([
        ['line', sel],
        ['done', `${sel}:${task}`],
        [`day-${sel}`, dayFrom(today, days)],
        [`minutes-${sel}-${task}`, '30'],
      ])
    expect((await submit(site, `${sheet}/entry`, anne, typed(-3))).status).toBe(303)
    expect(await standing()).toEqual([{ state: 'done', day: dayFrom(today, -3) }])
    const page = await (await browse(site, `${sheet}/entry`, anne)).text()
    expect(page).toMatch(new RegExp(`value="${sel}:${task}" checked`))
    expect((await submit(site, `${sheet}/entry`, anne, typed(-2))).status).toBe(303)
    expect(await standing()).toEqual([{ state: 'done', day: dayFrom(today, -2) }])
    // By whichever way what the sheet said is taken back.
    const [said] = await site.database.asOwner<{ id: string }>(
      'select id from programme_fulfilment where programme_id = $1 and expectation_id = $2',
      [programmeId, task],
    )
    const back = `/fr/${network.slug}/programmes/${programmeId}/steps/${stepId}/fulfilments/${said?.id}/removal`
    expect((await submit(site, back, anne)).status).toBe(303)
    expect(await standing()).toEqual([{ state: 'open', day: null }])
    // To be done, its page is taken along as well.
    const contents = await browse(site, `/fr/${network.slug}/programmes/${programmeId}/kit/contents`, zoe)
    const { pages } = (await contents.json()) as { pages: { url: string; title: string }[] }
    expect(pages.filter(({ url }) => url.includes('/tasks/')).map(({ title }) => title)).toEqual([
      'Tâche\u00a0: Le plan',
    ])

    // What somebody finished themselves is shown, and left alone.
    await site.database.asOwner(`update task set state = 'done', done_at = now() where origin_id = $1`, [
      task,
    ])
    expect(await (await browse(site, `${sheet}/entry`, anne)).text()).toContain('déjà dit')
    await submit(site, `${sheet}/entry`, anne, typed(-3))
    await submit(site, `${sheet}/entry`, anne, new URLSearchParams([['line', sel]]))
    expect((await standing())[0]?.state).toBe('done')

    // Of a task that is not there it is said.
    await site.database.asOwner(`update task set state = 'dropped', done_at = null where origin_id = $1`, [
      task,
    ])
    const refused = await submit(site, `${sheet}/entry`, anne, typed(-3))
    expect([refused.status, (await refused.text()).includes('La tâche de cette organisation')]).toEqual([
      422,
      true,
    ])
  })

  test('with a line that cannot be read, keeps nothing and comes back', async () => {
    const before = await kept()
    const answer = await submit(
      site,
      `${path}/entry`,
      anne,
      new URLSearchParams([
        ...[sel, four].map(id => ['line', id]),
        ['done', `${four}:${reading}`],
        [`minutes-${four}-${reading}`, 'une heure'],
        [`minutes-${sel}-${document}`, '30'],
        [`day-${four}`, dayFrom(today, 9)],
      ]),
    )
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('value="une heure"')
    for (const said of ['Écrivez des minutes entières', 'cochez la case', 'encore à venir'])
      expect(page).toContain(said)
    expect(await kept()).toEqual(before)
  })
})

/** A programme whose open step expects a task of one organisation. */
async function withTask() {
  const group = await aGroup(site.database, network, { name: 'Avec une tâche' })
  await inGroup(site.database, network, group, anne, { role: 'facilitator' })
  await inGroup(site.database, network, group, zoe, { organisationId: sel })
  const made = await aProgramme(site.database, network, group, {
    capsules: [[{ title: 'Décider', opens: 80, due: 100, expects: [{ kind: 'task', title: 'Le plan' }] }]],
  })
  const [opened] = made.capsules[0]?.steps ?? []
  const task = opened?.expectations[0]?.id ?? ''
  return {
    programmeId: made.id,
    stepId: opened?.id,
    task,
    sheet: `/fr/${network.slug}/programmes/${made.id}/steps/${opened?.id}/sheet`,
    standing: () =>
      site.database.asOwner<{ state: string; day: string | null }>(
        `select state, (done_at at time zone 'Europe/Paris')::date::text as day from task
         where origin_id = $1 and organisation_id = $2`,
        [task, sel],
      ),
  }
}

describe('typed on a phone', () => {
  const send = async (person: TestPerson | undefined, fields: Record<string, string>) => {
    const answer = await site.app.request(`${kit}/fulfilments`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'sec-fetch-site': 'same-origin',
        ...(person && { cookie: person.cookie }),
      },
      body: new URLSearchParams({
        step,
        expectation: reading,
        organisation: sel,
        seen: '',
        owner,
        ...fields,
      }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }
  let owner = ''
  const own = async () => (await kept()).filter(({ person_id }) => person_id === zoe.personId)

  test('what comes twice is kept once; said otherwise meanwhile, that stays until they insist', async () => {
    const contents = await browse(site, `${kit}/contents`, zoe)
    owner = ((await contents.json()) as { owner: string }).owner
    const typed = { done: dayFrom(today, -1), minutes: '20' }
    expect((await send(undefined, typed)).status).toBe(401)
    // Somebody of the group on the same phone: it is not theirs.
    expect((await send(anne, typed)).status).toBe(403)
    expect((await send(stranger, typed)).status).toBe(403)
    expect((await send(zoe, { done: dayFrom(today, 9) })).status).toBe(422)
    for (const _ of [1, 2]) expect((await send(zoe, typed)).body).toEqual({ outcome: 'done' })
    expect(await own()).toMatchObject([{ minutes: 20, entered_by: 'phone', done_on: dayFrom(today, -1) }])
    const late = await send(zoe, { ...typed, minutes: '90' })
    expect(late.body).toMatchObject({ outcome: 'conflict', said: expect.stringContaining('20 minutes') })
    expect(await own()).toMatchObject([{ minutes: 20 }])
    const insisting = await send(zoe, { ...typed, minutes: '90', seen: late.body.seen ?? '' })
    expect(insisting.body).toEqual({ outcome: 'done' })
    expect(await own()).toMatchObject([{ minutes: 90 }])
  })

  test('the kit says what is taken along and for whom, and whoever signs in next has the browser emptied', async () => {
    const contents = await browse(site, `${kit}/contents`, zoe)
    const said = (await contents.json()) as { scope: string; pages: { url: string }[]; marks: object }
    expect(said.scope).toBe(`/fr/${network.slug}`)
    for (const { url } of said.pages) expect(url.startsWith(said.scope)).toBe(true)
    expect(Object.keys(said.marks)).toEqual([`${reading}:${sel}`])
    const keeping = (contents.headers.get('set-cookie') ?? '').split(';')[0]
    expect(keeping).not.toContain(zoe.accountId)
    const visit = (person: TestPerson) =>
      site.get(`/fr/${network.slug}`, { cookie: `${person.cookie}; ${keeping}` })
    expect((await visit(zoe)).headers.get('clear-site-data')).toBeNull()
    const other = await visit(anne)
    expect(other.headers.get('clear-site-data')).toBe('"storage"')
    expect(other.headers.get('set-cookie')).toMatch(/cordee\.kept=;/)
  })

  test('a step that one’s organisation is late with is offered too, as a kit of its own', async () => {
    const late = programme.capsules[0]?.steps[1]
    const page = await (await browse(site, kit, zoe)).text()
    expect(page).toContain(`href="${kit}?step=${late?.id}"`)
    expect(page).toContain('à rattraper')
    const contents = await browse(site, `${kit}/contents?step=${late?.id}`, zoe)
    expect(await contents.json()).toMatchObject({ url: `${kit}?step=${late?.id}`, step: late?.id })
    expect((await browse(site, `${kit}?step=${programme.id}`, zoe)).status).toBe(404)
  })

  test('without any script there is one file with the whole step', async () => {
    const file = await browse(site, `${kit}/export/step.html`, zoe)
    expect(file.headers.get('content-disposition')).toContain('attachment')
    const html = await file.text()
    expect(html).toContain('Le guide')
    expect(html).not.toMatch(/<script|<link/)
    expect((await browse(site, `${kit}/export/step.html`)).status).toBe(401)
    const worker = await site.get('/worker.js')
    expect([worker.headers.get('cache-control'), worker.headers.get('content-type')]).toEqual([
      'no-cache',
      'text/javascript; charset=utf-8',
    ])
  })
})
