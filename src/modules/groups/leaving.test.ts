import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import {
  aGroup,
  aTask,
  browse,
  inGroup,
  lettersTo,
  submit,
  type TestGroup,
} from '#modules/groups/groups.fixture.ts'
import { groupPeople } from '#modules/groups/index.ts'
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

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reseau' })
})

afterAll(() => site.close())

describe('leaving', () => {
  test('hands over what one had to do, to whom the form says, and they are told', async () => {
    const { group, ama, bintou, carla } = await aTrio()
    const [one, two] = [
      await aTask(site.database, network, group, { title: 'Le devis', owner: ama }),
      await aTask(site.database, network, group, { title: 'La salle', owner: ama }),
    ]
    const form = await (await browse(site, departure(group, ama), ama)).text()
    expect(form).toContain('Le devis')
    expect(form).toContain('Bintou')
    expect((await browse(site, departure(group, ama), carla)).status).toBe(403)
    const left = await submit(site, departure(group, ama), ama, { [`task.${one}`]: carla.personId })
    expect(left.status).toBe(303)
    const owners = await site.database.asOwner<{ id: string; owner_id: string | null }>(
      'select id, owner_id from task where group_id = $1',
      [group.id],
    )
    expect(new Map(owners.map(row => [row.id, row.owner_id]))).toEqual(
      new Map([
        [one, carla.personId],
        [two, null],
      ]),
    )
    expect(await lettersTo(site.database, carla)).toEqual(['tasks-handed-over'])
    expect((await people(group)).map(({ name }) => name)).toEqual([bintou.name, carla.name])
    const roll = await (await browse(site, `/fr/reseau/groups/${group.slug}/members`, carla)).text()
    expect(roll).toContain('Une participation terminée')
  })

  test('of many tasks, all go to one person at once, but for those given to others', async () => {
    const { group, ama, bintou, carla } = await aTrio()
    const tasks: string[] = []
    for (const title of ['Un', 'Deux', 'Trois', 'Quatre'])
      tasks.push(await aTask(site.database, network, group, { title, owner: ama }))
    const form = await (await browse(site, departure(group, ama), ama)).text()
    expect(form.indexOf('name="heir"')).toBeGreaterThan(0)
    expect(form.indexOf(`task.${tasks[0]}`)).toBeGreaterThan(
      form.indexOf('<details', form.indexOf('name="heir"')),
    )
    const left = await submit(site, departure(group, ama), ama, {
      heir: bintou.personId,
      [`task.${tasks[0]}`]: carla.personId,
      [`task.${tasks[1]}`]: '',
    })
    expect(left.status).toBe(303)
    const owners = await site.database.asOwner<{ owner_id: string }>(
      'select owner_id from task where group_id = $1 order by title = $2 desc',
      [group.id, 'Un'],
    )
    expect(owners.map(({ owner_id }) => owner_id)).toEqual([
      carla.personId,
      ...Array(3).fill(bintou.personId),
    ])
  })

  test('the last who runs it names who takes over', async () => {
    const { group, ama, bintou, carla } = await aTrio()
    expect((await submit(site, departure(group, ama), ama)).status).toBe(303)
    const alone = await submit(site, departure(group, bintou), bintou)
    expect([alone.status, await alone.text()]).toEqual([
      422,
      expect.stringContaining('choisissez qui prend la suite'),
    ])
    const left = await submit(site, departure(group, bintou), bintou, { successor: carla.personId })
    expect(left.status).toBe(303)
    expect(await people(group)).toEqual([{ name: carla.name, role: 'facilitator' }])
    expect(await lettersTo(site.database, carla)).toEqual(['group-entrusted'])
    const nobody = await submit(site, departure(group, carla), carla)
    expect([nobody.status, await nobody.text()]).toEqual([
      422,
      expect.stringContaining('Il n’y aurait plus personne'),
    ])
  })

  test('of two who run it and leave at once, one has to name who takes over', async () => {
    for (let round = 0; round < 5; round++) {
      const { group, ama, bintou } = await aTrio()
      const answers = await Promise.all([ama, bintou].map(one => submit(site, departure(group, one), one)))
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
      expect((await people(group)).filter(({ role }) => role !== 'member')).toHaveLength(1)
    }
  })

  test('nor do two hand the role back to each other at once', async () => {
    const { group, ama, bintou } = await aTrio()
    const give = (by: TestPerson, to: TestPerson) =>
      submit(site, `/fr/reseau/groups/${group.slug}/members/${to.personId}`, by, { role: 'member' })
    const answers = await Promise.all([give(ama, bintou), give(bintou, ama)])
    // The second no longer runs the group, or would be the last.
    expect(answers.map(({ status }) => status).sort()[0]).toBe(303)
    expect([403, 422]).toContain(answers.map(({ status }) => status).sort()[1])
    expect((await people(group)).filter(({ role }) => role !== 'member')).toHaveLength(1)
  })

  test('those who help to run the network entrust it to others', async () => {
    const { group, carla } = await aTrio()
    const facilitator = await aPerson(site.database, network, 'facilitator')
    const member = await aPerson(site.database, network, 'member')
    const address = `/fr/reseau/groups/${group.slug}/members/${carla.personId}`
    expect((await submit(site, address, member, { role: 'coordinator' })).status).toBe(403)
    expect((await submit(site, address, facilitator, { role: 'coordinator' })).status).toBe(303)
    expect((await people(group)).find(({ name }) => name === carla.name)?.role).toBe('coordinator')
    expect((await submit(site, `${address}x`, facilitator, { role: 'member' })).status).toBe(404)
  })

  test('an organisation leaves with those who are there for it', async () => {
    const { group, ama, bintou, carla } = await aTrio()
    const mill = await anOrganisation(site.database, network, 'Le Moulin')
    const miller = await aPerson(site.database, network, 'member', { organisationId: mill, name: 'Meunière' })
    await inGroup(site.database, network, group, miller, { organisationId: mill })
    const address = `/fr/reseau/groups/${group.slug}/organisations/${mill}/departure`
    expect((await browse(site, address, carla)).status).toBe(403)
    expect(await (await browse(site, address, ama)).text()).toContain('Partent avec elle\u00a0: Meunière.')
    expect((await submit(site, address, ama)).status).toBe(303)
    expect((await people(group)).map(({ name }) => name)).toEqual([ama.name, bintou.name, carla.name])
    expect((await browse(site, address, ama)).status).toBe(404)
  })

  test('who no longer holds a mandate in the network is in none of its groups', async () => {
    const { group, carla } = await aTrio()
    await site.database.asOwner('update mandate set valid_until = current_date - 1 where person_id = $1', [
      carla.personId,
    ])
    expect((await people(group)).map(({ name }) => name)).not.toContain(carla.name)
  })
})

