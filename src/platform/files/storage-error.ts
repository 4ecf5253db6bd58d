/**
 * Where files are kept is away, refuses us, or is not what it should be. The system's code stays in `cause`: by such codes it is the
 * database that is judged to be away.
 */
export class StorageError extends Error {
  override name = 'StorageError'
}

/** What the last of the causes says; some errors of connecting have a code alone. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  return error.message || String((error as { code?: unknown }).code ?? error.name)
}
