import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentOf, importing } from '#modules/network/organisation-import/import.fixture.ts'
import { organisationImportJob } from '#modules/network/organisation-import/job.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork } from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

interface Told {
  id: string
  state: string
  columns: { heading: string; field: string | null }[]
  counts: Record<string, number>
  lines: { name: string; outcome: string; problems: { code: string }[] }[]
}

async function ask(
  network: TestNetwork,
  token: string,
  path: string,
  body?: BodyInit,
  type = 'application/json',
) {
  const response = await site.app.request(`/api/networks/${network.slug}/organisations/imports${path}`, {
    ...(body !== undefined && { method: 'POST', body }),
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) },
  })
  return { status: response.status, told: (await response.json()) as Told }
}

test('a programme sends a list, mends its columns, imports it and takes it back', async () => {
  const network = await aNetwork(site.database)
  const token = await aToken(site.database, network, ['organisations:manage'])
  const file = 'Nom;Commune;SIRET\nAlpha;Albi;55210055400013\nBeta;Auch;123\n'
  const sent = await ask(network, token, '?name=liste.csv', file, 'application/octet-stream')
  expect([sent.status, sent.told.state, sent.told.counts]).toMatchObject([
    202,
    'checked',
    { created: 2, problems: 1 },
  ])
  const { id } = sent.told
  const mended = await ask(
    network,
    token,
    `/${id}/columns`,
    JSON.stringify({ fields: ['name', 'region', null] }),
  )
  expect(mended.told).toMatchObject({ state: 'checked', counts: { created: 2, problems: 0 } })
  expect(mended.told.columns[1]).toEqual({ heading: 'Commune', field: 'region' })
  expect((await ask(network, token, `/${id}/execution`, '{}')).told.state).toBe('done')
  const report = await ask(network, token, `/${id}`)
  expect(report.told.lines.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['Alpha', 'created'],
    ['Beta', 'created'],
  ])
  expect((await contentOf(site, network)).organisations.map(({ town }) => town)).toEqual(['', ''])
  expect((await ask(network, token, `/${id}/undoing`, '')).told.state).toBe('undone')
  expect((await contentOf(site, network)).organisations).toEqual([])
})

test('what may be the same is refused unless it is said what to do', async () => {
  const network = await aNetwork(site.database)
  const token = await aToken(site.database, network, ['organisations:manage'])
  const send = async (file: string) =>
    (await ask(network, token, '?name=liste.csv', file, 'application/octet-stream')).told.id
  const first = await send('Nom;Ville\nMenuiserie Cazaux;Albi\n')
  await ask(network, token, `/${first}/execution`, '{}')
  const second = await send('Nom;Ville\nMenuiserie Casaux;Albi\n')
  expect((await ask(network, token, `/${second}/execution`, '{}')).status).toBe(422)
  expect(
    (await ask(network, token, `/${second}/execution`, '{"undecided":"leave"}')).told.counts,
  ).toMatchObject({
    created: 0,
    unchanged: 1,
  })
  const unreadable = await ask(network, token, '?name=x.pdf', '%PDF-1.7', 'application/octet-stream')
  expect(unreadable.status).toBe(422)
})

test('a large list is compared and imported in the background, and goes on after a crash', async () => {
  const sent: object[] = []
  site.services.jobs = {
    ...site.services.jobs,
    send: async (_, payload) => void sent.push(payload) as undefined,
  }
  const network = await aNetwork(site.database)
  const who = await aPerson(site.database, network, 'facilitator')
  const { send, post, read } = importing(site, network, who)
  const lines = Array.from(
    { length: 1_500 },
    (_, index) =>
      `Organisation ${index};Ville ${index % 50};contact${index}@org${index}.example;Prénom Nom ${index}`,
  )
  const address = await send('liste.csv', Buffer.from(`Nom;Ville;Mail;Contact\n${lines.join('\n')}`))
  await post(`${address}/columns`, {})
  expect(await read(address)).toContain('http-equiv="refresh"')
  const { db } = site.database
  const { storage } = site.services
  const job = organisationImportJob({ db, storage } as Parameters<typeof organisationImportJob>[0])
  const stopped = new AbortController()
  stopped.abort()
  const progress: string[] = []
  const run = (signal: AbortSignal) =>
    job.run(sent[0] as never, signal, ({ text }) => void progress.push(text ?? ''))
  await expect(run(stopped.signal)).rejects.toThrow()
  await run(new AbortController().signal)
  expect(progress).toContain('organisation-import.phase.comparing')
  expect(await read(`${address}?view=all`)).toContain('à créer')
  await post(`${address}/decisions`, { all: 'new:undecided' })
  await post(`${address}/execution`, {})
  await run(new AbortController().signal)
  await run(new AbortController().signal)
  const { organisations, people } = await contentOf(site, network)
  expect([organisations.length, people]).toEqual([1_500, 1_501])
})

test('contact people are invited where an administrator asks for it', async () => {
  const network = await aNetwork(site.database)
  const text = Buffer.from(
    'Nom;Contact;Mail\nAlpha;Anne Roux;anne@alpha.example\nBeta;Ugo Blanc;ugo@beta.example\n',
  )
  const invited = () =>
    site.database.asOwner<{ email: string; organisation: string }>(
      `select i.email, o.name as organisation from invitation i join organisation o on o.id = i.organisation_id
       where i.network_id = $1 order by 1`,
      [network.id],
    )
  for (const role of ['facilitator', 'administrator'] as const) {
    const { send, post } = importing(site, network, await aPerson(site.database, network, role))
    const address = await send('x.csv', text)
    await post(`${address}/columns`, {})
    await post(`${address}/execution`, { invite: 'on' })
    if (role === 'administrator') break
    expect(await invited()).toEqual([])
    await post(`${address}/undoing`, {})
  }
  expect(await invited()).toEqual([
    { email: 'anne@alpha.example', organisation: 'Alpha' },
    { email: 'ugo@beta.example', organisation: 'Beta' },
  ])
})

test('afterwards the page says who cannot sign in yet; an administrator invites them from there', async () => {
  const network = await aNetwork(site.database)
  const text = Buffer.from('Nom;Contact;Mail\nAlpha;Anne Roux;anne@alpha.example\nBeta;Ugo Blanc;\n')
  const facilitator = importing(site, network, await aPerson(site.database, network, 'facilitator'))
  const administrator = importing(site, network, await aPerson(site.database, network, 'administrator'))
  const address = await facilitator.send('x.csv', text)
  await facilitator.post(`${address}/columns`, {})
  await facilitator.post(`${address}/execution`, {})
  const told = await facilitator.read(address)
  expect(told).toContain('2 contacts ne peuvent pas encore se connecter')
  expect(told).toContain('Qui administre le réseau peut les inviter')
  expect(told).not.toContain('name="invite"')
  const refused = await facilitator.post(`${address}/execution`, { invite: 'on' })
  expect(refused.status).toBe(422)
  expect(await administrator.read(address)).toContain('name="invite"')
  expect((await administrator.post(`${address}/execution`, { invite: 'on' })).status).toBe(303)
  const invited = await site.database.asOwner<{ email: string }>(
    'select email from invitation where network_id = $1',
    [network.id],
  )
  expect(invited).toEqual([{ email: 'anne@alpha.example' }])
  const after = await administrator.read(address)
  expect(after).toContain('2 contacts ne peuvent pas encore se connecter')
  expect(after).not.toContain('name="invite"')
})
