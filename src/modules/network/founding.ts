import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { z } from 'zod'
import { announceChangeAsOwner } from '#db/changes.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'

const translated = z.union([
  z
    .string()
    .trim()
    .min(1)
    .transform(text => ({ fr: text })),
  z.partialRecord(z.enum(locales), z.string().min(1)),
])

export const networkInput = z.object({
  slug: z
    .string()
    .min(2)
    .max(63)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    // The word after the language must not be mistaken for a page of the site itself.
    .refine(slug => !['about', 'account', 'platform', 'start'].includes(slug)),
  name: translated,
  summary: translated.default({}),
  visibility: z.enum(['public', 'private']),
  locale: z.enum(locales),
  timeZone: z.string().refine(isTimeZone),
})

export type NetworkInput = z.infer<typeof networkInput>

/**
 * Founds a network. Networks are the tenants themselves, so this is the owner's business, not the application's.
 * @throws AppError 'conflict' when the slug is taken
 */
export async function foundNetwork(
  owner: pg.ClientBase,
  input: NetworkInput,
  demonstration: 'loading' | null = null,
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
  if (!rowCount) throw new AppError('conflict', { params: { name: input.slug } })
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

/** Erases the demonstration, with all that was written in it. @returns the slugs of the networks that went */
export async function removeDemonstration(owner: pg.ClientBase): Promise<string[]> {
  const { rows } = await owner.query<{ id: string; slug: string }>(
    'delete from network where demonstration is not null returning id, slug',
  )
  for (const { id } of rows) await announceChangeAsOwner(owner, id)
  return rows.map(row => row.slug)
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
