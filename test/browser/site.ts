import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { asOwner } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { type ArchiveEntry, readFolder } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { foundNetwork } from '#modules/network/founding.ts'
import { listening, testApp } from '../app.ts'

export interface Site {
  origin: string
  /** Whether the public pages beside the repository are there as well. */
  sampled: boolean
  /** Slugs of items, by what is special about them. */
  items: { plan: string; story: string; spanish: string; english: string }
  close(): Promise<void>
}

const demo = fileURLToPath(new URL('../../demo/commons/fil-commun', import.meta.url))
const sample = fileURLToPath(new URL('../../../shared/commons-sample', import.meta.url))

/**
 * The whole program behind a port of its own, with the pages of the demonstration in a network `fil-commun` and, where
 * it is there, one in `every` of the sample.
 */
export async function openSite(options: { every: number }): Promise<Site> {
  const app = await testApp()
  const sampled = existsSync(sample)
  const id = await asOwner(app.database.server, client =>
    foundNetwork(
      client,
      {
        slug: 'fil-commun',
        name: { fr: 'Le Fil commun', en: 'The Common Thread' },
        summary: { fr: 'Chacun y dépose ce qu’il a essayé.', en: 'Everybody leaves what they tried.' },
        visibility: 'public',
        locale: 'fr',
        timeZone: 'Europe/Paris',
      },
      'loading',
    ),
  )
  const tenant = { networkId: id, audience: 'network' } as const
  const { db } = app.database
  await importPages(db, tenant, readFolder(demo), { origin: 'demo', visibility: 'public' })
  if (sampled) {
    await importPages(db, tenant, everyNth(readFolder(sample), options.every), {
      origin: 'sample',
      visibility: 'public',
    })
  } else {
    console.warn('The sample of public pages is not there: the pages of the demonstration have to do.')
  }
  const slugOf = (fileName: string) =>
    inTenant(db, tenant, async trx => {
      const { slug } = await trx
        .selectFrom('commons_item')
        .select('slug')
        .where('network_id', '=', id)
        .where('file_name', '=', fileName)
        .executeTakeFirstOrThrow()
      return slug
    })
  const items = {
    plan: await slugOf('habiter-ensemble-sans-demenager-a-80-ans.md'),
    story: await slugOf('the-bakery-that-counts-backwards.md'),
    spanish: await slugOf('duchas-con-energia-solar-en-el-alto.md'),
    english: await slugOf('solar-energy-for-the-labasa-market-women.md'),
  }
  const site = await listening(app)
  return {
    origin: site.url,
    sampled,
    items,
    async close() {
      await site.close()
      await app.close()
    },
  }
}

async function* everyNth(entries: AsyncIterable<ArchiveEntry>, nth: number): AsyncGenerator<ArchiveEntry> {
  let position = 0
  for await (const entry of entries) if (position++ % nth === 0) yield entry
}
