import { withoutBoilerplate } from './boilerplate.ts'
import type { Block, Page } from './page.ts'
import { plainText } from './plain-text.ts'

/** A piece of plain text for the search index; `language` is ISO 639-1, the page's own where a piece is too short. */
export type Field = { kind: 'title' | 'tags' | 'body'; text: string; language: string | null }

/**
 * The searchable text of a page and the language most of it is in. Answers and headings count, questions of the
 * form and its instructions do not: one would find every plan under "partner". One field per answer and one per
 * section for its heading and loose text, since pages asked in English and answered in French are common.
 */
export function fieldsOf(
  page: Page,
  title: string,
  tags: readonly string[],
  detect: (text: string) => { language: string | null },
): { fields: Field[]; language: string | null } {
  const texts = bodyTexts(page)
  const languages = texts.map(text => (text.length < SHORTEST_DETECTED ? null : detect(text).language))
  const ownTitle = page.titleWritten === null ? null : detect(title).language
  const language = mostWritten(texts, languages) ?? ownTitle
  const fields: Field[] = [{ kind: 'title', text: title, language: ownTitle ?? language }]
  if (tags.length > 0) fields.push({ kind: 'tags', text: [...new Set(tags)].join('\n'), language })
  for (const [index, text] of texts.entries()) {
    fields.push({ kind: 'body', text, language: languages[index] ?? language })
  }
  return { fields, language }
}

function bodyTexts(page: Page): string[] {
  const texts: string[] = []
  const add = (parts: readonly string[]) => {
    const text = withoutBoilerplate(plainText(parts.join('\n\n')))
    if (text !== '') texts.push(text)
  }
  const walk = (blocks: readonly Block[], loose: string[]) => {
    for (const block of blocks) {
      if (block.kind === 'prose') {
        if (!block.fromTemplate) loose.push(block.markdown)
      } else if (block.kind === 'group') {
        const inGroup: string[] = []
        walk(block.blocks, inGroup)
        add(inGroup)
      } else {
        const answer: string[] = []
        walk(block.answer, answer)
        add(answer)
      }
    }
  }
  for (const entry of page.meta) if (entry.key === 'ai_summary' && entry.value !== '') add([entry.value])
  for (const section of page.sections) {
    const loose: string[] = section.heading ? [section.heading] : []
    walk(section.blocks, loose)
    add(loose)
  }
  return texts
}

/** The language with most text behind it; null when none was recognised. */
function mostWritten(texts: readonly string[], languages: readonly (string | null)[]): string | null {
  const amounts = new Map<string, number>()
  for (const [index, language] of languages.entries()) {
    if (language === null) continue
    amounts.set(language, (amounts.get(language) ?? 0) + (texts[index]?.length ?? 0))
  }
  let most: string | null = null
  for (const [language, amount] of amounts)
    if (most === null || amount > (amounts.get(most) ?? 0)) most = language
  return most
}

/** Characters below which a text is not worth the detector's time. */
const SHORTEST_DETECTED = 20
