import { afterAll, beforeAll, expect, test } from 'vitest'
import { capRseWorkbook } from '#modules/network/organisation-import/cap-rse.fixture.ts'
import { addMandate, contentOf, importing } from '#modules/network/organisation-import/import.fixture.ts'
import { importQueue } from '#modules/network/organisation-import/job.ts'
import { prepareJobs } from '#platform/jobs/jobs.ts'
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
let facilitator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { name: { fr: 'CAP RSE Occitanie' } })
  facilitator = await aPerson(site.database, network, 'facilitator')
})

afterAll(() => site.close())

/** Whether a page says something; of a page that does not, its text alone is of interest. */
function shows(html: string, text: string): void {
  const seen = html.replace(/<option.*?<\/option>|<[^>]+>/gs, ' ').replace(/[ \n]+/g, ' ')
  expect(html.includes(text) ? text : seen.slice(seen.indexOf('Importer des'), 2_500)).toBe(text)
}

test('a messy spreadsheet is shown, compared, imported; done again, nothing changes', async () => {
  const own = await aNetwork(site.database)
  const who = await aPerson(site.database, own, 'facilitator')
  const { send, post, read } = importing(site, own, who)
  const address = await send('adhérents.xlsx', capRseWorkbook())
  const mapping = await read(address)
  shows(mapping, 'Adhérents (17\u00a0lignes)')
  shows(mapping, 'Archives (2, masquée)')
  expect(mapping).toMatch(/<option value="3:2" selected>lignes 3 et 4/)
  expect(mapping).toMatch(/Contact – Mail<\/strong>.*?<option value="contactEmail" selected>/s)
  expect(await (await post(`${address}/columns`, {})).headers.get('location')).toBe(address)
  const checked = await read(address)
  shows(checked, '10 organisations à créer')
  shows(checked, 'Structure – Effectif\u00a0: taille non comprise («\u00a020-99\u00a0»)')
  expect((await post(`${address}/execution`, {})).status).toBe(303)
  shows(await read(address), '10 organisations créées')
  const kept = await contentOf(site, own)
  expect(kept.organisations.find(({ name }) => name === 'Biscuiterie du Lauragais')).toEqual({
    name: 'Biscuiterie du Lauragais',
    kind: 'company',
    size_class: 'small',
    sector: 'naf2:10.72Z',
    address: '31250',
    town: 'REVEL',
    website: null,
    valid_from: '2026-01-01',
    identifiers: ['siret 55210055400013'],
    people: [
      'Anne Delmas <a.delmas@biscuiterie-lauragais.example> DRH',
      'Marc Fabre <m.fabre@biscuiterie-lauragais.example> Directeur',
    ],
  })
  expect(kept.organisations).toHaveLength(10)
  const report = await (await site.get(`${address}/report.csv`, { cookie: who.cookie })).text()
  expect(report).toMatch(/^"Ligne","Nom de l’organisation","Ville"/)
  expect(report).toContain('"Cabinet Orénoque Conseil","Montpellier","nouvelle"')
  const again = await send('adhérents (2).xlsx', capRseWorkbook('ods'))
  await post(`${again}/columns`, {})
  shows(await read(again), '10 organisations déjà à jour')
  await post(`${again}/execution`, {})
  expect(await contentOf(site, own)).toEqual(kept)
})

