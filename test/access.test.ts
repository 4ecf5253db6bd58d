import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installationSecret } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { type Policy, policies, scopes } from '#http/policies.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { issueToken } from '#modules/network/index.ts'
import { silencingPath } from '#modules/waiting/silences.ts'
import { aFile } from '#platform/files/testing.ts'
import { queueMail } from '#platform/mail/index.ts'
import { silencePath } from '#platform/mail/silence.ts'
import { type TestApp, testApp } from './app.ts'
import { ask, comparable, filled, type Operation, operationsOf, pages } from './asking.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from './factories.ts'
import { everythingIn, type Living, prepareLiving } from './living.ts'
import { parametersOf } from './living-parameters.ts'
import { type Moment, momentOf } from './restoring.ts'
import { type Asking, validAsking } from './valid-bodies.ts'
import { refusedOtherwise } from './valid-fields.ts'

/**
 * docs/access.md says who may do what. Every line of it is asked for here, with live objects, and has to be so.
 * UPDATE=1 writes it anew: read what changed.
 */
const document = fileURLToPath(new URL('../docs/access.md', import.meta.url))

const roles = ['visitor', 'member', 'facilitator', 'administrator', 'other', 'platform'] as const
type Who = (typeof roles)[number]
/** Of the API alone: a key of the network itself, with the right asked for, and with every other right. */
const keys = ['key', 'wrongKey'] as const

interface World {
  living: Living
  people: Record<Exclude<Who, 'visitor'>, TestPerson>
  asking: Asking
}

let site: TestApp
let secret: Buffer | string
let elsewhere: TestNetwork
const worlds = {} as Record<'public' | 'private', World>
let operations: Operation[]
/** When all of it stood there, and nobody had asked for anything. */
let beginning: Moment

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  await prepareLiving(site)
  secret = await installationSecret(database.server)
  elsewhere = await aNetwork(database, { slug: 'ailleurs', visibility: 'private' })
  const other = await aPerson(database, elsewhere, 'administrator')
  const platform = await aPerson(database, null, null, { platformAdministrator: true })
  for (const visibility of ['public', 'private'] as const) {
    const network = await aNetwork(database, {
      slug: visibility === 'public' ? 'ouvert' : 'fermes',
      visibility,
    })
    worlds[visibility] = {
      living: await everythingIn(site, network, `mot${visibility}`),
      people: {
        member: await aPerson(database, network, 'member'),
        facilitator: await aPerson(database, network, 'facilitator'),
        administrator: await aPerson(database, network, 'administrator'),
        other,
        platform,
      },
      asking: () => ({ query: '', sent: undefined }),
    }
    await database.asOwner(`update network set accent = '#005a3a', sign_up = 'request' where id = $1`, [
      network.id,
    ])
    await giveLogo(network)
  }
  operations = await operationsOf(site)
  await issueKeys()
  beginning = await momentOf(site)
  for (const world of Object.values(worlds)) {
    const { administrator, platform } = world.people
    world.asking = await validAsking(site, world.living, [
      { headers: cookieOf(administrator), of: ['network', 'link', 'site'] },
      { headers: cookieOf(platform), of: ['platform'] },
      { headers: {}, of: ['link', 'site'] },
    ])
  }
  await beginning.restore()
})

afterAll(async () => {
  await beginning.close()
  await site.close()
})

test('every address that is served is in the table', () => {
  const fixed = [
    '/',
    '/healthz',
    '/readyz',
    '/robots.txt',
    '/worker.js',
    '/assets/:file',
    '/api',
    '/api/openapi.json',
  ]
  const served = site.app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*') && !fixed.includes(path))
    .map(
      ({ method, path }) =>
        `${method} ${path.replace(/^(\/api\/.*)/, one => one.replace(/:([a-z]+)/gi, '{$1}'))}`,
    )
  const known = [...pages, ...operations].map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(served)].sort()).toEqual([...new Set(known)].sort())
  for (const { path, policy } of operations) expect(policies, path).toHaveProperty([policy])
})

test('docs/access.md is what is so', { timeout: 900_000 }, async () => {
  const now = [introduction, await pageTables(), await apiTable(), reasons].join('\n\n')
  if (process.env.UPDATE === '1') writeFileSync(document, `${now}\n`)
  expect(readFileSync(document, 'utf8').split('\n')).toEqual(`${now}\n`.split('\n'))
  expect([...refused].sort()).toEqual(Object.keys(refusedOtherwise).sort())
})

