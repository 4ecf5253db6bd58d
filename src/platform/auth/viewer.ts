import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, kept } from '#db/database.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import type { Auth } from '#platform/auth/auth.ts'

/** Who is signed in. */
export interface Viewer {
  accountId: string
  sessionId: string
  name: string
  email: string
  emailVerified: boolean
  locale: Locale
  timeZone: string
  twoFactor: boolean
  demonstration: boolean
}

/** What one who is signed in asks for, looked up on the same way. */
export interface Visit {
  /** Of the network asked for. */
  slug: string
  /** Rows as the database has them; null where there is no such network, or where one is nothing in it. */
  place: unknown
  standing: unknown
}

/** What is needed to know who is signed in. */
export interface Doorkeeper {
  db: Db
  /** By which better-auth signs its cookies. */
  secret: string
  /** As the site is reached: over https the cookie has another name, which no page over http can set. */
  origin: string
  auth: () => Auth
}

/**
 * Who is signed in, by the cookie better-auth has set: its signature and one question to the database, a tenth of what
 * asking the library costs. It is asked once a day, to prolong the session.
 * @param slug of the network that is asked for
 * @returns the viewer, if there is one, what they are in that network, and the cookies to send back
 */
export async function viewerOf(
  { db, secret, origin, auth }: Doorkeeper,
  headers: Headers,
  slug = '',
): Promise<{ viewer: Viewer | null; visit: Visit | null; cookies: string[] }> {
  const nobody = { viewer: null, visit: null, cookies: [] }
  const token = sessionToken(headers.get('cookie') ?? '', origin, secret)
  if (token === null) return nobody
  const { rows } = await sql<{
    session_id: string
    account_id: string
    name: string
    email: string
    email_verified: boolean
    locale: string
    time_zone: string
    two_factor: boolean
    demonstration: boolean
    due: boolean
    place: unknown
    standing: unknown
  }>`${kept}select * from visit_of(${token}, ${slug})`.execute(db)
  const [row] = rows
  if (!row) return nobody
  const viewer: Viewer = {
    accountId: row.account_id,
    sessionId: row.session_id,
    name: row.name,
    email: row.email,
    emailVerified: row.email_verified,
    locale: isLocale(row.locale) ? row.locale : defaultLocale,
    timeZone: row.time_zone,
    twoFactor: row.two_factor,
    demonstration: row.demonstration,
  }
  const visit = { slug, place: row.place, standing: row.standing }
  if (!row.due) return { viewer, visit, cookies: [] }
  const prolonged = await auth().api.getSession({ headers, returnHeaders: true })
  const cookies = prolonged.headers.getSetCookie()
  return prolonged.response ? { viewer, visit, cookies } : { ...nobody, cookies }
}

/** @returns the token of a session cookie that we signed */
export function sessionToken(cookies: string, origin: string, secret: string): string | null {
  const name = `${origin.startsWith('https:') ? '__Secure-' : ''}cordee.session_token`
  const found = cookies.split(';').find(cookie => cookie.trimStart().startsWith(`${name}=`))
  if (found === undefined) return null
  const value = decoded(found.slice(found.indexOf('=') + 1).trim())
  const dot = value.lastIndexOf('.')
  const [token, signature] = [value.slice(0, dot), value.slice(dot + 1)]
  // better-auth: HMAC-SHA-256, in base64.
  const own = createHmac('sha256', secret).update(token).digest()
  const given = Buffer.from(signature, 'base64')
  return dot > 0 && given.length === own.length && timingSafeEqual(own, given) ? token : null
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
