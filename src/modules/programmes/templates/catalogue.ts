import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { shippedTemplate, shippedTemplates } from '#modules/programmes/templates/shipped.ts'
import type { Period, ProgrammeTemplate, Texts } from '#modules/programmes/templates/template.ts'

/** Of a network's own: more than anyone keeps apart, few enough to show on one page. */
export const mostTemplates = 40

/** What there is to choose from when a programme is made. */
export interface TemplateChoice {
  key: string
  version: number
  name: Texts
  about: Texts | undefined
  duration: Period
  capsules: number
  steps: number
  /** As it came with the program. */
  shipped: boolean
}

/** Those that a network has published, in place of those that come with the program where they are called the same. */
export async function templateChoices(trx: Trx, networkId: string): Promise<TemplateChoice[]> {
  const templates = await templatesInUse(trx, networkId)
  return templates.map(template => choiceOf(template))
}

export function choiceOf(template: ProgrammeTemplate): TemplateChoice {
  const { key, version, name, about, duration, capsules } = template
  return {
    ...{ key, version, name, about, duration },
    capsules: capsules.length,
    steps: capsules.reduce((count, { steps }) => count + steps.length, 0),
    shipped: shippedTemplate(key) === template,
  }
}

export async function templatesInUse(trx: Trx, networkId: string): Promise<ProgrammeTemplate[]> {
  const own = await contents(
    trx,
    sql`select distinct on (key) content from programme_template
      where network_id = ${networkId}::uuid and state = 'published'
      order by key, version desc limit ${mostTemplates}`,
  )
  const shipped = shippedTemplates().map(template => own.find(({ key }) => key === template.key) ?? template)
  return [...shipped, ...own.filter(({ key }) => shippedTemplate(key) === undefined)]
}

/** As it is in use, or in any version that ever was; undefined for one there is not. */
export async function findTemplate(
  trx: Trx,
  networkId: string,
  key: string,
  version?: number,
): Promise<ProgrammeTemplate | undefined> {
  const wanted =
    version === undefined ? sql`state = 'published'` : sql`version = ${version} and state <> 'draft'`
  const [found] = await contents(
    trx,
    sql`select content from programme_template
      where network_id = ${networkId}::uuid and key = ${key} and ${wanted} order by version desc limit 1`,
  )
  if (found) return found
  const shipped = shippedTemplate(key)
  return shipped && (version === undefined || version === shipped.version) ? shipped : undefined
}

export interface TemplateVersion {
  version: number
  state: 'draft' | 'published' | 'retired'
  by: string | null
  /** Null for what came with the program. */
  at: Date | null
}

/** The versions of a template, the latest first; no more than a page shows. Drafts are among them. */
export async function templateVersions(trx: Trx, networkId: string, key: string): Promise<TemplateVersion[]> {
  const { rows } = await sql<{
    version: number
    state: TemplateVersion['state']
    by: string | null
    at: Date
  }>`
    select template.version, template.state, person.name as by, template.created_at as at
    from programme_template template
    left join person on person.network_id = template.network_id and person.id = template.created_by
    where template.network_id = ${networkId}::uuid and template.key = ${key}
    order by template.version desc limit 50`.execute(trx)
  const shipped = shippedTemplate(key)
  if (!shipped) return rows
  const inUse = rows.some(({ state }) => state === 'published')
  return [...rows, { version: shipped.version, state: inUse ? 'retired' : 'published', by: null, at: null }]
}

async function contents(trx: Trx, query: RawBuilder<unknown>): Promise<ProgrammeTemplate[]> {
  const { rows } = await sql<{ content: ProgrammeTemplate }>`${query}`.execute(trx)
  // Checked when it was taken in.
  return rows.map(({ content }) => content)
}