test('a text of Windows, whose columns are corrected, and remembered for the next one', async () => {
  const own = await aNetwork(site.database)
  const who = await aPerson(site.database, own, 'facilitator')
  const { send, post, read } = importing(site, own, who)
  const lines = [
    'Société;Lieu-dit;Taille;Pays',
    'Médiathèque;Béziers;Moyenne+;Espagne',
    'Épicerie;Sète;20-99;Perlimpinpin',
  ]
  const text = Buffer.from(lines.join('\r\n'), 'latin1')
  const address = await send('liste.csv', text)
  const mapping = await read(address)
  shows(mapping, 'Texte windows-1252, colonnes séparées par «\u00a0;\u00a0»')
  shows(mapping, 'Perlimpinpin')
  // In the order in which they are shown.
  const values = [...mapping.matchAll(/for="value-(\d+)"><strong>([^<]*)/g)].map(([, index, written]) => [
    written,
    index,
  ])
  const index = Object.fromEntries(values)
  const corrected = {
    'column.1': 'town',
    [`value.${index['Moyenne+']}`]: 'medium',
    [`value.${index['20-99']}`]: 'medium',
  }
  expect((await post(`${address}/columns`, corrected)).headers.get('location')).toBe(address)
  await post(`${address}/execution`, {})
  const { organisations } = await contentOf(site, own)
  expect(organisations.map(({ name, town, size_class }) => [name, town, size_class])).toEqual([
    ['Épicerie', 'Sète', 'medium'],
    ['Médiathèque', 'Béziers', 'medium'],
  ])
  const next = await read(await send('liste.csv', text))
  expect(next).toMatch(/Lieu-dit<\/strong>.*?<option value="town" selected>/s)
  expect(next).toMatch(/>20-99<\/strong>.*?<option value="medium" selected>/s)
  // Those of another network are not told of it.
  const other = await aNetwork(site.database)
  const elsewhere = importing(site, other, await aPerson(site.database, other, 'facilitator'))
  expect(await elsewhere.read(await elsewhere.send('liste.csv', text))).not.toMatch(
    /Lieu-dit<\/strong>.*?<option value="town" selected>/s,
  )
})

test('another sheet and another heading can be chosen', async () => {
  const { send, post, read } = importing(site, network, facilitator)
  const address = await send('cap.xlsx', capRseWorkbook())
  const other = await post(`${address}/columns`, { sheet: '2', heading: '3:2' })
  expect(other.headers.get('location')).toBe(`${address}/columns`)
  shows(await read(address), 'Ancien adhérent')
  await post(`${address}/columns`, { sheet: '2', heading: '0:0' })
  shows(await read(address), '2 lignes lues')
  const none = await post(`${address}/columns`, { sheet: '2', heading: '0:0', 'column.0': '' })
  expect(none.status).toBe(422)
  expect(await none.text()).toContain('Indiquez quelle colonne contient le nom')
  expect((await post(`${address}/removal`, {})).status).toBe(303)
  expect((await site.get(address, { cookie: facilitator.cookie })).status).toBe(404)
})

test('what may be the same is decided, one by one or all at once, before anything is imported', async () => {
  const own = await aNetwork(site.database)
  const who = await aPerson(site.database, own, 'facilitator')
  const { send, post, read } = importing(site, own, who)
  const known = await anOrganisation(site.database, own, 'Menuiserie Cazaux')
  await site.database.asOwner(
    `update organisation set town = 'Toulouse', website = 'https://cazaux.example', size_class = 'micro' where id = $1`,
    [known],
  )
  await site.database.asOwner(`insert into organisation_identifier values ($1, 'siren', '552100554')`, [
    known,
  ])
  const text = [
    'Nom,Ville,Site,Effectif,SIREN,Téléphone',
    'Menuiserie Casaux,Toulouse,,12,,05',
    'Les Bois de Cazaux,Albi,www.cazaux.example,,,',
    'CAZAUX SARL,Toulouse,,30,552100554,',
    'Tout autre chose,Auch,,,,',
    'tout autre CHOSE,Auch,https://autre.example,,,',
    ',Muret,,,,',
  ].join('\n')
  const address = await send('x.csv', Buffer.from(text))
  await post(`${address}/columns`, {})
  const checked = await read(`${address}?view=all`)
  shows(checked, '2 lignes à décider')
  shows(checked, 'Peut-être «\u00a0Menuiserie Cazaux\u00a0»\u00a0: même SIREN (552100554)')
  expect(checked).toMatch(/nom proche à \d+\u00a0% et même ville \(Toulouse\)/)
  shows(checked, 'même site (cazaux.example)')
  shows(checked, '1 ligne réunie avec une autre')
  shows(checked, '1 ligne sans nom, non importable')
  const tooEarly = await post(`${address}/execution`, {})
  expect([tooEarly.status, await tooEarly.text()]).toEqual([422, expect.stringContaining('Décidez d’abord')])
  await post(`${address}/decisions`, {
    'line.0': 'overwrite:0',
    'line.4': 'new',
    'line.99': 'new',
    'line.1': 'nonsense',
  })
  // Two of a network are not called the same: the last but one stays joined.
  shows(await read(address), '1 ligne à décider')
  await post(`${address}/decisions`, { all: 'new:undecided' })
  await post(`${address}/execution`, {})
  const { organisations } = await contentOf(site, own)
  expect(organisations.map(({ name, size_class, website }) => [name, size_class, website])).toEqual([
    ['Les Bois de Cazaux', null, 'https://www.cazaux.example'],
    ['Menuiserie Casaux', 'small', 'https://cazaux.example'],
    ['Tout autre chose', null, 'https://autre.example'],
  ])
})

