import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browse, lettersTo, submit } from '#modules/groups/groups.fixture.ts'
import { anAffiliation } from '#modules/network/affiliations/affiliations.fixture.ts'
import { aProgramme, dayFrom, type TestProgramme } from '#modules/programmes/programmes.fixture.ts'
import {
  aCollective,
  aFulfilment,
  type TestCollective,
} from '#modules/programmes/progress/collective.fixture.ts'
import { countShared } from '#modules/programmes/progress/sharing.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

const today = new Date().toISOString().slice(0, 10)

let site: TestApp
let network: TestNetwork
let collective: TestCollective
let programme: TestProgramme
/** Of the network, not of the group; and of another network. */
let outsider: TestPerson
let foreigner: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { visibility: 'public' })
  collective = await aCollective(site.database, network, 5)
  programme = await aProgramme(site.database, network, collective.group, {
    starts: dayFrom(today, -60),
    capsules: [
      [
        { opens: 0, due: 20, expects: [{ kind: 'reading', title: 'Lire le guide' }] },
        { opens: 40, due: 80, expects: [{ kind: 'document', title: 'Remettre le plan' }, { kind: 'task' }] },
      ],
    ],
  })
  outsider = await aPerson(site.database, network, 'member')
  foreigner = await aPerson(site.database, await aNetwork(site.database), 'administrator')
})

afterAll(() => site.close())

const member = (index: number) => {
  const found = collective.organisations[index]
  if (!found) throw new Error(`No organisation ${index}`)
  return found
}
const step = (index: number) => {
  const found = programme.capsules[0]?.steps[index]
  if (!found) throw new Error(`No step ${index}`)
  return found
}
const path = (rest = '') => `/fr/${network.slug}/programmes/${programme.id}${rest}`
const fulfilments = (index: number) => path(`/steps/${step(index).id}/fulfilments`)
const said = () =>
  site.database.asOwner<{
    organisation_id: string
    person_id: string | null
    entered_by: string
    minutes: number
  }>(
    'select organisation_id, person_id, entered_by, minutes from programme_fulfilment where network_id = $1 order by id',
    [network.id],
  )

