import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { cleanFiles } from '#platform/files/cleaning.ts'
import {
  attachFile,
  findFile,
  listFiles,
  removeFile,
  removeNetworkFiles,
  removeObjects,
  usage,
} from '#platform/files/files.ts'
import { objectKey, type Storage } from '#platform/files/storage.ts'
import { aFile, allObjects, storageKinds, type TestStorage, testStorage } from '#platform/files/testing.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork } from '../../../test/factories.ts'

const hour = 3_600_000
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

describe.each(storageKinds)('files, kept on %s', kind => {
  let opened: TestStorage
  let storage: Storage
  let networkId: string
  let inside: Tenant
  let outside: Tenant

  beforeAll(async () => {
    opened = await testStorage(kind)
    storage = opened.storage
  })

  beforeEach(async () => {
    networkId = (await aNetwork(database)).id
    inside = { networkId, audience: 'network' }
    outside = { networkId, audience: 'public' }
  })

  afterEach(() => removeNetworkFiles(database.db, storage, networkId))

  afterAll(() => opened.close())

  const read = <T>(tenant: Tenant, work: Parameters<typeof readTenant<T>>[2]) =>
    readTenant(database.db, tenant, work)
  const keep = (options: Parameters<typeof aFile>[3] = {}) => aFile(database.db, storage, networkId, options)
  const keys = async (network = networkId) => (await allObjects(storage, network)).map(object => object.key)
  const rows = (network = networkId) =>
    database.asOwner<{ id: string }>('select id from file where network_id = $1 order by id', [network])
  const clean = (after = 0) => cleanFiles(database.db, storage, new Date(Date.now() + after))

  test('are listed by page, the latest first, each once', async () => {
    const kept = []
    for (let n = 0; n < 5; n++) kept.push(await keep({ name: `${n}.txt` }))
    const pages = []
    let after: string | undefined
    do {
      const { files, next } = await read(inside, trx =>
        listFiles(trx, networkId, { limit: 2, ...(after && { after }) }),
      )
      pages.push(files.map(file => file.name))
      after = next ?? undefined
    } while (after)
    expect(pages).toEqual([['4.txt', '3.txt'], ['2.txt', '1.txt'], ['0.txt']])
    expect((await read(inside, trx => listFiles(trx, networkId, { purpose: 'import' }))).files).toEqual([])
  })

  test('are found by their people; by the public when they are public and in use', async () => {
    const file = await keep({ visibility: 'public' })
    const find = (tenant: Tenant) => read(tenant, trx => findFile(trx, networkId, file.id))
    expect(await find(inside)).toEqual(file)
    expect(await find(outside)).toBeNull()
    expect(await inTenant(database.db, inside, trx => attachFile(trx, networkId, file.id))).toBe(true)
    expect(await find(outside)).toMatchObject({ id: file.id, attachedAt: expect.any(Date) })
    const closed = await keep({ attached: true })
    expect(await read(outside, trx => findFile(trx, networkId, closed.id))).toBeNull()
    expect(await find({ networkId: newId(), audience: 'network' })).toBeNull()
  })

  test('of others cannot be attached, removed or seen, whatever id is given', async () => {
    const file = await keep({ visibility: 'public', attached: true })
    for (const tenant of [outside, { networkId: newId(), audience: 'network' as const }]) {
      expect(await inTenant(database.db, tenant, trx => attachFile(trx, networkId, file.id))).toBe(false)
      expect(await inTenant(database.db, tenant, trx => removeFile(trx, networkId, file.id))).toEqual([])
      expect(await read(tenant, trx => usage(trx, networkId))).toEqual({ bytes: 0, files: 0 })
    }
    expect(await rows()).toHaveLength(1)
  })

  test('cannot be changed into something else', async () => {
    const file = await keep()
    for (const change of [{ media_type: 'text/html' }, { bytes: 1 }, { network_id: newId() }]) {
      const changing = inTenant(database.db, inside, trx =>
        trx
          .updateTable('file')
          .set(change)
          .where('network_id', '=', networkId)
          .where('id', '=', file.id)
          .execute(),
      )
      await expect(changing).rejects.toThrow(/permission denied/)
    }
  })

  test('are removed with what they took, once the transaction is kept', async () => {
    const file = await keep({ content: '12345' })
    await keep({ content: '123' })
    await expect(
      inTenant(database.db, inside, async trx => {
        expect(await removeFile(trx, networkId, file.id)).toEqual([objectKey(networkId, file.id)])
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(await rows()).toHaveLength(2)
    const removable = await inTenant(database.db, inside, trx => removeFile(trx, networkId, file.id))
    await removeObjects(storage, removable)
    expect(await keys()).toHaveLength(1)
    expect(await read(inside, trx => usage(trx, networkId))).toEqual({ bytes: 3, files: 1 })
    expect(await inTenant(database.db, inside, trx => removeFile(trx, networkId, file.id))).toEqual([])
    expect(await read(inside, trx => usage(trx, networkId))).toEqual({ bytes: 3, files: 1 })
  })

  test('of a network go with it, and no others; those of the platform are its own', async () => {
    const other = (await aNetwork(database)).id
    await keep({ attached: true })
    await aFile(database.db, storage, other, { attached: true })
    const platform = await aFile(database.db, storage, platformId, { attached: true })
    await removeNetworkFiles(database.db, storage, networkId)
    expect([await rows(), await keys()]).toEqual([[], []])
    expect(await read(inside, trx => usage(trx, networkId))).toEqual({ bytes: 0, files: 0 })
    expect([await rows(other), await keys(other)]).toMatchObject([[{}], [expect.any(String)]])
    expect(await keys(platformId)).toContain(objectKey(platformId, platform.id))
    await removeNetworkFiles(database.db, storage, other)
    await removeNetworkFiles(database.db, storage, platformId)
  })

  test('of a network that was erased without them go as well, those of the platform do not', async () => {
    await keep({ attached: true })
    const { id } = await aFile(database.db, storage, platformId, { attached: true })
    await database.asOwner('delete from network where id = $1', [networkId])
    expect((await clean()).networks).toBe(1)
    expect([await rows(), await keys()]).toEqual([[], []])
    expect(await keys(platformId)).toEqual([objectKey(platformId, id)])
    expect((await clean()).networks).toBe(0)
    await removeNetworkFiles(database.db, storage, platformId)
  })

  test('that nothing refers to go after a day, those in use stay', async () => {
    const used = await keep({ attached: true })
    await keep()
    expect(await clean(23 * hour)).toMatchObject({ files: 0, objects: 0 })
    expect(await rows()).toHaveLength(2)
    expect((await clean(25 * hour)).files).toBe(1)
    expect(await rows()).toEqual([{ id: used.id }])
    expect(await keys()).toEqual([objectKey(networkId, used.id)])
    expect(await read(inside, trx => usage(trx, networkId))).toEqual({ bytes: used.bytes, files: 1 })
  })

  test('whose upload was killed half-way go after an hour: row, objects, beginning', async () => {
    const file = await keep()
    await database.asOwner(`update file set state = 'uploading' where id = $1`, [file.id])
    mkdirSync(storage.incoming, { recursive: true })
    const beginning = join(storage.incoming, newId())
    writeFileSync(beginning, 'half')
    expect(await clean(0.5 * hour)).toEqual({ networks: 0, files: 0, objects: 0, uploads: 0 })
    expect(await read(inside, trx => findFile(trx, networkId, file.id))).toBeNull()
    expect(await clean(1.5 * hour)).toEqual({ networks: 0, files: 1, objects: 0, uploads: 1 })
    expect([await rows(), await keys(), readdirSync(storage.incoming)]).toEqual([[], [], []])
  })

  test('objects that no row speaks of go, in whatever network; what is not ours stays', async () => {
    const file = await keep({ attached: true })
    const orphans = [
      objectKey(networkId, newId()),
      objectKey(networkId, newId(), 320),
      objectKey(newId(), newId()),
    ]
    for (const key of [...orphans, 'cafe/1']) await storage.put(key, Buffer.from('x'))
    expect((await clean()).objects).toBe(0)
    expect((await clean(2 * hour)).objects).toBe(3)
    const left = (await allObjects(storage)).map(object => object.key)
    expect(left).toContain(objectKey(networkId, file.id))
    expect(left).toContain('cafe/1')
    for (const orphan of orphans) expect(left).not.toContain(orphan)
    await storage.remove('cafe/1')
  })

  test('stay in storage while a backup reads that knows them, and go afterwards', async () => {
    const [one, two] = [await keep({ attached: true }), await keep()]
    const backup = new pg.Client(database.server.owner)
    await backup.connect()
    try {
      await backup.query('select pg_advisory_lock_shared(4207007)')
      expect(await inTenant(database.db, inside, trx => removeFile(trx, networkId, one.id))).toEqual([])
      expect(await clean(25 * hour)).toMatchObject({ files: 1, objects: 0 })
      expect(await rows()).toEqual([])
      expect(await keys()).toHaveLength(2)
      await removeNetworkFiles(database.db, storage, networkId)
      expect(await keys()).toHaveLength(2)
    } finally {
      await backup.end()
    }
    await expect.poll(async () => (await clean(2 * hour)).objects).toBe(2)
    expect(await keys()).toEqual([])
    expect(two.id).not.toBe(one.id)
  })
})

test('old beginnings are swept from the disk by their own age', async () => {
  const { storage, close } = await testStorage('local')
  try {
    mkdirSync(storage.incoming, { recursive: true })
    for (const [name, age] of [
      ['old', 2 * hour],
      ['young', 0.5 * hour],
    ] as const) {
      const path = join(storage.incoming, name)
      writeFileSync(path, 'half')
      utimesSync(path, (Date.now() - age) / 1000, (Date.now() - age) / 1000)
    }
    expect((await cleanFiles(database.db, storage)).uploads).toBe(1)
    expect(readdirSync(storage.incoming)).toEqual(['young'])
  } finally {
    await close()
  }
})