test('a near name in the same town is another organisation where a register says so', async () => {
  const own = await aNetwork(site.database)
  const { send, post, read } = importing(site, own, await aPerson(site.database, own, 'facilitator'))
  const known = await anOrganisation(site.database, own, 'Menuiserie Cazaux')
  await site.database.asOwner(`update organisation set town = 'Toulouse' where id = $1`, [known])
  await site.database.asOwner(`insert into organisation_identifier values ($1, 'siren', '552100554')`, [
    known,
  ])
  const text = [
    'Nom,Ville,SIRET,CNPJ',
    'Menuiserie Casaux,Toulouse,73282932000074,',
    'Padaria Aurora,São Paulo,,11.222.333/0001-81',
    'Padaria Auroras,São Paulo,,11.444.777/0001-61',
  ].join('\n')
  const address = await send('x.csv', Buffer.from(text))
  await post(`${address}/columns`, {})
  shows(await read(address), '3 organisations à créer')
})

test('an import is taken back whole, while nothing was built upon it', async () => {
  const own = await aNetwork(site.database)
  const who = await aPerson(site.database, own, 'facilitator')
  const { send, post, read } = importing(site, own, who)
  const known = await anOrganisation(site.database, own, 'Alpha')
  await site.database.asOwner(
    `update membership set valid_until = current_date - 1, valid_from = current_date - 9 where organisation_id = $1`,
    [known],
  )
  const before = await contentOf(site, own)
  const text = Buffer.from(
    'Nom,Ville,Niveau,SIREN,Groupe,Contact,Mail\nAlpha,Albi,3,552100554,,Anne Roux,anne@orange.fr\nBeta,Auch,,,Alpha,Anne Roux,anne@orange.fr\n',
  )
  const run = async () => {
    const address = await send('x.csv', text)
    await post(`${address}/columns`, {})
    await post(`${address}/execution`, {})
    return address
  }
  const first = await run()
  shows(await read(first), '1 organisation complétée')
  const after = await contentOf(site, own)
  expect(after.organisations.map(({ name, town, people }) => [name, town, people.length])).toEqual([
    ['Alpha', 'Albi', 1],
    ['Beta', 'Auch', 1],
  ])
  expect(after.people).toBe(before.people + 1)
  expect((await post(`${first}/undoing`, {})).status).toBe(303)
  expect(await contentOf(site, own)).toEqual(before)
  expect(await site.database.asOwner(`select from organisation where name = 'Beta'`)).toEqual([])
  expect((await post(`${first}/undoing`, {})).status).toBe(422)
  const second = await run()
  await addMandate(site, own, 'Beta')
  const refused = await post(`${second}/undoing`, {})
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('(Beta)')
  expect((await contentOf(site, own)).organisations).toHaveLength(2)
})

test('an organisation of two networks is not removed by taking an import back', async () => {
  const [one, other] = [await aNetwork(site.database), await aNetwork(site.database)]
  const who = await aPerson(site.database, one, 'facilitator')
  const { send, post } = importing(site, one, who)
  const address = await send('x.csv', Buffer.from('Nom,Ville\nPartagée,Albi\n'))
  await post(`${address}/columns`, {})
  await post(`${address}/execution`, {})
  await site.database.asOwner(
    `insert into membership (network_id, organisation_id) select $1, id from organisation where name = 'Partagée'`,
    [other.id],
  )
  await post(`${address}/undoing`, {})
  expect((await contentOf(site, one)).organisations).toEqual([])
  expect((await contentOf(site, other)).organisations.map(({ name }) => name)).toEqual(['Partagée'])
})

