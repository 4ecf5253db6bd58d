import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { aGroup, aTask, browse, inGroup, submit } from '#modules/groups/groups.fixture.ts'
import { issueToken } from '#modules/network/index.ts'
import { silencingPath } from '#modules/waiting/silences.ts'
import { aMeetingIn, aRow, inDays } from '#modules/waiting/waiting.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let ana: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { visibility: 'private' })
  ana = await aPerson(site.database, network, 'member')
  const group = await aGroup(site.database, network, { name: 'Collectif Eau' })
  await inGroup(site.database, network, group, ana)
  const days = [-2, 2, 40, 41, 42, 43]
  for (const due of days)
    await aTask(site.database, network, group, {
      title: `Tâche à ${due}`,
      owner: ana,
      due: inDays(due).toISOString().slice(0, 10),
    })
  await aMeetingIn(site.database, network, 3, { host_person_id: ana.personId, host_state: 'asked' })
  await aRow(site.database, network, 'group_invitation', { group_id: group.id, person_id: ana.personId })
})

afterAll(() => site.close())

const page = () => `/fr/${network.slug}/waiting`

test('what waits is its own people’s alone', async () => {
  const stranger = await aPerson(site.database, await aNetwork(site.database), 'member')
  const open = await aNetwork(site.database)
  expect((await browse(site, page())).status).toBe(404)
  expect((await browse(site, page(), stranger)).status).toBe(404)
  expect((await browse(site, `/fr/${open.slug}/waiting`)).status).toBe(401)
  expect((await browse(site, `/fr/${open.slug}/waiting`, ana)).status).toBe(403)
  expect((await submit(site, `/fr/${open.slug}/waiting/silences`, ana)).status).toBe(403)
  const other = await aPerson(site.database, network, 'administrator')
  const html = await (await browse(site, page(), other)).text()
  expect(html).toContain('Rien ne vous attend.')
})

test('it stands in the order of use, by how near its date is, and by what there is to do', async () => {
  const html = await (await browse(site, page(), ana)).text()
  const words = [
    'En retard',
    'Tâche à -2',
    'Cette semaine',
    'Accueillerez-vous',
    'Tâche à 2<',
    'Sans date',
    'Plus tard (4)',
    'Tâche à 40',
  ]
  const places = words.map(word => html.indexOf(word))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(html).toMatch(/href="\/fr\/[^"]+\/tasks\/[^"]+">À faire\u00a0: Tâche à -2<\/a>/)
  const answers = await (await browse(site, `${page()}?act=answer`, ana)).text()
  expect(answers).toContain('On vous invite dans')
  expect(answers).not.toContain('Tâche à')
  expect((await browse(site, `${page()}?act=nonsense`, ana)).status).toBe(200)
})

test('the door of the network begins with the five most useful', async () => {
  const html = await (await browse(site, `/fr/${network.slug}`, ana)).text()
  const section = /<section class="waiting".*?<\/section>/s.exec(html)?.[0] ?? ''
  expect(section.match(/<li>/g)).toHaveLength(5)
  expect(section).toContain('Tout voir (8)')
  expect(html.indexOf('class="waiting"')).toBeLessThan(html.indexOf('Vos groupes'))
  // Told there and nowhere else.
  expect(html.match(/Tâche à -2/g)).toHaveLength(2)
})

