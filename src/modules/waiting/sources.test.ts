import { afterAll, beforeAll, expect, test } from 'vitest'
import { modules } from '#/modules.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { aDocument, whole } from '#modules/commons/writing/writing.fixture.ts'
import { aGroup, aTask, inGroup } from '#modules/groups/groups.fixture.ts'
import { aMeetingIn, aRow, comesTo, inDays } from '#modules/waiting/waiting.fixture.ts'
import { waitingFor } from '#modules/waiting/waiting.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { TestApp } from '../../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import {
  aNetwork,
  anOrganisation,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

const sources = modules.flatMap(module => module.waiting ?? [])
let database: TestDatabase
let network: TestNetwork
/** Whom things wait for; a member who has nothing to do with them; one who helps to run the network, one who administers it. */
let ana: TestPerson
let stranger: TestPerson
let leo: TestPerson
let admin: TestPerson
/** Had the same to do, and is in the network no more. */
let gone: TestPerson

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

/** Each test in a network of its own: what one leaves does not wait in the next. */
async function settle(): Promise<void> {
  network = await aNetwork(database)
  ana = await aPerson(database, network, 'member', { name: 'Ana' })
  stranger = await aPerson(database, network, 'member')
  leo = await aPerson(database, network, 'facilitator')
  admin = await aPerson(database, network, 'administrator')
  gone = await aPerson(database, network, 'member', { until: '2020-01-01' })
}

/** What waits for somebody, as `kind title number`; asked for all at once, as a digest does. */
async function waits(person: TestPerson): Promise<string[]> {
  const people = [ana, stranger, leo, admin, gone].map(({ personId }) => personId)
  const rows = await readTenant(database.db, network.inside, trx => waitingFor(trx, sources, people))
  return rows
    .filter(({ personId }) => personId === person.personId)
    .map(({ kind, title, number }) => [kind, title, number].filter(part => part !== null).join(' '))
    .sort()
}

const change = (text: string, values: unknown[]) => database.asOwner(text, values)

test('whoever administers the network is asked who may come in, and with whom to ally', async () => {
  await settle()
  const other = await aNetwork(database, { name: { fr: 'La fédération' } })
  const comer = await aPerson(database, null, null)
  const request = await aRow(database, network, 'join_request', {
    account_id: comer.accountId,
    name: 'Zoé',
    email: comer.email,
  })
  await aRow(database, other, 'affiliation', {
    address: network.slug,
    other_id: network.id,
    asked_as: 'parent',
    kind: 'region',
    level: 'regional',
    valid_from: '2026-01-01',
  })
  expect(await waits(admin)).toEqual(['affiliation La fédération', 'join_request Zoé'])
  expect([await waits(leo), await waits(ana)]).toEqual([[], []])
  await change(`update join_request set state = 'declined' where id = $1`, [request])
  await change(`update affiliation set state = 'declined' where other_id = $1`, [network.id])
  expect(await waits(admin)).toEqual([])
})

test('tasks wait for who has to do them, while they may know of the group', async () => {
  await settle()
  const group = await aGroup(database, network, { name: 'Eau', visibility: 'group' })
  for (const person of [ana, gone]) {
    await inGroup(database, network, group, person)
    await aTask(database, network, group, { title: 'Écrire', owner: person, due: '2026-01-31' })
  }
  expect([await waits(ana), await waits(stranger), await waits(gone)]).toEqual([['task Écrire'], [], []])
  await change('update group_member set valid_until = current_date - 1 where person_id = $1', [ana.personId])
  expect(await waits(ana)).toEqual([])
  await change('update group_member set valid_until = null where person_id = $1', [ana.personId])
  await change(`update task set state = 'done', done_at = now() where owner_id = $1`, [ana.personId])
  expect(await waits(ana)).toEqual([])
})

test('what an organisation has to do waits for those who are in the group for it', async () => {
  await settle()
  const organisationId = await anOrganisation(database, network)
  const group = await aGroup(database, network)
  await inGroup(database, network, group, ana, { organisationId })
  await inGroup(database, network, group, stranger)
  const task = await aTask(database, network, group, { title: 'Diagnostic' })
  await change('update task set organisation_id = $1 where id = $2', [organisationId, task])
  expect([await waits(ana), await waits(stranger)]).toEqual([['task Diagnostic'], []])
  await change(`update task set state = 'done', done_at = now() where id = $1`, [task])
  expect(await waits(ana)).toEqual([])
})

test('requests wait for those who run the group; where nobody does, for those who help to run the network', async () => {
  await settle()
  const group = await aGroup(database, network, { name: 'Eau' })
  for (const person of [stranger, gone])
    await aRow(database, network, 'group_request', { group_id: group.id, person_id: person.personId })
  expect([await waits(leo), await waits(ana)]).toEqual([['group_request Eau 2'], []])
  await inGroup(database, network, group, ana, { role: 'coordinator' })
  expect([await waits(leo), await waits(ana)]).toEqual([[], ['group_request Eau 2']])
  await change(`update group_request set state = 'accepted' where group_id = $1`, [group.id])
  expect(await waits(ana)).toEqual([])
})

test('an invitation waits for whoever it is to, by their person or by how they came in', async () => {
  await settle()
  const [eau, air] = [
    await aGroup(database, network, { name: 'Eau' }),
    await aGroup(database, network, { name: 'Air' }),
  ]
  await aRow(database, network, 'group_invitation', { group_id: eau.id, person_id: ana.personId })
  const invitation = await aRow(database, network, 'invitation', {
    email: 'ana@exemple.org',
    role: 'member',
    locale: 'fr',
    token_hash: Buffer.from('x'),
    expires_at: inDays(1),
    accepted_at: inDays(-1),
  })
  await aRow(database, network, 'group_invitation', {
    group_id: air.id,
    email: 'ana@exemple.org',
    invitation_id: invitation,
  })
  await inTenant(database.db, network.inside, trx =>
    recordChange(trx, network.id, ana.actor, {
      action: 'invitation.accepted',
      subject: { type: 'invitation', id: invitation },
      after: { person_id: ana.personId },
    }),
  )
  expect([await waits(ana), await waits(stranger)]).toEqual([
    ['group_invitation Air', 'group_invitation Eau'],
    [],
  ])
  await change(`update group_invitation set state = 'declined' where network_id = $1`, [network.id])
  expect(await waits(ana)).toEqual([])
})

test('a meeting waits for its host, those who run it and those who come', async () => {
  await settle()
  const group = await aGroup(database, network, { visibility: 'group' })
  await inGroup(database, network, group, ana, { role: 'facilitator' })
  const soon = await aMeetingIn(database, network, 3, {
    title: 'Atelier',
    group_id: group.id,
    preparation: 'Lire.',
    host_person_id: stranger.personId,
    host_state: 'asked',
  })
  await aRow(database, network, 'agenda_item', {
    meeting_id: soon,
    position: 1,
    title: 'Une idée',
    state: 'proposed',
  })
  const early = await aMeetingIn(database, network, 20, {
    title: 'Plus tard',
    group_id: group.id,
    preparation: 'Lire.',
  })
  expect(await waits(ana)).toEqual(['contribution Atelier 1', 'registration Atelier'])
  expect(await waits(stranger)).toEqual(['contribution Atelier 1', 'meeting_host Atelier'])
  expect(await waits(leo)).toEqual(['contribution Atelier 1'])
  for (const meeting of [soon, early]) await comesTo(database, network, meeting, ana)
  await change(`update agenda_item set state = 'accepted' where meeting_id = $1`, [soon])
  await change(`update meeting set host_state = 'confirmed' where id = $1`, [soon])
  expect([await waits(ana), await waits(stranger), await waits(leo)]).toEqual([
    ['preparation Atelier'],
    [],
    [],
  ])
  await change(`update meeting set state = 'cancelled' where id = $1`, [soon])
  expect(await waits(ana)).toEqual([])
})

test('minutes that were begun wait for those who run the group', async () => {
  await settle()
  const group = await aGroup(database, network)
  await inGroup(database, network, group, ana, { role: 'coordinator' })
  const past = await aMeetingIn(database, network, -3, { title: 'Bilan', group_id: group.id, notes: 'Dit.' })
  await aMeetingIn(database, network, -4, { title: 'Sans notes', group_id: group.id })
  expect([await waits(ana), await waits(leo)]).toEqual([['minutes Bilan'], []])
  await change('update meeting set minutes_published_at = now() where id = $1', [past])
  expect(await waits(ana)).toEqual([])
})

test('a poll waits for the answers of those it asks, then for a date', async () => {
  await settle()
  const group = await aGroup(database, network, { visibility: 'group' })
  await inGroup(database, network, group, ana)
  const poll = (title: string, more: Record<string, unknown>) =>
    aRow(database, network, 'date_poll', {
      title,
      time_zone: 'Europe/Paris',
      minutes: 60,
      closes_at: inDays(2),
      link_origin: 'https://cordee.example',
      ...more,
    })
  const open = await poll('Quand', { group_id: group.id, visibility: 'group' })
  await poll('Choisir', { group_id: group.id, closes_at: inDays(-1), created_by: stranger.personId })
  expect(await waits(ana)).toEqual(['date_poll Quand'])
  expect([await waits(stranger), await waits(leo)]).toEqual([
    ['date_choice Choisir'],
    ['date_choice Choisir'],
  ])
  await aRow(database, network, 'date_answer', { poll_id: open, person_id: ana.personId })
  await change(`update date_poll set state = 'settled' where closes_at < now()`, [])
  expect([await waits(ana), await waits(stranger), await waits(leo)]).toEqual([[], [], []])
})

test('afterworks wait for answers, opinions and those who wanted them before', async () => {
  await settle()
  const organisationId = await anOrganisation(database, network)
  const introduction = await aRow(database, network, 'introduction', {
    asker_id: stranger.personId,
    asked_id: ana.personId,
  })
  const series = await aRow(database, network, 'afterwork_series', {
    slug: 'jeudis',
    name: 'Jeudis',
    rhythm: 'monthly',
    confirm_by: inDays(5),
    anchor: inDays(5),
    link_origin: 'https://cordee.example',
  })
  const confirmed = (cycle: Date) =>
    change(
      `insert into afterwork_confirmation (network_id, series_id, cycle, organisation_id, person_id)
       select $1, $2, coalesce($3, confirm_by), $4, $5 from afterwork_series where id = $2`,
      [network.id, series, cycle, organisationId, ana.personId],
    )
  await confirmed(inDays(-30))
  const edition = await aMeetingIn(database, network, -2, { title: 'Jeudi', state: 'held' })
  await change(
    'insert into afterwork_edition (network_id, series_id, meeting_id, number) values ($1, $2, $3, 1)',
    [network.id, series, edition],
  )
  const came = await comesTo(database, network, edition, ana, { present: true })
  await comesTo(database, network, edition, gone, { present: true })
  expect(await waits(ana)).toEqual([
    `introduction ${stranger.name}`,
    'opinion Jeudi',
    'series_lapsing Jeudis',
  ])
  expect([await waits(stranger), await waits(leo), await waits(gone)]).toEqual([[], [], []])
  await change(`update introduction set state = 'agreed' where id = $1`, [introduction])
  await confirmed(null as never)
  await change(
    'insert into satisfaction (network_id, meeting_id, registration_id, rating) values ($1, $2, $3, 5)',
    [network.id, edition, came],
  )
  expect(await waits(ana)).toEqual([])
})

test('the commons wait for authors, reviewers and those who follow', async () => {
  await settle()
  await somePages(database, network, { 'eau.md': aPage('Eau') })
  const [item] = await change('select id, version from commons_item where network_id = $1', [network.id])
  const document = await aDocument({ database } as TestApp, network, ana, {
    title: 'Brouillon',
    answers: whole,
  })
  const review = await aRow(database, network, 'commons_review', {
    document_id: document,
    visibility: 'public',
    revision: 1,
  })
  const consent = await aRow(database, network, 'commons_consent', {
    document_id: document,
    about: 'Zoé',
    scope: 'Nom',
    given_on: '2026-01-01',
    valid_until: inDays(10),
    link_origin: 'https://cordee.example',
  })
  await aRow(database, network, 'commons_follower', {
    id: undefined,
    person_id: stranger.personId,
    looked_at: inDays(-2),
    base_url: 'https://cordee.example',
  })
  const following = await aRow(database, network, 'commons_following', {
    person_id: stranger.personId,
    kind: 'item',
    subject_id: item?.id,
    cadence: 'weekly',
  })
  await aRow(database, network, 'commons_news', {
    id: undefined,
    following_id: following,
    item_id: item?.id,
    version: 1,
    person_id: stranger.personId,
    at: inDays(-1),
  })
  expect(await waits(ana)).toEqual(['consent Brouillon 1', 'draft Brouillon 2'])
  expect([await waits(leo), await waits(stranger)]).toEqual([['review 1'], ['news 1']])
  await change('delete from commons_answer where document_id = $1', [document])
  await change('update commons_consent set settled_at = now() where id = $1', [consent])
  await change(`update commons_review set decision = 'accepted', decided_at = now() where id = $1`, [review])
  await change('update commons_follower set looked_at = now() where network_id = $1', [network.id])
  expect([await waits(ana), await waits(leo), await waits(stranger)]).toEqual([[], [], []])
})

test('what is said waits for those called by name, and for those who follow, until they have looked', async () => {
  await settle()
  const group = await aGroup(database, network, { name: 'Eau', visibility: 'group' })
  const air = await aGroup(database, network, { name: 'Air' })
  for (const person of [ana, gone]) await inGroup(database, network, group, person)
  await inGroup(database, network, air, ana)
  const thread = (one: { id: string }) =>
    aRow(database, network, 'thread', { subject_type: 'group', subject_id: one.id })
  const say = (to: string) =>
    aRow(database, network, 'thread_message', {
      thread_id: to,
      person_id: stranger.personId,
      body: 'Dites.',
      origin: 'page',
      link_origin: 'https://cordee.example',
    })
  const [ofEau, ofAir] = [await thread(group), await thread(air)]
  const message = await say(ofEau)
  await say(ofAir)
  expect(await waits(ana)).toEqual(['discussion Air 2'])
  await aRow(database, network, 'thread_mention', {
    id: undefined,
    message_id: message,
    person_id: ana.personId,
  })
  await aRow(database, network, 'thread_mention', {
    id: undefined,
    message_id: message,
    person_id: leo.personId,
  })
  await aRow(database, network, 'thread_mention', {
    id: undefined,
    message_id: message,
    person_id: admin.personId,
  })
  expect(await waits(ana)).toEqual(['discussion Air 1', 'mention Eau'])
  expect([await waits(leo), await waits(stranger), await waits(gone)]).toEqual([['mention Eau'], [], []])
  await change('update group_member set valid_until = current_date - 1 where group_id = $1', [group.id])
  expect(await waits(ana)).toEqual(['discussion Air 1'])
  await change('update group_member set valid_until = null where group_id = $1', [group.id])
  for (const one of [ofEau, ofAir])
    await change(
      `insert into thread_follower (network_id, thread_id, person_id, seen_id)
       select $1, $2, $3, id from thread_message where thread_id = $2`,
      [network.id, one, ana.personId],
    )
  expect(await waits(ana)).toEqual([])
})

test('a network knows nothing of what waits in another', async () => {
  await settle()
  const group = await aGroup(database, network)
  await inGroup(database, network, group, ana)
  await aTask(database, network, group, { owner: ana })
  const other = await aNetwork(database)
  for (const tenant of [other.inside, network.outside]) {
    const rows = await readTenant(database.db, tenant, trx => waitingFor(trx, sources, [ana.personId]))
    expect(rows).toEqual([])
  }
})
