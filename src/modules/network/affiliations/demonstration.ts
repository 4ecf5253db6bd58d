import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { kinds, levels, sharedNumbers } from '#modules/network/affiliations/schema.ts'
import { findNetwork } from '#modules/network/networks.ts'

const affiliationsFile = z.object({
  affiliations: z.array(
    z.object({
      member: z.string(),
      parent: z.string(),
      kind: z.enum(kinds),
      level: z.enum(levels),
      mandate: z.string(),
      from: z.iso.date(),
      until: z.iso.date().nullable().default(null),
      state: z.enum(['asked', 'accepted']).default('accepted'),
    }),
  ),
  sharing: z.record(
    z.string(),
    z.object({ organisations: z.boolean(), numbers: z.array(z.enum(sharedNumbers)) }),
  ),
})

/**
 * Ties the networks of the demonstration to each other: each member asks, its parent accepts. Nobody is written to. Done
 * again, it changes nothing.
 */
export async function bringAffiliations({ db, folder, networks }: DemoContext): Promise<void> {
  const material = affiliationsFile.parse(JSON.parse(readFileSync(join(folder, 'affiliations.json'), 'utf8')))
  for (const { member, parent, from, until, state, ...terms } of material.affiliations) {
    const own = networks.get(member)
    const other = await findNetwork(db, parent)
    if (!own || !other?.demonstration) continue
    const id = newId()
    const asked = await inTenant(db, { networkId: own.id, audience: 'network' }, async trx => {
      const known = await trx
        .selectFrom('affiliation')
        .select('id')
        .where('network_id', '=', own.id)
        .where('address', '=', parent)
        .where('valid_from', '=', from)
        .executeTakeFirst()
      if (known) return false
      const dates = { valid_from: from, valid_until: until }
      const ends = { network_id: own.id, other_id: other.id, address: parent, asked_as: 'member' }
      await trx
        .insertInto('affiliation')
        .values({ id, ...ends, ...terms, ...dates })
        .execute()
      return true
    })
    if (asked && state === 'accepted')
      await inTenant(db, { networkId: other.id, audience: 'network' }, trx =>
        trx
          .updateTable('affiliation')
          .set({ state, answered_at: new Date() })
          .where('network_id', '=', own.id)
          .where('id', '=', id)
          .execute(),
      )
  }
  for (const [slug, sharing] of Object.entries(material.sharing)) {
    const own = networks.get(slug)
    if (!own) continue
    await inTenant(db, { networkId: own.id, audience: 'network' }, trx =>
      trx
        .insertInto('network_sharing')
        .values({ network_id: own.id, ...sharing })
        .onConflict(conflict => conflict.column('network_id').doNothing())
        .execute(),
    )
  }
}
