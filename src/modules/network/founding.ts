import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { z } from 'zod'
import { announceChangeAsOwner } from '#db/changes.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'

const translated = z.union([
  z
    .string()
    .trim()
    .min(1)
    .transform(text => ({ fr: text })),
  z.partialRecord(z.enum(locales), z.string().min(1)),
])

/** The words after the language that are pages of the site itself. */
const reserved = ['about', 'account', 'demonstration', 'mail', 'platform', 'start']

export const networkSlug = z
  .string()
  .min(2)
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'form.error.slug' })
  .refine(slug => !reserved.includes(slug), { error: 'form.error.slug' })

export const networkInput = z.object({
  slug: networkSlug,
  name: translated,
  summary: translated.default({}),
  visibility: z.enum(['public', 'private']),
  locale: z.enum(locales),
  timeZone: z.string().refine(isTimeZone),
})

export type NetworkInput = z.infer<typeof networkInput>

/**
 * Founds a network. Networks are the tenants themselves, so this is the owner's business, not the application's.
 * @throws AppError 'taken' when the slug is taken
 */
export async function foundNetwork(
  owner: pg.ClientBase,
  input: NetworkInput,
  demonstration: 'loading' | 'loaded' | null = null,
): Promise<string> {
  const id = newId()
  const { rowCount } = await owner.query(
    `insert into network (id, slug, name, summary, visibility, locale, time_zone, demonstration)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (slug) do nothing`,
    [
      id,
      input.slug,
      input.name,
      input.summary,
      input.visibility,
      input.locale,
      input.timeZone,
      demonstration,
    ],
  )
  if (!rowCount) throw new AppError('taken', { params: { name: input.slug } })
  return id
}

export type DemonstrationNetworks = Map<string, { id: string; visibility: 'public' | 'private' }>

/**
 * Founds the networks of the demonstration where the installation has none of its own.
 * @returns those whose content is still to be loaded, by slug
 */
export async function startDemonstration(
  owner: pg.ClientBase,
  folder: string,
): Promise<DemonstrationNetworks> {
  const { rows } = await owner.query<{ own: boolean }>(
    'select exists (select from network where demonstration is null) as own',
  )
  if (rows[0]?.own) return new Map()
  const inputs = z
    .array(z.looseObject(networkInput.shape))
    .parse(JSON.parse(readFileSync(join(folder, 'networks.json'), 'utf8')))
  for (const input of inputs) {
    const { rowCount } = await owner.query('select from network where slug = $1', [input.slug])
    if (!rowCount) await foundNetwork(owner, input, 'loading')
  }
  const loading = await owner.query<{ id: string; slug: string; visibility: 'public' | 'private' }>(
    `select id, slug, visibility from network where demonstration = 'loading' order by slug`,
  )
  return new Map(loading.rows.map(({ id, slug, visibility }) => [slug, { id, visibility }]))
}

export async function finishDemonstration(owner: pg.ClientBase): Promise<void> {
  await owner.query(`update network set demonstration = 'loaded' where demonstration = 'loading'`)
}

/**
 * Erases the demonstration, with its people and all that was written in it, in the caller's transaction.
 * @returns the slugs of the networks that went
 */
export async function removeDemonstration(owner: pg.ClientBase): Promise<string[]> {
  // What hangs on memberships by keys that do not cascade goes first: the order in which a network takes its tables along
  // is that of their making.
  for (const table of await tablesOfMemberships(owner)) {
    await owner.query(
      `delete from ${owner.escapeIdentifier(table)} where network_id in (select id from network where demonstration is not null)`,
    )
  }
  const { rows } = await owner.query<{ id: string; slug: string }>(
    'delete from network where demonstration is not null returning id, slug',
  )
  const ids = rows.map(row => row.id)
  for (const table of await tenantTables(owner)) {
    await owner.query(`delete from ${owner.escapeIdentifier(table)} where network_id = any ($1)`, [ids])
  }
  for (const id of ids) await owner.query('select audit_forget($1)', [id])
  await owner.query('delete from account where demonstration')
  await owner.query(
    'delete from organisation where not exists (select from membership where organisation_id = organisation.id)',
  )
  for (const id of ids) await announceChangeAsOwner(owner, id)
  return rows.map(row => row.slug)
}

/** What names a network without referring to it, because the platform itself can stand there, is not gone with it. */
async function tenantTables(owner: pg.ClientBase): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select class.relname as name from pg_class class
     join pg_attribute column_ on column_.attrelid = class.oid and column_.attname = 'network_id'
     where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p') and class.relname not like 'audit%'
       and not exists (select from pg_constraint where conrelid = class.oid and contype = 'f' and confrelid = 'network'::regclass)
     order by 1`,
  )
  return rows.map(row => row.name)
}

async function tablesOfMemberships(owner: pg.ClientBase): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select distinct class.relname as name from pg_constraint
     join pg_class class on class.oid = conrelid
     where contype = 'f' and confrelid = 'membership'::regclass and confdeltype = 'a'
     order by 1`,
  )
  return rows.map(row => row.name)
}
