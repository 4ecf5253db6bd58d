import type { Template, TemplateQuestion, TemplateSection } from '#modules/commons/templates/template.ts'

/** A section, a question or a question of a group, by the keys that lead to it: ['partners-section', 'partners', 'name']. */
export type PartAddress = readonly string[]

/** As in an address of the site: 'partners-section.partners.name'; '-' for the template itself. */
export function readPartAddress(text: string): PartAddress | null {
  if (text === '-') return []
  const keys = text.split('.')
  return keys.length <= 3 && keys.every(key => /^[a-z][a-z0-9-]{0,59}$/.test(key)) ? keys : null
}

export function writePartAddress(address: PartAddress): string {
  return address.length === 0 ? '-' : address.join('.')
}

export function sectionAt(template: Template, address: PartAddress): TemplateSection | undefined {
  return template.sections.find(section => section.key === address[0])
}

/** The question, or the question of a group; undefined for the address of a section. */
export function questionAt(template: Template, address: PartAddress): TemplateQuestion | undefined {
  const question = sectionAt(template, address)?.questions.find(({ key }) => key === address[1])
  if (address.length < 3) return question
  if (question?.answer.kind !== 'group') return undefined
  return question.answer.questions.find(({ key }) => key === address[2])
}

export function moved(template: Template, address: PartAddress, by: -1 | 1): Template {
  return rearranged(template, address, list => {
    const from = list.findIndex(({ key }) => key === address.at(-1))
    const to = from + by
    const one = list[from]
    const other = list[to]
    if (!one || !other) return list
    return list.map((part, at) => (at === from ? other : at === to ? one : part))
  })
}

export function removed(template: Template, address: PartAddress): Template {
  return rearranged(template, address, list => list.filter(({ key }) => key !== address.at(-1)))
}

/** In the place of the part that stands there; at the end, where none does. */
export function placed(
  template: Template,
  address: PartAddress,
  part: TemplateSection | TemplateQuestion,
): Template {
  return rearranged(template, address, list => {
    const at = list.findIndex(({ key }) => key === address.at(-1))
    // Lists of sections are given sections, those of questions questions.
    const put = part as (typeof list)[number]
    return at < 0 ? [...list, put] : list.map((one, index) => (index === at ? put : one))
  })
}

/** The keys of what stands beside a part: in one list no two have the same. */
export function keysBeside(template: Template, address: PartAddress): string[] {
  let keys: string[] = []
  rearranged(template, address, list => {
    keys = list.map(({ key }) => key)
    return list
  })
  return keys
}

/** The list in which the last step of the address leads to a part, given to `change` and put back. */
function rearranged(
  template: Template,
  address: PartAddress,
  change: <Part extends TemplateSection | TemplateQuestion>(list: Part[]) => Part[],
): Template {
  const [section, question] = address
  if (address.length === 1) return { ...template, sections: change(template.sections) }
  const sections = template.sections.map(one => {
    if (one.key !== section) return one
    if (address.length === 2) return { ...one, questions: change(one.questions) }
    const questions = one.questions.map(asked =>
      asked.key === question && asked.answer.kind === 'group'
        ? { ...asked, answer: { ...asked.answer, questions: change(asked.answer.questions) } }
        : asked,
    )
    return { ...one, questions }
  })
  return { ...template, sections }
}
