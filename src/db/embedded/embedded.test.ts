import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openEmbedded } from '#db/embedded/embedded.ts'
import { eraseEmbedded, findRunning } from '#db/embedded/running.ts'
import { notDurable, query, startWriter, temporaryData, withServer } from '#db/embedded/testing.ts'

/** One cluster for all tests that need none of their own: making it is what takes time. */
const shared = temporaryData()
const { dataDir } = shared
afterAll(() => shared[Symbol.asyncDispose]())

test('a fresh folder becomes a database that keeps what is written', async () => {
  await withServer({ dataDir }, async server => {
    expect(server).toMatchObject({ adopted: false, user: 'postgres', port: 5432 })
    expect(server.version).toMatch(/^18\./)
    await query(server, "create table kept as select 'École' as name")
    expect(await query(server, 'show timezone')).toEqual(['UTC'])
    expect(await query(server, 'show fsync')).toEqual(['off'])
    expect(await query(server, 'show listen_addresses')).toEqual([''])
  })
  await withServer({ dataDir }, async server => {
    expect(server.adopted).toBe(false)
    expect(await query(server, 'select name from kept')).toEqual(['École'])
  })
})

test('names sort as people expect, and the typographic apostrophe parts words', async () => {
  await withServer({ dataDir }, async server => {
    const sorted = await query(server, "select n from unnest('{zoo,École,ecole,Abc}'::text[]) n order by n")
    expect(sorted).toEqual(['Abc', 'ecole', 'École', 'zoo'])
    const words = await query(server, "select to_tsvector('simple', '« l’économie »')::text")
    expect(words).toEqual(["'l':1 'économie':2"])
  })
})

test('a second start is refused and names the holder; a tool beside it finds the server', async () => {
  const before = Date.now()
  await withServer({ dataDir }, async server => {
    await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
      name: 'DataFolderInUse',
      code: 'data-folder-in-use',
      detail: { pid: process.pid },
    })
    const running = await findRunning(dataDir)
    expect(running).toMatchObject({ pid: server.pid, holder: { pid: process.pid } })
    expect(Date.parse(running?.holder.since ?? '')).toBeGreaterThanOrEqual(before)
    expect(running && (await query(running, 'select 1'))).toEqual([1])
  })
  expect(await findRunning(dataDir)).toBeNull()
})

test('of two first starts at once one works and the other names it', async () => {
  await using data = temporaryData()
  const writers = [startWriter(data.dataDir, 'stay'), startWriter(data.dataDir, 'stay')]
  const outcomes = await Promise.allSettled(writers.map(writer => writer.line('open')))
  const winner = writers[outcomes.findIndex(outcome => outcome.status === 'fulfilled')]
  const loser = writers.find(writer => writer !== winner)
  expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await loser?.line('failed')).toMatchObject({
    failed: 'data-folder-in-use',
    detail: { detail: { pid: winner?.process.pid } },
  })
  winner?.process.kill('SIGTERM')
  expect(await winner?.exited).toBe(0)
})

test('a pid file that names a process of somebody else is not believed', async () => {
  await withServer({ dataDir }, server => query(server, 'create table kept_too as select 1 as n'))
  const cluster = join(dataDir, 'postgres/cluster')
  const socket = join(dataDir, 'postgres/socket')
  // Ours: alive, and not a server of this cluster. PostgreSQL alone would refuse to start.
  const lines = [process.pid, cluster, 1, 5432, socket, '', '  1  1', 'ready   ', '']
  writeFileSync(join(cluster, 'postmaster.pid'), lines.join('\n'), { mode: 0o600 })
  const events: string[] = []
  await withServer({ dataDir, log: line => events.push(line.event) }, async server => {
    expect(server.adopted).toBe(false)
    expect(await query(server, 'select n from kept_too')).toEqual([1])
  })
  expect(events).toContain('stale-pid-file')
})

test.for([
  ['blanks, accents and signs', `l’où, 100 % "là"\\ 'ici' $HOME`],
  ['a path longer than a socket may have', join('long'.repeat(25), 'longer'.repeat(20))],
])('the data folder may have %s', async ([, name]) => {
  await using data = temporaryData()
  const dataDir = join(data.dataDir, name ?? '')
  // What a first start leaves that was killed while it made the cluster.
  const home = join(dataDir, 'postgres')
  mkdirSync(join(home, 'cluster.new-1-1/base'), { recursive: true })
  const events: string[] = []
  const folders = new Set<string>()
  for (const _ of [1, 2]) {
    await withServer({ dataDir, log: line => events.push(line.event) }, async server => {
      folders.add(server.socketDir)
      expect(await query(server, 'select 1')).toEqual([1])
      expect((await findRunning(dataDir))?.socketDir).toBe(server.socketDir)
    })
  }
  expect(folders.size).toBe(1)
  expect(readdirSync(home).filter(name => name.startsWith('cluster'))).toEqual(['cluster'])
  expect(events.filter(event => event === 'short-socket-folder')).toHaveLength(
    name?.startsWith('long') ? 1 : 0,
  )
  await eraseEmbedded(dataDir)
})

test('a server that dies is started again', async () => {
  await withServer({ dataDir }, async server => {
    const first = server.pid
    process.kill(first, 'SIGKILL')
    await expect.poll(() => server.pid, { timeout: 5000 }).not.toBe(first)
    expect(await query(server, 'select 1')).toEqual([1])
  })
})

test('refusals say why, and leave the folder free', async () => {
  const wrong = { ...notDurable, shared_buffers: 'plenty' }
  await expect(openEmbedded({ dataDir, settings: wrong })).rejects.toMatchObject({
    code: 'start-failed',
    detail: { reason: expect.stringContaining('shared_buffers') },
  })
  const version = join(dataDir, 'postgres/cluster/PG_VERSION')
  const ours = readFileSync(version)
  writeFileSync(version, '15\n')
  const detail = { cluster: '15', binaries: '18' }
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({ code: 'wrong-major', detail })
  writeFileSync(version, ours)
  await withServer({ dataDir }, server => query(server, 'select 1'))
  const empty = join(dataDir, 'no-binaries/native')
  mkdirSync(empty, { recursive: true })
  writeFileSync(join(empty, '../package.json'), '{"version": "0"}')
  await expect(openEmbedded({ dataDir, binaries: empty })).rejects.toMatchObject({
    code: 'binaries-unusable',
  })
  const file = join(dataDir, 'file')
  writeFileSync(file, '')
  await expect(openEmbedded({ dataDir: join(file, 'data') })).rejects.toMatchObject({
    code: 'data-folder-unwritable',
  })
})

test('erasing follows the link to a home that lies elsewhere', async () => {
  await using data = temporaryData()
  const elsewhere = temporaryData()
  await using _ = elsewhere
  const dataDir = join(data.dataDir, 'data')
  const home = join(elsewhere.dataDir, 'home')
  mkdirSync(home)
  mkdirSync(dataDir)
  symlinkSync(home, join(dataDir, 'postgres'))
  await withServer({ dataDir }, server => query(server, 'select 1'))
  expect(readdirSync(home)).toContain('cluster')
  await eraseEmbedded(dataDir)
  expect(readdirSync(dataDir)).toEqual([])
  expect(readdirSync(elsewhere.dataDir)).toEqual([])
})
