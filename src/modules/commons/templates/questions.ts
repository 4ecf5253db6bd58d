import { tagFamily } from '#modules/commons/format/tag-family.ts'
import type {
  Path,
  Template,
  TemplateQuestion,
  TemplateSection,
  Texts,
  Value,
} from '#modules/commons/templates/template.ts'

/** What a path leads to. */
export interface Place {
  section: TemplateSection
  question: TemplateQuestion
  /** Of a group or a repeated section: whose row, at which path its rows are listed. */
  row: { of: Path; key: string } | null
}

/** Under which the page's own title stands, whether the template asks for it or not. */
export const titlePath: Path = 'title'

/** Under which licence a page may be used: of every page, whether its template asks for it or not. */
export const licencePath: Path = 'licence'

export const licenceQuestion: TemplateQuestion = {
  key: licencePath,
  ask: {},
  label: { fr: 'Licence', en: 'Licence', es: 'Licencia', pt: 'Licença' },
  answer: { kind: 'tags', meta: 'licence' },
}

/** Keys of rows: as the page counts them, and as they come later. */
export const rowKey = /^(?:[1-9]\d{0,3}|r[0-9a-z]{12})$/

/**
 * The question at a path, or null where the template has none. The rows of a group are listed at the path of the group;
 * those of a repeated section at the path of the section, which is no question: `repeatedAt` knows those.
 */
export function questionAt(template: Template, path: Path): Place | null {
  const [first = '', row, key, ...rest] = path.split('/')
  if (rest.length > 0) return null
  for (const section of template.sections) {
    if (section.repeated) {
      if (section.key !== first || row === undefined || key === undefined || !rowKey.test(row)) continue
      const question = section.questions.find(one => one.key === key)
      return question ? { section, question, row: { of: section.key, key: row } } : null
    }
    const question = section.questions.find(one => one.key === first)
    if (!question) continue
    if (row === undefined) return { section, question, row: null }
    if (question.answer.kind !== 'group' || key === undefined || !rowKey.test(row)) return null
    const inner = question.answer.questions.find(one => one.key === key)
    return inner ? { section, question: inner, row: { of: question.key, key: row } } : null
  }
  return path === licencePath ? { section: everyPage, question: licenceQuestion, row: null } : null
}

/** Where stands what no section of a template asks for. */
const everyPage: TemplateSection = { key: '', heading: {}, questions: [] }

/** The questions of what is repeated at a path: of a group or of a repeated section; null for anything else. */
export function repeatedAt(template: Template, path: Path): TemplateQuestion[] | null {
  for (const section of template.sections) {
    if (section.repeated && section.key === path) return section.questions
    if (section.repeated) continue
    const question = section.questions.find(one => one.key === path)
    if (question) return question.answer.kind === 'group' ? question.answer.questions : null
  }
  return null
}

/** A question or a heading as it is recognised, however it is typed: folded, without punctuation and plurals. */
export function wordingKey(text: string): string {
  return text.length > longestWording ? text : tagFamily(text)
}

/** By which a page's question is known to be this one. */
export function wordingsOf(question: TemplateQuestion): readonly string[] {
  return keysFor(question, () => [...textsOf(question.ask), ...(question.wordings ?? [])])
}

export function headingsOf(section: TemplateSection): readonly string[] {
  return keysFor(section, () => [...textsOf(section.heading), ...(section.spellings ?? [])])
}

/** What parts and options are called, and their key, as keys. */
export function labelsOf(option: { label: Texts; spellings?: string[] | undefined }): readonly string[] {
  return keysFor(option, () => [...textsOf(option.label), ...(option.spellings ?? [])])
}

/** Of parts of a template, which never change: a page is read by hundreds of them. */
function keysFor(part: object, texts: () => string[]): readonly string[] {
  const known = keys.get(part)
  if (known) return known
  const made = texts().map(wordingKey)
  keys.set(part, made)
  return made
}

const keys = new WeakMap<object, readonly string[]>()

function textsOf(texts: Texts): string[] {
  return Object.values(texts).filter(text => text !== undefined)
}

/** The text in a language, else in any there is. */
export function inWords(texts: Texts | undefined, language: string): string {
  if (!texts) return ''
  return texts[language as keyof Texts] ?? texts.en ?? texts.fr ?? texts.es ?? texts.pt ?? ''
}

const longestWording = 2_000

/** The rows listed at the path of what is repeated. */
export function rowsIn(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter(key => typeof key === 'string') : []
}
