import { createHmac, timingSafeEqual } from 'node:crypto'
import type pg from 'pg'
import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { foundNetwork, networkSlug, removeDemonstration } from '#modules/network/index.ts'

/** What makes an installation one's own: oneself, one's network, and what becomes of the demonstration. */
export const startInput = z.object({
  code: z.string().trim(),
  name: z.string().trim().min(1).max(200),
  email: z.email().max(254).toLowerCase(),
  password: z.string().min(10).max(128),
  networkName: z.string().trim().min(1).max(120),
  slug: networkSlug,
  visibility: z.enum(['public', 'private']),
  locale: z.enum(locales),
  timeZone: z.string().refine(isTimeZone, { error: 'form.error.time-zone' }),
  demonstration: z.enum(['erase', 'keep']),
})
export type StartInput = z.infer<typeof startInput>

/**
 * The code that opens the first page of an installation nobody owns yet. It is derived from the installation's secret,
 * so every process says the same, and whoever reads the terminal can start; it opens nothing once a network is founded.
 */
export function startCode(secret: string): string {
  const letters = createHmac('sha256', secret).update('start').digest('hex').slice(0, 16)
  return letters.replace(/(....)(?!$)/g, '$1-')
}

export function isStartCode(secret: string, given: string): boolean {
  const [own, other] = [startCode(secret), given.trim().toLowerCase()].map(code => Buffer.from(code))
  return (
    own !== undefined && other !== undefined && own.length === other.length && timingSafeEqual(own, other)
  )
}

/** Whether there is a network that was not invented. */
export async function isStarted(owner: pg.ClientBase): Promise<boolean> {
  const { rows } = await owner.query<{ own: boolean }>(
    'select exists (select from network where demonstration is null) as own',
  )
  return rows[0]?.own === true
}

/** Whether there is such an account: signing up with an address already known looks the same, and makes none. */
export async function isAccount(owner: pg.ClientBase, id: string): Promise<boolean> {
  const { rowCount } = await owner.query('select from account where id = $1', [id])
  return rowCount === 1
}

/**
 * Founds the first network, with the account as its administrator and the installation's; all or nothing.
 * @throws AppError 'taken' when the address is taken, 'forbidden' when somebody was faster
 */
export async function startInstallation(
  owner: pg.ClientBase,
  accountId: string,
  input: Omit<StartInput, 'code' | 'password'>,
): Promise<string> {
  await owner.query('begin')
  try {
    // Two who start at once: the second waits here, and finds the installation owned.
    await owner.query('lock table network in share row exclusive mode')
    if (await isStarted(owner)) throw new AppError('forbidden')
    if (input.demonstration === 'erase') await removeDemonstration(owner)
    const { slug, visibility, locale, timeZone } = input
    const networkId = await foundNetwork(owner, {
      slug,
      visibility,
      locale,
      timeZone,
      name: { [locale]: input.networkName },
      summary: {},
    })
    // Whoever has the code has the machine: their address needs no further proof.
    await owner.query(
      'update account set platform_administrator = true, email_verified = true where id = $1',
      [accountId],
    )
    const personId = newId()
    await owner.query(
      'insert into person (network_id, id, account_id, name, email) values ($1, $2, $3, $4, $5)',
      [networkId, personId, accountId, input.name, input.email],
    )
    await owner.query(
      `insert into mandate (network_id, id, person_id, role, valid_from)
       values ($1, $2, $3, 'administrator', (now() at time zone $4)::date)`,
      [networkId, newId(), personId, timeZone],
    )
    await owner.query('commit')
    return networkId
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}
