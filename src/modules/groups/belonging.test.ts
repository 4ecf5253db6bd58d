import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { aGroup, aTask, browse, inGroup, submit } from '#modules/groups/groups.fixture.ts'
import { addTask, groupChoices, tasksOf } from '#modules/groups/index.ts'
import { personalData } from '#modules/groups/personal-data.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let administrator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reseau' })
  administrator = await aPerson(site.database, network, 'administrator')
})

afterAll(() => site.close())

describe('on the pages of others', () => {
  test('a person and an organisation are in the groups that the reader may know of', async () => {
    const { database } = site
    const organisationId = await anOrganisation(database, network, 'Le Moulin')
    const person = await aPerson(database, network, 'member', { organisationId })
    const other = await aPerson(database, network, 'member')
    const open = await aGroup(database, network, { name: 'Groupe ouvert' })
    const closed = await aGroup(database, network, { name: 'Groupe clos', visibility: 'group' })
    for (const group of [open, closed]) await inGroup(database, network, group, person, { organisationId })
    for (const address of [
      `/fr/reseau/members/${person.personId}`,
      `/fr/reseau/organisations/${organisationId}`,
    ]) {
      const seen = await (await browse(site, address, other)).text()
      expect([seen.includes('Groupe ouvert'), seen.includes('Groupe clos')], address).toEqual([true, false])
      const all = await (await browse(site, address, administrator)).text()
      expect([all.includes('Groupe ouvert'), all.includes('Groupe clos')], address).toEqual([true, true])
    }
  })

  test('at the door of the network nothing is told to visitors', async () => {
    await aGroup(site.database, network, { name: 'Groupe du réseau' })
    expect(await (await browse(site, '/fr/reseau')).text()).not.toContain('Groupe du réseau')
  })
})

describe('for meetings', () => {
  test('tasks of a meeting and no group are seen from it, by their owner, and by who runs the network', async () => {
    const { database } = site
    const [owner, other] = [
      await aPerson(database, network, 'member'),
      await aPerson(database, network, 'member'),
    ]
    const meetingId = newId()
    await database.asOwner(
      `insert into meeting (network_id, id, title, starts_at, ends_at, time_zone) values ($1, $2, 'Réunion', now(), now() + interval '1 hour', 'Europe/Paris')`,
      [network.id, meetingId],
    )
    const entry = await anEntry(database, network, administrator, 'administrator')
    const input = {
      title: 'Décidé',
      details: '',
      ownerId: owner.personId,
      dueOn: null,
      groupId: null,
      meetingId,
    }
    const id = await inTenant(database.db, entry.tenant, trx =>
      addTask(trx, entry, input, 'https://cordee.example'),
    )
    const reader = await anEntry(database, network, other)
    const [own, ofMeeting] = await readTenant(database.db, reader.tenant, async trx => [
      await tasksOf(trx, reader, { ownerId: owner.personId }),
      await tasksOf(trx, reader, { meetingId }),
    ])
    expect([own?.length, ofMeeting?.map(task => task.title)]).toEqual([0, ['Décidé']])
    expect((await browse(site, `/fr/reseau/tasks/${id}`, other)).status).toBe(404)
    expect((await browse(site, `/fr/reseau/tasks/${id}`, owner)).status).toBe(200)
  })

  test('one chooses among the groups in which one may run something', async () => {
    const { database } = site
    const person = await aPerson(database, network, 'member')
    const [run, taken, archived] = [
      await aGroup(database, network),
      await aGroup(database, network),
      await aGroup(database, network),
    ]
    await inGroup(database, network, run, person, { role: 'coordinator' })
    await inGroup(database, network, taken, person)
    await inGroup(database, network, archived, person, { role: 'facilitator' })
    await database.asOwner('update network_group set archived_at = now() where id = $1', [archived.id])
    const entry = await anEntry(database, network, person)
    const choices = await readTenant(database.db, entry.tenant, trx => groupChoices(trx, entry))
    expect(choices.map(({ slug }) => slug)).toEqual([run.slug])
  })
})

describe('what is held about somebody', () => {
  test('is in the archive of their data: groups, requests, tasks', async () => {
    const { database } = site
    const person = await aPerson(database, network, 'member')
    const group = await aGroup(database, network, { name: 'Eau', questions: ['Pourquoi'] })
    const asked = await aGroup(database, network, { name: 'Sols', questions: ['Pourquoi'] })
    await inGroup(database, network, group, person, { role: 'facilitator' })
    await aTask(database, network, group, { title: 'Le devis', owner: person })
    await submit(site, `/fr/reseau/groups/${asked.slug}/joining`, person, {
      organisation: '',
      'answer.0': 'Pour apprendre.',
    })
    const entry = await anEntry(database, network, person)
    const data = await readTenant(database.db, entry.tenant, trx =>
      personalData(trx, network.id, person.accountId),
    )
    expect(data).toMatchObject({
      groups: [{ group: 'Eau', role: 'facilitator' }],
      groupRequests: [{ group: 'Sols', answers: [{ question: 'Pourquoi', answer: 'Pour apprendre.' }] }],
      tasks: [{ title: 'Le devis', state: 'open' }],
    })
  })

  test('goes with their account, but for the fact that somebody was there', async () => {
    const { database } = site
    const person = await aPerson(database, network, 'member')
    const group = await aGroup(database, network)
    await inGroup(database, network, group, person)
    const task = await aTask(database, network, group, { owner: person })
    await submit(site, `/fr/reseau/groups/${(await aGroup(database, network)).slug}/joining`, person, {
      organisation: '',
    })
    await database.asOwner(
      `update person set erased_at = now(), name = 'Compte effacé', email = null, account_id = null where id = $1`,
      [person.personId],
    )
    const [left] = await database.asOwner<{ requests: number; owner: string | null; ended: boolean }>(
      `select (select count(*)::int from group_request where person_id = $1) as requests,
        (select owner_id from task where id = $2) as owner,
        (select valid_until < (now() at time zone 'Europe/Paris')::date from group_member where person_id = $1 and group_id = $3) as ended`,
      [person.personId, task, group.id],
    )
    expect(left).toEqual({ requests: 0, owner: null, ended: true })
  })
})
