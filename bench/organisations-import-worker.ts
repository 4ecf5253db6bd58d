import type { PoolConfig } from 'pg'
import { openDatabase } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { carryOut } from '#modules/network/organisation-import/carrying-out.ts'
import { checkImport } from '#modules/network/organisation-import/checking.ts'
import { changeImport, findImport } from '#modules/network/organisation-import/imports.ts'
import { countLines, decideAll } from '#modules/network/organisation-import/keeping.ts'
import { approve, beginImport } from '#modules/network/organisation-import/starting.ts'
import { readTables } from '#platform/spreadsheets/tables.ts'
import { withClient } from './database.ts'
import { onTask } from './processes.ts'

export interface OrganisationsTask {
  /** 'cordee': as the import command; 'bare': PostgreSQL alone. */
  way: 'cordee' | 'bare'
  lines: number
  /** Organisations that the network has before. */
  known: number
  networkId: string
  app: PoolConfig
  owner: PoolConfig
}

export interface OrganisationsResult {
  seconds: number
  /** In seconds, of the import. */
  phases: { read: number; compared: number; imported: number }
}

interface Made {
  name: string
  town: string
  siren: string
  website: string
  contact: string
  email: string
}

onTask<OrganisationsTask, OrganisationsResult>(async task => {
  const known = Array.from({ length: task.known }, (_, place) => made(place))
  await insert(task, known)
  await withClient(task.owner, client => client.query('analyze'))
  // One in ten is known already: by its number, by its name, or nearly.
  const listed = Array.from({ length: task.lines }, (_, place) =>
    place % 10 === 0 ? again(known, place) : made(task.known + place),
  )
  if (task.way === 'cordee') return imported(task, listed)
  const fresh = listed.filter((_, place) => place % 10 > 0)
  const start = performance.now()
  await insert(task, fresh)
  return { seconds: since(start), phases: { read: 0, compared: 0, imported: 0 } }
})

async function imported({ app, networkId }: OrganisationsTask, listed: Made[]): Promise<OrganisationsResult> {
  const rows = listed.map(one =>
    [one.name, one.town, one.siren, one.website, one.contact, one.email].join(';'),
  )
  const bytes = Buffer.from(`Nom;Ville;SIREN;Site;Contact;Courriel\r\n${rows.join('\r\n')}\r\n`)
  const database = openDatabase(app, 4)
  const { db } = database
  const tenant: Tenant = { networkId, audience: 'network' }
  const start = performance.now()
  const book = await readTables(bytes, 'list.csv')
  const id = await inTenant(db, tenant, trx =>
    beginImport(trx, networkId, { name: 'list.csv', fileId: null, book, createdBy: null }),
  )
  const read = since(start)
  await inTenant(db, tenant, trx => changeImport(trx, networkId, id, { state: 'checking' }))
  await checkImport(db, tenant, id, async () => book)
  const compared = since(start)
  await inTenant(db, tenant, async trx => {
    await decideAll(trx, networkId, id, 'complete', 'undecided')
    const { counts } = await findImport(trx, networkId, id)
    await changeImport(trx, networkId, id, {
      counts: { ...(await countLines(trx, networkId, id)), passed: counts.passed },
    })
    await approve(trx, networkId, id, null)
  })
  const { done } = await carryOut(db, tenant, commandLine, id)
  const seconds = since(start)
  await database.close()
  if (!done) throw new Error('Nothing was imported')
  return { seconds, phases: { read, compared: compared - read, imported: seconds - compared } }
}

/** As the owner, in one transaction. */
function insert({ owner, networkId }: OrganisationsTask, rows: Made[]): Promise<void> {
  return withClient(owner, async client => {
    await client.query('begin')
    for (let at = 0; at < rows.length; at += 1_000) {
      const given = rows.slice(at, at + 1_000).map(one => ({
        ...one,
        organisation: newId(),
        person: newId(),
        mandate: newId(),
      }))
      for (const statement of statements) await client.query(statement, [JSON.stringify(given), networkId])
    }
    await client.query('commit')
  })
}

const given = `jsonb_to_recordset($1::jsonb) as one (
  organisation uuid, person uuid, mandate uuid, name text, town text, siren text, website text, contact text, email text)
  cross join (select $2::uuid as network_id) as own`
const statements = [
  `insert into organisation (id, name, town, website) select organisation, name, town, 'https://' || website from ${given}`,
  `insert into membership (network_id, organisation_id) select network_id, organisation from ${given}`,
  `insert into organisation_identifier (organisation_id, scheme, value)
   select organisation, 'siren', siren from ${given} where network_id is not null`,
  `insert into person (network_id, id, name, email) select network_id, person, contact, email from ${given}`,
  `insert into mandate (network_id, id, person_id, organisation_id, role)
   select network_id, mandate, person, organisation, 'member' from ${given}`,
]

const crafts =
  'Menuiserie Boulangerie Atelier Brasserie Cabinet Transports Ferme Imprimerie Librairie Garage'.split(' ')
const families =
  'Martin Bernard Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefevre Faure Andre Mercier Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand'.split(
    ' ',
  )
const places =
  'du Canal,de la Gare,du Moulin,des Halles,du Pont,de la Source,des Tilleuls,du Vallon,de la Place,du Port'.split(
    ',',
  )

/** One of a large country: towns of very different sizes, names of a craft, a family, a place and a number. */
function made(place: number): Made {
  const chance = (salt: number, most: number) =>
    Number((BigInt(place * 97 + salt) * 2_654_435_761n) % 4_294_967_296n) % most
  const town = Math.floor((chance(1, 1_000) * chance(2, 1_000)) / 1_000)
  const family = `${families[chance(3, families.length)]} ${families[chance(4, families.length)]}`
  return {
    name: `${crafts[chance(5, crafts.length)]} ${family} ${places[chance(6, places.length)]} ${place}`,
    town: `Ville ${town}`,
    siren: withLuhn(10_000_000 + place),
    website: `www.organisation-${place}.example`,
    contact: `Contact ${place}`,
    email: `contact@organisation-${place}.example`,
  }
}

function again(known: Made[], place: number): Made {
  const one = known[(place / 10) % known.length] as Made
  const other = made(10_000_000 + place)
  if (place % 30 === 0) return { ...other, siren: one.siren }
  if (place % 30 === 10) return { ...other, name: one.name.toUpperCase(), town: one.town }
  return { ...other, name: one.name.replace('e', 'é').replace('i', 'y'), town: one.town }
}

/** A SIREN: eight digits and their check digit. */
function withLuhn(number: number): string {
  const digits = [...String(number)].map(Number)
  const sum = digits.reverse().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? digit * 2 : digit
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${number}${(10 - (sum % 10)) % 10}`
}

function since(start: number): number {
  return (performance.now() - start) / 1000
}