test('to those outside, a private network is as one that does not exist', { timeout: 300_000 }, async () => {
  const { living, people } = worlds.private
  const strangers = { visitor: null, other: people.other, platform: people.platform }
  // The first answer to someone may renew their cookie.
  for (const person of [people.other, people.platform])
    await site.get('/fr/account', { cookie: person.cookie })
  const differing: string[] = []
  for (const operation of [...pages, ...operations]) {
    if (!/[:{]network\b/.test(operation.path)) continue
    for (const [who, person] of Object.entries(strangers)) {
      const [there, nowhere] = await Promise.all(
        [living.network.slug, 'aucuns'].map(async slug => {
          const headers = operation.path.startsWith('/api/')
            ? await withKey(living.network, operation.policy, who, person)
            : cookieOf(person)
          // Whoever holds the link of an invitation is no stranger.
          const parameters = { ...parametersOf(living, operation.name), network: slug, token: 'aucun' }
          const answer = await ask(site, operation.method, filled(operation.path, parameters), headers)
          return { status: answer.status, text: comparable(answer, [slug]) }
        }),
      )
      if (there?.text !== nowhere?.text || there?.status !== 404)
        differing.push(`${operation.method} ${operation.path} (${who}): ${there?.status}, ${nowhere?.status}`)
    }
  }
  expect(differing).toEqual([])
})

const introduction = `# Who may do what

Every page and every operation of the API, as each role finds it. A test asks for all of it (\`test/access.test.ts\`) and
fails where this table and the answers differ; \`UPDATE=1\` writes it anew. The policies are those of \`src/http/policies.ts\`.

✓ is let in, with all that is to be sent. · would be let in; what is asked for here is refused for another reason, said at the
end: a code that is wrong, a state that does not allow it. 401 is asked to sign in or for a key, 403 may not, 404 is told of
nothing: also of what this installation has not, such as a demonstration. What is asked for belongs to someone else of the
network; keys and files can be removed by their own people too. V: visitor, M: member, F: facilitator, A: administrator,
O: administrator of another network, P: platform administrator. Of a private network those outside learn nothing: a test
compares what they are told with what they are told of a network that does not exist.`

async function pageTables(): Promise<string> {
  const inNetwork = pages.filter(({ path }) => path.includes('/:network'))
  const ofSite = pages.filter(({ path }) => !path.includes('/:network'))
  const both = await table(inNetwork, ['public', 'private'], roles)
  const alone = await table(ofSite, ['public'], roles)
  return `## Pages of a network\n\nFirst in a public network, then in a private one.\n\n${both}\n\n## Pages of the site\n\n${alone}`
}

async function apiTable(): Promise<string> {
  const columns = [...roles, ...keys]
  const inNetwork = operations.filter(({ path }) => path.includes('{network}'))
  const ofSite = operations.filter(({ path }) => !path.includes('{network}'))
  const both = await table([...ofSite, ...inNetwork], ['public', 'private'], columns)
  return `## API

People come with a personal key of all scopes, visitors and the platform's administrators without any. K: a key of the network
itself with the scope of the policy, W: one with every other scope.

${both}`
}

const reasons = `## Why · stands

${Object.entries(refusedOtherwise)
  .map(([line, reason]) => `- ${line.replace(' ', ' `')}\`: ${reason}`)
  .join('\n')}`

/** Where somebody was told · in what was asked for here. */
const refused = new Set<string>()

const letters: Record<string, string> = { other: 'O', key: 'K', wrongKey: 'W' }

async function table(
  asked: Operation[],
  visibilities: ('public' | 'private')[],
  columns: readonly (Who | (typeof keys)[number])[],
): Promise<string> {
  const heads = columns.map(who => letters[who] ?? who.charAt(0).toUpperCase())
  const head = ['', 'address', 'policy', ...visibilities.flatMap(() => heads)]
  const lines = [head, head.map((_, index) => (index < 3 ? '---' : ':-:'))]
  for (const operation of asked) {
    const cells = []
    for (const visibility of visibilities)
      cells.push(...(await answers(operation, worlds[visibility], columns)))
    if (cells.includes('·')) refused.add(`${operation.method} ${operation.path}`)
    lines.push([operation.method, `\`${operation.path}\``, operation.policy, ...cells])
  }
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * What only reads is asked for all at once, what changes something by one after the other, and is undone each time; but where
 * anybody may, as some answers there are slow on purpose.
 */
async function answers(
  operation: Operation,
  world: World,
  columns: readonly (Who | (typeof keys)[number])[],
): Promise<string[]> {
  const told = (who: string) => answer(operation, world, who)
  if (operation.method === 'GET') return Promise.all(columns.map(told))
  const all: string[] = []
  for (const some of operation.policy === 'site:read' ? [columns] : columns.map(who => [who])) {
    const cells = await Promise.all(some.map(told))
    all.push(...cells)
    // Who is refused at the door changes nothing.
    if (cells.some(cell => !/^40[134]$/.test(cell))) await beginning.restore()
  }
  return all
}

