import type { Path, Template, TemplateQuestion } from '#modules/commons/templates/template.ts'

/** All questions by where their answers stand, rows as a star: 'background', 'partners/*\/name'. In order. */
export function questionsWithin(template: Template): Map<string, TemplateQuestion> {
  const questions = new Map<string, TemplateQuestion>()
  for (const section of template.sections)
    for (const question of section.questions) {
      const path = section.repeated ? `${section.key}/*/${question.key}` : question.key
      questions.set(path, question)
      if (question.answer.kind !== 'group') continue
      for (const inner of question.answer.questions) questions.set(`${path}/*/${inner.key}`, inner)
    }
  return questions
}

/** 'partners/2/name' → 'partners/*\/name' */
export function questionPath(path: Path): string {
  return path
    .split('/')
    .map((step, at) => (at % 2 === 1 ? '*' : step))
    .join('/')
}
