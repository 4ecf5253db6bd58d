import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import {
  aGroup,
  aTask,
  browse,
  inGroup,
  lettersTo,
  submit,
  type TestGroup,
} from '#modules/groups/groups.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  aPerson,
  aToken,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let group: TestGroup
let ama: TestPerson
let bintou: TestPerson
let outside: TestPerson
let facilitator: TestPerson

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'reseau' })
  group = await aGroup(database, network, { name: 'Le clos', visibility: 'group', joining: 'invitation' })
  ama = await aPerson(database, network, 'member', { name: 'Ama' })
  bintou = await aPerson(database, network, 'member', { name: 'Bintou' })
  outside = await aPerson(database, network, 'member')
  facilitator = await aPerson(database, network, 'facilitator')
  await inGroup(database, network, group, ama, { role: 'facilitator' })
  await inGroup(database, network, group, bintou)
})

afterAll(() => site.close())

describe('a task', () => {
  test('is given to somebody of the group, who hears of it; it is done, and taken up again', async () => {
    const added = await submit(site, `/fr/reseau/groups/${group.slug}/tasks`, ama, {
      title: 'Peser les bennes',
      owner: bintou.personId,
      due: '2020-05-01',
      details: 'Pendant **deux** semaines',
    })
    expect(added.status).toBe(303)
    expect(await lettersTo(site.database, bintou)).toEqual(['task-assigned'])
    const list = await text(`/fr/reseau/groups/${group.slug}/tasks`, ama)
    expect(list).toContain('En retard, pour le 1er mai 2020')
    const address = /\/fr\/reseau\/tasks\/[0-9a-f-]{36}/.exec(list)?.[0] ?? ''
    expect(await text(address, bintou)).toContain('<strong>deux</strong>')
    expect(await text('/fr/reseau/tasks', bintou)).toContain('Peser les bennes')
    expect(await text('/fr/reseau', bintou)).toContain('Peser les bennes')
    expect((await browse(site, address, outside)).status).toBe(404)
    expect((await submit(site, `${address}/state`, outside, { state: 'done' })).status).toBe(404)
    expect((await submit(site, `${address}/state`, bintou, { state: 'done' })).status).toBe(303)
    expect(await text(`/fr/reseau/groups/${group.slug}/tasks?state=closed`, ama)).toContain(
      'Peser les bennes',
    )
    expect((await submit(site, `${address}/state`, ama, { state: 'open' })).status).toBe(303)
    expect(await text('/fr/reseau/tasks', bintou)).toContain('Peser les bennes')
  })

  test('is not given to somebody who could not see it', async () => {
    const sent = await submit(site, `/fr/reseau/groups/${group.slug}/tasks`, ama, {
      title: 'Une autre',
      owner: outside.personId,
    })
    expect([sent.status, await sent.text()]).toEqual([
      422,
      expect.stringContaining('Choisissez quelqu’un qui est dans le groupe'),
    ])
  })

  test('of a group that others see is read by them, and changed by those who take part', async () => {
    const open = await aGroup(site.database, network, { name: 'Ouvert' })
    const id = await aTask(site.database, network, open, { title: 'À lire' })
    expect(await text(`/fr/reseau/tasks/${id}`, outside)).toContain('À lire')
    expect((await submit(site, `/fr/reseau/tasks/${id}`, outside, { title: 'Autre' })).status).toBe(403)
    expect((await submit(site, `/fr/reseau/tasks/${id}`, facilitator, { title: 'Autre' })).status).toBe(303)
    const elsewhere = await aPerson(site.database, await aNetwork(site.database), 'administrator')
    expect((await browse(site, `/fr/reseau/tasks/${id}`, elsewhere)).status).toBe(403)
  })

  test('stands in lists by its day, page after page', async () => {
    const open = await aGroup(site.database, network)
    for (let day = 1; day <= 3; day++)
      await aTask(site.database, network, open, { title: `Jour ${4 - day}`, due: `2090-01-0${4 - day}` })
    await aTask(site.database, network, open, { title: 'Sans jour' })
    const token = await aToken(site.database, network, ['groups:take-part'])
    const titles: string[] = []
    let after: string | null = null
    do {
      const query: string = after ? `&after=${after}` : ''
      const answer = await site.app.request(
        `/api/networks/reseau/groups/${open.slug}/tasks?limit=2${query}`,
        {
          headers: { authorization: `Bearer ${token}` },
        },
      )
      const page = (await answer.json()) as { tasks: { title: string }[]; next: string | null }
      titles.push(...page.tasks.map(({ title }) => title))
      after = page.next
    } while (after !== null)
    expect(titles).toEqual(['Jour 1', 'Jour 2', 'Jour 3', 'Sans jour'])
  })
})

