/** Why the embedded server cannot be used. The code is stable and names a message; `detail` fills it. */
export type EmbeddedErrorCode =
  /** Another live process owns the data folder: detail `pid`, `command`, `since` (ISO 8601). */
  | 'data-folder-in-use'
  /** The cluster belongs to another system user: detail `folder`, `uid`. */
  | 'data-folder-foreign'
  /** The data folder cannot be created or written: detail `folder`, `reason`. */
  | 'data-folder-unwritable'
  /** Running as root, and the server's account cannot enter a folder on the way: detail `folder`, `account`. */
  | 'data-folder-closed'
  /** Running as root, and no account to drop to, or no right to: detail `tried`, `reason`. */
  | 'no-unprivileged-user'
  /** No binaries installed for this platform: detail `package`. */
  | 'binaries-missing'
  /** The binaries do not run on this system: detail `reason`. */
  | 'binaries-unusable'
  /** The system's C library is not glibc, or is older than 2.27: detail `reason`. */
  | 'glibc-missing'
  /** The cluster was made by another major version: detail `cluster`, `binaries`. */
  | 'wrong-major'
  /** No space left: detail `folder`, `reason`. */
  | 'disk-full'
  /** The socket (or, on Windows, the port) was refused: detail `socket`, `reason`. */
  | 'socket-refused'
  /** The first initialisation failed: detail `reason`. */
  | 'init-failed'
  /** The server did not start: detail `reason`, `log` (path of its log). */
  | 'start-failed'

export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
  readonly code: EmbeddedErrorCode
  readonly detail: Record<string, string | number>

  constructor(code: EmbeddedErrorCode, detail: Record<string, string | number>, cause?: unknown) {
    super(`${code} ${JSON.stringify(detail)}`, { cause })
    this.code = code
    this.detail = detail
  }
}

/** A second start on one data folder: says who holds it. */
export class DataFolderInUse extends EmbeddedError {
  override name = 'DataFolderInUse'
  declare readonly detail: { pid: number; command: string; since: string }

  constructor(holder: { pid: number; command: string; since: string }) {
    super('data-folder-in-use', { pid: holder.pid, command: holder.command, since: holder.since })
  }
}

/** The system's refusal of a file operation, as one of ours; anything else comes back as it was. */
export function fileError(error: unknown, folder: string): unknown {
  const code = systemCode(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new EmbeddedError('disk-full', { folder, reason }, error)
  if (code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new EmbeddedError('data-folder-unwritable', { folder, reason }, error)
  }
  return error
}

/** What the server or initdb wrote before it gave up, as one of ours. */
export function errorFromOutput(
  output: string,
  otherwise: 'init-failed' | 'start-failed' | 'binaries-unusable',
  where: { folder: string; socket?: string; log?: string },
): EmbeddedError {
  const reason = output.trim().slice(-1500) || 'no output'
  if (/No space left on device|Disk quota exceeded/i.test(output)) {
    return new EmbeddedError('disk-full', { folder: where.folder, reason })
  }
  if (/GLIBC_[\d.]+.*not found|ld-linux|ld-musl|symbol not found/i.test(output)) {
    return new EmbeddedError('glibc-missing', { reason })
  }
  if (/could not (create|bind|listen|set permissions).*socket|could not bind/i.test(output)) {
    return new EmbeddedError('socket-refused', { socket: where.socket ?? '', reason })
  }
  if (/incompatible with server|was initialized by PostgreSQL version/i.test(output)) {
    return new EmbeddedError('wrong-major', { cluster: '?', binaries: '?', reason })
  }
  return new EmbeddedError(otherwise, where.log ? { reason, log: where.log } : { reason })
}

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
