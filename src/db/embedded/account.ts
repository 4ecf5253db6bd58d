import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmbeddedError } from '#db/embedded/errors.ts'

/** The system user the server runs as, when it is not our own: PostgreSQL refuses to run as root. */
export interface Account {
  uid: number
  gid: number
  name: string
}

/**
 * As root, the account to drop to: the one that owns the cluster already, else `postgres`, else `nobody`. Installing
 * PostgreSQL on the machine later brings a user `postgres`, and must not lock us out of a cluster made by `nobody`.
 * @returns null when we are not root: the server then runs as we do.
 * @throws EmbeddedError no-unprivileged-user
 */
export function serverAccount(cluster: string): Account | null {
  if (process.getuid?.() !== 0) return null
  const users = systemUsers()
  const owner = lstatSync(cluster, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) {
    const name = users.find(user => user.uid === owner.uid)?.name ?? String(owner.uid)
    return { uid: owner.uid, gid: owner.gid, name }
  }
  for (const name of ['postgres', 'nobody']) {
    const user = users.find(candidate => candidate.name === name && candidate.uid > 0)
    if (user) return user
  }
  throw new EmbeddedError('no-unprivileged-user', { tried: 'postgres, nobody', reason: 'not in /etc/passwd' })
}

/** Spawn options that run a program as the account. Node drops the supplementary groups as well. */
export function asAccount(account: Account | null): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

export function giveTo(account: Account | null, path: string): void {
  if (account) chownSync(path, account.uid, account.gid)
}

/**
 * Whether the account can enter the folder: tried, not computed, since access lists and mounts count too.
 * @throws EmbeddedError no-unprivileged-user when this root may not become another user (rootless containers)
 */
export function canEnter(account: Account | null, folder: string): boolean {
  if (!account) return true
  const tried = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    ...asAccount(account),
    cwd: '/',
    stdio: 'ignore',
  })
  if (tried.error) {
    throw new EmbeddedError(
      'no-unprivileged-user',
      { tried: account.name, reason: tried.error.message },
      tried.error,
    )
  }
  return tried.status === 0
}

/** The outermost folder on the way that the account cannot enter. */
export function closedFolder(account: Account, folder: string): string {
  const parent = dirname(folder)
  return parent === folder || canEnter(account, parent) ? folder : closedFolder(account, parent)
}

/** Lets others pass through (not list) a folder of ours. */
export function letThrough(folder: string): void {
  chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o011)
}

function systemUsers(): Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map(line => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
  } catch {
    return []
  }
}