describe('by key', () => {
  const add = (token: string, slug: string, body: unknown) =>
    site.app.request(`/api/networks/reseau/groups/${slug}/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  test('tasks are added by who takes part, and by keys that manage groups', async () => {
    const managing = await aToken(site.database, network, ['groups:take-part', 'groups:manage'])
    const added = await add(managing, group.slug, { title: 'Par clé', owner: bintou.personId })
    expect(added.status).toBe(201)
    const task = (await added.json()) as { id: string }
    expect(task).toMatchObject({ title: 'Par clé', state: 'open', owner: { name: 'Bintou' } })
    const done = await site.app.request(`/api/networks/reseau/tasks/${task.id}/state`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${managing}`, 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'done' }),
    })
    expect(await done.json()).toMatchObject({ state: 'done' })
    const wrong = await add(managing, group.slug, { title: 'x', owner: newId() })
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('"owner"')])
    const reading = await aToken(site.database, network, ['groups:read'])
    expect((await add(reading, group.slug, { title: 'x' })).status).toBe(403)
    const partaking = await aToken(site.database, network, ['groups:take-part'])
    expect((await add(partaking, group.slug, { title: 'x' })).status).toBe(404)
  })

  test('the roll of a group, with its people', async () => {
    const managing = await aToken(site.database, network, ['groups:take-part', 'groups:manage'])
    const answer = await site.app.request(`/api/networks/reseau/groups/${group.slug}/members`, {
      headers: { authorization: `Bearer ${managing}` },
    })
    const { members } = (await answer.json()) as { members: { people: { name: string }[] }[] }
    expect(members.map(({ people }) => people[0]?.name)).toEqual(['Ama', 'Bintou'])
  })
})

describe('a deliverable', () => {
  test('is planned, then a file of the group or a page is where it is', async () => {
    const address = `/fr/reseau/groups/${group.slug}`
    const added = await submit(site, `${address}/deliverables`, bintou, {
      title: 'Le guide',
      state: 'planned',
    })
    expect(added.status).toBe(303)
    const list = await text(`${address}/deliverables`, ama)
    const page = /\/fr\/reseau\/deliverables\/[0-9a-f-]{36}/.exec(list)?.[0] ?? ''
    const file = await send(ama, 'guide.txt', 'Le guide.')
    const foreign = newId()
    const delivered = { title: 'Le guide', state: 'delivered', url: '/fr/reseau/commons/le-four' }
    expect((await submit(site, page, ama, { ...delivered, file: foreign })).status).toBe(422)
    expect((await submit(site, page, ama, { ...delivered, url: 'javascript:alert(1)' })).status).toBe(422)
    expect((await submit(site, page, outside, { ...delivered })).status).toBe(404)
    expect((await submit(site, page, ama, { ...delivered, file })).status).toBe(303)
    const shown = await text(page, bintou)
    expect(shown).toContain('href="/fr/reseau/commons/le-four"')
    expect(shown).toContain(`/fr/reseau/files/${file}`)
  })
})

describe('the files of a closed group', () => {
  test('are read by its members and those who run the network, wherever files are read', async () => {
    await somePages(site.database, network, {})
    const id = await send(bintou, 'calcul.txt', 'Le calcul.')
    const addresses = [`/fr/reseau/files/${id}`, `/fr/reseau/files/${id}?download`]
    const statuses = async (person?: TestPerson) =>
      Promise.all(
        addresses.map(async address => {
          const answer = await browse(site, address, person)
          await answer.body?.cancel()
          return answer.status
        }),
      )
    expect(await statuses(ama)).toEqual([200, 200])
    expect(await statuses(facilitator)).toEqual([200, 200])
    expect(await statuses(outside)).toEqual([404, 404])
    expect(await statuses()).toEqual([404, 404])
    expect(await text('/fr/reseau/files', ama)).toContain('calcul.txt')
    expect(await text('/fr/reseau/files', outside)).not.toContain('calcul.txt')
    expect((await browse(site, `/fr/reseau/groups/${group.slug}/files`, outside)).status).toBe(404)
    const token = await aToken(site.database, network, ['files:read'])
    const api = await site.app.request(`/api/networks/reseau/files/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(api.status).toBe(200)
  })

  test('are for the group again when it closes', async () => {
    const open = await aGroup(site.database, network, { name: 'Se ferme' })
    await inGroup(site.database, network, open, ama, { role: 'facilitator' })
    const id = await send(ama, 'avant.txt', 'Avant.', open)
    await site.database.asOwner(`update file set visibility = 'public' where id = $1`, [id])
    const read = async (person?: TestPerson) => {
      const answer = await browse(site, `/fr/reseau/files/${id}`, person)
      await answer.body?.cancel()
      return answer.status
    }
    expect([await read(), await read(outside)]).toEqual([200, 200])
    await submit(site, `/fr/reseau/groups/${open.slug}/details`, ama, {
      ...{ kind: 'club', name: 'Se ferme', parent: '', visibility: 'group', joining: 'invitation' },
    })
    expect([await read(), await read(outside), await read(ama)]).toEqual([404, 404, 200])
  })
})

async function text(path: string, person: TestPerson): Promise<string> {
  return (await browse(site, path, person)).text()
}

/** @returns the id of what was sent */
async function send(person: TestPerson, name: string, content: string, to = group): Promise<string> {
  const body = new FormData()
  body.append('files', new File([content], name))
  const sent = await site.app.request(`/fr/reseau/groups/${to.slug}/files`, {
    method: 'POST',
    headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', cookie: person.cookie },
    body,
  })
  expect(sent.status).toBe(303)
  const [row] = await site.database.asOwner<{ id: string }>('select id from file where name = $1', [name])
  return row?.id ?? ''
}
