import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGroup, browse, inGroup, submit, type TestGroup } from '#modules/groups/groups.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let elsewhere: TestNetwork
let people: Record<
  'outside' | 'inside' | 'coordinator' | 'facilitator' | 'administrator' | 'stranger',
  TestPerson
>
let groups: Record<'group' | 'network' | 'public', TestGroup>

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'reseau' })
  elsewhere = await aNetwork(database, { slug: 'ailleurs' })
  people = {
    outside: await aPerson(database, network, 'member'),
    inside: await aPerson(database, network, 'member', { name: 'Inès Dedans' }),
    coordinator: await aPerson(database, network, 'member', { name: 'Coline Coordonne' }),
    facilitator: await aPerson(database, network, 'facilitator'),
    administrator: await aPerson(database, network, 'administrator'),
    stranger: await aPerson(database, elsewhere, 'administrator'),
  }
  const organisationId = await anOrganisation(database, network, 'Atelier des Tanneurs')
  groups = {
    group: await aGroup(database, network, { name: 'Le clos', visibility: 'group', joining: 'invitation' }),
    network: await aGroup(database, network, { name: 'Le réseau' }),
    public: await aGroup(database, network, { name: 'Le public', visibility: 'public' }),
  }
  for (const group of Object.values(groups)) {
    await inGroup(database, network, group, people.inside, { organisationId })
    await inGroup(database, network, group, people.coordinator, { role: 'coordinator' })
  }
})

afterAll(() => site.close())

describe('who sees what', () => {
  const pages = {
    group: '',
    members: '/members',
    tasks: '/tasks',
    change: '/details',
  }
  /** By who asks: for each visibility, the status of the group's page, its members, its tasks, the form that changes it. */
  const expected: Record<string, Record<'group' | 'network' | 'public', number[]>> = {
    visitor: { group: [404, 401, 401, 401], network: [404, 401, 401, 401], public: [200, 401, 401, 401] },
    stranger: { group: [404, 403, 403, 403], network: [404, 403, 403, 403], public: [200, 403, 403, 403] },
    outside: { group: [404, 404, 404, 404], network: [200, 200, 200, 403], public: [200, 200, 200, 403] },
    inside: { group: [200, 200, 200, 403], network: [200, 200, 200, 403], public: [200, 200, 200, 403] },
    coordinator: { group: [200, 200, 200, 200], network: [200, 200, 200, 200], public: [200, 200, 200, 200] },
    facilitator: { group: [200, 200, 200, 200], network: [200, 200, 200, 200], public: [200, 200, 200, 200] },
    administrator: {
      group: [200, 200, 200, 200],
      network: [200, 200, 200, 200],
      public: [200, 200, 200, 200],
    },
  }

  test.each(Object.keys(expected))('%s', async who => {
    const found: Record<string, number[]> = {}
    for (const [visibility, { slug }] of Object.entries(groups)) {
      found[visibility] = []
      for (const page of Object.values(pages))
        found[visibility].push((await get(`/fr/reseau/groups/${slug}${page}`, who)).status)
    }
    expect(found).toEqual(expected[who])
  })

  test.each([
    ['visitor', ['Le public']],
    ['outside', ['Le public', 'Le réseau']],
    ['inside', ['Le clos', 'Le public', 'Le réseau']],
    ['facilitator', ['Le clos', 'Le public', 'Le réseau']],
  ])('the list of %s', async (who, names) => {
    const html = await (await get('/fr/reseau/groups', who)).text()
    const listed = Object.values({ a: 'Le clos', b: 'Le public', c: 'Le réseau' }).filter(name =>
      html.includes(`>${name}</a>`),
    )
    expect(listed).toEqual(names)
  })

  test('a visitor reads of a public group what it says, its organisations and who runs it, and of no other person', async () => {
    const html = await (await get(`/fr/reseau/groups/${groups.public.slug}`, 'visitor')).text()
    expect(html).toContain('Atelier des Tanneurs')
    expect(html).toContain('Coline Coordonne')
    expect(html).not.toContain('Inès Dedans')
    expect(html).not.toContain('noindex')
  })

  test('what is public in a private network is for nobody outside', async () => {
    const closed = await aNetwork(site.database, { slug: 'prive', visibility: 'private' })
    const group = await aGroup(site.database, closed, { visibility: 'public' })
    expect((await site.get(`/fr/prive/groups/${group.slug}`)).status).toBe(404)
  })

  test('who was in it sees a closed group no longer, nor does who is to come', async () => {
    const { database } = site
    for (const span of [{ from: '2020-01-01', until: '2020-12-31' }, { from: '2090-01-01' }]) {
      const person = await aPerson(database, network, 'member')
      await inGroup(database, network, groups.group, person, span)
      const answer = await site.get(`/fr/reseau/groups/${groups.group.slug}`, { cookie: person.cookie })
      expect(answer.status).toBe(404)
    }
  })

  test('programmes see by their key what its person sees; one of the network what its scopes say', async () => {
    const listed = async (token?: string) => {
      const response = await site.app.request('/api/networks/reseau/groups', {
        headers: token ? { authorization: `Bearer ${token}` } : {},
      })
      const { groups } = (await response.json()) as { groups: { name: string }[] }
      return groups.map(({ name }) => name).sort()
    }
    expect(await listed()).toEqual(['Le public'])
    expect(await listed(await aToken(site.database, network, ['groups:read']))).toEqual([
      'Le public',
      'Le réseau',
    ])
    const managing = await aToken(site.database, network, ['groups:read', 'groups:manage'])
    expect(await listed(managing)).toEqual(['Le clos', 'Le public', 'Le réseau'])
  })
})