test('a kind that was ticked is neither on the door nor in the list, until it is ticked no more', async () => {
  const response = await submit(
    site,
    `${page()}/silences`,
    ana,
    new URLSearchParams([
      ['kinds', 'task'],
      ['kinds', 'nonsense'],
    ]),
  )
  expect(response.headers.get('location')).toBe(`${page()}?done=saved`)
  const silent = await (await browse(site, page(), ana)).text()
  expect(silent).not.toContain('Tâche à')
  expect(silent).toContain('6 autres choses attendent')
  expect(await (await browse(site, `/fr/${network.slug}`, ana)).text()).not.toContain('Tâche à')
  // Of all that waits nothing is shown: it is not said that there is nothing.
  const every = [...new Set(silent.match(/(?<=name="kinds" value=")[a-z_]+/g))].map(kind => ['kinds', kind])
  await submit(site, `${page()}/silences`, ana, new URLSearchParams(every))
  for (const address of [page(), `/fr/${network.slug}`]) {
    const nothing = await (await browse(site, address, ana)).text()
    expect(nothing).toContain('8 autres choses attendent')
    expect(nothing).not.toContain('Rien ne vous attend.')
  }
  await submit(site, `${page()}/silences`, ana, {})
  expect(await (await browse(site, page(), ana)).text()).toContain('Tâche à')
})

test('the next message is read before it is sent, by its own reader alone', async () => {
  const digest = `${page()}/digest`
  expect(await (await browse(site, page(), ana)).text()).toContain(`href="${digest}"`)
  const html = await (await browse(site, digest, ana)).text()
  expect(html).toContain('Bonjour ')
  expect(html).toMatch(/Il part le [^<]+ à 07:00/)
  for (const said of ['Tâche à -2', 'Accueillerez-vous', 'Ne plus me parler de']) expect(html).toContain(said)
  expect(html).not.toContain('Rien de nouveau depuis le dernier')
  const nobody = await aPerson(site.database, network, 'administrator')
  const empty = await (await browse(site, digest, nobody)).text()
  expect(empty).toContain('Rien de nouveau depuis le dernier')
  expect(empty).not.toContain('Tâche à')
  const stranger = await aPerson(site.database, await aNetwork(site.database), 'member')
  expect((await browse(site, digest, stranger)).status).toBe(404)
  const open = await aNetwork(site.database)
  expect((await browse(site, `/fr/${open.slug}/waiting/digest`)).status).toBe(401)
  expect((await browse(site, `/fr/${open.slug}/waiting/digest`, ana)).status).toBe(403)
})

test('a link of the mail silences without signing in, and takes it back', async () => {
  const { secret } = site.services
  const path = silencingPath(secret, 'en', { accountId: ana.accountId, kind: 'task' })
  expect(await (await browse(site, path)).text()).toContain('Show you no more of these')
  const silenced = () =>
    site.database.asOwner('select kind from waiting_silence where account_id = $1', [ana.accountId])
  expect(await silenced()).toEqual([])
  expect(await (await submit(site, path, undefined)).text()).toContain('will not be shown to you any more')
  await submit(site, path, undefined)
  expect(await silenced()).toEqual([{ kind: 'task' }])
  await submit(site, path, undefined, { again: 'on' })
  expect(await silenced()).toEqual([])
  expect((await browse(site, path.replace('.task.', '.news.'))).status).toBe(404)
})

test('programs read the same by a key of the person', async () => {
  const address = `/api/networks/${network.slug}/waiting`
  const { secret } = await inTenant(site.database.db, network.inside, trx =>
    issueToken(trx, network.id, { name: 'Test', scopes: ['waiting:own'], days: 1, accountId: ana.accountId }),
  )
  const asked = await site.get(address, { authorization: `Bearer ${secret}`, 'accept-language': 'en' })
  const { waiting } = (await asked.json()) as { waiting: Record<string, unknown>[] }
  expect(waiting).toHaveLength(8)
  expect(waiting[0]).toMatchObject({ kind: 'task', act: 'finish', place: 'Collectif Eau', silenced: false })
  expect((await site.get(address)).status).toBe(404)
  const poor = await aToken(site.database, network, ['commons:read'])
  expect((await site.get(address, { authorization: `Bearer ${poor}` })).status).toBe(403)
  const own = await aToken(site.database, network, ['waiting:own'])
  const nobody = await site.get(address, { authorization: `Bearer ${own}` })
  expect(await nobody.json()).toEqual({ waiting: [] })
})
