import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '#db/database.ts'
import type { DemoContext } from '#http/module.ts'
import { readFolder } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'

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
