/** Why a backup cannot be made or restored. The code is stable and names the message `backup.problem.<code>`. */
export type BackupProblem =
  /** There is no installation there: `where`. */
  | 'nothing-to-back-up'
  /** A policy would hide rows from the owner, so the backup would lack them: `tables`. */
  | 'hidden-rows'
  /** A circle of foreign keys: there is no order to load these in: `tables`. */
  | 'circular-tables'
  /** Never overwritten: `path`. */
  | 'target-exists'
  /** `path`, `reason`. */
  | 'unwritable'
  /** `path`, `reason`. */
  | 'disk-full'
  /** `path`, `reason`. */
  | 'unreadable'
  /** Another kind of file: `path`. */
  | 'not-a-backup'
  /** Cut off, as by an interrupted copy: `path`. */
  | 'incomplete'
  /** What is read is not what was written: `path`, `entry`, `reason`. */
  | 'damaged'
  /** `path`, `entry`. */
  | 'missing-entry'
  /** Written in a later format: `format`, `known`, `version`. */
  | 'newer-format'
  /** From a Cordée with migrations this one lacks: `version`, `migrations`. */
  | 'newer-cordee'
  /** A migration of the same name has another content here: `migrations`. */
  | 'other-history'
  /** Holds networks or files already: `networks`, `files`. */
  | 'occupied'
  /** Programs at work on the database: `programs`. */
  | 'running'
  /** Holds tables, and none of ours: `tables`. */
  | 'foreign-database'
  /** The backup has a table, or a column, that its migrations do not make: `table`, `reason`. */
  | 'unloadable'

export type ProblemDetail = Record<string, string | number>

export class BackupError extends Error {
  override name = 'BackupError'
  readonly code: BackupProblem
  readonly detail: ProblemDetail

  constructor(code: BackupProblem, detail: ProblemDetail, cause?: unknown) {
    super(`${code} ${JSON.stringify(detail)}`, { cause })
    this.code = code
    this.detail = detail
  }
}

/** The system's refusal to write at `path` as one of ours; anything else comes back as it was. */
export function writeProblem(error: unknown, path: string): unknown {
  const code = systemCode(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (code === undefined || error instanceof BackupError) return error
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code))
    return new BackupError('disk-full', { path, reason }, error)
  if (
    ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EIO', 'EPIPE', 'ELOOP', 'EXDEV'].includes(
      code,
    )
  ) {
    return new BackupError('unwritable', { path, reason }, error)
  }
  return error
}

/** The same for reading. */
export function readProblem(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code === undefined || !/^E[A-Z]+$/.test(code) || error instanceof BackupError) return error
  return new BackupError('unreadable', { path, reason: (error as Error).message }, error)
}

export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