describe('founding and changing', () => {
  const charter = '# Notre charte\n\n- **Venir** avec un essai'
  const fields = {
    kind: 'club',
    name: 'Club de l’Écho',
    summary: 'Chaque mois.',
    charter,
    visibility: 'network',
    joining: 'request',
  }

  test('a facilitator founds a group, facilitates it, and the charter is shown as it reads', async () => {
    const sent = await post('/fr/reseau/groups', 'facilitator', { ...fields, facilitates: 'on' })
    expect(sent.headers.get('location')).toBe('/fr/reseau/groups/club-de-l-echo?done=group-founded')
    const html = await (await get('/fr/reseau/groups/club-de-l-echo', 'outside')).text()
    expect(html).toContain('<strong>Venir</strong>')
    expect(html).toContain('Animation')
    const again = await post('/fr/reseau/groups', 'facilitator', { ...fields, parent: '' })
    expect(again.headers.get('location')).toBe('/fr/reseau/groups/club-de-l-echo-2?done=group-founded')
  })

  test('what is typed comes back with what is wrong', async () => {
    const sent = await post('/fr/reseau/groups', 'facilitator', {
      ...fields,
      name: '',
      starts: '2026-05-02',
      ends: '2026-05-01',
    })
    expect(sent.status).toBe(422)
    const html = await sent.text()
    expect(html).toContain('Chaque mois.')
    expect(html).toContain('href="#field-name"')
    const open = await post('/fr/reseau/groups', 'facilitator', { ...fields, visibility: 'group' })
    expect(await open.text()).toContain('se rejoint sur invitation')
  })

  test('members found none, but those who run a group found others in it', async () => {
    expect((await post('/fr/reseau/groups', 'outside', fields)).status).toBe(403)
    expect((await get('/fr/reseau/groups/new', 'outside')).status).toBe(403)
    const inner = { ...fields, name: 'Sous-groupe', parent: groups.network.id }
    expect((await post('/fr/reseau/groups', 'inside', inner)).status).toBe(403)
    expect((await post('/fr/reseau/groups', 'coordinator', inner)).status).toBe(303)
    const html = await (await get(`/fr/reseau/groups/${groups.network.slug}`, 'outside')).text()
    expect(html).toContain('Sous-groupe')
  })

  test('nothing is founded in the groups of another network', async () => {
    const theirs = await aGroup(site.database, elsewhere)
    const sent = await post('/fr/reseau/groups', 'administrator', { ...fields, parent: theirs.id })
    expect(sent.status).toBe(404)
  })

  test('archived, a group is read and nothing is added; then it is taken up again', async () => {
    const group = await aGroup(site.database, network, { name: 'À ranger' })
    const address = `/fr/reseau/groups/${group.slug}`
    expect((await post(`${address}/archival`, 'inside')).status).toBe(403)
    expect((await post(`${address}/archival`, 'facilitator')).status).toBe(303)
    expect(await (await get('/fr/reseau/groups', 'outside')).text()).not.toContain('À ranger')
    expect(await (await get('/fr/reseau/groups?archived=1', 'outside')).text()).toContain('À ranger')
    expect(await (await get(address, 'outside')).text()).toContain('Ce groupe est archivé')
    const task = await post(`${address}/tasks`, 'facilitator', { title: 'Encore' })
    expect([task.status, await task.text()]).toEqual([422, expect.stringContaining('Ce groupe est archivé')])
    expect((await post(`${address}/reopening`, 'outside')).status).toBe(403)
    expect((await post(`${address}/reopening`, 'facilitator')).status).toBe(303)
    expect((await post(`${address}/tasks`, 'facilitator', { title: 'Encore' })).status).toBe(303)
  })
})

function get(path: string, who: string): Promise<Response> {
  return browse(site, path, (people as Record<string, TestPerson>)[who])
}

function post(path: string, who: string, fields: Record<string, string> = {}): Promise<Response> {
  return submit(site, path, (people as Record<string, TestPerson>)[who], fields)
}
