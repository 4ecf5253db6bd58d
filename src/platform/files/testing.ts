import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Db } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { S3Config } from '#kernel/config.ts'
import { attachFile, type StoredFile } from '#platform/files/files.ts'
import { type NewFile, receiveFile } from '#platform/files/receiving.ts'
import { openStorage, type Storage, type StoredObject } from '#platform/files/storage.ts'

// For tests: storage in a folder and on a real S3 server, by turns.

export interface TestStorage {
  storage: Storage
  dataFolder: string
  s3: S3Config | undefined
  close(): Promise<void>
}

export const storageKinds = ['local', 's3'] as const

export async function testStorage(kind: (typeof storageKinds)[number]): Promise<TestStorage> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cordee-files-'))
  const server = kind === 's3' ? await s3Server(join(dataFolder, 's3')) : null
  const s3 = server?.config
  return {
    storage: openStorage({ dataFolder, s3 }),
    dataFolder,
    s3,
    async close() {
      await server?.close()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

/** By their keys: s3rver has a way of its own with the order. */
export async function allObjects(storage: Storage, networkId?: string): Promise<StoredObject[]> {
  const objects: StoredObject[] = []
  for await (const object of storage.list(networkId)) objects.push(object)
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** A file of plain text. */
export async function aFile(
  db: Db,
  storage: Storage,
  networkId: string,
  options: Partial<NewFile> & { content?: string | Buffer; attached?: boolean } = {},
): Promise<StoredFile> {
  const { content = 'some text', attached = false, ...file } = options
  const tenant = { networkId, audience: 'network' } as const
  const kept = await receiveFile(
    db,
    storage,
    tenant,
    { name: 'some.txt', purpose: 'attachment', visibility: 'network', uploadedBy: null, ...file },
    Readable.from([Buffer.from(content)]),
  )
  if (attached) await inTenant(db, tenant, trx => attachFile(trx, networkId, kept.id))
  return kept
}

/** It comes without types. It keeps objects in a folder; it knows keys of access, and does not verify signatures. */
interface S3rver {
  run(): Promise<{ port: number }>
  close(): Promise<void>
}

export async function s3Server(directory: string): Promise<{ config: S3Config; close(): Promise<void> }> {
  const require = createRequire(import.meta.url)
  withDes(require('node:crypto'))
  const Server = require('s3rver') as new (options: object) => S3rver
  const server = new Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'cordee-test' }],
  })
  const { port } = await server.run()
  return {
    config: {
      endpoint: `http://127.0.0.1:${port}`,
      bucket: 'cordee-test',
      region: 'eu-west-3',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    close: () => server.close(),
  }
}

type Ciphers = Record<
  'createCipheriv' | 'createDecipheriv',
  (name: string, key: Buffer, iv: Buffer) => unknown
>

/** It writes its continuation tokens with DES, which OpenSSL 3 no longer has; three times the same key is the same. */
function withDes(crypto: Ciphers): void {
  for (const name of ['createCipheriv', 'createDecipheriv'] as const) {
    const own = crypto[name]
    crypto[name] = (cipher, key, iv) =>
      cipher === 'des' ? own('des-ede3-cbc', Buffer.concat([key, key, key]), iv) : own(cipher, key, iv)
  }
}
