import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { readTemplate } from '#modules/programmes/templates/reading.ts'

/** Brings the templates of networks: a folder for each, with a file for each of its own. Done again, it changes nothing. */
export async function bringProgrammeTemplates({ db, folder, networks }: DemoContext): Promise<void> {
  for (const [slug, { id }] of networks) {
    const own = join(folder, 'programme-templates', slug)
    if (!existsSync(own)) continue
    for (const file of readdirSync(own).toSorted()) {
      const reading = readTemplate(readFileSync(join(own, file), 'utf8'), null)
      if ('problems' in reading) throw new Error(`${file}: ${JSON.stringify(reading.problems)}`)
      const { template } = reading
      await inTenant(db, { networkId: id, audience: 'network' }, trx =>
        trx
          .insertInto('programme_template')
          .values({
            ...{ network_id: id, id: newId(), key: template.key, version: 1, state: 'published' },
            content: JSON.stringify({ ...template, version: 1 }),
          })
          .onConflict(conflict => conflict.columns(['network_id', 'key', 'version']).doNothing())
          .execute(),
      )
    }
  }
}
