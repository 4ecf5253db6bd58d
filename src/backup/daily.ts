import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BackupSummary, backUp, type DataPlace } from '#/backup/create.ts'
import { writeProblem } from '#/backup/problem.ts'
import { writeTarget } from '#/backup/target-file.ts'
import type { Server } from '#db/installation.ts'
import type { Log } from '#kernel/log.ts'

const kept = 7
const mostNamed = 20
const firstLookMs = 60_000
const lookMs = 3_600_000

export interface DailyTimes {
  firstLookMs: number
  lookMs: number
}

/**
 * Once a day writes a backup of the embedded installation into its data folder, and keeps the last seven. A timer
 * rather than a queued job: the data folder has one holder at a time, and that is the process which serves. It looks
 * every hour whether today's is there, so a machine that sleeps or restarts misses none it could make.
 * @returns a function that ends it, giving up a backup at work
 */
export function startDailyBackups(
  server: Pick<Server, 'kind' | 'owner'>,
  place: DataPlace,
  log: Log,
  times: DailyTimes = { firstLookMs, lookMs },
): () => Promise<void> {
  if (server.kind !== 'embedded') return async () => undefined
  const ending = new AbortController()
  let working: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout

  async function look(): Promise<void> {
    const start = Date.now()
    try {
      const written = await writeDaily(server, place, new Date(), ending.signal)
      if (!written) return
      const { missing, ...told } = written
      log.info({ ...told, ms: Date.now() - start }, 'daily backup')
      if (missing.length > 0)
        log.error({ missing: missing.slice(0, mostNamed) }, 'daily backup without some files')
    } catch (error) {
      if (!ending.signal.aborted) log.error({ err: error }, 'daily backup')
    }
  }
  function schedule(after: number): void {
    timer = setTimeout(() => {
      // The next look is set when this one is over: two never overlap.
      working = look().then(() => {
        if (!ending.signal.aborted) schedule(times.lookMs)
      })
    }, after)
    timer.unref()
  }

  schedule(times.firstLookMs)
  return async () => {
    clearTimeout(timer)
    ending.abort()
    await working
  }
}

/** @returns null when the backup of that day is there already @throws BackupError */
export async function writeDaily(
  server: Pick<Server, 'owner'>,
  place: DataPlace,
  now: Date,
  signal?: AbortSignal,
): Promise<{ file: string; bytes: number; rows: number; files: number; missing: string[] } | null> {
  const folder = join(place.dataFolder, 'backups')
  const name = `cordee-${localDay(now)}.zip`
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(error => {
    throw writeProblem(error, folder)
  })
  const there = await readdir(folder)
  // Of a process killed while it wrote: nobody else writes these.
  for (const partial of there.filter(file => /^\.cordee-\d{4}-\d\d-\d\d\.zip\.\d+\.partial$/.test(file))) {
    await rm(join(folder, partial), { force: true })
  }
  if (there.includes(name)) return null
  const file = join(folder, name)
  let summary: BackupSummary | undefined
  const { bytes } = await writeTarget(file, async output => {
    summary = await backUp(server, place, output, signal ? { signal } : {})
  })
  await removeOldest(folder, name)
  const { rows = 0, files = 0, missing = [] } = summary ?? {}
  return { file, bytes, rows, files, missing }
}

/** `2026-11-22`, where this machine is. */
export function localDay(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

/** Of a clock that went wrong there can be days to come: they count for nothing, or today's would go at once. */
async function removeOldest(folder: string, today: string): Promise<void> {
  const backups = (await readdir(folder))
    .filter(file => /^cordee-\d{4}-\d\d-\d\d\.zip$/.test(file) && file <= today)
    .sort()
  for (const name of backups.slice(0, -kept)) await rm(join(folder, name), { force: true })
}
