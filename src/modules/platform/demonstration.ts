import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import type { Db } from '#db/database.ts'
import type { Role } from '#http/policies.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'

const peopleFile = z.object({
  organisations: z.record(
    z.string(),
    z.object({
      name: z.string(),
      country: z.string(),
      kind: z.string().nullable().default(null),
      sizeClass: z.string().nullable().default(null),
      sector: z.string().nullable().default(null),
      town: z.string().default(''),
      region: z.string().default(''),
      latitude: z.number().nullable().default(null),
      longitude: z.number().nullable().default(null),
      // Besides those of the networks where somebody acts for it.
      memberships: z
        .array(
          z.object({
            network: z.string(),
            from: z.iso.date(),
            engagement: z.number().int().nullable().default(null),
          }),
        )
        .default([]),
    }),
  ),
  people: z.array(
    z.object({
      name: z.string(),
      email: z.email(),
      locale: z.enum(locales),
      platform: z.boolean().default(false),
      // Without, they are in the network as others have written them down: nobody signs in as them.
      account: z.boolean().default(true),
      mandates: z.array(
        z.object({
          network: z.string(),
          organisation: z.string(),
          role: z.enum(['member', 'facilitator', 'administrator']),
          title: z.string(),
          from: z.iso.date(),
        }),
      ),
    }),
  ),
})

/** Brings the people of the demonstration, with their accounts and mandates, where they are not yet. */
export async function bringDemonstrationPeople(owner: pg.ClientBase, folder: string): Promise<void> {
  const { organisations, people } = peopleFile.parse(
    JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8')),
  )
  const { rows } = await owner.query<{ there: boolean }>(
    'select exists (select from account where demonstration) as there',
  )
  if (rows[0]?.there) return
  const orgs = Object.entries(organisations).map(([key, organisation]) => ({
    key,
    id: newId(),
    ...organisation,
  }))
  const everyone = people.map(person => ({ ...person, id: newId() }))
  const mandates = everyone.flatMap(person =>
    person.mandates.map(mandate => ({
      ...mandate,
      id: newId(),
      person: person.email,
      organisation_id: orgs.find(({ key }) => key === mandate.organisation)?.id,
    })),
  )
  const persons = everyone.flatMap(person =>
    [...new Set(person.mandates.map(({ network }) => network))].map(network => ({
      id: newId(),
      network,
      account_id: person.account ? person.id : null,
      name: person.name,
      email: person.email,
    })),
  )
  const memberships = [
    ...orgs.flatMap(({ id, memberships }) => memberships.map(one => ({ ...one, organisation_id: id }))),
    ...mandates.map(({ network, organisation_id, from }) => ({ network, organisation_id, from })),
  ]
  const accounts = everyone.filter(({ account }) => account)
  const json = JSON.stringify({ orgs, accounts, persons, memberships, mandates })
  await owner.query('begin')
  try {
    for (const statement of bringing) await owner.query(statement, [json])
    await owner.query('commit')
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}

/** Each takes the whole as JSON. Networks that are not of the demonstration get nobody. */
const bringing = [
  `insert into organisation (id, name, country, kind, size_class, sector, town, region, latitude, longitude)
   select id, name, country, kind, "sizeClass", sector, town, region, latitude, longitude
   from jsonb_to_recordset($1::jsonb -> 'orgs') as org (id uuid, name text, country text, kind text, "sizeClass" text,
     sector text, town text, region text, latitude double precision, longitude double precision)`,
  `insert into account (id, name, email, email_verified, locale, demonstration, platform_administrator)
   select id, name, email, true, locale, true, platform
   from jsonb_to_recordset($1::jsonb -> 'accounts') as person (id uuid, name text, email text, locale text, platform boolean)`,
  `insert into person (network_id, id, account_id, name, email)
   select network.id, person.id, person.account_id, person.name, person.email
   from jsonb_to_recordset($1::jsonb -> 'persons') as person (id uuid, network text, account_id uuid, name text, email text)
   join network on network.slug = person.network and network.demonstration is not null`,
  `insert into membership (network_id, organisation_id, valid_from, engagement)
   select network.id, membership.organisation_id, min(membership."from"), max(membership.engagement)
   from jsonb_to_recordset($1::jsonb -> 'memberships')
     as membership (network text, organisation_id uuid, "from" date, engagement smallint)
   join network on network.slug = membership.network and network.demonstration is not null
   group by 1, 2`,
  `insert into mandate (network_id, id, person_id, organisation_id, role, title, valid_from)
   select network.id, mandate.id, person.id, mandate.organisation_id, mandate.role, mandate.title, mandate."from"
   from jsonb_to_recordset($1::jsonb -> 'mandates')
     as mandate (id uuid, network text, person text, organisation_id uuid, role text, title text, "from" date)
   join network on network.slug = mandate.network and network.demonstration is not null
   join person on person.network_id = network.id and person.email = mandate.person`,
]

export interface DemonstrationPerson {
  accountId: string
  name: string
  platformAdministrator: boolean
  mandates: {
    network: string
    networkName: Record<string, string>
    role: Role
    title: string
    organisation: string
  }[]
}

/** As whom one may sign in with one click. Read past the policies, by a function that knows only these people. */
export async function demonstrationPeople(db: Db): Promise<DemonstrationPerson[]> {
  const { rows } = await sql<{
    account_id: string
    name: string
    platform_administrator: boolean
    mandates: DemonstrationPerson['mandates']
  }>`select account_id, name, platform_administrator, mandates from demonstration_people()`.execute(db)
  return rows.map(row => ({
    accountId: row.account_id,
    name: row.name,
    platformAdministrator: row.platform_administrator,
    mandates: row.mandates,
  }))
}
