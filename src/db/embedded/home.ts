import { lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, canEnter, closedFolder, letThrough, serverAccount } from '#db/embedded/account.ts'
import { EmbeddedError, fileError, systemCode } from '#db/embedded/errors.ts'

/** Where the cluster goes when the server's account cannot enter the data folder. */
const elsewhere = '/var/lib/cordee'
/** The file there that names the link pointing to it. */
const linkedFrom = 'linked-from'

/** The folder `postgres` of a data folder, and what is in it. */
export interface Home {
  /** Without symbolic links: compared with what the server says of itself. */
  folder: string
  cluster: string
  socket: string
  /** What we recorded of the server last started. */
  record: string
  log: string
}

export type Report = (event: string, detail?: Record<string, string | number>) => void

/**
 * Makes or finds the home of the embedded server in the data folder, such that its account can reach it.
 *
 * As root in a closed place (a clone under /root, mode 700) the account cannot enter. Opening root's own folder to
 * everyone is not ours to do, nor are durable data to lie in a temporary folder: `<data>/postgres` is then a symbolic
 * link to a fresh folder under /var/lib/cordee, which is reported. eraseEmbedded() follows the link.
 * @throws EmbeddedError data-folder-unwritable, data-folder-closed, disk-full, no-unprivileged-user
 */
export async function openHome(
  dataDir: string,
  report: Report,
): Promise<{ home: Home; account: Account | null }> {
  const link = join(dataDir, 'postgres')
  try {
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    const account = serverAccount(join(link, 'cluster'))
    if (account && !canEnter(account, dataDir)) letThrough(dataDir)
    const isNew = lstatSync(link, { throwIfNoEntry: false }) === undefined
    if (isNew && account && !canEnter(account, realpathSync(dataDir)))
      await makeElsewhere(link, account, report)
    else mkdirSync(link, { recursive: true, mode: account ? 0o711 : 0o700 })
    const home = describe(realpathSync(link))
    if (account && !canEnter(account, home.folder)) letThrough(home.folder) // a strict umask
    if (account && !canEnter(account, home.folder)) {
      throw new EmbeddedError('data-folder-closed', {
        folder: closedFolder(account, home.folder),
        account: account.name,
      })
    }
    checkCluster(home)
    return { home, account }
  } catch (error) {
    throw fileError(error, dataDir)
  }
}

/** @returns null when nothing was ever made in this data folder. */
export function findHome(dataDir: string): Home | null {
  try {
    return describe(realpathSync(join(dataDir, 'postgres')))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw fileError(error, dataDir)
  }
}

/** Removes the home for good, wherever it lies. */
export async function removeHome(dataDir: string): Promise<void> {
  const home = findHome(dataDir)
  if (home) await rm(home.folder, { recursive: true, force: true, maxRetries: 5 })
  rmSync(join(dataDir, 'postgres'), { recursive: true, force: true })
}

async function makeElsewhere(link: string, account: Account, report: Report): Promise<void> {
  mkdirSync(elsewhere, { recursive: true, mode: 0o711 })
  const folder = await mkdtemp(join(elsewhere, 'postgres-'))
  letThrough(elsewhere)
  letThrough(folder)
  if (!canEnter(account, folder)) {
    rmSync(folder, { recursive: true })
    throw new EmbeddedError('data-folder-closed', {
      folder: closedFolder(account, link),
      account: account.name,
    })
  }
  try {
    symlinkSync(folder, link) // one of two concurrent first starts wins
    await reportLeftBehind(link, report)
    writeFileSync(join(folder, linkedFrom), link)
    report('cluster-elsewhere', { folder, link, closed: closedFolder(account, link), account: account.name })
  } catch (error) {
    rmSync(folder, { recursive: true })
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

/** Clusters whose link was deleted by hand: only a person can tell whether the data were to go as well. */
async function reportLeftBehind(link: string, report: Report): Promise<void> {
  for (const name of await readdir(elsewhere)) {
    const folder = join(elsewhere, name)
    const from = await readFile(join(folder, linkedFrom), 'utf8').catch(() => null)
    if (from === link) report('cluster-left-behind', { folder, link })
  }
}

function checkCluster(home: Home): void {
  const cluster = lstatSync(home.cluster, { throwIfNoEntry: false })
  const uid = process.getuid?.()
  if (cluster && uid !== undefined && uid !== 0 && cluster.uid !== uid) {
    throw new EmbeddedError('data-folder-foreign', { folder: home.folder, uid: cluster.uid })
  }
}

function describe(folder: string): Home {
  return {
    folder,
    cluster: join(folder, 'cluster'),
    socket: join(folder, 'socket'),
    record: join(folder, 'server.json'),
    log: join(folder, 'postgres.log'),
  }
}
