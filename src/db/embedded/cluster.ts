import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, rename } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, asAccount, giveTo } from '#db/embedded/account.ts'
import { type Binaries, copyBinaries, program } from '#db/embedded/binaries.ts'
import { EmbeddedError, errorFromOutput, fileError } from '#db/embedded/errors.ts'
import type { Home, Report } from '#db/embedded/home.ts'

const run = promisify(execFile)

/** Where the password lies on Windows, the only system where the server listens on the network (loopback). */
export function readPassword(home: Home): string | undefined {
  if (process.platform !== 'win32') return undefined
  return readFileSync(join(home.folder, 'password'), 'utf8').trim()
}

/**
 * Makes the cluster if there is none. To be called by the owner only. It is made in another folder and renamed, so
 * that an interrupted first start leaves nothing that looks like a cluster.
 * @throws EmbeddedError wrong-major, init-failed, disk-full
 */
export async function ensureCluster(
  home: Home,
  binaries: Binaries,
  account: Account | null,
  durable: boolean,
  report: Report,
): Promise<void> {
  if (existsSync(home.cluster)) return checkMajor(home, binaries)
  for (const name of readdirSync(home.folder)) {
    if (!name.startsWith('cluster.new-')) continue
    // Its initdb may be at work still, orphaned a moment ago; then a later start removes it.
    rmSync(join(home.folder, name), { recursive: true, force: true, maxRetries: 2 })
  }
  const fresh = join(home.folder, `cluster.new-${process.pid}-${Date.now()}`)
  try {
    await mkdir(fresh, { mode: 0o700 })
    giveTo(account, fresh)
    await withShellSafe(binaries.folder, folder => initialise(home, fresh, folder, account, durable))
    await rename(fresh, home.cluster)
    if (durable) await syncFolder(home.folder)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw fileError(error, home.folder)
  }
  report('cluster-created', { folder: home.cluster, version: binaries.version })
}

function checkMajor(home: Home, binaries: Binaries): void {
  const cluster = readFileSync(join(home.cluster, 'PG_VERSION'), 'utf8').trim()
  if (cluster !== binaries.major)
    throw new EmbeddedError('wrong-major', { cluster, binaries: binaries.major })
}

/**
 * initdb looks for its sibling through a shell, its own path between double quotes (find_other_exec): where that path
 * holds a sign the shell would read, it runs from a temporary copy. A link would not do, for it is resolved.
 */
async function withShellSafe(binaries: string, work: (folder: string) => Promise<void>): Promise<void> {
  if (process.platform === 'win32' || !/["$`\\\n]/.test(binaries)) return work(binaries)
  const temporary = await mkdtemp(join(os.tmpdir(), 'cordee-'))
  try {
    copyBinaries(binaries, join(temporary, 'binaries'))
    await chmod(temporary, 0o755)
    await work(join(temporary, 'binaries'))
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

async function initialise(
  home: Home,
  folder: string,
  binaries: string,
  account: Account | null,
  durable: boolean,
): Promise<void> {
  const failures: string[] = []
  for (const locale of localeChoices) {
    const options = [
      `--pgdata=${folder}`,
      '--username=postgres',
      '--encoding=UTF8',
      ...locale,
      ...authentication(home),
    ]
    if (!durable) options.push('--no-sync')
    try {
      const env = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C', TZ: 'UTC' }
      await run(program(binaries, 'initdb'), options, { ...asAccount(account), cwd: '/', env })
      return
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
      failures.push(output)
      if (!/invalid locale|locale.*(not|unsupported)|ICU/i.test(output)) break
    }
  }
  throw errorFromOutput(failures.join('\n'), 'init-failed', { folder: home.folder })
}

/**
 * Names sort by ICU, whose data come with the binaries: an upgrade of the system cannot reorder an index. LC_CTYPE
 * is UTF-8 where the system has it, for the text-search parser asks it what a letter is: under C it takes « and the
 * typographic apostrophe for letters, and `l’économie` for one word.
 */
const icu = ['--locale-provider=icu', '--icu-locale=und', '--locale=C']
const localeChoices = [
  [...icu, '--lc-ctype=C.UTF-8'],
  [...icu, '--lc-ctype=en_US.UTF-8'],
  icu,
  ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
]

/** The socket's folder is closed to others, so whoever reaches it is trusted. Windows: password over loopback. */
function authentication(home: Home): string[] {
  if (process.platform !== 'win32') return ['--auth-local=trust', '--auth-host=reject']
  const file = join(home.folder, 'password')
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  return ['--auth=scram-sha-256', `--pwfile=${file}`]
}

/** A rename is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