describe('saying that it is done', () => {
  const reading = () => ({ expectation: step(0).expectations[0]?.id ?? '' })

  test('by whoever acts for an organisation, once however often; taken back by them alone', async () => {
    const { person, id } = member(0)
    for (const minutes of ['30', '45'])
      expect(
        (await submit(site, fulfilments(0), person, { ...reading(), minutes })).headers.get('location'),
      ).toContain('done=fulfilment-said')
    expect(await said()).toEqual([
      { organisation_id: id, person_id: person.personId, entered_by: 'own', minutes: 45 },
    ])
    const [row] = await site.database.asOwner<{ id: string }>('select id from programme_fulfilment')
    const removal = `${fulfilments(0)}/${row?.id}/removal`
    expect((await submit(site, removal, member(1).person)).status).toBe(403)
    expect((await submit(site, removal, person)).status).toBe(303)
    expect(await said()).toEqual([])
  })

  test('not for an organisation of others, nor by strangers; by whoever runs it for any of the group', async () => {
    const { person, id } = member(0)
    const forOther = { ...reading(), organisation: member(1).id }
    expect((await submit(site, fulfilments(0), person, forOther)).status).toBe(403)
    expect((await submit(site, fulfilments(0), outsider, forOther)).status).toBe(404)
    expect((await submit(site, fulfilments(0), foreigner, forOther)).status).toBe(403)
    expect((await submit(site, fulfilments(0), undefined, forOther)).status).toBe(401)
    expect(
      (await submit(site, fulfilments(0), collective.facilitator, { ...reading(), organisation: id })).status,
    ).toBe(303)
    expect((await said()).map(({ person_id, entered_by }) => [person_id, entered_by])).toEqual([
      [null, 'facilitator'],
    ])
  })

  test('what is wrong is said beside what was typed; a document needs one; tasks are done elsewhere', async () => {
    const { person } = member(2)
    const [document, task] = step(1).expectations
    const wrong = await submit(site, fulfilments(1), person, {
      ...{
        expectation: document?.id ?? '',
        minutes: '999999',
        note: 'Écrit à deux',
        done: dayFrom(today, 3),
      },
    })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('Écrit à deux')
    const empty = await submit(site, fulfilments(1), person, { expectation: document?.id ?? '' })
    expect([empty.status, (await empty.text()).includes('Joignez un fichier')]).toEqual([422, true])
    const elsewhere = await submit(site, fulfilments(1), person, { expectation: task?.id ?? '' })
    expect(elsewhere.status).toBe(422)
    const body = new FormData()
    body.append('expectation', document?.id ?? '')
    body.append('file', new File(['Notre plan'], 'plan.txt', { type: 'text/plain' }))
    const handed = await site.app.request(fulfilments(1), {
      ...{ method: 'POST', body },
      headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: person.cookie },
    })
    expect(handed.status).toBe(303)
    const [file] = await site.database.asOwner<{ name: string; group_id: string }>(
      `select file.name, file.group_id from programme_fulfilment f join file on file.id = f.file_id where f.person_id = $1`,
      [person.personId],
    )
    expect(file).toEqual({ name: 'plan.txt', group_id: collective.group.id })
  })

  test('a file is for the people of the group, also of one that the network sees; taken back, it is gone', async () => {
    const { person } = member(3)
    await site.database.asOwner(`update network_group set visibility = 'network' where id = $1`, [
      collective.group.id,
    ])
    const handIn = async (name: string) => {
      const body = new FormData()
      body.append('expectation', step(1).expectations[0]?.id ?? '')
      body.append('file', new File([name], name, { type: 'text/plain' }))
      const handed = await site.app.request(fulfilments(1), {
        ...{ method: 'POST', body },
        headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: person.cookie },
      })
      expect(handed.status).toBe(303)
      const [row] = await site.database.asOwner<{ id: string; file_id: string }>(
        'select id, file_id from programme_fulfilment where person_id = $1',
        [person.personId],
      )
      return { id: row?.id ?? '', file: `/fr/${network.slug}/files/${row?.file_id}` }
    }
    const first = await handIn('premier-diagnostic.txt')
    const { id, file } = await handIn('diagnostic.txt')
    expect((await browse(site, first.file, person)).status).toBe(404)
    for (const reader of [person, member(0).person, collective.facilitator])
      expect((await browse(site, file, reader)).status).toBe(200)
    for (const address of [file, `${file}/preview`, `${file}/preview?size=small`])
      expect((await browse(site, address, outsider)).status).toBe(404)
    const lists = [`/fr/${network.slug}/files`, `/fr/${network.slug}/groups/${collective.group.slug}/files`]
    for (const list of lists) {
      const told = async (reader: TestPerson) => (await browse(site, list, reader)).text()
      expect([list, await told(person)]).toEqual([list, expect.stringContaining('diagnostic.txt')])
      expect(await told(outsider)).not.toContain('diagnostic.txt')
    }
    expect((await submit(site, `${fulfilments(1)}/${id}/removal`, person)).status).toBe(303)
    expect((await browse(site, file, person)).status).toBe(404)
    expect(
      await site.database.asOwner('select id from file where name = any ($1)', [
        ['premier-diagnostic.txt', 'diagnostic.txt'],
      ]),
    ).toEqual([])
    await site.database.asOwner(`update network_group set visibility = 'group' where id = $1`, [
      collective.group.id,
    ])
  })
})

describe('where everyone is', () => {
  test('at the door of the network: of their own programmes, to those who are in the group', async () => {
    const home = (by?: TestPerson) => browse(site, `/fr/${network.slug}`, by).then(answer => answer.text())
    const mine = await home(member(0).person)
    for (const text of ['Votre parcours', step(1).id, 'Une étape passée sur 2']) expect(mine).toContain(text)
    for (const by of [outsider, undefined]) expect(await home(by)).not.toContain(programme.id)
  })

  test('of one that is paused, what comes next has no day', async () => {
    const next = async () => {
      const html = await (await browse(site, path('/progress'), member(0).person)).text()
      return [html.includes('En pause. À la reprise'), html.includes('d’ici au')]
    }
    expect(await next()).toEqual([false, true])
    const set = (state: string) =>
      site.database.asOwner(
        `update programme set state = $2, paused_on = case when $2 = 'paused' then current_date end where id = $1`,
        [programme.id, state],
      )
    await set('paused')
    expect(await next()).toEqual([true, false])
    await set('running')
  })

  test('people of the group see one another; the table, the calls and the export are for whoever runs it', async () => {
    const mine = await (await browse(site, path('/progress'), member(0).person)).text()
    expect(mine).toContain('Atelier 02')
    expect(mine).not.toContain('À appeler')
    const theirs = await (await browse(site, path('/progress'), collective.facilitator)).text()
    for (const text of ['À appeler', 'Étape par étape', 'En retard d’une étape', 'Partager les chiffres'])
      expect(theirs).toContain(text)
    expect((await browse(site, path('/progress'), outsider)).status).toBe(404)
    expect((await browse(site, path('/progress'))).status).toBe(401)
    const file = await browse(site, path('/progress/export/progress.csv'), collective.facilitator)
    expect(await file.text()).toContain('"Atelier 01"')
    expect((await browse(site, path('/progress/export/progress.csv'), member(0).person)).status).toBe(403)
  })

  test('nobody is named to those of the network who are not in the group', async () => {
    await site.database.asOwner(`update network_group set visibility = 'network' where id = $1`, [
      collective.group.id,
    ])
    const page = await browse(site, path('/progress'), outsider)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toContain('Atelier 0')
    expect((await browse(site, path(`/catch-up/${member(0).id}`), outsider)).status).toBe(403)
    await site.database.asOwner(`update network_group set visibility = 'group' where id = $1`, [
      collective.group.id,
    ])
  })
})

