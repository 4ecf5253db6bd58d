import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { backUpTo, emptyTarget, restoreInto } from '#/backup/testing.ts'
import { openDatabase } from '#db/database.ts'
import { asOwner } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { recordChange } from '#platform/audit/record.ts'
import { examineAudit, verifyChain } from '#platform/audit/verification.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  network = await aNetwork(database)
  await someChanges(network.id, 5)
})

function someChanges(networkId: string, count: number): Promise<void> {
  return inTenant(database.db, { networkId, audience: 'network' }, async trx => {
    for (let n = 1; n <= count; n++) {
      await recordChange(trx, networkId, commandLine, {
        action: 'settings.changed',
        subject: { type: 'network', id: networkId },
        after: { n },
      })
    }
  })
}

/** As the owner could who sets out to cheat: with the triggers switched off. */
function tamper(work: (owner: pg.Client) => Promise<unknown>): Promise<void> {
  return asOwner(database.server, async owner => {
    await owner.query('begin')
    for (const table of ['audit_entry', 'audit_head'])
      await owner.query(`alter table ${table} disable trigger user`)
    await work(owner)
    for (const table of ['audit_entry', 'audit_head'])
      await owner.query(`alter table ${table} enable trigger user`)
    await owner.query('commit')
  })
}

test('what was only added to is whole, for the application and for the owner', async () => {
  expect(await verifyChain(database.db, network.id)).toBeNull()
  const owner = openDatabase(database.server.owner, 1)
  try {
    expect(await verifyChain(owner.db, network.id)).toBeNull()
  } finally {
    await owner.close()
  }
})

test('a log without an entry is whole', async () => {
  expect(await verifyChain(database.db, newId())).toBeNull()
})

test.each<[string, (owner: pg.Client, id: string) => Promise<unknown>, object]>([
  [
    'a row that was changed',
    (owner, id) =>
      owner.query(`update audit_entry set after = '{"n": 9}' where network_id = $1 and seq = 3`, [id]),
    { seq: 3, reason: 'altered' },
  ],
  [
    'another account in the place of the one that acted',
    (owner, id) =>
      owner.query(`update audit_entry set account_id = gen_random_uuid() where network_id = $1 and seq = 2`, [
        id,
      ]),
    { seq: 2, reason: 'altered' },
  ],
  [
    'a moment moved by a millisecond',
    (owner, id) =>
      owner.query(`update audit_entry set at = at - interval '1 ms' where network_id = $1 and seq = 1`, [id]),
    { seq: 1, reason: 'altered' },
  ],
  [
    'a row that was changed, with its hash',
    async (owner, id) => {
      await owner.query(`update audit_entry set after = '{"n": 9}' where network_id = $1 and seq = 3`, [id])
      await owner.query(`update audit_entry e set hash = audit_hash(e) where network_id = $1 and seq = 3`, [
        id,
      ])
    },
    { seq: 4, reason: 'unlinked' },
  ],
  [
    'the last row changed, with its hash',
    async (owner, id) => {
      await owner.query(`update audit_entry set after = '{"n": 9}' where network_id = $1 and seq = 5`, [id])
      await owner.query(`update audit_entry e set hash = audit_hash(e) where network_id = $1 and seq = 5`, [
        id,
      ])
    },
    { seq: 5, reason: 'head' },
  ],
  [
    'a row that was deleted',
    (owner, id) => owner.query(`delete from audit_entry where network_id = $1 and seq = 2`, [id]),
    { seq: 2, reason: 'missing' },
  ],
  [
    'the last row deleted',
    (owner, id) => owner.query(`delete from audit_entry where network_id = $1 and seq = 5`, [id]),
    { seq: 5, reason: 'head' },
  ],
  [
    'every row deleted',
    (owner, id) => owner.query(`delete from audit_entry where network_id = $1`, [id]),
    { seq: 1, reason: 'head' },
  ],
  [
    'the head deleted',
    (owner, id) => owner.query(`delete from audit_head where network_id = $1`, [id]),
    { seq: 5, reason: 'head' },
  ],
  [
    'a row slipped in at the end',
    async (owner, id) => {
      await owner.query(
        `insert into audit_entry select network_id, 6, at, account_id, mandate_id, token_id, origin, action,
           subject_type, subject_id, before, after, hash, hash from audit_entry where network_id = $1 and seq = 5`,
        [id],
      )
      await owner.query(`update audit_entry e set hash = audit_hash(e) where network_id = $1 and seq = 6`, [
        id,
      ])
    },
    { seq: 6, reason: 'head' },
  ],
])('%s is found', async (_name, cheat, broken) => {
  await tamper(owner => cheat(owner, network.id))
  const expected = { networkId: network.id, ...broken }
  expect(await verifyChain(database.db, network.id)).toEqual(expected)
  // Mended by taking it all away, so that the next test finds nothing.
  await tamper(owner => owner.query('delete from audit_entry where network_id = $1', [network.id]))
  await tamper(owner => owner.query('delete from audit_head where network_id = $1', [network.id]))
})

test('the doctor looks at every network, and at the installation’s own log', async () => {
  await someChanges(platformId, 2)
  expect(await examineAudit(database)).toEqual([{ check: 'audit', holds: true }])
  const change = (id: string, n: number) =>
    tamper(owner =>
      owner.query(
        `update audit_entry set after = jsonb_build_object('n', $2::int) where network_id = $1 and seq = 2`,
        [id, n],
      ),
    )
  for (const id of [network.id, platformId]) {
    await change(id, 9)
    expect(await examineAudit(database)).toEqual([
      { check: 'audit', holds: false, detail: `${id} 2 altered` },
    ])
    await change(id, 2)
  }
  expect(await examineAudit(database)).toEqual([{ check: 'audit', holds: true }])
})

test('a chain of more than one batch is followed to its end', async () => {
  await asOwner(database.server, async owner => {
    await owner.query(`set app.network_id = '${network.id}'; set app.audience = 'network'`)
    // Not all in one transaction, where the versions of the head would pile up.
    for (let batch = 0; batch < 10; batch++) {
      await owner.query(
        `select count(audit_append($1, null, null, null, 'job', 'a.b', 'x', n::text, null, null)) from generate_series(1, 510) n`,
        [network.id],
      )
    }
  })
  expect(await verifyChain(database.db, network.id)).toBeNull()
  await tamper(owner =>
    owner.query(`update audit_entry set subject_id = 'y' where network_id = $1 and seq = 5001`, [network.id]),
  )
  expect(await verifyChain(database.db, network.id)).toMatchObject({ seq: 5001, reason: 'altered' })
})

test('what is restored from a backup is whole, and is added to', async () => {
  await using target = await emptyTarget(inject('postgres'))
  const folder = mkdtempSync(join(tmpdir(), 'cordee-audit-'))
  const file = join(folder, 'backup.zip')
  try {
    await backUpTo(file, database.server, folder)
    await restoreInto(target, file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const app = openDatabase(target.server.app, 1)
  try {
    expect(await verifyChain(app.db, network.id)).toBeNull()
    await inTenant(app.db, network.inside, trx =>
      recordChange(trx, network.id, commandLine, { action: 'a.b', subject: { type: 'x', id: 'y' } }),
    )
    expect(await verifyChain(app.db, network.id)).toBeNull()
    expect(await target.query(`select seq::int from audit_head where network_id = '${network.id}'`)).toEqual([
      { seq: 6 },
    ])
  } finally {
    await app.close()
  }
})
