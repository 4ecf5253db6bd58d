import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOwner } from '#db/installation.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type Actor, commandLine } from '#kernel/actor.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { knownActions, listChanges, streamChanges } from '#platform/audit/changes.ts'
import { type ChangeRecord, difference, type Fields, recordChange } from '#platform/audit/record.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
})

afterAll(() => database.close())

const someone: Actor = { accountId: newId(), mandateId: newId(), tokenId: null, origin: 'page' }

function record(
  change: Partial<ChangeRecord> = {},
  actor: Actor = commandLine,
  where: TestNetwork = network,
): Promise<void> {
  return inTenant(database.db, where.inside, trx =>
    recordChange(trx, where.id, actor, {
      action: 'settings.changed',
      subject: { type: 'network', id: where.id },
      ...change,
    }),
  )
}

function list(where: TestNetwork, filter: Parameters<typeof listChanges>[2] = {}, limit = 100) {
  return readTenant(database.db, where.inside, trx => listChanges(trx, where.id, filter, limit))
}

test('who did what, under which mandate, and what it was before and after', async () => {
  const here = await aNetwork(database)
  const before = { name: 'Avant', colours: { ground: 'white' }, locale: 'fr' }
  const after = { name: 'Après', colours: { ground: 'white' }, locale: 'fr', since: new Date(0) }
  await record({ before, after }, someone, here)
  const { changes, next } = await list(here)
  expect(changes).toEqual([
    {
      seq: 1,
      at: expect.any(Date),
      actor: someone,
      action: 'settings.changed',
      subject: { type: 'network', id: here.id },
      before: { name: 'Avant' },
      after: { name: 'Après', since: '1970-01-01T00:00:00.000Z' },
      previousHash: '0'.repeat(64),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ])
  expect(next).toBeNull()
})

test('where nothing differs, nothing is recorded', async () => {
  const here = await aNetwork(database)
  await record({ before: { name: 'Même', tags: ['a'] }, after: { tags: ['a'], name: 'Même' } }, someone, here)
  expect((await list(here)).changes).toEqual([])
  await record({ before: { name: 'Même' } }, someone, here)
  await record({}, someone, here)
  expect((await list(here)).changes.map(({ before, after }) => [before, after])).toEqual([
    [null, null],
    [{ name: 'Même' }, null],
  ])
})

test.each(['secret', 'newPassword', 'access_token', 'hash', 'TOKEN'])(
  'a field named %s is refused, however deep',
  async name => {
    await expect(record({ after: { [name]: 'x' } })).rejects.toThrow(name)
    await expect(
      record({ before: { list: [{ [name]: 1 }] }, after: { list: [{ [name]: 1 }] } }),
    ).rejects.toThrow(name)
  },
)

test('what differs, and nothing else, makes one state of the other', () => {
  const state = fc.dictionary(
    fc.constantFrom('a', 'b', 'constructor', '__proto__'),
    fc.jsonValue({ maxDepth: 2 }).filter(value => !/secret|password|token|hash/i.test(JSON.stringify(value))),
  )
  fc.assert(
    fc.property(state, state, (was, is) => {
      const { before, after } = difference(was, is)
      const asJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as Fields
      const [old, current] = [asJson(was), asJson(is)]
      const left = Object.entries(old).filter(([name]) => !Object.hasOwn(before ?? {}, name))
      const made = Object.fromEntries([...left, ...Object.entries(after ?? {})])
      expect(made).toEqual(current)
      for (const name of Object.keys(before ?? {}))
        expect(Object.entries(after ?? {})).not.toContainEqual([name, before?.[name]])
    }),
  )
})

test('half a character is kept as no character', async () => {
  const here = await aNetwork(database)
  await record({ after: { name: 'a\ud800b' } }, someone, here)
  expect((await list(here)).changes[0]?.after).toEqual({ name: 'a\ufffdb' })
})

test('twenty at a time make one chain without a gap', async () => {
  const here = await aNetwork(database)
  await Promise.all(Array.from({ length: 20 }, (_, n) => record({ after: { n } }, someone, here)))
  const { changes } = await list(here)
  expect(changes.map(change => change.seq)).toEqual(Array.from({ length: 20 }, (_, n) => 20 - n))
  expect(new Set(changes.map(change => (change.after as { n: number }).n)).size).toBe(20)
  changes.forEach((change, index) => {
    expect(change.previousHash).toBe(changes[index + 1]?.hash ?? '0'.repeat(64))
  })
})

test('the hash is that of the canonical text', async () => {
  const here = await aNetwork(database)
  await record({ before: { b: 1.5, aa: 'é"\n', a: null }, after: { b: [true, {}] } }, someone, here)
  const [change] = (await list(here)).changes
  // Written anew from its description: keys sorted by length, then bytes; a space after colons and commas.
  const text =
    `["${here.id}", 1, "${change?.at.toISOString()}", "${someone.accountId}", "${someone.mandateId}", null, "page", ` +
    `"settings.changed", "network", "${here.id}", {"a": null, "b": 1.5, "aa": "é\\"\\n"}, {"b": [true, {}]}, "${'0'.repeat(64)}"]`
  expect(change?.hash).toBe(createHash('sha256').update(text).digest('hex'))
})

test('what is undone leaves no trace and no gap', async () => {
  const here = await aNetwork(database)
  await record({ after: { n: 1 } }, someone, here)
  const undone = inTenant(database.db, here.inside, async trx => {
    await recordChange(trx, here.id, someone, {
      action: 'a.b',
      subject: { type: 'x', id: 'y' },
      after: { n: 2 },
    })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await record({ after: { n: 3 } }, someone, here)
  expect((await list(here)).changes.map(({ seq, after }) => [seq, after])).toEqual([
    [2, { n: 3 }],
    [1, { n: 1 }],
  ])
})

test('an account at work cannot sign for another, nor a network or the public for this one', async () => {
  const other = await aNetwork(database)
  const change: ChangeRecord = { action: 'a.b', subject: { type: 'x', id: 'y' } }
  const accountId = newId()
  const as = (tenant: TestNetwork['inside'], networkId: string, actor: Actor) =>
    inTenant(database.db, tenant, trx => recordChange(trx, networkId, actor, change))
  await as({ ...network.inside, accountId }, network.id, { ...someone, accountId })
  await expect(as({ ...network.inside, accountId }, network.id, someone)).rejects.toThrow(/account at work/)
  await expect(
    as({ ...network.inside, accountId }, network.id, { ...someone, accountId: null }),
  ).rejects.toThrow(/account at work/)
  await expect(as(other.inside, network.id, someone)).rejects.toThrow(/network at work/)
  await expect(as(network.outside, network.id, someone)).rejects.toThrow(/network at work/)
})

test('each network reads its own log, and the public none', async () => {
  await record({ after: { n: 1 } })
  const other = await aNetwork(database)
  const seen = (tenant: TestNetwork['inside']) =>
    readTenant(database.db, tenant, trx => trx.selectFrom('audit_entry').select('seq').limit(1).execute())
  expect(await seen(network.inside)).toHaveLength(1)
  expect(await seen(network.outside)).toEqual([])
  expect(await seen(other.inside)).toEqual([])
})

test('the installation has a log of its own', async () => {
  const inside = { networkId: platformId, audience: 'network' } as const
  const change: ChangeRecord = { action: 'network.founded', subject: { type: 'network', id: network.id } }
  await inTenant(database.db, inside, trx => recordChange(trx, platformId, commandLine, change))
  const { changes } = await readTenant(database.db, inside, trx => listChanges(trx, platformId, {}, 10))
  expect(changes.map(({ action, actor }) => [action, actor])).toEqual([['network.founded', commandLine]])
})

test('the application can neither write, change, delete nor empty', async () => {
  await record({ after: { n: 1 } })
  for (const statement of [
    `insert into audit_entry select * from audit_entry`,
    `update audit_entry set action = 'x.y'`,
    `delete from audit_entry`,
    `truncate audit_entry`,
    `insert into audit_head select * from audit_head`,
    `update audit_head set seq = 1`,
    `delete from audit_head`,
    `truncate audit_head`,
    `select audit_forget('${newId()}')`,
    `alter table audit_entry disable trigger all`,
  ]) {
    const attempt = inTenant(database.db, network.inside, trx => sql.raw(statement).execute(trx))
    await expect(attempt, statement).rejects.toThrow(/permission denied|must be owner/)
  }
})

test('nor can the owner, unless the network is gone', async () => {
  const gone = await aNetwork(database)
  await record({ after: { n: 1 } }, someone, gone)
  for (const statement of [
    `update audit_entry set action = 'x.y' where network_id = $1`,
    `delete from audit_entry where network_id = $1`,
    `delete from audit_head where network_id = $1`,
    `select audit_forget($1)`,
  ]) {
    await expect(database.asOwner(statement, [gone.id]), statement).rejects.toThrow(
      /only ever added to|network exists/,
    )
  }
  for (const table of ['audit_entry', 'audit_head']) {
    await expect(database.asOwner(`truncate ${table}`)).rejects.toThrow(/only ever added to/)
  }
  await expect(database.asOwner('select audit_forget($1)', [platformId])).rejects.toThrow(/network exists/)
  await asOwner(database.server, client => client.query('delete from network where id = $1', [gone.id]))
  expect(await database.asOwner('select audit_forget($1)::int as entries', [gone.id])).toEqual([
    { entries: 1 },
  ])
  expect(await database.asOwner('select from audit_head where network_id = $1', [gone.id])).toEqual([])
})

test('pages follow each other, narrowed by what one looks for', async () => {
  const here = await aNetwork(database)
  const other = { ...someone, accountId: newId() }
  for (const n of [1, 2, 3, 4, 5]) await record({ after: { n } }, n % 2 ? someone : other, here)
  await record({ action: 'member.invited', subject: { type: 'person', id: 'p1' } }, someone, here)
  await record({ action: 'member.removed', subject: { type: 'person', id: 'p2' } }, someone, here)
  await record({ action: 'members.counted', subject: { type: 'person', id: 'p2' } }, someone, here)
  const seqs = async (filter: Parameters<typeof list>[1], limit?: number) =>
    (await list(here, filter, limit)).changes.map(change => change.seq)
  expect(await seqs({ action: 'member.invited' })).toEqual([6])
  expect(await seqs({ action: 'member.' })).toEqual([7, 6])
  expect(await seqs({ action: "member' or true --" })).toEqual([])
  expect(await seqs({ accountId: other.accountId })).toEqual([4, 2])
  expect(await seqs({ accountId: 'nobody' })).toEqual([])
  expect(await seqs({ subject: { type: 'person' } })).toEqual([8, 7, 6])
  expect(await seqs({ subject: { type: 'person', id: 'p1' } })).toEqual([6])
  const first = await list(here, {}, 5)
  expect(first.changes.map(change => change.seq)).toEqual([8, 7, 6, 5, 4])
  expect(await list(here, { after: first.next ?? undefined }, 5)).toMatchObject({
    changes: [{ seq: 3 }, { seq: 2 }, { seq: 1 }],
    next: null,
  })
  const moment = first.changes[3]?.at
  expect(await seqs({ from: moment })).toContain(5)
  expect(await seqs({ to: moment })).not.toContain(5)
  expect(await seqs({ from: new Date(Date.now() + 60_000) })).toEqual([])
  const read = <T>(work: Parameters<typeof readTenant<T>>[2]) => readTenant(database.db, here.inside, work)
  const streamed = []
  for await (const { seq } of streamChanges(read, here.id, { action: 'settings.changed' })) streamed.push(seq)
  expect(streamed).toEqual([5, 4, 3, 2, 1])
  expect(await read(trx => knownActions(trx, here.id))).toEqual([
    'member.invited',
    'member.removed',
    'members.counted',
    'settings.changed',
  ])
})