describe('a group in a group', () => {
  const fields = { kind: 'club', visibility: 'network', joining: 'request' }
  const move = (group: TestGroup, into: TestGroup | null, person: TestPerson) =>
    submit(site, `/fr/reseau/groups/${group.slug}/details`, person, {
      ...fields,
      name: group.slug,
      parent: into?.id ?? '',
    })

  test('never in itself: refused by the names it would go through', async () => {
    const facilitator = await aPerson(site.database, network, 'facilitator')
    const club = await aGroup(site.database, network, { name: 'Club' })
    const climate = await aGroup(site.database, network, { name: 'Climat', parent: club })
    const carbon = await aGroup(site.database, network, { name: 'Carbone', parent: climate })
    const sent = await move(club, carbon, facilitator)
    expect([sent.status, await sent.text()]).toEqual([
      422,
      expect.stringContaining('Club › Climat › Carbone › Club'),
    ])
    expect((await move(carbon, club, facilitator)).status).toBe(303)
    const member = await aPerson(site.database, network, 'member')
    expect((await move(carbon, null, member)).status).toBe(403)
  })

  test('nor by two moves at once that are each right', async () => {
    const facilitator = await aPerson(site.database, network, 'facilitator')
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await aGroup(site.database, network), await aGroup(site.database, network)]
      const answers = await Promise.all([move(one, two, facilitator), move(two, one, facilitator)])
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    }
  })
})

function departure(group: TestGroup, person: TestPerson): string {
  return `/fr/reseau/groups/${group.slug}/members/${person.personId}/departure`
}

/** A group that Ama and Bintou run, with Carla. */
async function aTrio() {
  const { database } = site
  const group = await aGroup(database, network)
  const [ama, bintou, carla] = [
    await aPerson(database, network, 'member', { name: 'Ama' }),
    await aPerson(database, network, 'member', { name: 'Bintou' }),
    await aPerson(database, network, 'member', { name: 'Carla' }),
  ]
  await inGroup(database, network, group, ama, { role: 'facilitator' })
  await inGroup(database, network, group, bintou, { role: 'facilitator' })
  await inGroup(database, network, group, carla)
  return { group, ama, bintou, carla }
}

async function people(group: TestGroup): Promise<{ name: string; role: string }[]> {
  const all = await inTenant(site.database.db, network.inside, trx => groupPeople(trx, network.id, group.id))
  return all.map(({ name, role }) => ({ name, role }))
}
