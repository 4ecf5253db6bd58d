import { randomBytes } from 'node:crypto'
import { makeSignature } from 'better-auth/crypto'
import { asOwner, installationSecret } from '#db/installation.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { Role, Scope } from '#http/policies.ts'
import type { Actor } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems, type Visibility } from '#modules/commons/importing/storing.ts'
import { foundNetwork, type NetworkInput } from '#modules/network/founding.ts'
import { type Entry, findNetwork } from '#modules/network/index.ts'
import { issueToken } from '#modules/network/tokens.ts'
import type { TestDatabase } from './database.ts'

export interface TestNetwork {
  id: string
  slug: string
  /** As its own people, and as the public. */
  inside: Tenant
  outside: Tenant
}

let count = 0

export async function aNetwork(
  database: TestDatabase,
  input: Partial<NetworkInput> = {},
): Promise<TestNetwork> {
  count += 1
  const slug = input.slug ?? `network-${count}`
  const id = await asOwner(database.server, client =>
    foundNetwork(client, {
      slug,
      name: { fr: `Réseau ${count}`, en: `Network ${count}` },
      summary: {},
      visibility: 'public',
      locale: 'fr',
      timeZone: 'Europe/Paris',
      ...input,
    }),
  )
  return {
    id,
    slug,
    inside: { networkId: id, audience: 'network' },
    outside: { networkId: id, audience: 'public' },
  }
}

/** A page of the commons format. */
export function aPage(
  title: string,
  meta: Record<string, string | string[]> = {},
  body = 'Un texte.',
): string {
  const lines = Object.entries({ type: 'solution', ...meta }).flatMap(([key, values]) =>
    [values].flat().map(value => `[[${key}:${value}]]`),
  )
  return `# ${title}\n\n${lines.join('\n')}\n\n${body}\n`
}

/** Keeps pages in a network's commons, by file name. */
export async function somePages(
  database: TestDatabase,
  network: TestNetwork,
  pages: Record<string, string>,
  visibility: Visibility = 'public',
): Promise<void> {
  const items = Object.entries(pages).map(([fileName, source]) => prepareItem(source, fileName))
  await inTenant(database.db, network.inside, trx =>
    storeItems(trx, network.id, items, { visibility, importId: null }),
  )
}

export async function aToken(database: TestDatabase, network: TestNetwork, scopes: Scope[]): Promise<string> {
  const { secret } = await inTenant(database.db, network.inside, trx =>
    issueToken(trx, network.id, { name: 'Test', scopes, days: 1 }),
  )
  return secret
}

export interface TestPerson {
  accountId: string
  /** In the network, where there is one. */
  personId: string
  mandateId: string
  name: string
  email: string
  /** Of a live session: a `cookie` header. */
  cookie: string
  actor: Actor
}

/**
 * Someone with an account who is signed in, and who they are in a network: null for those at home in none, a role
 * null for a person of the network without a mandate.
 */
export async function aPerson(
  database: TestDatabase,
  network: TestNetwork | null,
  role: Exclude<Role, 'visitor'> | null,
  options: {
    name?: string
    email?: string
    emailVerified?: boolean
    locale?: string
    title?: string
    organisationId?: string
    /** Days, as `2026-01-31`; from ten years ago, for good, unless said otherwise. */
    from?: string
    until?: string
    platformAdministrator?: boolean
  } = {},
): Promise<TestPerson> {
  count += 1
  const [accountId, personId, mandateId] = [newId(), newId(), newId()]
  const name = options.name ?? `Personne ${count}`
  const email = options.email ?? `personne-${count}@exemple.org`
  await database.asOwner(
    `insert into account (id, name, email, email_verified, locale, platform_administrator) values ($1, $2, $3, $4, $5, $6)`,
    [
      accountId,
      name,
      email,
      options.emailVerified ?? true,
      options.locale ?? 'fr',
      options.platformAdministrator ?? false,
    ],
  )
  if (network) {
    await database.asOwner(
      'insert into person (network_id, id, account_id, name, email) values ($1, $2, $3, $4, $5)',
      [network.id, personId, accountId, name, email],
    )
  }
  if (network && role) {
    await database.asOwner(
      `insert into mandate (network_id, id, person_id, organisation_id, role, title, valid_from, valid_until)
       values ($1, $2, $3, $4, $5, $6, coalesce($7, current_date - 3650), $8)`,
      [
        network.id,
        mandateId,
        personId,
        options.organisationId ?? null,
        role,
        options.title ?? '',
        options.from ?? null,
        options.until ?? null,
      ],
    )
  }
  const cookie = await aSession(database, accountId)
  const actor: Actor = {
    accountId,
    mandateId: network && role ? mandateId : null,
    tokenId: null,
    origin: 'page',
  }
  return { accountId, personId, mandateId, name, email, cookie, actor }
}

/** A session as signing in would open it. @returns its cookie */
export async function aSession(database: TestDatabase, accountId: string): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await database.asOwner(
    `insert into account_session (id, account_id, token, expires_at) values ($1, $2, $3, now() + interval '1 day')`,
    [newId(), accountId, token],
  )
  const signature = await makeSignature(token, await installationSecret(database.server))
  return `cordee.session_token=${encodeURIComponent(`${token}.${signature}`)}`
}

/** An organisation, a member of the network. @returns its id */
export async function anOrganisation(
  database: TestDatabase,
  network: TestNetwork,
  name = 'Une organisation',
): Promise<string> {
  const id = newId()
  await database.asOwner('insert into organisation (id, name) values ($1, $2)', [id, name])
  await database.asOwner('insert into membership (network_id, organisation_id) values ($1, $2)', [
    network.id,
    id,
  ])
  return id
}

/** Someone let into a network, as its door hands them to what is done there. */
export async function anEntry(
  database: TestDatabase,
  network: TestNetwork,
  person: TestPerson,
  role: Role = 'member',
): Promise<Entry> {
  const found = await findNetwork(database.db, network.slug)
  if (!found) throw new Error(`No network ${network.slug}`)
  return {
    network: found,
    tenant: { ...network.inside, accountId: person.accountId },
    role,
    personId: person.personId,
    mandates: [],
    actor: person.actor,
    scopes: null,
  }
}
