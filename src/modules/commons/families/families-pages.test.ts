import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  aToken,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let other: TestNetwork
let curator: TestPerson
let member: TestPerson

beforeAll(async () => {
  site = await testApp({ jobs: true })
  network = await aNetwork(site.database)
  other = await aNetwork(site.database)
  curator = await aPerson(site.database, network, 'facilitator', { name: 'Cora Range' })
  member = await aPerson(site.database, network, 'member')
  for (const one of [network, other])
    await somePages(site.database, one, {
      'a.md': aPage('Carte', { thematic_areas: ['Solution mapping', 'Eau'] }),
      'b.md': aPage('Plan', { thematic_areas: 'Mapeo de soluciones' }),
      'c.md': aPage('Puits', { thematic_areas: ['Puits', 'EAU'] }),
    })
})

afterAll(() => site.close())

const at = (path: string, of = network) => `/fr/${of.slug}/families${path}`

async function post(
  path: string,
  fields: Record<string, string> | FormData,
  person: TestPerson | null = curator,
) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields)
  const response = await site.app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      ...(person && { cookie: person.cookie }),
    },
    body,
  })
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  }
}

async function read(path: string, person: TestPerson | null = curator) {
  const response = await site.get(path, person ? { cookie: person.cookie } : {})
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}

const decision = (key: string) => at(`/theme/${encodeURIComponent(key)}/decisions`)

test('is a curator’s room', async () => {
  for (const path of [at(''), at('/theme/eau'), at('/rules.csv')]) {
    expect((await read(path, null)).status).toBe(401)
    expect((await read(path, member)).status).toBe(403)
    expect((await read(path)).status).toBe(200)
    expect((await read(path.replace(network.slug, other.slug))).status).toBe(403)
  }
  expect((await post(decision('eau'), { action: 'hidden' }, null)).status).toBe(401)
  expect((await post(decision('eau'), { action: 'hidden' }, member)).status).toBe(403)
  expect((await read(at('/theme/absent'))).status).toBe(404)
  expect((await read(at('/year/2020'))).status).toBe(404)
})

test('a family is merged by a name that is typed, and every way to it leads on', async () => {
  const wrong = await post(decision('mapeo de solucion'), { action: 'merge', into: 'Rien de tel' })
  expect(wrong.status).toBe(422)
  expect(wrong.text).toContain('Aucune famille ne s’appelle')
  expect(wrong.text).toContain('value="Rien de tel"')
  const done = await post(decision('mapeo de solucion'), { action: 'merge', into: 'solutions mapping' })
  expect(done).toMatchObject({ status: 303, location: at('/theme/solution%20mapping?done=families-decided') })
  expect(await read(at('/theme/mapeo%20de%20solucion'))).toMatchObject({
    status: 302,
    location: at('/theme/solution%20mapping'),
  })
  // A link that was kept finds it, chosen under the name it has now.
  const list = await read(`/fr/${network.slug}/commons?theme=mapeo+de+solucion`, null)
  expect(list.text).toContain('2 pages trouvées')
  // It goes by the name of the one it went into.
  expect(list.text).toMatch(/class="tag on"[^>]*>\s*[Ss]olutions? mapping/)
  expect((await read(`/fr/${other.slug}/commons?theme=mapeo+de+solucion`, null)).text).toContain(
    '1 page trouvée',
  )

  const family = await read(at('/theme/solution%20mapping'))
  expect(family.text).toContain('Cora Range')
  expect(family.text).toMatch(
    /«\u00a0Mapeo de soluciones\u00a0» réunie à «\u00a0[Ss]olutions? mapping\u00a0»/,
  )
  const [, undoing = ''] = /action="([^"]*\/undoing)"/.exec(family.text) ?? []
  expect((await post(undoing, {}, member)).status).toBe(403)
  expect((await post(undoing, {})).location).toContain('done=families-undone')
  expect((await read(`/fr/${network.slug}/commons?theme=mapeo+de+solucion`, null)).text).toContain(
    '1 page trouvée',
  )
  const log = await site.database.asOwner<{ action: string }>(
    `select action from audit_entry where network_id = $1 and action like 'commons.famil%' order by at`,
    [network.id],
  )
  expect(log.map(({ action }) => action)).toEqual(['commons.families-merged', 'commons.family-restored'])
})

test('a pair that is suggested is merged by its key, also where the other goes by that very name', async () => {
  const own = await aNetwork(site.database)
  const curating = await aPerson(site.database, own, 'facilitator')
  await somePages(site.database, own, {
    'a.md': aPage('Une', { thematic_areas: ['Cartography', 'Eau'] }),
    'b.md': aPage('Deux', { thematic_areas: 'Mapeo' }),
    'c.md': aPage('Trois', { thematic_areas: 'Mapeo' }),
  })
  const here = (path: string) => at(`/theme/${path}`, own)
  const decide = (key: string, fields: Record<string, string>) =>
    post(here(`${key}/decisions`), fields, curating)
  await decide('cartography', { action: 'name', label_es: 'mapeo', label_fr: 'mapeo' })
  // By the name, it would be merged into itself.
  expect((await decide('cartography', { action: 'merge', into: 'mapeo' })).status).toBe(422)
  const { text } = await read(here('mapeo'), curating)
  expect(text).toMatch(/cartography\/decisions"[^>]*>.*?name="intoKey" value="mapeo"/s)
  const form = await read(here('cartography?into=mapeo'), curating)
  expect(form.text).toContain('name="intoKey" value="mapeo"')
  const [, proposed = ''] = /name="proposed" value="([^"]+)"/.exec(form.text) ?? []
  // Other words than those proposed are what is meant.
  const typed = await decide('cartography', { action: 'merge', into: 'Rien', intoKey: 'mapeo', proposed })
  expect(typed.status).toBe(422)
  const absent = await decide('cartography', { action: 'merge', intoKey: 'absent' })
  expect(absent.status).toBe(422)
  const done = await decide('cartography', { action: 'merge', intoKey: 'mapeo' })
  expect(done).toMatchObject({ status: 303, location: here('mapeo?done=families-decided') })
  expect(await read(here('cartography'), curating)).toMatchObject({ status: 302, location: here('mapeo') })
})

