import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { policies, scopes } from '#http/policies.ts'
import { newId } from '#kernel/ids.ts'
import { issueToken } from '#modules/network/index.ts'
import { type TestApp, testApp } from './app.ts'
import { type Answer, ask, comparable, filled, type Operation, operationsOf, pages } from './asking.ts'
import { aNetwork, aPerson, type TestNetwork } from './factories.ts'
import { everythingIn, type Living, prepareLiving } from './living.ts'
import { parametersOf } from './living-parameters.ts'
import { speechless } from './speechless.ts'

/**
 * Someone of one network tries everything there is on another: nothing of it is to be had, not even whether it exists.
 * The words of the other networks stand nowhere else, so that wherever one comes up something has leaked.
 */
interface Asker {
  who: string
  page: Record<string, string>
  api: Record<string, string>
}

let site: TestApp
let home: Living
/** One that is private, and one that is public and keeps all of this for its own people. */
let others: Living[]
let operations: Operation[]
/** Those who try: headers by which they are known, on pages and for programmes. */
const intruders: Asker[] = []
/** An administrator of the first of the others. */
let insider: Asker
let before: Map<string, string>

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  await prepareLiving(site)
  const network = (slug: string, visibility: 'public' | 'private') =>
    aNetwork(database, { slug, visibility, name: { fr: `Réseau ${slug}` } })
  home = await everythingIn(site, await network('maison', 'public'), 'domicile')
  others = [
    await everythingIn(site, await network('cachette', 'private'), 'zephyrine'),
    await everythingIn(site, await network('vitrine', 'public'), 'quetzalique'),
  ]
  for (const role of ['member', 'facilitator', 'administrator'] as const) {
    const person = await aPerson(database, home.network, role)
    intruders.push({
      who: role,
      page: { cookie: person.cookie },
      api: await aKey(home.network, person.accountId),
    })
  }
  intruders.push({ who: 'a key of the network', page: {}, api: await aKey(home.network) })
  const [there = home] = others
  const { accountId, cookie } = await aPerson(database, there.network, 'administrator')
  insider = { who: 'at home there', page: { cookie }, api: await aKey(there.network, accountId) }
  operations = [...pages, ...(await operationsOf(site))].filter(({ path }) => /[:{]network\b/.test(path))
  // How far they have read is noted; doing so again notes nothing more.
  await ask(site, 'GET', `/fr/${there.network.slug}/threads/group/${there.thread.subject}`, insider.page)
  before = await contentOf(others)
})

afterAll(() => site.close())

test('those at home there do find it: what is looked for below can be seen', {
  timeout: 300_000,
}, async () => {
  const [there] = others
  if (!there) throw new Error('There is no other network')
  const blind = []
  for (const operation of operations.filter(({ method }) => method === 'GET'))
    for (const file of filesOf(operation)) {
      const parameters = { ...parametersOf(there, operation.name), ...(file && { file }) }
      const [found] = await byAll(operation, filled(operation.path, parameters), [insider])
      if (found && !mentions(found.answer, there)) blind.push(operation.path)
    }
  expect(blind.sort()).toEqual(speechless.toSorted())
})

describe('at the address of the other network', () => {
  test('nothing inside is had by any address', { timeout: 300_000 }, async () => {
    const leaks: string[] = []
    for (const other of others)
      for (const operation of operations) {
        // Whoever holds the link of an invitation may follow it.
        const parameters = { ...parametersOf(other, operation.name), token: 'aucun' }
        const path = filled(operation.path, parameters)
        for (const { who, answer } of await byAll(operation, path))
          if (mentions(answer, other, path) || answer.status >= 500)
            leaks.push(`${who}: ${operation.method} ${path}`)
      }
    expect(leaks).toEqual([])
  })

  test('what is inside answers as what is not there', { timeout: 300_000 }, async () => {
    const differing: string[] = []
    for (const other of others)
      for (const operation of operations.filter(withObject)) {
        const [real, none] = [
          { ...parametersOf(other, operation.name), token: 'aucun' },
          { ...nothing(operation), network: other.network.slug, token: 'aucun' },
        ]
        const [there, nowhere] = [
          await byAll(operation, filled(operation.path, real)),
          await byAll(operation, filled(operation.path, none)),
        ]
        there.forEach(({ who, answer }, index) => {
          const baseline = nowhere[index]?.answer
          if (baseline && same(answer, real, baseline, none)) return
          differing.push(
            `${who}: ${operation.method} ${operation.path}: ${answer.status}, ${baseline?.status}`,
          )
        })
      }
    expect(differing).toEqual([])
  })
})

