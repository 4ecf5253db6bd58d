import { createHmac } from 'node:crypto'
import type pg from 'pg'

export const ownerRole = 'cordee_owner'
export const appRole = 'cordee_app'

/**
 * Sees to it that the application's role exists, may log in, owns nothing and cannot bypass row-level security.
 * @param client connected as a role that may create roles
 */
export async function ensureAppRole(client: pg.ClientBase, password: string | null): Promise<void> {
  await ensureRole(client, appRole)
  const secret = password === null ? '' : ` password ${client.escapeLiteral(password)}`
  await client.query(`alter role ${appRole} login${secret}`)
}

/** In the embedded server nobody works as the superuser: the schema has an owner of its own. */
export async function ensureOwnerRole(client: pg.ClientBase): Promise<void> {
  await ensureRole(client, ownerRole)
  await client.query(`alter role ${ownerRole} login`)
}

/**
 * The password of the application's role on a server of yours. Every process derives the same from the owner's,
 * so that none has to be stored or handed around.
 */
export function appPassword(ownerPassword: string): string {
  return createHmac('sha256', ownerPassword).update(appRole).digest('base64url')
}

async function ensureRole(client: pg.ClientBase, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount) return
  try {
    await client.query(`create role ${role} nosuperuser nobypassrls nocreatedb nocreaterole`)
  } catch (error) {
    // Another process made it in the meantime: 42710 duplicate_object, 23505 on the catalogue's key.
    if (!['42710', '23505'].includes((error as { code?: string }).code ?? '')) throw error
  }
}