test('a family is named in several languages, and read in the reader’s', async () => {
  const empty = await post(decision('eau'), { action: 'name', label_fr: ' ' })
  expect(empty.status).toBe(422)
  const done = await post(decision('eau'), { action: 'name', label_fr: 'L’eau', label_en: 'Water' })
  expect(done.status).toBe(303)
  expect((await read(`/fr/${network.slug}/commons`, null)).text).toContain('L’eau')
  const english = await read(`/en/${network.slug}/commons?theme=eau`, null)
  expect(english.text).toContain('Water')
  expect(english.text).not.toContain('L’eau')
})

test('a place is given under a family that nobody wrote yet', async () => {
  const done = await post(decision('puit'), { action: 'parent', into: 'Ressources' })
  expect(done.status).toBe(303)
  const above = await read(at('/theme/ressource'))
  expect(above.text).toContain('<h1>Ressources</h1>')
  expect((await post(decision('ressource'), { action: 'parent', into: 'Puits' })).text).toContain(
    'au-dessous d’elle-même',
  )
  expect((await read(`/fr/${network.slug}/commons?theme=ressource`, null)).text).toContain('1 page trouvée')
})

test('decisions leave as a table, and another network follows it', async () => {
  const file = await read(at('/rules.csv'))
  expect(file.text).toContain('"kind","action","key","written","into","hidden","label_fr"')
  const theirs = await aPerson(site.database, other, 'facilitator')
  const form = new FormData()
  form.set('file', new File([`${file.text}theme,merge,eau,,eau\r\nfruit,merge,x\r\n`], 'f.csv'))
  const result = await post(at('/import', other), form, theirs)
  expect(result.status).toBe(200)
  expect(result.text).toContain('3 décisions nouvelles')
  expect(result.text).toMatch(/Ligne 5\s:[\s\S]*Ligne 6/)
  expect((await read(`/fr/${other.slug}/commons?theme=ressource`, null)).text).toContain('1 page trouvée')
  form.set('file', new File([Buffer.from([0xff, 0xfe, 0])], 'f.csv'))
  expect((await post(at('/import', other), form, theirs)).status).toBe(422)
  // Once more changes nothing.
  form.set('file', new File([file.text], 'f.csv'))
  expect((await post(at('/import', other), form, theirs)).text).toContain('aucune décision nouvelle')
})

test('programs decide too', async () => {
  const key = await aToken(site.database, network, ['commons:curate', 'commons:read'])
  const reader = await aToken(site.database, network, ['commons:read'])
  const ask = (method: string, path: string, secret: string, body?: object) =>
    site.app.request(`/api/networks/${network.slug}/commons/${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const decisions = [
    { kind: 'theme', action: 'spelling', key: 'eau', written: 'EAU' },
    { kind: 'theme', action: 'merge', key: 'eau', into: 'eau' },
    { kind: 'theme', action: 'merge', key: 'Eau!', into: 'puit' },
  ]
  expect((await ask('POST', 'family-rules', reader, { decisions })).status).toBe(403)
  expect((await ask('GET', 'families', '')).status).toBe(401)
  const decided = (await (await ask('POST', 'family-rules', key, { decisions })).json()) as {
    taken: { id: string }[]
    refused: object[]
  }
  expect(decided).toMatchObject({
    taken: [{ action: 'spelling' }],
    refused: [
      { index: 1, reason: 'same' },
      { index: 2, reason: 'key' },
    ],
  })
  const found = (await (await ask('GET', 'families?q=eau', key)).json()) as { families: { key: string }[] }
  expect(found.families.map(one => one.key).sort()).toEqual(['=eau', 'eau'])
  const id = decided.taken[0]?.id
  expect((await ask('DELETE', `family-rules/${id}`, key)).status).toBe(200)
  expect((await ask('DELETE', `family-rules/${other.id}`, key)).status).toBe(404)
  const rules = (await (await ask('GET', 'family-rules', key)).json()) as { rules: { action: string }[] }
  expect(rules.rules.map(one => one.action)).toEqual(['name', 'name', 'parent'])
})

test('of many pages the worker files what the page does not', { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 210 }, (_, index) => [
    `m${index}.md`,
    aPage(`M ${index}`, { thematic_areas: 'Forêts' }),
  ])
  await somePages(site.database, network, Object.fromEntries(many))
  const done = await post(decision('foret'), { action: 'merge', into: 'Eau' })
  expect(done.location).toContain('done=families-waiting')
  const theme = `/fr/${network.slug}/commons?theme=`
  expect((await read(`${theme}foret`)).text).toContain('212 pages trouvées')
  await vi.waitFor(
    async () =>
      expect(
        await site.database.asOwner('select 1 from commons_family_work where network_id = $1', [network.id]),
      ).toEqual([]),
    { timeout: 30_000, interval: 200 },
  )
  expect((await read(`${theme}eau`)).text).toContain('212 pages trouvées')
  const [job] = await site.database.asOwner<{ state: string; output: { progress: object } }>(
    `select state, output from pgboss.job where name = 'commons.families' and data ->> 'networkId' = $1`,
    [network.id],
  )
  expect(job?.output.progress).toMatchObject({ text: 'families.progress' })
})
