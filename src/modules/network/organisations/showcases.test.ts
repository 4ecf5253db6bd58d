import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { showcasesNaming } from '#modules/network/organisations/showcases.ts'
import { attacks } from '#platform/markdown/attacks.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let open: TestNetwork
let closed: TestNetwork
let administrator: TestPerson
let facilitator: TestPerson
let member: TestPerson
let brewery: string
let brewer: TestPerson

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  open = await aNetwork(database, { slug: 'ouvert' })
  closed = await aNetwork(database, { slug: 'ferme', visibility: 'private' })
  administrator = await aPerson(database, open, 'administrator')
  facilitator = await aPerson(database, open, 'facilitator')
  member = await aPerson(database, open, 'member')
  brewery = await anOrganisation(database, open, 'Brasserie du Pont')
  await database.asOwner(
    `update organisation set town = 'Foix', address = '1, rue Secrète', kind = 'company', sector = 'naf2:11.05Z' where id = $1`,
    [brewery],
  )
  brewer = await aPerson(database, open, 'member', {
    name: 'Ada Brasseuse',
    title: 'Gérante',
    organisationId: brewery,
  })
})

afterAll(() => site.close())

const whole = {
  about: 'Nous brassons **peu** et bien.',
  offers: '- Visites\nDrêches à donner',
  seeks: 'Bouteilles consignées',
  links: 'brasserie.example/visites Nos visites\nhttps://exemple.org',
  shown: ['place', 'sector'],
  'contact-email': 'bonjour@brasserie.example',
  'contact-phone': '+33 5 61 00 00 00',
}

