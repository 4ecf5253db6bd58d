import { afterAll, beforeAll, expect, test } from 'vitest'
import { anAffiliation, sharing } from '#modules/network/affiliations/affiliations.fixture.ts'
import { importing } from '#modules/network/organisation-import/import.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anOrganisation, aPerson } from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

test('what an affiliated network has is proposed with its reason, where both share; taken over, it is one organisation', async () => {
  const { database } = site
  const federation = await aNetwork(database, { slug: 'federation', visibility: 'private' })
  const region = await aNetwork(database, { slug: 'region', visibility: 'private' })
  const stranger = await aNetwork(database, { visibility: 'private' })
  const who = await aPerson(database, region, 'administrator')
  const mill = await anOrganisation(database, federation, 'Le Moulin SARL')
  const named = await anOrganisation(database, federation, 'Les Tisserandes')
  const near = await anOrganisation(database, federation, 'Les Marmites pastel')
  const nearTown = await anOrganisation(database, federation, 'Second Octet SCIC')
  await database.asOwner(`update organisation set town = 'Montauban' where id = $1`, [nearTown])
  const hidden = await anOrganisation(database, stranger, 'La Forge')
  await database.asOwner(
    `insert into organisation_identifier (organisation_id, scheme, value) values ($1, 'siren', '552100554')`,
    [mill],
  )
  const { send, post, read } = importing(site, region, who)
  const address = await send(
    'liste.csv',
    Buffer.from(
      'Nom;SIREN;Ville\nMoulin du Lac;552 100 554;\nles tisserandes;;\nLa Forge;;\nMarmites Pastels;;\nOctet Second;;Montauban\nMarmites;;\n',
    ),
  )
  await post(`${address}/columns`, {})
  // Not affiliated, then affiliated without both letting it be.
  expect(await read(address)).not.toContain('réseau affilié')
  await anAffiliation(database, region, federation)
  await sharing(database, federation, true)
  expect(await read(address)).not.toContain('réseau affilié')
  await sharing(database, region, true)
  const html = await read(address)
  expect(html).toContain('4 organisations semblent exister déjà dans un réseau affilié')
  for (const id of [mill, named, near, nearTown]) expect(html).toContain(`value="${id}"`)
  expect(html).not.toContain(hidden)
  expect(html).toMatch(/Moulin du Lac<\/strong>.{0,400}SIREN/s)
  expect(html).toMatch(/Marmites Pastels<\/strong>.{0,400}nom proche à/s)
  const facilitator = await aPerson(database, region, 'facilitator')
  const other = importing(site, region, facilitator)
  expect(await other.read(address)).not.toContain(`${address}/taking`)
  expect((await other.post(`${address}/taking`, { organisation: mill })).status).toBe(422)
  expect((await post(`${address}/taking`, { organisation: hidden })).status).toBe(422)
  expect((await post(`${address}/taking`, { organisation: mill })).status).toBe(303)
  // Compared anew: it is known by its number now, and what to do about it is asked.
  const again = await read(address)
  expect(again).toContain('3 organisations semblent exister déjà dans un réseau affilié')
  expect(again).toContain('Le Moulin SARL')
  const members = await database.asOwner('select network_id from membership where organisation_id = $1', [
    mill,
  ])
  expect(members).toHaveLength(2)
})
