import { metadataKey } from '#modules/commons/templates/page-metadata.ts'
import type { Path, Template, TemplateQuestion, Value } from '#modules/commons/templates/template.ts'
import { sameValue } from '#modules/commons/templates/values.ts'
import type { Answers } from '#modules/commons/writing/answers.ts'
import { questionOf } from '#modules/commons/writing/sent-answers.ts'

/** An answer that is not as it was last published. */
export interface PendingChange {
  path: Path
  question: TemplateQuestion
  before: Value | null
  after: Value | null
}

/** An answer that stands among the metadata of the page, where its text does not show it. */
export interface Fact {
  question: TemplateQuestion
  value: Value
}

export function factsOf(template: Template, { values }: Answers): Fact[] {
  return template.sections
    .filter(section => !section.repeated)
    .flatMap(section => section.questions)
    .filter(question => metadataKey(question.answer) !== null)
    .flatMap(question => {
      const value = values.get(question.key)?.value
      return value === undefined ? [] : [{ question, value }]
    })
}

/** What would be new, in the order of the template. Rows show by what is written in them. */
export function pendingChanges(
  template: Template,
  base: ReadonlyMap<Path, Value>,
  { pending }: Answers,
): PendingChange[] {
  const changes: PendingChange[] = []
  for (const [path, after] of pending) {
    const question = questionOf(template, path)
    const before = base.get(path) ?? null
    if (question && question.answer.kind !== 'group' && !sameValue(before, after))
      changes.push({ path, question, before, after })
  }
  const order = template.sections.flatMap(section =>
    section.repeated ? [section.key] : section.questions.map(({ key }) => key),
  )
  const place = ({ path }: PendingChange) => order.indexOf(path.split('/')[0] ?? '')
  return changes.sort((a, b) => place(a) - place(b))
}
