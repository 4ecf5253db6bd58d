import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { aGroup, aMeeting, forgetMail, someMembers } from '#modules/meetings/meetings.fixture.ts'
import { meetingsData } from '#modules/meetings/personal-data.ts'
import { register, registrationInput } from '#modules/meetings/registrations/registrations.ts'
import { cancelMeeting } from '#modules/meetings/scheduling.ts'
import { meetingThread } from '#modules/meetings/thread.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let boss: TestPerson
let facilitator: Entry

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database)
  boss = await aPerson(site.database, network, 'facilitator')
  facilitator = await anEntry(site.database, network, boss, 'facilitator')
})

afterAll(() => site.close())

test('the door shows what comes next', async () => {
  const host = await aPerson(site.database, network, 'member')
  await aMeeting(site.database, facilitator, { title: 'Chez Inès', hostPersonId: host.personId })
  await aMeeting(site.database, facilitator, { title: 'Ouverte', visibility: 'public' })
  const gone = await aMeeting(site.database, facilitator, { title: 'Abandonnée' })
  await inTenant(site.database.db, facilitator.tenant, trx => cancelMeeting(trx, facilitator, gone, ''))
  const seenBy = async (cookie: string) => {
    const text = await (await site.get(`/fr/${network.slug}`, { cookie })).text()
    return ['Chez Inès', 'Ouverte', 'Abandonnée'].filter(words => text.includes(words))
  }
  expect(await seenBy('')).toEqual(['Ouverte'])
  expect(await seenBy(boss.cookie)).toEqual(['Chez Inès', 'Ouverte'])
  expect(await seenBy(host.cookie)).toEqual(['Chez Inès', 'Ouverte'])
})

test('a group shows its meetings, to those who see them', async () => {
  const inside = await aPerson(site.database, network, 'member')
  const outside = await aPerson(site.database, network, 'member')
  const group = await aGroup(site.database, network, [{ person: inside }], 'network')
  await aMeeting(site.database, facilitator, { title: 'Entre nous', groupId: group.id, visibility: 'group' })
  const seenBy = async ({ cookie }: TestPerson) =>
    (await (await site.get(`/fr/${network.slug}/groups/${group.slug}`, { cookie })).text()).includes(
      'Entre nous',
    )
  expect([await seenBy(inside), await seenBy(outside), await seenBy(boss)]).toEqual([true, false, true])
})

test('a thread is read by those who see the meeting, and heard by those who come', async () => {
  const [coming] = await someMembers(site.database, network, 1)
  if (!coming) throw new Error()
  const id = await aMeeting(site.database, facilitator, { title: 'Parlons-en', state: 'draft' })
  const find = (entry: Entry) =>
    readTenant(site.database.db, entry.tenant, trx => meetingThread.find(trx, entry, id))
  expect(await find(coming)).toBeNull()
  expect(await find(facilitator)).toMatchObject({ title: 'Parlons-en', mayWrite: true, mayRun: true })
  await site.database.asOwner(`update meeting set state = 'scheduled' where id = $1`, [id])
  await inTenant(site.database.db, coming.tenant, trx =>
    register(trx, coming, id, registrationInput.parse({})),
  )
  expect(await find(coming)).toMatchObject({ mayWrite: true, mayRun: false })
  const heard = await readTenant(site.database.db, coming.tenant, trx =>
    meetingThread.audience(trx, network.id, id),
  )
  expect(heard.sort()).toEqual([boss.personId, coming.personId].sort())
})

test('one’s own data has where one was to come, and what one said; erasing takes the words and gives the places back', async () => {
  await forgetMail(site.database)
  const [own] = await someMembers(site.database, network, 1)
  if (!own) throw new Error()
  const id = await aMeeting(site.database, facilitator, { title: 'La mienne', guests: 1 })
  const input = registrationInput.parse({ accessNeeds: 'Interprète', guests: ['Ma voisine'] })
  await inTenant(site.database.db, own.tenant, trx => register(trx, own, id, input))
  const data = await readTenant(site.database.db, own.tenant, trx =>
    meetingsData(trx, network.id, own.actor.accountId ?? ''),
  )
  expect(data.meetingRegistrations).toMatchObject([
    { title: 'La mienne', accessNeeds: 'Interprète', guests: ['Ma voisine'], state: 'registered' },
  ])
  await site.database.asOwner(`update person set erased_at = now(), name = 'x', email = null where id = $1`, [
    own.personId,
  ])
  const left = await site.database.asOwner(
    'select name, access_needs, state from registration where meeting_id = $1 order by number',
    [id],
  )
  // It lies ahead: both places are free again.
  expect(left).toEqual([
    { name: '', access_needs: '', state: 'withdrawn' },
    { name: '', access_needs: '', state: 'withdrawn' },
  ])
})
