import type { ComponentChildren } from 'preact'
import { Fragment, h } from 'preact'
import type { Trx } from '#db/database.ts'
import type { AppContext } from '#http/context.ts'
import type { SectionPlace } from '#http/module.ts'
import { entryOf } from '#modules/network/door.ts'

/** What the modules show of theirs at a place, in their order. @param subject of the page: a person, a group… */
export async function sectionsOf(
  c: AppContext,
  place: SectionPlace,
  trx: Trx,
  subject: { id: string },
): Promise<{ children: ComponentChildren; scripts: string[] }> {
  const { network, personId, role } = entryOf(c)
  const { sections, waiting } = c.var.services
  const made = []
  for (const section of sections[place]) {
    const shown = await section({
      trx,
      network,
      subject,
      person: { personId, role },
      waiting,
      i18n: c.var.i18n,
    })
    if (shown) made.push(shown)
  }
  return {
    children: made.map(({ content }, index) => h(Fragment, { key: index }, content)),
    scripts: [...new Set(made.flatMap(({ scripts }) => scripts))],
  }
}
