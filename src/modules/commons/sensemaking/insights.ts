import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'
import { type Hit, search } from '#modules/commons/search/searching.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template, TemplateQuestion } from '#modules/commons/templates/template.ts'

/** Pages of which the passages are read at a time. */
export const insightPageSize = 20

/** Types of page that have something to tell when the work is done. */
export const insightTypes = ['learningplan', 'experiment'] as const

/** What was learned, by template and question, in the order in which it is read. */
const asked: Record<string, readonly string[]> = {
  'learning-plan': ['key-insights', 'interplay', 'barriers', 'why-methods', 'why-data', 'handover-details'],
  experiment: ['main-learnings', 'surprises', 'obstacles', 'iterations', 'advice', 'replication'],
}

/** A question of which passages are gathered: 'learning-plan.key-insights'. */
export interface InsightQuestion {
  key: string
  template: string
  question: TemplateQuestion
}

export interface Passage {
  key: string
  /** Markdown, as its author wrote it. */
  markdown: string
}

/** As much of a page as is said beside its passages. */
export type LearnedItem = Pick<Hit, 'id' | 'slug' | 'title' | 'type' | 'language' | 'year' | 'facets'>

/** What one page tells; nothing where its closing form is empty. */
export interface Learned {
  item: LearnedItem
  passages: Passage[]
}

/** The questions of the templates as they are in this network. */
export async function insightQuestions(trx: Trx, networkId: string): Promise<InsightQuestion[]> {
  return questionsIn(await templatesOf(trx, networkId))
}

/**
 * One page of what was learned: found as the list finds, read from the sources of these items alone.
 * @param chosen keys of questions; none: all
 */
export async function readInsights(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  chosen: readonly string[],
): Promise<{ total: number; learned: Learned[]; next: string | null; corrected: string | null }> {
  const found = await search(trx, networkId, narrowed(query), insightPageSize)
  const learned = await learnedFrom(trx, networkId, found.hits, chosen)
  return { total: found.total, learned, next: found.next, corrected: found.corrected }
}

/**
 * The same of items that were put together, in their order.
 * @param after id of the last one shown
 */
export async function insightsAmong<Item extends LearnedItem>(
  trx: Trx,
  networkId: string,
  items: readonly Item[],
  { chosen, after }: { chosen: readonly string[]; after: string | null },
): Promise<{ total: number; learned: Learned[]; next: string | null; corrected: null }> {
  const telling = items.filter(isTelling)
  const from = telling.findIndex(({ id }) => id === after) + 1
  const shown = telling.slice(from, from + insightPageSize)
  const more = from + shown.length < telling.length
  return {
    total: telling.length,
    learned: await learnedFrom(trx, networkId, shown, chosen),
    next: more ? (shown.at(-1)?.id ?? null) : null,
    corrected: null,
  }
}

/** Whether it is of a type that has something to tell when the work is done. */
export function isTelling({ type }: { type: string | null }): boolean {
  return insightTypes.some(one => one === type)
}

/** The same search, of the pages that have something to tell. */
export function narrowed(query: CommonsQuery): CommonsQuery {
  const chosen = (query.facets.type ?? []).filter(type => insightTypes.some(one => one === type))
  return { ...query, facets: { ...query.facets, type: chosen.length > 0 ? chosen : [...insightTypes] } }
}

/** What a page answers to these questions. */
export function passagesOf(
  templates: readonly Template[],
  type: string | null,
  source: string,
  chosen: readonly string[],
): Passage[] {
  const template = templates.find(one => one.type === type && Object.hasOwn(asked, one.key))
  if (!template) return []
  const { answers } = readAnswers(template, source)
  return questionsIn([template]).flatMap(({ key, question }) => {
    if (chosen.length > 0 && !chosen.includes(key)) return []
    const value = answers.get(question.key)
    const markdown = typeof value === 'string' ? value.trim() : ''
    return markdown === '' ? [] : [{ key, markdown }]
  })
}

async function learnedFrom(
  trx: Trx,
  networkId: string,
  items: readonly LearnedItem[],
  chosen: readonly string[],
): Promise<Learned[]> {
  const templates = await templatesOf(trx, networkId)
  const { rows } = await sql<{ id: string; source: string }>`
    select item.id, version.source from commons_item item
    join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where item.network_id = ${networkId} and item.id = any (${items.map(({ id }) => id)}::uuid[])`.execute(
    trx,
  )
  const sources = new Map(rows.map(row => [row.id, row.source]))
  return items.map(item => ({
    item,
    passages: passagesOf(templates, item.type, sources.get(item.id) ?? '', chosen),
  }))
}

/** What a question is called shortly. */
export function questionName({ question }: InsightQuestion, locale: string): string {
  return inWords(question.label ?? question.ask, locale)
}

function questionsIn(templates: readonly Template[]): InsightQuestion[] {
  return templates.flatMap(template => {
    const questions = template.sections.filter(({ repeated }) => !repeated).flatMap(one => one.questions)
    return (asked[template.key] ?? []).flatMap(wanted => {
      const question = questions.find(({ key }) => key === wanted)
      return question ? [{ key: `${template.key}.${wanted}`, template: template.key, question }] : []
    })
  })
}
