import { isDeepStrictEqual } from 'node:util'
import { questionsWithin } from '#modules/commons/templates/question-paths.ts'
import type { AnswerKind, Template, TemplateQuestion } from '#modules/commons/templates/template.ts'

/** What differs between two versions. Questions are named by where their answers stand, rows as a star. */
export interface TemplateChanges {
  any: boolean
  added: string[]
  removed: string[]
  kindChanged: { path: string; from: AnswerKind['kind']; to: AnswerKind['kind'] }[]
  /** Anything else about them: words, options, conditions, when they are required. */
  changed: string[]
  /** The same questions, in another order or under another heading. */
  moved: boolean
  /** Name, description or type of the template; headings and nature of the sections. */
  framed: boolean
}

export function changesBetween(before: Template, after: Template): TemplateChanges {
  const old = questionsWithin(before)
  const now = questionsWithin(after)
  const kept = [...now.keys()].filter(path => old.has(path))
  const removed = [...old.keys()].filter(path => !now.has(path))
  const added = [...now.keys()].filter(path => !old.has(path))
  const kindChanged = kept.flatMap(path => {
    const from = old.get(path)?.answer.kind
    const to = now.get(path)?.answer.kind
    return from && to && from !== to ? [{ path, from, to }] : []
  })
  const changed = kept.filter(path => {
    const from = old.get(path)
    const to = now.get(path)
    return from && to && from.answer.kind === to.answer.kind && !isDeepStrictEqual(alone(from), alone(to))
  })
  const framed = !isDeepStrictEqual(frameOf(before), frameOf(after))
  const moved = !isDeepStrictEqual(
    placesOf(before).filter(place => !removed.includes(place.path)),
    placesOf(after).filter(place => !added.includes(place.path)),
  )
  const any = [removed, added, kindChanged, changed].some(list => list.length > 0) || framed || moved
  return { any, added, removed, kindChanged, changed, moved, framed }
}

/** Without the questions of a group, which count by themselves. */
function alone(question: TemplateQuestion): unknown {
  const { answer } = question
  return answer.kind === 'group' ? { ...question, answer: { ...answer, questions: [] } } : question
}

function frameOf({ type, name, about, sections }: Template): unknown {
  return { type, name, about, sections: sections.map(({ questions, ...section }) => section) }
}

function placesOf(template: Template): { section: string; path: string }[] {
  return template.sections.flatMap(section =>
    [...questionsWithin({ ...template, sections: [section] }).keys()].map(path => ({
      section: section.key,
      path,
    })),
  )
}
