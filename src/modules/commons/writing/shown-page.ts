import { isAsked, knownAt } from '#modules/commons/templates/conditions.ts'
import type { UnknownPart } from '#modules/commons/templates/page-reading.ts'
import { titlePath } from '#modules/commons/templates/questions.ts'
import type {
  Path,
  Template,
  TemplateQuestion,
  TemplateSection,
  Value,
} from '#modules/commons/templates/template.ts'
import type { ValueProblem } from '#modules/commons/templates/values.ts'
import { type SeenAnswer, seenOf, titleQuestion } from '#modules/commons/writing/sent-answers.ts'
import { type Fields, fieldsOf } from '#ui/answer-fields.ts'

/** The writing page as it is shown: every question in its place, with what its fields hold. */
export interface ShownPage {
  /** Of the page, above all sections. */
  title: ShownAnswer
  sections: ShownSection[]
  /** What the page says before any section the template knows. */
  kept: UnknownPart[]
}

export interface ShownSection {
  section: TemplateSection
  answers: ShownAnswer[]
  /** Of a repeated section. */
  rows: ShownRows | null
  /** What no question of the template asks for, and stays as it is. */
  kept: UnknownPart[]
  /** Of the questions asked, how many are answered, and how many have to be before the page can be shared. */
  asked: number
  answered: number
  needed: number
}

export interface ShownAnswer {
  path: Path
  question: TemplateQuestion
  /** What is kept, not what is being typed. */
  value: Value | null
  fields: Fields
  revision: number
  seen: string
  isAsked: boolean
  /** Nothing is answered yet, and something has to be. */
  isNeeded: boolean
  problem: ValueProblem | null
  conflict: Conflict | null
  rows: ShownRows | null
}

export interface ShownRows {
  path: Path
  most: number | null
  revision: number
  seen: string
  problem: ValueProblem | null
  rows: {
    key: string
    path: Path
    /** Whether it is kept, or shown to be begun. */
    saved: boolean
    answers: ShownAnswer[]
  }[]
}

export interface Conflict {
  theirs: Value | null
  by: string | null
}

export interface Known {
  value: Value
  revision: number
}

/** What came of what was sent, where it could not be kept. */
export interface Outcome {
  typed: Fields
  problems: ReadonlyMap<Path, ValueProblem>
  conflicts: ReadonlyMap<Path, Conflict>
}

export interface PageBeingWritten {
  template: Template
  /** Of the document. */
  revision: number
  values: ReadonlyMap<Path, Known>
  kept: readonly UnknownPart[]
  outcome: Outcome | null
  /** Makes the key of a row that nobody has written in yet. */
  newKey: () => string
}

export function shownPage(page: PageBeingWritten): ShownPage {
  const known = new Set(page.template.sections.map(({ key }) => key))
  return {
    title: shownAnswer(page, titleQuestion(page.template), titlePath),
    sections: page.template.sections
      .map(section => shownSection(page, section))
      // What asked for the title alone.
      .filter(({ answers, rows, kept }) => answers.length > 0 || rows !== null || kept.length > 0),
    kept: page.kept.filter(part => part.section === null || !known.has(part.section)),
  }
}

/** All answers of a section, those of rows with them. */
export function answersIn({ answers, rows }: ShownSection): ShownAnswer[] {
  const inside = (list: ShownRows | null) => list?.rows.flatMap(row => row.answers) ?? []
  return [...answers.flatMap(answer => [answer, ...inside(answer.rows)]), ...inside(rows)]
}

function shownSection(page: PageBeingWritten, section: TemplateSection): ShownSection {
  const answers = section.repeated
    ? []
    : section.questions
        .filter(({ key }) => key !== titlePath)
        .map(question => shownAnswer(page, question, question.key))
  const rows = section.repeated ? shownRows(page, section.key, section.questions, null) : null
  const shown = {
    section,
    answers,
    rows,
    kept: page.kept.filter(part => part.section === section.key),
  }
  const asked = answersIn({ ...shown, asked: 0, answered: 0, needed: 0 }).filter(
    answer => answer.isAsked && answer.question.answer.kind !== 'group',
  )
  return {
    ...shown,
    asked: asked.length,
    answered: asked.filter(({ value }) => value !== null).length,
    needed: asked.filter(({ isNeeded }) => isNeeded).length,
  }
}

function shownAnswer(page: PageBeingWritten, question: TemplateQuestion, path: Path): ShownAnswer {
  const { values, outcome, revision } = page
  const kept = values.get(path)
  const value = kept?.value ?? null
  const conflict = outcome?.conflicts.get(path) ?? null
  const problem = outcome?.problems.get(path) ?? null
  const fields = fieldsOf(path, value)
  const asked = isAsked(
    question,
    knownAt(path, one => values.get(one)?.value),
  )
  const rows =
    question.answer.kind === 'group'
      ? shownRows(page, path, question.answer.questions, question.answer.most ?? null)
      : null
  return {
    path,
    question,
    value,
    // What was typed and could not be kept comes back; what was kept is shown as it is kept.
    fields: outcome && (conflict || problem) ? outcome.typed : fields,
    revision: kept?.revision ?? 0,
    seen: problem && !conflict ? seenBefore(outcome, path) : seenOf(question.answer, path, value, revision),
    isAsked: asked,
    isNeeded: asked && question.required !== undefined && value === null,
    problem,
    conflict,
    rows,
  }
}

/** What could not be kept was written upon what its author saw then. */
function seenBefore(outcome: Outcome | null, path: Path): SeenAnswer {
  return (outcome?.typed[`${path}.seen`]?.[0] ?? '') as SeenAnswer
}

function shownRows(
  page: PageBeingWritten,
  path: Path,
  questions: TemplateQuestion[],
  most: number | null,
): ShownRows {
  const kept = page.values.get(path)
  const keys = kept && Array.isArray(kept.value) ? kept.value.map(String) : []
  const unsaved = (page.outcome?.typed[path] ?? []).filter(key => {
    const begun = questions.some(one => page.outcome?.problems.has(`${path}/${key}/${one.key}`))
    return begun && !keys.includes(key)
  })
  // Nobody should have to ask for the first row.
  const shown = keys.length + unsaved.length > 0 ? [...keys, ...unsaved] : [page.newKey()]
  return {
    path,
    most,
    revision: kept?.revision ?? 0,
    seen: seenOf({ kind: 'group', questions }, path, kept?.value ?? null, page.revision),
    problem: page.outcome?.problems.get(path) ?? null,
    rows: shown.map(key => ({
      key,
      path: `${path}/${key}`,
      saved: keys.includes(key),
      answers: questions.map(question => shownAnswer(page, question, `${path}/${key}/${question.key}`)),
    })),
  }
}
