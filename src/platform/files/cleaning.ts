import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { forgetFiles, noBackupUnderWay, removeNetworkFiles, removeObjects } from '#platform/files/files.ts'
import { ofObjectKey, type Storage, type StoredObject } from '#platform/files/storage.ts'

const graceMs = 3_600_000
const dayMs = 86_400_000
const batch = 500

export interface Cleaned {
  /** Networks that are no more, and whose files were still there. */
  networks: number
  /** Files that came to no end, or that nothing referred to. */
  files: number
  /** Objects in storage that no row speaks of. */
  objects: number
  /** Beginnings of uploads on this machine. */
  uploads: number
}

/**
 * Sweeps away what was abandoned: files of erased networks, uploads without an end after an hour, files that nothing
 * refers to after a day, objects without a row, beginnings left on this machine's disk. To be done now and then; done twice at once it does no harm.
 */
export async function cleanFiles(db: Db, storage: Storage, now: Date = new Date()): Promise<Cleaned> {
  return {
    networks: await removeOwnerless(db, storage),
    files: await removeAbandoned(db, storage, now),
    objects: await removeUnknown(db, storage, now),
    uploads: await removeBeginnings(storage.incoming, now),
  }
}

async function removeOwnerless(db: Db, storage: Storage): Promise<number> {
  const { rows } = await sql<{ id: string }>`select id from file_ownerless() as id`.execute(db)
  for (const { id } of rows) await removeNetworkFiles(db, storage, id)
  return rows.length
}

async function removeAbandoned(db: Db, storage: Storage, now: Date): Promise<number> {
  let count = 0
  for (;;) {
    const { rows } = await sql<{ network_id: string; id: string }>`
      select network_id, id from file_abandoned(${now}, ${batch})`.execute(db)
    for (const [networkId, files] of Map.groupBy(rows, row => row.network_id)) {
      const ids = files.map(file => file.id)
      const keys = await inTenant(db, inside(networkId), async trx =>
        forgetFiles(trx, networkId, await stillAbandoned(trx, networkId, ids, now)),
      )
      await removeObjects(storage, keys)
    }
    count += rows.length
    if (rows.length < batch) return count
  }
}

/** Of those found a moment ago: one may have been attached meanwhile, or come to its end. */
async function stillAbandoned(trx: Trx, networkId: string, ids: string[], now: Date): Promise<string[]> {
  const rows = await trx
    .selectFrom('file')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', 'in', ids)
    .where('attached_at', 'is', null)
    .where(or =>
      or.or([or('state', '=', 'uploading'), or('created_at', '<', new Date(now.getTime() - dayMs))]),
    )
    .forUpdate()
    .execute()
  return rows.map(row => row.id)
}

/** Objects come in the order of their keys, hence network by network. */
async function removeUnknown(db: Db, storage: Storage, now: Date): Promise<number> {
  let count = 0
  let networkId = ''
  let waiting: StoredObject[] = []
  for await (const object of storage.list()) {
    const owner = ofObjectKey(object.key)?.networkId
    // Not ours, or so young that its row may have been removed a moment ago.
    if (owner === undefined || now.getTime() - object.modified.getTime() < graceMs) continue
    if (owner !== networkId || waiting.length === batch) {
      count += await removeThose(db, storage, networkId, waiting)
      networkId = owner
      waiting = []
    }
    waiting.push(object)
  }
  return count + (await removeThose(db, storage, networkId, waiting))
}

async function removeThose(
  db: Db,
  storage: Storage,
  networkId: string,
  objects: StoredObject[],
): Promise<number> {
  if (objects.length === 0) return 0
  const unknown = await inTenant(db, inside(networkId), async trx => {
    if (!(await noBackupUnderWay(trx))) return []
    const idOf = ({ key }: StoredObject) => ofObjectKey(key)?.id ?? ''
    const known = await trx
      .selectFrom('file')
      .select('id')
      .where('network_id', '=', networkId)
      .where('id', 'in', [...new Set(objects.map(idOf))])
      .execute()
    const ids = new Set(known.map(row => row.id))
    return objects.filter(object => !ids.has(idOf(object))).map(object => object.key)
  })
  await removeObjects(storage, unknown)
  return unknown.length
}

async function removeBeginnings(folder: string, now: Date): Promise<number> {
  let count = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (!found || now.getTime() - found.mtimeMs < graceMs) continue
    await rm(path, { force: true })
    count += 1
  }
  return count
}

function inside(networkId: string): Tenant {
  return { networkId, audience: 'network' }
}
