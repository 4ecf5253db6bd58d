import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openEmbedded } from '#db/embedded/embedded.ts'
import { processesNaming, query, startWriter, temporaryData } from '#db/embedded/testing.ts'

const onLinux = process.platform === 'linux'

test.runIf(onLinux)(
  'ten kills during writes lose no acknowledged row and leave no server behind',
  { timeout: 40_000 },
  async () => {
    await using data = temporaryData()
    const { dataDir } = data
    const acknowledged = new Set<unknown>()
    const adoptions: unknown[] = []
    // Alone; with the server; with the guard; and long enough for the guard to be at work at the next start.
    const rounds = [10, 35, 60, 110, 5, 80, 150, 20, 95, 40].map((delay, round) => ({
      delay,
      also: (round + 3) % 4,
    }))
    for (const { delay, also } of rounds) {
      const writer = startWriter(dataDir)
      const opened = await writer.line('open')
      adoptions.push(opened.adopted)
      await writer.line('acknowledged')
      await pause(delay)
      writer.process.kill('SIGKILL')
      if (also === 1) process.kill(Number(opened.open), 'SIGKILL')
      if (also === 2) killGuard(dataDir)
      await writer.exited
      if (also === 3 && adoptions.length > 1) await pause(1005)
      for (const line of writer.said) if (line.acknowledged) acknowledged.add(line.acknowledged)
    }
    expect(adoptions).toContain(true)
    expect(adoptions.filter(adopted => adopted === false).length).toBeGreaterThan(2)
    // Not started again, the guard stops the server in order.
    await expect.poll(() => processesNaming(dataDir), { timeout: 8000 }).toEqual([])
    const log = readFileSync(join(dataDir, 'postgres/postgres.log'), 'utf8')
    expect(log.trimEnd().split('\n').at(-1)).toContain('database system is shut down')
    const server = await openEmbedded({ dataDir })
    const kept = new Set((await query(server, 'select id::int from written')).map(Number))
    await server.stop()
    expect(acknowledged.size).toBeGreaterThan(50)
    expect([...acknowledged].filter(id => !kept.has(Number(id)))).toEqual([])
    await expect.poll(() => processesNaming(dataDir), { timeout: 5000 }).toEqual([])
  },
)

test.runIf(onLinux)('killed during the first start, the next one succeeds', async () => {
  await using data = temporaryData()
  for (const delay of [40, 300]) {
    const writer = startWriter(data.dataDir, 'stay')
    await writer.line('event') // the first is reported once the folder is there
    await pause(delay)
    writer.process.kill('SIGKILL')
    await writer.exited
  }
  const server = await openEmbedded({ dataDir: data.dataDir })
  expect(await query(server, 'select 1')).toEqual([1])
  await server.stop()
})

function killGuard(dataDir: string): void {
  const guard = processesNaming(dataDir).find(found => found.command.includes('cordee-guard'))
  expect(guard).toBeDefined()
  if (guard) process.kill(guard.pid, 'SIGKILL')
}
