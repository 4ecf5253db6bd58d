import { type Locale, locales } from '#kernel/locale.ts'
import { optionKeyPattern } from '#modules/commons/templates/definition-schema.ts'
import type { Option, Texts } from '#modules/commons/templates/template.ts'

/** What a form sent, the first value of each field. */
export type Sent = Readonly<Record<string, string | undefined>>

/** A text in four languages, from the fields 'ask-fr', 'ask-en'…; without those left empty. */
export function textsOf(sent: Sent, name: string): Texts {
  const texts: Texts = {}
  for (const locale of locales) {
    const text = sent[`${name}-${locale}`]?.trim() ?? ''
    if (text !== '') texts[locale] = text
  }
  return texts
}

/** None at all where none is written. */
export function someTextsOf(sent: Sent, name: string): Texts | undefined {
  const texts = textsOf(sent, name)
  return Object.keys(texts).length > 0 ? texts : undefined
}

export function textFields(name: string, texts: Texts | undefined): Record<string, string> {
  return Object.fromEntries(locales.map(locale => [`${name}-${locale}`, texts?.[locale] ?? '']))
}

export function linesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}

/**
 * Options, from a field of lines `key: label` for each language. Which there are, and in what order, the reader's own
 * language says; the others give them their labels. A line without a key gets one from its words. What else was known of
 * an option, by its key, stays.
 */
export function optionsOf(sent: Sent, reader: Locale, known: readonly Option[]): Option[] {
  const byLanguage = new Map(locales.map(locale => [locale, optionLines(sent[`options-${locale}`])]))
  const own = byLanguage.get(reader) ?? []
  const leading = own.length > 0 ? own : ([...byLanguage.values()].find(lines => lines.length > 0) ?? [])
  return leading.map(({ key }) => {
    const label: Texts = {}
    for (const [locale, lines] of byLanguage) {
      const text = lines.find(line => line.key === key)?.label ?? ''
      if (text !== '') label[locale] = text
    }
    const spellings = known.find(option => option.key === key)?.spellings
    return { key, label, ...(spellings && { spellings }) }
  })
}

export function optionFields(options: readonly Option[]): Record<string, string> {
  return Object.fromEntries(
    locales.map(locale => [
      `options-${locale}`,
      options.map(({ key, label }) => `${key}: ${label[locale] ?? ''}`.trim()).join('\n'),
    ]),
  )
}

function optionLines(text: string | undefined): { key: string; label: string }[] {
  return linesOf(text).map(line => {
    const colon = line.indexOf(':')
    const key = line.slice(0, colon).trim()
    if (colon > 0 && optionKeyPattern.test(key)) return { key, label: line.slice(colon + 1).trim() }
    return { key: keyOfWords(line), label: line }
  })
}

/** 'Société civile' → 'societe-civile'; what has no Latin letter is left for the check to refuse. */
export function keyOfWords(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
}
