import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import type { Role } from '#http/policies.ts'
import { locales } from '#kernel/locale.ts'
import { readFolder } from '#modules/commons/archive/index.ts'
import { demoCollections } from '#modules/commons/collections/demonstration.ts'
import { bringComments, saidOfPage } from '#modules/commons/discussion/demonstration.ts'
import { writtenKinds } from '#modules/commons/facets.ts'
import { decide } from '#modules/commons/families/decisions.ts'
import { followDemonstration } from '#modules/commons/following/demonstration.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { bringTranslation, translatedPage } from '#modules/commons/translations/demonstration.ts'
import { bringWrittenPage, type Cast, writtenPage } from '#modules/commons/writing/demonstration.ts'
import { findNetwork, type Network } from '#modules/network/index.ts'

/** Opens the demonstration where people are at work. Done again, it changes nothing. */
export async function bringDemonstration({ db, folder, networks }: DemoContext): Promise<void> {
  await importDemonstration(db, folder, networks)
  for (const [slug, { id }] of networks)
    await inTenant(db, { networkId: id, audience: 'network' }, trx =>
      demoCollections(trx, { id, slug }, folder),
    )
  await writeDemonstration(db, folder, networks)
  await followDemonstration(db, folder, networks)
}

/** The pages of the demonstration come in by the same door as anyone's. */
export async function importDemonstration(
  db: Db,
  folder: string,
  networks: DemoContext['networks'],
): Promise<void> {
  for (const [slug, { id, visibility }] of networks) {
    const pages = join(folder, 'commons', slug)
    if (!existsSync(pages)) continue
    await importPages(db, { networkId: id, audience: 'network' }, readFolder(pages), {
      origin: `demo/commons/${slug}`,
      visibility: visibility === 'public' ? 'public' : 'network',
    })
  }
}

const peopleAtWork = z.record(
  z.string(),
  z.object({
    documents: z.array(writtenPage.and(z.object({ comments: z.array(saidOfPage).default([]) }))),
    translations: z.array(translatedPage),
    families: z.array(
      z.object({
        by: z.email(),
        kind: z.enum(writtenKinds),
        merge: z.string(),
        into: z.string(),
        names: z.partialRecord(z.enum(locales), z.string()),
      }),
    ),
  }),
)

/** Of a network all or nothing; where somebody writes already, nothing. */
async function writeDemonstration(
  db: Db,
  folder: string,
  networks: DemoContext['networks'],
  now = new Date(),
): Promise<void> {
  const material = peopleAtWork.parse(parse(readFileSync(join(folder, 'writing.yaml'), 'utf8')))
  for (const [slug, { id }] of networks) {
    const [work, network] = [material[slug], await findNetwork(db, slug)]
    if (!work || !network) continue
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      const { rows } = await sql`select from commons_document where network_id = ${id}::uuid limit 1`.execute(
        trx,
      )
      if (rows.length > 0) return
      const cast = await castOf(trx, network)
      for (const page of work.documents) {
        const document = await bringWrittenPage(trx, cast, page, now)
        await bringComments(trx, cast, document, page.comments, now)
      }
      for (const translation of work.translations) await bringTranslation(trx, cast, translation)
      for (const { by, kind, merge, into, names } of work.families) {
        const key = tagFamily(into)
        await decide(trx, cast(by), [
          { kind, action: 'merge', key: tagFamily(merge), intoKey: key },
          { kind, action: 'name', key, labels: names },
        ])
      }
    })
  }
}

/** The people of the network, each as they act under their mandate. */
async function castOf(trx: Trx, network: Network): Promise<Cast> {
  const { rows } = await sql<Player>`
    select distinct on (person.id) person.email, person.id as "personId", person.account_id as "accountId",
      mandate.id as "mandateId", mandate.role
    from person
    join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
    where person.network_id = ${network.id}::uuid and person.email is not null
    order by person.id, mandate.valid_from`.execute(trx)
  const players = new Map(rows.map(row => [row.email, row]))
  const tenant: Tenant = { networkId: network.id, audience: 'network' }
  return email => {
    const player = players.get(email)
    if (!player) throw new Error(`${network.slug} has nobody of the address ${email}`)
    const { role, personId, accountId, mandateId } = player
    const actor = { accountId, mandateId, tokenId: null, origin: 'command' } as const
    return { network, tenant, role, personId, mandates: [], actor, scopes: null }
  }
}

interface Player {
  email: string
  personId: string
  accountId: string | null
  mandateId: string
  role: Role
}
