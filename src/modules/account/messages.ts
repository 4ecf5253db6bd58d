import type { Db } from '#db/database.ts'
import type { AuthMessage } from '#platform/auth/auth.ts'

/** How what accounts have to tell people reaches them: by mail, in their language, with links to our own pages. */
export function authMail(_db: Db, _linkOrigin: string): (message: AuthMessage) => Promise<void> {
  return async () => undefined
}
