import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { aGroup, browse, inGroup, lettersTo, submit, type TestGroup } from '#modules/groups/groups.fixture.ts'
import { groupPeople } from '#modules/groups/index.ts'
import { acceptInvitation } from '#modules/network/answering.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let facilitator: TestPerson
let tannery: string

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reseau' })
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Nadia Réseau' })
  tannery = await anOrganisation(site.database, network, 'La Tannerie')
})

afterAll(() => site.close())

describe('coming in', () => {
  test('freely, for an organisation whose mandate one holds: it comes in as well', async () => {
    const group = await aGroup(site.database, network, { joining: 'open' })
    const person = await aPerson(site.database, network, 'member', { organisationId: tannery })
    const foreign = await anOrganisation(site.database, network, 'Une autre')
    const wrong = await send(group, 'joining', person, { organisation: foreign })
    expect(wrong.status).toBe(422)
    expect((await send(group, 'joining', person, { organisation: tannery })).status).toBe(303)
    expect(await roll(group)).toEqual([{ name: person.name, organisation: 'La Tannerie', role: 'member' }])
    expect(await page(group, 'members', person)).toContain('La Tannerie')
    const again = await send(group, 'joining', person, { organisation: '' })
    // Nothing more to be asked: the page of the group.
    expect(again.headers.get('location')).toBe(`/fr/reseau/groups/${group.slug}`)
  })

  test('on request: the questions are to be answered, those who run the group decide, and the answer is told', async () => {
    const group = await aGroup(site.database, network, { questions: ['Pourquoi\u202f?'] })
    const runs = await aPerson(site.database, network, 'member')
    await inGroup(site.database, network, group, runs, { role: 'facilitator' })
    const asks = await aPerson(site.database, network, 'member', { name: 'Ama Demande' })
    const empty = await send(group, 'joining', asks, { organisation: '', 'answer.0': ' ' })
    expect([empty.status, await empty.text()]).toEqual([
      422,
      expect.stringContaining('href="#field-answer.0"'),
    ])
    expect((await send(group, 'joining', asks, { organisation: '', 'answer.0': 'Pour voir.' })).status).toBe(
      303,
    )
    expect(await lettersTo(site.database, runs)).toEqual(['group-requested'])
    const twice = await send(group, 'joining', asks, { organisation: '', 'answer.0': 'Encore' })
    expect(twice.status).toBe(422)
    expect((await browse(site, `/fr/reseau/groups/${group.slug}/requests`, asks)).status).toBe(403)
    const list = await page(group, 'requests', runs)
    const id = /requests\/([0-9a-f-]{36})/.exec(list)?.[1]
    expect(await page(group, `requests/${id}`, runs)).toContain('Pour voir.')
    const decide = (person: TestPerson) =>
      send(group, `requests/${id}`, person, { decision: 'accepted', word: 'Bienvenue, mardi à 9 h.' })
    expect((await decide(asks)).status).toBe(403)
    expect((await decide(runs)).status).toBe(303)
    expect(await (await decide(runs)).text()).toContain('Cette demande a déjà sa réponse')
    expect((await roll(group)).map(({ name }) => name)).toContain('Ama Demande')
    const [mail] = await site.database.asOwner<{ params: { word: string } }>(
      `select params from mail_message where account_id = $1 and template = 'group-request-accepted'`,
      [asks.accountId],
    )
    expect(mail?.params.word).toBe('Bienvenue, mardi à 9 h.')
  })

  test('a request is declined with a word, or taken back', async () => {
    const group = await aGroup(site.database, network)
    const [one, two] = [
      await aPerson(site.database, network, 'member'),
      await aPerson(site.database, network, 'member'),
    ]
    for (const person of [one, two]) await send(group, 'joining', person, { organisation: '' })
    expect((await send(group, 'joining/withdrawal', two)).status).toBe(303)
    const list = await page(group, 'requests', facilitator)
    expect(list).not.toContain(two.name)
    const id = /requests\/([0-9a-f-]{36})/.exec(list)?.[1]
    await send(group, `requests/${id}`, facilitator, { decision: 'declined', word: 'Le groupe est plein.' })
    expect(await lettersTo(site.database, one)).toEqual(['group-request-declined'])
    expect(await roll(group)).toEqual([])
  })

  test('by invitation, of somebody of the network, who reads what it is before they answer', async () => {
    const group = await aGroup(site.database, network, { visibility: 'group', joining: 'invitation' })
    const person = await aPerson(site.database, network, 'member', { name: 'Bintou Invitée' })
    const other = await aPerson(site.database, network, 'member')
    const sent = await send(group, 'invitations', facilitator, { person: person.personId })
    expect(sent.status).toBe(303)
    expect((await send(group, 'invitations', facilitator, { email: person.email })).status).toBe(422)
    expect(await lettersTo(site.database, person)).toEqual(['group-invitation'])
    const door = await (await browse(site, '/fr/reseau', person)).text()
    const address = /\/fr\/reseau\/groups\/[^"]+\/invitations\/[0-9a-f-]{36}/.exec(door)?.[0] ?? ''
    expect((await browse(site, address, other)).status).toBe(404)
    expect((await browse(site, address, person)).status).toBe(200)
    expect((await submit(site, address, other, { answer: 'accepted', organisation: '' })).status).toBe(404)
    expect((await submit(site, address, person, { answer: 'accepted', organisation: '' })).status).toBe(303)
    expect((await roll(group)).map(({ name }) => name)).toEqual(['Bintou Invitée'])
    expect((await submit(site, address, person, { answer: 'declined', organisation: '' })).status).toBe(404)
  })

  test('by the address of somebody new: through the network, then into the group', async () => {
    const { database } = site
    const group = await aGroup(database, network, { joining: 'invitation' })
    const runs = await aPerson(database, network, 'member')
    await inGroup(database, network, group, runs, { role: 'facilitator' })
    const email = 'nouvelle@exemple.org'
    const refused = await send(group, 'invitations', runs, { email })
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('Personne du réseau'),
    ])
    const sent = await send(group, 'invitations', facilitator, { email, organisation: '' })
    expect(sent.status).toBe(303)
    const [mail] = await database.asOwner<{ secrets: { url: string } }>(
      `select secrets from mail_message where address = $1 and template = 'invitation'`,
      [email],
    )
    const token = mail?.secrets.url.split('/').at(-1) ?? ''
    // By an account of another address: whoever has the link takes it up, and reads what it leads to.
    const account = await aPerson(database, null, null, { email: 'autre@exemple.org' })
    const link = `/fr/reseau/invitation/${token}`
    expect(await (await browse(site, link, account)).text()).toContain('Vous serez aussi dans un groupe')
    const taken = await submit(site, link, account, {})
    expect(taken.headers.get('location')).toBe(`/fr/reseau/groups/${group.slug}?done=joined`)
    expect((await roll(group)).map(({ name }) => name)).toContain(account.name)
    expect(await page(group, 'invitations', facilitator)).not.toContain(email)
  })

  test('somebody new comes for the organisation whose domain their address has, if one says so', async () => {
    const { database } = site
    const [group, club] = [
      await aGroup(database, network, { joining: 'invitation' }),
      await aGroup(database, network, { name: 'Club Voûte' }),
    ]
    const vault = await anOrganisation(database, network, 'La Voûte')
    await database.asOwner('update organisation set website = $2 where id = $1', [
      vault,
      'https://www.La-Voute.example/fr',
    ])
    const email = 'ama@la-voute.example'
    const asked = await send(group, 'invitations', facilitator, { email, message: 'Venez mardi.' })
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining(`value="${vault}"`)])
    const sent = { email, message: 'Venez mardi.', organisation: vault }
    expect((await send(group, 'invitations', facilitator, sent)).status).toBe(303)
    // Invited before: one more group, and a link of its own that leads to both.
    expect((await send(club, 'invitations', facilitator, { email, organisation: vault })).status).toBe(303)
    const mails = await database.asOwner<{ secrets: { url: string }; params: { group: string } }>(
      `select secrets, params from mail_message where address = $1 and template = 'invitation' order by id`,
      [email],
    )
    expect(mails.map(({ params }) => params)).toMatchObject([
      { message: 'Venez mardi.' },
      { group: 'Club Voûte' },
    ])
    const account = await aPerson(database, null, null, { email, name: 'Ama Voûte' })
    const address = new URL(mails[1]?.secrets.url ?? '').pathname
    expect((await submit(site, address, account, {})).headers.get('location')).toBe(
      '/fr/reseau/groups?done=joined',
    )
    const entered = { name: 'Ama Voûte', organisation: 'La Voûte', role: 'member' }
    expect([await roll(group), await roll(club)]).toEqual([[entered], [entered]])
    expect((await submit(site, address, account, {})).status).toBe(404)
  })

  test('without an account: by the invitation of the network, in the mandate held already, by whoever may invite', async () => {
    const { database } = site
    const group = await aGroup(database, network, { joining: 'invitation' })
    const runs = await aPerson(database, network, 'member')
    await inGroup(database, network, group, runs, { role: 'facilitator' })
    const [ama, bintou, silent] = [
      await withoutAccount('Ama Sans-Compte', 'ama@exemple.org'),
      await withoutAccount('Bintou Sans-Compte', 'bintou@exemple.org'),
      await withoutAccount('Sans Adresse', null),
    ]
    const refused = await send(group, 'invitations', runs, { email: 'ama@exemple.org' })
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('Ama Sans-Compte n’a pas encore de compte. Demandez'),
    ])
    expect((await send(group, 'invitations', facilitator, { email: 'ama@exemple.org' })).status).toBe(303)
    expect((await send(group, 'invitations', facilitator, { person: bintou })).status).toBe(303)
    const unreachable = await send(group, 'invitations', facilitator, { person: silent })
    expect([unreachable.status, await unreachable.text()]).toEqual([
      422,
      expect.stringContaining('Sans Adresse n’a ni compte ni adresse'),
    ])
    const mails = await database.asOwner<{ address: string; secrets: { url: string } }>(
      `select address, secrets from mail_message where template = 'invitation' and address = any ($1) order by address`,
      [['ama@exemple.org', 'bintou@exemple.org']],
    )
    expect(mails.map(({ address }) => address)).toEqual(['ama@exemple.org', 'bintou@exemple.org'])
    // Who runs the group reads whom it is about, and no address they could not see elsewhere.
    const waiting = await page(group, 'invitations', runs)
    expect(waiting).toContain('Bintou Sans-Compte')
    expect(waiting).not.toContain('bintou@exemple.org')
    const account = await aPerson(database, null, null, { email: 'ama.autrement@exemple.org' })
    const arrival = { ...account, emailVerified: true }
    const token = mails[0]?.secrets.url.split('/').at(-1) ?? ''
    const taken = await inTenant(database.db, { ...network.inside, accountId: account.accountId }, trx =>
      acceptInvitation(trx, network.id, arrival, token),
    )
    expect(taken?.personId).toBe(ama)
    const mandates = await database.asOwner(
      'select id from mandate where network_id = $1 and person_id = $2',
      [network.id, ama],
    )
    expect(mandates).toHaveLength(1)
  })

  test('as several organisations at once, each with its people; the roll says who cannot sign in', async () => {
    const { database } = site
    const group = await aGroup(database, network)
    const runs = await aPerson(database, network, 'member')
    await inGroup(database, network, group, runs, { role: 'facilitator' })
    const administrator = await aPerson(database, network, 'administrator')
    const [forge, weavers] = [
      await anOrganisation(database, network, 'La Forge'),
      await anOrganisation(database, network, 'Les Tisserandes'),
    ]
    const smith = await aPerson(database, network, 'member', { organisationId: forge, name: 'Forgeronne' })
    await withoutAccount('Tisserande', 'tisserande@exemple.org', weavers)
    expect(await page(group, 'organisations', runs)).toContain(`name="organisations" value="${forge}"`)
    expect((await browse(site, `/fr/reseau/groups/${group.slug}/organisations`, smith)).status).toBe(403)
    const address = `/fr/reseau/groups/${group.slug}/organisations`
    const none = await submit(site, address, runs, {})
    expect([none.status, await none.text()]).toEqual([
      422,
      expect.stringContaining('href="#field-organisations"'),
    ])
    const fields = new URLSearchParams([forge, weavers].map(id => ['organisations', id]))
    expect((await submit(site, address, smith, fields)).status).toBe(403)
    const added = await submit(site, address, runs, fields)
    expect(added.headers.get('location')).toBe(`${address}?done=group-organisations-added`)
    expect(await page(group, 'organisations', runs)).not.toContain('La Forge')
    expect(await roll(group)).toEqual(
      expect.arrayContaining([
        { name: 'Forgeronne', organisation: 'La Forge', role: 'member' },
        { name: 'Tisserande', organisation: 'Les Tisserandes', role: 'member' },
      ]),
    )
    expect(await lettersTo(database, smith)).toEqual(['group-added'])
    const invites = 'invitations/new?address=Tisserande+%3Ctisserande%40exemple.org%3E'
    expect(await page(group, 'members', administrator)).toContain(invites)
    const forRunner = await page(group, 'members', runs)
    expect(forRunner).toContain('une personne n’a pas encore de compte')
    expect(forRunner).not.toContain('tisserande@exemple.org')
    expect(forRunner).not.toContain('invitations/new')
    expect(await page(group, 'members', smith)).not.toContain('sans compte')
  })

  test('as an organisation, with those of its people who are chosen, and no others', async () => {
    const { database } = site
    const group = await aGroup(database, network)
    const mill = await anOrganisation(database, network, 'Le Moulin')
    const [ama, bintou] = [
      await aPerson(database, network, 'member', { organisationId: mill, name: 'Ama Moulin' }),
      await aPerson(database, network, 'member', { organisationId: mill, name: 'Bintou Moulin' }),
    ]
    const stranger = await aPerson(database, network, 'member')
    const proposed = await (
      await browse(site, `/fr/reseau/groups/${group.slug}/organisations?organisation=${mill}`, facilitator)
    ).text()
    expect(proposed).toContain('Ama Moulin')
    const fields = new URLSearchParams({ organisation: mill })
    for (const id of [ama.personId, stranger.personId]) fields.append('people', id)
    expect((await submit(site, `/fr/reseau/groups/${group.slug}/organisations`, bintou, fields)).status).toBe(
      403,
    )
    expect(
      (await submit(site, `/fr/reseau/groups/${group.slug}/organisations`, facilitator, fields)).status,
    ).toBe(303)
    expect(await roll(group)).toEqual([{ name: 'Ama Moulin', organisation: 'Le Moulin', role: 'member' }])
    expect(await lettersTo(database, ama)).toEqual(['group-added'])
    const csv = await (
      await browse(site, `/fr/reseau/groups/${group.slug}/members/export/members.csv`, bintou)
    ).text()
    expect(csv).toContain('"Le Moulin","Ama Moulin","Membre"')
  })

  test('anew: the former stay is kept', async () => {
    const group = await aGroup(site.database, network, { joining: 'open' })
    const person = await aPerson(site.database, network, 'member', { name: 'Revenante' })
    await inGroup(site.database, network, group, person, { from: '2024-01-01', until: '2024-06-30' })
    expect((await send(group, 'joining', person, { organisation: '' })).status).toBe(303)
    expect(await page(group, 'members', person)).toMatch(/Du 1er janvier 2024 au 30 juin 2024/i)
  })
})

/** Somebody added to the network, who has never signed in. @returns their id */
async function withoutAccount(name: string, email: string | null, organisationId = tannery): Promise<string> {
  const { personId } = await aPerson(site.database, network, 'member', { name, organisationId })
  await site.database.asOwner(
    'update person set account_id = null, email = $3 where network_id = $1 and id = $2',
    [network.id, personId, email],
  )
  return personId
}

async function roll(group: TestGroup) {
  const people = await inTenant(site.database.db, network.inside, trx =>
    groupPeople(trx, network.id, group.id),
  )
  return people.map(({ name, organisation, role }) => ({ name, organisation, role }))
}

async function page(group: TestGroup, name: string, person: TestPerson): Promise<string> {
  return (await browse(site, `/fr/reseau/groups/${group.slug}/${name}`, person)).text()
}

function send(group: TestGroup, name: string, person: TestPerson, fields: Record<string, string> = {}) {
  return submit(site, `/fr/reseau/groups/${group.slug}/${name}`, person, fields)
}
