import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectFolder } from '#kernel/project.ts'
import { bringOrganisations } from '#modules/network/organisations/demonstration.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anOrganisation, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase
let club: TestNetwork
let thread: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  club = await aNetwork(database, { slug: 'club-provence', visibility: 'private' })
  thread = await aNetwork(database, { slug: 'fil-commun' })
})

afterAll(() => database.close())

test('the demonstration’s organisations come once, as the ones they are', async () => {
  // As the demonstration’s people bring it: one organisation, in both networks.
  const soap = await anOrganisation(database, club, 'Savonnerie de l’Arc')
  await database.asOwner('insert into membership (network_id, organisation_id) values ($1, $2)', [
    thread.id,
    soap,
  ])
  const networks = new Map([
    ['club-provence', { id: club.id, visibility: 'private' as const }],
    ['fil-commun', { id: thread.id, visibility: 'public' as const }],
  ])
  const context = { db: database.db, folder: join(projectFolder, 'demo'), networks }
  const content = () =>
    database.asOwner<{ network: string; name: string; parent: string | null; state: string | null }>(
      `select network.slug as network, organisation.name, parent.name as parent, showcase.state, organisation.sector, identifier.value
       from membership join network on network.id = network_id join organisation on organisation.id = organisation_id
       left join organisation parent on parent.id = organisation.parent_id
       left join organisation_showcase showcase using (network_id, organisation_id)
       left join organisation_identifier identifier using (organisation_id)
       order by 1, 2`,
    )
  await bringOrganisations(context)
  const once = await content()
  await bringOrganisations(context)
  expect(await content()).toEqual(once)
  const count = (network: string) => once.filter(row => row.network === network).length
  expect([count('club-provence'), count('fil-commun')]).toEqual([25, 15])
  expect(once.filter(row => row.name === 'Savonnerie de l’Arc')).toMatchObject([
    { network: 'club-provence', parent: 'Groupe Arcanthe', state: 'members' },
    { network: 'fil-commun', state: 'public' },
  ])
  // A private network has nothing to show to everyone.
  expect(once.some(row => row.network === 'club-provence' && row.state === 'public')).toBe(false)
})