describe('at the address of their own network, with what is real in another', () => {
  test('every id answers as one that nobody has', { timeout: 300_000 }, async () => {
    const differing: string[] = []
    for (const operation of operations.filter(withObject)) {
      const none = { ...nothing(operation), network: home.network.slug }
      const nowhere = await byAll(operation, filled(operation.path, none))
      for (const other of others) {
        const real = { ...parametersOf(other, operation.name), network: home.network.slug }
        const there = await byAll(operation, filled(operation.path, real))
        there.forEach(({ who, answer }, index) => {
          const baseline = nowhere[index]?.answer
          if (baseline && same(answer, real, baseline, none) && !mentions(answer, other, other.slug)) return
          differing.push(
            `${who}: ${operation.method} ${operation.path}: ${answer.status}, ${baseline?.status}`,
          )
        })
      }
    }
    expect(differing).toEqual([])
  })

  test('no list, search, map, feed or export shows it, whatever is asked for', {
    timeout: 300_000,
  }, async () => {
    const leaks: string[] = []
    const lists = operations.filter(
      one => one.method === 'GET' && !/[:{](?:slug|id|person|token)\b/.test(one.path),
    )
    for (const other of others)
      for (const operation of lists)
        for (const file of filesOf(operation)) {
          const parameters = { ...parametersOf(home, operation.name), ...(file && { file }) }
          for (const query of questions(other)) {
            const path = `${filled(operation.path, parameters)}?${query}`
            for (const { who, answer } of await byAll(operation, path, intruders.slice(2)))
              if (mentions(answer, other, path) || answer.status >= 500) leaks.push(`${who}: ${path}`)
          }
        }
    expect(leaks).toEqual([])
  })

  test('no form takes it in, or says what it is called', { timeout: 300_000 }, async () => {
    const leaks: string[] = []
    const posts = operations.filter(({ method, path }) => method === 'POST' && !path.startsWith('/api/'))
    for (const other of others)
      for (const operation of posts) {
        const path = filled(operation.path, parametersOf(home, operation.name))
        for (const { page, who } of intruders.slice(0, 3)) {
          const answer = await ask(site, 'POST', path, page, formOf(other))
          if (mentions(answer, other, path) || answer.status >= 500)
            leaks.push(`${who}: ${path} ${answer.status}`)
        }
      }
    expect(leaks).toEqual([])
    const [own] = [...(await contentOf([home])).values()]
    // Asked for by a visitor of the log or of the queue, an id is only what was typed.
    for (const other of others)
      for (const id of [other.person, other.mandate, other.organisation, other.file, other.webhook])
        expect(own?.includes(id), id).toBe(false)
  })
})

test('after all of this, the other networks hold what they held', async () => {
  expect(await contentOf(others)).toEqual(before)
})

async function aKey(network: TestNetwork, accountId?: string): Promise<Record<string, string>> {
  const input = { name: 'Test', scopes: [...scopes], days: 1, ...(accountId && { accountId }) }
  const { secret } = await inTenant(site.database.db, network.inside, trx =>
    issueToken(trx, network.id, input),
  )
  return { authorization: `Bearer ${secret}` }
}

/** The same question by everyone who has a way to ask it, in the order of `intruders`. */
async function byAll(operation: Operation, path: string, by = intruders) {
  const api = path.startsWith('/api/')
  const asking = by.filter(({ page }) => api || page.cookie)
  const answers = []
  for (const { who, ...headers } of asking)
    answers.push({ who, answer: await ask(site, operation.method, path, api ? headers.api : headers.page) })
  return answers
}

/** Something of it: its word with a number, which a question that is only repeated has not, but in the address asked for. */
function mentions({ headers, body }: Answer, { word, slug }: Living, asked = ''): boolean {
  const all = `${JSON.stringify([...headers])}${body}`
  const rest = asked.includes(slug) ? all.replaceAll(slug, '') : all
  return new RegExp(`${word}(?:(?:[ +]|%20|-)?\\d|\\.example)`, 'i').test(rest)
}

/** Whether the path names more than the network. */
function withObject({ path, policy }: Operation): boolean {
  return /[:{](?!locale|network|file\}?|number|width)\w+/.test(path) || policies[policy].of === 'link'
}

/** Parameters that nothing answers to. */
function nothing({ name }: Operation): Record<string, string> {
  const id = newId()
  const all = [
    'request',
    'invitation',
    'person',
    'mandate',
    'organisation',
    'affiliation',
    'delivery',
    'id',
    'collection',
    'link',
    'family',
    'decision',
    'document',
    'poll',
    'programme',
    'capsule',
    'step',
    'expectation',
    'fulfilment',
    'quote',
    'series',
    'comment',
    'consent',
    'subject',
    'message',
    'enclosure',
    ...['group', 'demand', 'groupInvitation', 'task', 'deliverable'],
    ...['meeting', 'item', 'registration'],
    ...['proposal', 'adoption', 'introduction'],
  ]
  const file = {
    members: 'members.csv',
    membersExport: 'members.csv',
    groupMembersExport: 'members.csv',
    auditExport: 'audit.csv',
    meetingSheetExport: 'sheet.pdf',
    programmeReportExport: 'report.xlsx',
    programmeSheetExport: 'sheet.pdf',
    programmeKitExport: 'step.html',
    programmeProgressExport: 'progress.csv',
    meetingMinutesExport: 'minutes.md',
    collectionExport: 'collection.csv',
    templateExport: 'template.json',
    collectionBooklet: `${id}.docx`,
    itemExport: 'nulle-part.json',
    itemInFile: 'page.md',
    publicCalendar: 'public.ics',
    calendar: 'network.ics',
    meetingFile: 'meeting.ics',
    afterworkCountedExport: 'aware.csv',
  }[name]
  return {
    ...Object.fromEntries(all.map(one => [one, id])),
    ...{ token: randomBytes(24).toString('base64url'), slug: 'nulle-part', number: '1', width: '320' },
    ...{ kind: 'theme', counter: 'aware', language: 'es', type: 'group' },
    ...{ template: 'nulle-part', version: '1', part: 'beginning.title' },
    file: file ?? 'commons.csv',
  }
}

function same(
  answer: Answer,
  real: Record<string, string>,
  baseline: Answer,
  none: Record<string, string>,
): boolean {
  return comparable(answer, identities(real)) === comparable(baseline, identities(none))
}

/** Those that name something that only one of the networks has. */
function identities(parameters: Record<string, string>): string[] {
  const { network: _network, number: _number, width: _width, file: _file, ...named } = parameters
  const { kind: _kind, language: _language, ...given } = named
  return Object.values(given)
}

function filesOf({ path, name }: Operation): (string | null)[] {
  if (!/[:{]file\b/.test(path)) return [null]
  if (!/^(?:commons|api|$)/.test(name) && !path.includes('commons')) return [null]
  return ['zip', 'json', 'csv', 'xlsx', 'geojson', 'atom'].map(extension => `commons.${extension}`)
}

/** What finds it where it is: its word, mistyped, and its ids wherever lists take some. */
function questions(other: Living): URLSearchParams[] {
  const { word, person, organisation, file, job, mail, slug } = other
  return [
    new URLSearchParams(),
    new URLSearchParams({ q: word }),
    new URLSearchParams({ q: word.replace(/[ei]/, 'a') }),
    new URLSearchParams({ organisation, after: person, account: person, network: other.network.id }),
    new URLSearchParams({ after: file, job, mail, slug }),
  ]
}

/** All that forms ask for, filled with what belongs to another network. */
function formOf(other: Living): URLSearchParams {
  const unique = newId().slice(-12)
  return new URLSearchParams({
    organisation: other.organisation,
    organisationId: other.organisation,
    mandate: other.mandate,
    person: other.person,
    id: other.file,
    file: other.file,
    name: `Nom ${unique}`,
    title: 'Titre',
    email: `${unique}@exemple.org`,
    addresses: `${unique}@exemple.org`,
    role: 'member',
    locale: 'fr',
    from: '2026-01-01',
    until: '',
    days: '7',
    url: `https://${unique}.example/`,
    actions: '*',
    scopes: 'commons:read',
  })
}

/** Every row of a network, in every table that has one, but for what only the time changes. */
async function contentOf(networks: Living[]): Promise<Map<string, string>> {
  const { asOwner } = site.database
  const tables = await asOwner<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.column_name = 'network_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1`,
  )
  const content = new Map<string, string>()
  for (const { network } of networks) {
    const parts = []
    for (const { name } of tables) {
      const [row] = await asOwner<{ all: string }>(
        `select coalesce(string_agg(row, E'\\n' order by row), '') as all
         from (select (to_jsonb(r) - 'last_used_at')::text as row from ${name} r where network_id = $1) as rows`,
        [network.id],
      )
      parts.push(`${name}: ${row?.all}`)
    }
    const [job] = await asOwner<{ all: string }>(
      `select string_agg(concat_ws(' ', id, state, data), E'\\n' order by id) as all from pgboss.job where data ->> 'networkId' = $1`,
      [network.id],
    )
    content.set(network.slug, [...parts, job?.all].join('\n'))
  }
  return content
}