describe('a showcase', () => {
  test('is written by its own people and the administrators, and by nobody else', async () => {
    const path = `/fr/ouvert/showcase/${brewery}/details`
    const status = async (person: TestPerson | null) =>
      (await site.get(path, person ? { cookie: person.cookie } : {})).status
    expect(await Promise.all([null, member, facilitator, brewer, administrator].map(status))).toEqual([
      ...[401, 403, 403, 200, 200],
    ])
    for (const person of [member, facilitator])
      expect((await post(path, person, { state: 'public', about: 'Faux' })).status).toBe(403)
    const stranger = await aPerson(site.database, closed, 'administrator')
    expect((await post(path, stranger, { state: 'public' })).status).toBe(403)
  })

  test('is seen by those whom it is for, and by its own people', async () => {
    const path = `/fr/ouvert/showcase/${brewery}`
    const seenBy = async () => {
      const people = [null, member, brewer, administrator]
      const answers = people.map(person => site.get(path, person ? { cookie: person.cookie } : {}))
      return (await Promise.all(answers)).map(({ status }) => status)
    }
    expect(await seenBy()).toEqual([404, 404, 404, 404])
    for (const [state, seen] of [
      ['none', [404, 404, 200, 200]],
      ['members', [404, 200, 200, 200]],
      ['public', [200, 200, 200, 200]],
    ] as const) {
      expect((await post(`${path}/details`, brewer, { ...whole, state })).status).toBe(303)
      expect(await seenBy(), state).toEqual(seen)
      const list = await (await site.get('/fr/ouvert/showcase')).text()
      expect(list.includes('Brasserie du Pont')).toBe(state === 'public')
    }
  })

  test('shows what it says, and of the organisation what it chose to', async () => {
    await post(`/fr/ouvert/showcase/${brewery}/details`, brewer, {
      ...{ ...whole, state: 'public', 'contact-person': brewer.personId },
    })
    const html = await (await site.get(`/fr/ouvert/showcase/${brewery}`)).text()
    for (const said of [
      '<strong>peu</strong>',
      'Drêches à donner',
      'Bouteilles consignées',
      'href="https://brasserie.example/visites" rel="noopener nofollow ugc">Nos visites<',
      'Fabrication de bière',
      'Foix',
      'Ada Brasseuse, Gérante',
      'bonjour@brasserie.example',
      'tel:+33561000000',
    ])
      expect(html).toContain(said)
    expect(html).not.toContain('rue Secrète')
    expect(html).not.toContain('Entreprise')
    expect(html).not.toContain('noindex')
  })

  test('is found by what it offers and seeks', async () => {
    const found = async (q: string) =>
      (await (await site.get(`/fr/ouvert/showcase?q=${q}`)).text()).includes('Brasserie du Pont')
    expect(await found('dreches')).toBe(true)
    expect(await found('consignees%20foix')).toBe(true)
    expect(await found('Secr%C3%A8te')).toBe(false)
  })

  test('names its contact for as long as that one holds a mandate for it', async () => {
    const { database } = site
    const firm = await anOrganisation(database, open, 'Passagère')
    const contact = await aPerson(database, open, 'member', { name: 'Eva Passante', organisationId: firm })
    const path = `/fr/ouvert/showcase/${firm}`
    const sent = { ...whole, state: 'public', 'contact-person': contact.personId }
    expect((await post(`${path}/details`, contact, sent)).status).toBe(303)
    expect(await (await site.get(path)).text()).toContain('Eva Passante')
    const held = await inTenant(database.db, { ...open.inside, accountId: contact.accountId }, trx =>
      showcasesNaming(trx, open.id, contact.accountId),
    )
    expect(held).toEqual([
      expect.objectContaining({ organisation: 'Passagère', contact_email: 'bonjour@brasserie.example' }),
    ])
    await database.asOwner('update mandate set valid_until = current_date - 1 where person_id = $1', [
      contact.personId,
    ])
    const after = await (await site.get(path)).text()
    expect(after).not.toContain('Eva Passante')
    expect(after).not.toContain('bonjour@brasserie.example')
  })

  test('ends with the membership', async () => {
    const { database } = site
    const firm = await anOrganisation(database, open, 'Partante')
    await post(`/fr/ouvert/showcase/${firm}/details`, administrator, { ...whole, state: 'public' })
    expect((await site.get(`/fr/ouvert/showcase/${firm}`)).status).toBe(200)
    await database.asOwner(
      `update membership set valid_from = current_date - 9, valid_until = current_date - 2 where organisation_id = $1`,
      [firm],
    )
    expect((await site.get(`/fr/ouvert/showcase/${firm}`)).status).toBe(404)
    expect(await (await site.get('/fr/ouvert/showcase')).text()).not.toContain('Partante')
  })

  test('tells what is wrong, and gives back what was typed', async () => {
    const answer = await post(`/fr/ouvert/showcase/${brewery}/details`, brewer, {
      ...{ state: 'public', links: 'ceci n’est pas une adresse', about: 'Gardez-moi' },
      ...{ 'contact-phone': 'appelez-moi', 'contact-person': member.personId },
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    for (const said of ['Chaque ligne commence par une adresse web', 'Un numéro ne contient', 'Gardez-moi'])
      expect(html).toContain(said)
    const contact = await post(`/fr/ouvert/showcase/${brewery}/details`, brewer, {
      ...{ state: 'public', 'contact-person': member.personId },
    })
    expect(contact.status).toBe(422)
    expect(await contact.text()).toContain('n’a pas de mandat pour l’organisation aujourd’hui')
  })

  test('is written down in the log by its parts, without what they say', async () => {
    const firm = await anOrganisation(site.database, open, 'Discrète')
    await post(`/fr/ouvert/showcase/${firm}/details`, administrator, { ...whole, state: 'members' })
    const [entry] = await site.database.asOwner<{ before: unknown; after: unknown }>(
      `select before, after from audit_entry where subject_id = $1 and action = 'showcase.changed'`,
      [firm],
    )
    expect(entry?.after).toMatchObject({
      state: 'members',
      fields: expect.arrayContaining(['about', 'links']),
    })
    expect(JSON.stringify(entry)).not.toContain('brasserie.example')
  })

  test('runs nothing of what is written in it', async () => {
    const firm = await anOrganisation(site.database, open, 'Attaquée')
    const about = Object.values(attacks).flat().join('\n\n').slice(0, 19_000)
    const label = '<script>alert(1)</script>'
    const sent = { ...whole, state: 'public', about, offers: label, links: `https://exemple.org ${label}` }
    expect((await post(`/fr/ouvert/showcase/${firm}/details`, administrator, sent)).status).toBe(303)
    const html = await (await site.get(`/fr/ouvert/showcase/${firm}`)).text()
    const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'))
    expect(main).not.toMatch(/<script|href="javascript:/i)
    const link = await post(`/fr/ouvert/showcase/${firm}/details`, administrator, {
      ...{ ...whole, state: 'public', links: 'javascript:alert(1) Ici' },
    })
    expect(link.status).toBe(422)
  })
})

test('in a private network a showcase is for its members at most', async () => {
  const { database } = site
  const firm = await anOrganisation(database, closed, 'Close')
  const own = await aPerson(database, closed, 'member', { organisationId: firm })
  const path = `/fr/ferme/showcase/${firm}`
  const refused = await post(`${path}/details`, own, { ...whole, state: 'public' })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('Ce réseau est privé')
  expect((await post(`${path}/details`, own, { ...whole, state: 'members' })).status).toBe(303)
  expect((await site.get(path)).status).toBe(404)
  expect((await site.get('/fr/ferme/showcase')).status).toBe(404)
  // Of another network nothing is known, whatever its state.
  const outsider = await aPerson(database, open, 'administrator')
  expect((await site.get(path, { cookie: outsider.cookie })).status).toBe(404)
  expect((await site.get(`/fr/ouvert/showcase/${firm}`, { cookie: outsider.cookie })).status).toBe(404)
})

test('a network that closes hides the showcases that were public', async () => {
  const { database } = site
  const network = await aNetwork(database, { slug: 'closant' })
  const firm = await anOrganisation(database, network, 'Exposée')
  const own = await aPerson(database, network, 'administrator')
  await post(`/fr/closant/showcase/${firm}/details`, own, { ...whole, state: 'public' })
  expect((await site.get(`/fr/closant/showcase/${firm}`)).status).toBe(200)
  await database.asOwner(`update network set visibility = 'private' where id = $1`, [network.id])
  expect((await site.get(`/fr/closant/showcase/${firm}`)).status).toBe(404)
  const { rows } = await database.pool.query('select 1 from showcase_shown')
  expect(rows).toEqual([])
})

describe('its picture', () => {
  test('is for those for whom the showcase is, and goes with it', async () => {
    const firm = await anOrganisation(site.database, open, 'Illustrée')
    const path = `/fr/ouvert/showcase/${firm}`
    await post(`${path}/details`, administrator, { ...whole, state: 'members' })
    expect((await send(`${path}/picture`, member)).status).toBe(403)
    expect((await send(`${path}/picture`, administrator)).status).toBe(303)
    const seen = async (person: TestPerson | null) =>
      (await site.get(`${path}/picture`, person ? { cookie: person.cookie } : {})).status
    expect(await Promise.all([null, member].map(seen))).toEqual([404, 200])
    await post(`${path}/details`, administrator, { ...whole, state: 'public' })
    expect(await Promise.all([null, member].map(seen))).toEqual([200, 200])
    expect(await (await site.get(path)).text()).toContain(`${path}/picture?width=960`)
    expect((await post(`${path}/picture/removal`, administrator, {})).status).toBe(303)
    expect(await seen(null)).toBe(404)
    const files = await site.database.asOwner('select from file where network_id = $1', [open.id])
    expect(files).toEqual([])
  })

  test('has to be one', async () => {
    const answer = await send(`/fr/ouvert/showcase/${brewery}/picture`, brewer, Buffer.from('un texte'))
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('field-picture')
  })
})

async function send(path: string, person: TestPerson, content?: Buffer): Promise<Response> {
  const picture =
    content ??
    (await sharp({ create: { width: 400, height: 300, channels: 3, background: '#086' } })
      .png()
      .toBuffer())
  const body = new FormData()
  body.set('picture', new Blob([new Uint8Array(picture)], { type: 'image/png' }), 'vue.png')
  return site.app.request(path, {
    method: 'POST',
    headers: { cookie: person.cookie, origin: 'http://localhost' },
    body,
  })
}

async function post(
  path: string,
  person: TestPerson,
  fields: Record<string, string | string[]>,
): Promise<Response> {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
  )
  return site.app.request(path, {
    method: 'POST',
    headers: { cookie: person.cookie, origin: 'http://localhost' },
    body,
  })
}