test('catching up is proposed by the organisation, agreed by whoever runs it, and shown to both', async () => {
  const { person, id } = member(3)
  const catchUp = path(`/catch-up/${id}`)
  const late = { step: step(0).id, organisation: id }
  expect((await browse(site, catchUp, member(0).person)).status).toBe(403)
  const past = await submit(site, path('/proposals'), person, { ...late, due: dayFrom(today, -3) })
  expect([past.status, (await past.text()).includes('Ce jour est passé')]).toEqual([422, true])
  const due = dayFrom(today, 20)
  expect((await submit(site, path('/proposals'), person, { ...late, due, reason: 'Congés' })).status).toBe(
    303,
  )
  expect(await (await browse(site, path('/progress'), collective.facilitator)).text()).toContain(
    'Rattrapages proposés',
  )
  const agreement = { ...late, kind: 'later', due, reason: 'Congés' }
  expect((await submit(site, path('/arrangements'), person, agreement)).status).toBe(403)
  expect(
    (await submit(site, path('/arrangements'), collective.facilitator, { ...late, kind: 'waived' })).status,
  ).toBe(422)
  expect((await submit(site, path('/arrangements'), collective.facilitator, agreement)).status).toBe(303)
  const shown = await (await browse(site, catchUp, person)).text()
  expect(shown).toContain('en rattrapage')
  expect(shown).toContain('Lire le guide')
  expect(shown).not.toContain('Retirer la proposition')
  expect((await submit(site, path('/arrangements/removal'), collective.facilitator, late)).status).toBe(303)
})

test('a word by hand says why, goes to those chosen, and not twice in three days unless it is meant', async () => {
  const { person, id } = member(4)
  const form = await (await browse(site, path(`/nudges?organisation=${id}`), collective.facilitator)).text()
  expect(form).toContain('Une étape reste à finir')
  expect(form).toContain(`/catch-up/${id}`)
  const send = (fields: Record<string, string>, by = collective.facilitator) =>
    submit(site, path('/nudges'), by, { people: person.personId, message: 'Où en êtes-vous ?', ...fields })
  expect((await send({}, person)).status).toBe(403)
  expect((await send({})).headers.get('location')).toContain('done=nudge-sent')
  const twice = await send({})
  expect([twice.status, (await twice.text()).includes('dernier message il y a moins de 3 jours')]).toEqual([
    422,
    true,
  ])
  expect((await send({ again: 'on' })).status).toBe(303)
  expect((await send({ people: outsider.personId })).status).toBe(422)
  expect(await lettersTo(site.database, person)).toEqual(['programme-nudge', 'programme-nudge'])
})

test('answers to a word by hand reach whoever wrote it where they agree; it is not held for a digest', async () => {
  const { person } = member(1)
  const { email } = collective.facilitator
  await site.database.asOwner(
    `insert into mail_preference (account_id, kind, cadence) values ($1, 'work', 'weekly')`,
    [person.accountId],
  )
  const form = await (await browse(site, path('/nudges'), collective.facilitator)).text()
  expect(form).toMatch(/name="answers"[^>]*checked/)
  expect(form).toContain(email)
  const send = (fields: Record<string, string>) =>
    submit(site, path('/nudges'), collective.facilitator, {
      ...{ people: person.personId, message: 'Où en êtes-vous ?', again: 'on', ...fields },
    })
  expect((await send({ answers: 'on' })).status).toBe(303)
  expect((await send({})).status).toBe(303)
  const letters = await site.database.asOwner<{ reply_to: string | null; state: string; answered: boolean }>(
    `select reply_to, state, (params ->> 'answered')::boolean as answered from mail_message
     where account_id = $1 and template = 'programme-nudge' order by created_at, id`,
    [person.accountId],
  )
  expect(letters).toEqual([
    { reply_to: email, state: 'waiting', answered: true },
    { reply_to: null, state: 'waiting', answered: false },
  ])
  const administrator = await aPerson(site.database, network, 'administrator')
  const [first] = await site.database.asOwner<{ id: string }>(
    'select id from mail_message where network_id = $1 and reply_to is not null',
    [network.id],
  )
  const shown = await (await browse(site, `/fr/${network.slug}/mail/${first?.id}`, administrator)).text()
  expect(shown).toMatch(new RegExp(`Réponses à[^]{0,40}${email}`))
  expect(shown).toContain('répondez simplement à ce courriel')
})

