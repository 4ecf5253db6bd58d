import type { Trx } from '#db/database.ts'
import { type Item, listVersions, readItem } from '#modules/commons/items.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { inWords, questionAt } from '#modules/commons/templates/questions.ts'
import type { Template, Value } from '#modules/commons/templates/template.ts'

/** One item whole, for programs: what its page says, what that was read as, and how it came to be. */
export async function itemDocument(trx: Trx, networkId: string, item: Item, url: string) {
  const { facts } = readItem(item)
  const templates = await templatesOf(trx, networkId)
  const template = templates.find(({ type }) => type === item.type) ?? null
  const versions = await listVersions(trx, networkId, item.id)
  return {
    id: item.id,
    slug: item.slug,
    url,
    fileName: item.fileName,
    version: item.version,
    updatedAt: item.updatedAt.toISOString(),
    title: facts.title,
    type: item.type,
    language: item.language,
    summary: item.summary,
    licence: facts.licence,
    facts: {
      years: facts.years,
      date: facts.date,
      countries: facts.countries,
      sdgs: facts.sdgs,
      stages: facts.stages as string[],
      place: facts.place,
      tags: facts.tags,
      source: facts.source,
    },
    template: template && { key: template.key, version: template.version },
    answers: template ? answersRead(template, item) : [],
    versions: versions.map(({ number, title, createdAt, bytes }) => ({
      number,
      title,
      createdAt: createdAt.toISOString(),
      bytes,
    })),
    source: item.source,
  }
}

export type ItemDocument = Awaited<ReturnType<typeof itemDocument>>

interface AnswerRead {
  path: string
  section: string | null
  /** As the template asks it, in the language of the page; null for the rows of what is repeated. */
  question: string | null
  value: Value
}

function answersRead(template: Template, item: Item): AnswerRead[] {
  return [...readAnswers(template, item.source).answers].map(([path, value]) => {
    const place = questionAt(template, path)
    return {
      path,
      section: place?.section.key ?? null,
      question: place ? inWords(place.question.ask, item.language ?? 'en') : null,
      value,
    }
  })
}
