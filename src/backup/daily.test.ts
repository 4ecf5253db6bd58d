import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startDailyBackups, writeDaily } from '#/backup/daily.ts'
import { emptyTarget, placeAt, restoreInto, type Target } from '#/backup/testing.ts'

const place = inject('postgres')
const quiet = pino({ level: 'silent' })
let installation: Target

beforeAll(async () => {
  installation = await emptyTarget(place)
})

afterAll(() => installation[Symbol.asyncDispose]())

test('one a day, the last seven kept, and nothing of anyone else’s touched', async () => {
  const { server, dataFolder } = installation
  const backups = join(dataFolder, 'backups')
  mkdirSync(backups)
  writeFileSync(join(backups, 'cordee-2026-01-01-1200.zip'), 'made by hand')
  writeFileSync(join(backups, '.cordee-2026-02-20.zip.99.partial'), 'left by a kill')
  for (let day = 20; day <= 28; day++) {
    for (const hour of [1, 23]) {
      const written = await writeDaily(server, placeAt(dataFolder), new Date(2026, 1, day, hour))
      expect(written === null).toBe(hour === 23)
    }
  }
  expect(readdirSync(backups).sort()).toEqual([
    'cordee-2026-01-01-1200.zip',
    ...[22, 23, 24, 25, 26, 27, 28].map(day => `cordee-2026-02-${day}.zip`),
  ])
  // A clock that went ahead, and was put right, takes nothing of today away.
  for (let day = 1; day <= 7; day++) writeFileSync(join(backups, `cordee-2031-01-0${day}.zip`), 'to come')
  expect(await writeDaily(server, placeAt(dataFolder), new Date(2026, 2, 1))).not.toBeNull()
  expect(readdirSync(backups)).toEqual(
    expect.arrayContaining(['cordee-2026-02-23.zip', 'cordee-2026-03-01.zip']),
  )
  expect(readdirSync(backups)).toHaveLength(1 + 7 + 7)
  await using target = await emptyTarget(place)
  expect((await restoreInto(target, join(backups, 'cordee-2026-02-28.zip'))).networks).toEqual([])
})

test('a failed one is logged, keeps the older ones, and the next look tries again', async () => {
  await using other = await emptyTarget(place)
  const lines: { level: number }[] = []
  const log = pino({ level: 'info' }, { write: line => lines.push(JSON.parse(line)) })
  const owner = { ...other.server.owner }
  const broken = { kind: 'embedded' as const, owner: { ...owner, host: '/nowhere' } }
  const stop = startDailyBackups(broken, placeAt(other.dataFolder), log, { firstLookMs: 1, lookMs: 10 })
  try {
    await expect.poll(() => lines.map(line => line.level)).toContain(50)
    broken.owner.host = owner.host ?? ''
    await expect.poll(() => lines.map(line => line.level)).toContain(30)
  } finally {
    await stop()
  }
  expect(readdirSync(join(other.dataFolder, 'backups'))).toHaveLength(1)
})

test('ended while at work it leaves no half, and an external database is left to its own backups', async () => {
  await using other = await emptyTarget(place)
  const stop = startDailyBackups(other.server, placeAt(other.dataFolder), quiet, {
    firstLookMs: 0,
    lookMs: 10_000,
  })
  await expect.poll(() => readdirSync(other.dataFolder)).toContain('backups')
  await stop()
  expect(readdirSync(join(other.dataFolder, 'backups')).filter(name => name.endsWith('.partial'))).toEqual([])
  await using external = await emptyTarget(place)
  const none = startDailyBackups(
    { ...external.server, kind: 'external' },
    placeAt(external.dataFolder),
    quiet,
    {
      firstLookMs: 0,
      lookMs: 10,
    },
  )
  await new Promise(resolve => setTimeout(resolve, 50))
  await none()
  expect(readdirSync(external.dataFolder)).toEqual([])
})