test('networks that it belongs to see numbers where it shares them, and none of fewer than five', async () => {
  const federation = await aNetwork(site.database)
  const sibling = await aNetwork(site.database)
  for (const one of [network, sibling]) await anAffiliation(site.database, one, federation)
  const head = await aPerson(site.database, federation, 'member')
  const small = await aProgramme(
    site.database,
    sibling,
    (await aCollective(site.database, sibling, 2)).group,
    {
      ...{ name: 'Le petit', shared: true },
    },
  )
  const compare = async (of: TestNetwork, by: TestPerson) =>
    (await browse(site, `/fr/${of.slug}/programmes/comparison`, by)).text()
  expect(await compare(federation, head)).not.toContain(`/fr/${network.slug}"`)
  const sharing = (shared: string, by: TestPerson) => submit(site, path('/sharing'), by, { shared })
  expect((await sharing('yes', member(0).person)).status).toBe(403)
  expect((await sharing('yes', collective.facilitator)).status).toBe(303)
  expect(await countShared(site.database.db, site.services.expectations)).toBe(1)
  const page = await compare(federation, head)
  expect(page).toContain(`/fr/${network.slug}"`)
  expect(page).toContain('moins de 5')
  const home = (of: TestNetwork, by?: TestPerson) =>
    browse(site, `/fr/${of.slug}`, by).then(answer => answer.text())
  expect(await home(federation, head)).toContain('Les parcours de 2 réseaux côte à côte')
  expect(await home(federation)).not.toContain('côte à côte')
  expect(page).not.toContain('Atelier')
  const [row] = await site.database.asOwner<{ organisations: number | null; due: number | null }>(
    'select organisations, due from programme_count where programme_id = $1',
    [small.id],
  )
  expect(row).toEqual({ organisations: null, due: null })
  // Neither the other way round nor between siblings.
  expect(await compare(sibling, await aPerson(site.database, sibling, 'member'))).not.toContain(
    `/fr/${network.slug}"`,
  )
  expect((await sharing('no', collective.facilitator)).status).toBe(303)
  expect(await compare(federation, head)).not.toContain(`/fr/${network.slug}"`)
})

test('programs read progress, say and take back, and compare, with keys that are for it', async () => {
  const base = `/api/networks/${network.slug}/programmes`
  const key = async (...scopes: ('programmes:read' | 'programmes:take-part' | 'programmes:manage')[]) => ({
    authorization: `Bearer ${await aToken(site.database, network, scopes)}`,
  })
  const manage = await key('programmes:read', 'programmes:take-part', 'programmes:manage')
  const progress = await site.get(`${base}/${programme.id}/progress`, manage)
  expect(await progress.json()).toMatchObject({ organisations: [{ name: 'Atelier 01' }, {}, {}, {}, {}] })
  expect((await site.get(`${base}/${programme.id}/progress`)).status).toBe(401)
  expect((await site.get(`${base}/${programme.id}/progress`, await key('programmes:read'))).status).toBe(403)
  expect((await site.get(`${base}/${programme.id}/progress`, await key('programmes:take-part'))).status).toBe(
    404,
  )
  const [expectation] = step(0).expectations
  const one = `${base}/${programme.id}/steps/${step(0).id}/expectations/${expectation?.id}/fulfilments/${member(1).id}`
  const put = (body: unknown) =>
    site.app.request(one, {
      ...{ method: 'PUT', body: JSON.stringify(body) },
      headers: { ...manage, 'content-type': 'application/json' },
    })
  expect((await put({ minutes: 0 })).status).toBe(422)
  for (const minutes of [20, 25])
    expect(await (await put({ minutes })).json()).toMatchObject({ minutes, person: null })
  for (const _ of [1, 2])
    expect((await site.app.request(one, { method: 'DELETE', headers: manage })).status).toBe(204)
  await aFulfilment(site.database, network, {
    ...{ programme: programme.id, expectation: expectation?.id ?? '', organisation: member(1).id },
  })
  const comparison = await site.get(`${base}/comparison`, manage)
  expect(await comparison.json()).toMatchObject({ own: [{ organisations: 5, steps: { count: 1, of: 2 } }] })
})
