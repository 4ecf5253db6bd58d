import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { ownFields, sharedFields } from '#modules/network/organisations/input.ts'
import { organisationNamed } from '#modules/network/organisations/organisations.ts'
import { showcaseStates } from '#modules/network/organisations/showcase-input.ts'

const showcase = z.object({
  state: z.enum(showcaseStates),
  about: z.string(),
  offers: z.array(z.string()),
  seeks: z.array(z.string()),
  links: z.array(z.object({ url: z.url(), label: z.string() })),
  /** By the address of someone of the demonstration. */
  contact: z.email().optional(),
  email: z.email(),
  phone: z.string().optional(),
})

const { parentId: _, ...fields } = sharedFields
const organisationsFile = z.array(
  z.object({
    ...fields,
    parent: z.string().optional(),
    until: z.iso.date().optional(),
    in: z.record(z.string(), z.object({ ...ownFields, from: z.iso.date() })),
    showcases: z.record(z.string(), showcase).default({}),
  }),
)

type Demonstrated = z.infer<typeof organisationsFile>[number]

/**
 * Completes the organisations of the demonstration's people, and brings those of which nobody has an account; then what
 * they show of themselves. Done again, it changes nothing.
 */
export async function bringOrganisations({ db, folder, networks }: DemoContext): Promise<void> {
  const material = organisationsFile.parse(
    JSON.parse(readFileSync(join(folder, 'organisations.json'), 'utf8')),
  )
  for (const [slug, { id: networkId }] of networks) {
    await inTenant(db, { networkId, audience: 'network' }, async trx => {
      for (const one of material) {
        const terms = one.in[slug]
        if (terms) await bring(trx, networkId, one, terms)
      }
      for (const one of material)
        if (one.in[slug] && one.parent) await putUnder(trx, networkId, one.name, one.parent)
      for (const one of material) {
        const shown = one.showcases[slug]
        if (shown) await show(trx, networkId, one.name, shown)
      }
    })
  }
}

async function bring(
  trx: Trx,
  networkId: string,
  one: Demonstrated,
  terms: Demonstrated['in'][string],
): Promise<void> {
  const known = await organisationNamed(trx, networkId, one.name)
  const id = known?.id ?? newId()
  const { identifiers, sizeClass, parent, until, in: memberships, showcases, ...columns } = one
  const values = { ...columns, size_class: sizeClass }
  if (known) await trx.updateTable('organisation').set(values).where('id', '=', id).execute()
  else
    await trx
      .insertInto('organisation')
      .values({ id, ...values })
      .execute()
  const membership = {
    engagement: terms.engagement,
    reference: terms.reference,
    valid_from: terms.from,
    valid_until: until ?? null,
  }
  await trx
    .insertInto('membership')
    .values({ network_id: networkId, organisation_id: id, ...membership })
    .onConflict(conflict => conflict.columns(['network_id', 'organisation_id']).doUpdateSet(membership))
    .execute()
  if (identifiers.length === 0) return
  await trx
    .insertInto('organisation_identifier')
    .values(identifiers.map(number => ({ organisation_id: id, ...number })))
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

async function putUnder(trx: Trx, networkId: string, name: string, parent: string): Promise<void> {
  const [inner, outer] = [
    await organisationNamed(trx, networkId, name),
    await organisationNamed(trx, networkId, parent),
  ]
  if (!inner || !outer) return
  await trx.updateTable('organisation').set({ parent_id: outer.id }).where('id', '=', inner.id).execute()
}

async function show(
  trx: Trx,
  networkId: string,
  name: string,
  shown: z.infer<typeof showcase>,
): Promise<void> {
  const organisation = await organisationNamed(trx, networkId, name)
  if (!organisation) return
  const contact = shown.contact
    ? await trx
        .selectFrom('person')
        .select('id')
        .where('network_id', '=', networkId)
        .where('email', '=', shown.contact)
        .executeTakeFirst()
    : undefined
  await trx
    .insertInto('organisation_showcase')
    .values({
      network_id: networkId,
      organisation_id: organisation.id,
      state: shown.state,
      about: shown.about,
      offers: shown.offers.join('\n'),
      seeks: shown.seeks.join('\n'),
      links: JSON.stringify(shown.links),
      contact_person_id: contact?.id ?? null,
      contact_email: shown.email,
      contact_phone: shown.phone ?? null,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