async function answer(operation: Operation, world: World, who: string): Promise<string> {
  const { method, path, name, policy } = operation
  const { living, people } = world
  const known = who in people ? people[who as keyof typeof people] : null
  // Who answers an invitation is of the network from then on.
  const passing = known && method === 'POST' && policies[policy].of === 'link'
  const person = passing ? await aPerson(site.database, null, null) : known
  const parameters = { ...parametersOf(living, name), ...(await ownParameters(name, person)) }
  const headers = path.startsWith('/api/')
    ? await withKey(living.network, policy, who, person)
    : cookieOf(person)
  const asked = filled(path, parameters)
  const { query, sent } = world.asking(operation, asked, person)
  const { status } = await ask(site, method, asked + query, headers, sent)
  if ([401, 403, 404].includes(status)) return String(status)
  if (status < 400) return '✓'
  if (![400, 409, 415, 422].includes(status))
    throw new Error(`${method} ${path} answers ${who} with ${status}`)
  return '·'
}

async function giveLogo(network: TestNetwork): Promise<void> {
  const { db, asOwner } = site.database
  const input = { purpose: 'import', visibility: 'public', attached: true } as const
  const { id } = await aFile(db, site.services.storage, network.id, input)
  await asOwner('update network set logo_file_id = $2 where id = $1', [network.id, id])
}

function cookieOf(person: { cookie: string } | null): Record<string, string> {
  return person ? { cookie: person.cookie } : {}
}

async function withKey(
  network: TestNetwork,
  policy: Policy,
  who: string,
  person: TestPerson | null,
): Promise<Record<string, string>> {
  if (who === 'visitor' || who === 'platform') return {}
  const home = who === 'other' ? elsewhere : network
  const granted = person ? [...scopes] : scopes.filter(scope => (who === 'key') === (scope === policy))
  if (granted.length === 0) return {}
  const input = { name: 'Test', scopes: granted, days: 1, ...(person && { accountId: person.accountId }) }
  const name = JSON.stringify([home.id, input])
  const issued =
    issuing.get(name) ?? inTenant(site.database.db, home.inside, trx => issueToken(trx, home.id, input))
  issuing.set(name, issued)
  return { authorization: `Bearer ${(await issued).secret}` }
}

const issuing = new Map<string, ReturnType<typeof issueToken>>()

/** All of them, so that they are there whatever is undone. */
async function issueKeys(): Promise<void> {
  for (const { living, people } of Object.values(worlds))
    for (const { policy } of operations)
      for (const who of [...roles, ...keys])
        await withKey(living.network, policy, who, who in people ? people[who as keyof typeof people] : null)
}

/** What belongs to whoever asks, and what stands in links that they were sent. */
async function ownParameters(name: string, person: TestPerson | null): Promise<Record<string, string>> {
  if (name === 'mailSilence') {
    const to = { accountId: null, address: 'quelqu.un@exemple.org', locale: 'fr' }
    return { token: silencePath(secret, to, ['work']).split('/').at(-1) ?? '' }
  }
  if (name === 'waitingSilence') {
    const path = silencingPath(site.services.secret, 'fr', { accountId: newId(), kind: 'task' })
    return { token: path.split('/').at(-1) ?? '' }
  }
  if (name.startsWith('platformMail') && name !== 'platformMailTest') {
    const inside = { networkId: platformId, audience: 'network' } as const
    const to = {
      accountId: null,
      address: 'ana@exemple.org',
      name: 'Ana',
      locale: 'fr',
    } as const
    const params = {
      origin: 'a.zip',
      created: 1,
      changed: 0,
      refused: 0,
      url: 'https://cordee.example/imports/1',
    }
    const mail = { networkId: platformId, to, template: 'import-finished', params } as const
    const id = await inTenant(site.database.db, inside, trx =>
      queueMail(trx, { ...mail, baseUrl: 'https://cordee.example' }),
    )
    return { id }
  }
  if (!person) return {}
  const { asOwner } = site.database
  const id = newId()
  if (name === 'accountSession') {
    const values = [id, person.accountId, id]
    await asOwner(
      `insert into account_session (id, account_id, token, expires_at) values ($1, $2, $3, now() + interval '1 day')`,
      values,
    )
    return { id }
  }
  if (name.startsWith('accountPasskey')) {
    await asOwner(
      `insert into account_passkey (id, account_id, public_key, credential_id, counter, device_type, backed_up)
       values ($1, $2, 'key', $3, 0, 'singleDevice', false)`,
      [id, person.accountId, id],
    )
    return { id }
  }
  return name.startsWith('accountProvider') ? { id: 'oidc' } : {}
}