test('where the network has changed meanwhile, everything is compared again', async () => {
  const own = await aNetwork(site.database)
  const who = await aPerson(site.database, own, 'facilitator')
  const { send, post, read } = importing(site, own, who)
  const address = await send('x.csv', Buffer.from('Nom,Ville\nÀ peine née,Albi\nDeux,Auch\n'))
  await post(`${address}/columns`, {})
  await anOrganisation(site.database, own, 'A PEINE NEE')
  await post(`${address}/execution`, {})
  const again = await read(`${address}?view=all`)
  shows(again, 'Le réseau a changé entre-temps')
  shows(again, '1 organisation à créer')
  await post(`${address}/execution`, {})
  expect((await contentOf(site, own)).organisations.map(({ name, town }) => [name, town])).toEqual([
    ['A PEINE NEE', 'Albi'],
    ['Deux', 'Auch'],
  ])
})

test('a long list is compared by a job, and the page says how far it is', async () => {
  const own = await aNetwork(site.database)
  const { send, post, read } = importing(site, own, await aPerson(site.database, own, 'facilitator'))
  const lines = Array.from({ length: 1_001 }, (_, place) => `Structure ${place}`)
  const address = await send('longue.csv', Buffer.from(`Nom\n${lines.join('\n')}\n`))
  await post(`${address}/columns`, {})
  expect(await read(address)).not.toContain('<progress')
  await prepareJobs(site.database.server.owner, [{ queue: importQueue, expireSeconds: 3_600, retries: 0 }])
  const progress = { done: 400, total: 1_001, text: 'organisation-import.phase.comparing' }
  await site.database.asOwner(
    `insert into pgboss.job (name, state, data, output) values ($1, 'active', $2, $3)`,
    [
      importQueue,
      JSON.stringify({ networkId: own.id, importId: address.split('/').at(-1) }),
      JSON.stringify({ progress }),
    ],
  )
  expect(await read(address)).toMatch(/<progress[^>]*value="400"[^>]*max="1001".*?comparaison · 400 sur/s)
})

test('a file that is no table is refused with what to do', async () => {
  const { upload } = importing(site, network, facilitator)
  const response = await upload('photo.png', Buffer.from('\x89PNG\r\n…', 'latin1'))
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Ce fichier n’est pas un tableau.')
  expect(
    await site.database.asOwner(`select from file where network_id = $1 and name = 'photo.png'`, [
      network.id,
    ]),
  ).toEqual([])
})

test('only those who manage organisations come in, and see what is of their network', async () => {
  const { send } = importing(site, network, facilitator)
  const address = await send('x.csv', Buffer.from('Nom,Ville\nA,Albi\n'))
  const member = await aPerson(site.database, network, 'member')
  const other = await aNetwork(site.database)
  const stranger = await aPerson(site.database, other, 'administrator')
  for (const path of [`/fr/${network.slug}/organisations/imports`, address, `${address}/report.csv`]) {
    expect((await site.get(path)).status).toBe(401)
    expect((await site.get(path, { cookie: member.cookie })).status).toBe(403)
    expect((await site.get(path, { cookie: facilitator.cookie })).status).toBe(200)
  }
  const theirs = address.replace(network.slug, other.slug)
  expect((await site.get(theirs, { cookie: stranger.cookie })).status).toBe(404)
  expect((await importing(site, other, stranger).post(`${theirs}/columns`, {})).status).toBe(404)
})

test('the model names what is understood', async () => {
  for (const file of ['model.csv', 'model.xlsx']) {
    const response = await site.get(`/fr/${network.slug}/organisations/imports/model/${file}`, {
      cookie: facilitator.cookie,
    })
    const content = Buffer.from(await response.arrayBuffer())
    const { send, read } = importing(site, network, facilitator)
    const filled = file.endsWith('csv') ? Buffer.concat([content, Buffer.from('Une;;;\r\n')]) : content
    const page = await read(await send(file, filled))
    expect(page).not.toMatch(/<option value="">Ne pas importer<\/option>(?:(?!selected).)*?<\/select>/s)
  }
})
