import { createHash } from 'node:crypto'
import { questionAt, repeatedAt, rowKey, titlePath } from '#modules/commons/templates/questions.ts'
import type {
  AnswerKind,
  Path,
  Template,
  TemplateQuestion,
  Value,
} from '#modules/commons/templates/template.ts'
import { settledRows, settleValue } from '#modules/commons/templates/values.ts'
import { type Fields, fieldsOf, readAnswer } from '#ui/answer-fields.ts'

/**
 * What a form says it showed: the document's revision then, and a fingerprint of the answer. Of two hundred answers that
 * are sent, those nobody touched are told by it, whatever others wrote meanwhile.
 */
export type SeenAnswer = string & { readonly seen?: never }

export interface SentAnswer {
  path: Path
  /** As `saveAnswers` takes it. */
  value: unknown
  /** The document's revision when it was shown. */
  seen: number
}

/** What can be done to the rows of a group by a button. */
export interface RowAct {
  act: 'add' | 'remove' | 'up' | 'down'
  path: Path
  /** Null to add. */
  key: string | null
}

/** The question at a path; every page has a title, whether its template asks for it or not. */
export function questionOf(template: Template, path: Path): TemplateQuestion | null {
  return questionAt(template, path)?.question ?? (path === titlePath ? titleQuestion(template) : null)
}

export function titleQuestion(template: Template): TemplateQuestion {
  const asked = questionAt(template, titlePath)?.question
  return asked ?? { key: titlePath, ask: {}, answer: { kind: 'text', most: 500 }, required: 'network' }
}

export function seenOf(kind: AnswerKind, path: Path, value: Value | null, revision: number): SeenAnswer {
  return `${revision}.${fingerprint(kind, readAnswer(kind.kind, path, fieldsOf(path, value)))}`
}

/**
 * The answers that somebody changed, of all those that a form sent; rows come before what is written in them.
 * @param newKey of a row to add
 */
export function sentAnswers(
  template: Template,
  fields: Fields,
  act: RowAct | null = null,
  newKey: () => string = () => '',
): SentAnswer[] {
  const rows: SentAnswer[] = []
  const answers: SentAnswer[] = []
  for (const [name, sent] of Object.entries(fields)) {
    if (!name.endsWith('.seen')) continue
    const path = name.slice(0, -'.seen'.length)
    const [, revision, print] = /^(\d{1,15})\.([\w-]*)$/.exec(sent?.[0] ?? '') ?? []
    if (revision === undefined || print === undefined) continue
    const questions = repeatedAt(template, path)
    const kind: AnswerKind | undefined = questions
      ? { kind: 'group', questions }
      : questionOf(template, path)?.answer
    if (!kind) continue
    const value = questions
      ? rowsSent(template, path, fields, act, newKey)
      : readAnswer(kind.kind, path, fields)
    if (fingerprint(kind, value) === print) continue
    ;(questions ? rows : answers).push({ path, value, seen: Number(revision) })
  }
  const dropped = act?.act === 'remove' ? `${act.path}/${act.key}/` : null
  return [...rows, ...answers.filter(({ path }) => dropped === null || !path.startsWith(dropped))]
}

/** 'add:partners', 'up:partners/2'; null for what is no such act. */
export function readRowAct(template: Template, text: string): RowAct | null {
  const [, act, target = ''] = /^(add|remove|up|down):([\w/-]{1,300})$/.exec(text) ?? []
  if (act === undefined) return null
  const at = target.lastIndexOf('/')
  const [path, key] = act === 'add' ? [target, null] : [target.slice(0, at), target.slice(at + 1)]
  if (!repeatedAt(template, path) || (key !== null && !rowKey.test(key))) return null
  return { act: act as RowAct['act'], path, key }
}

/** Keys of the rows in their order; one in which nobody wrote anything, and that was not there before, is none. */
function rowsSent(
  template: Template,
  path: Path,
  fields: Fields,
  act: RowAct | null,
  newKey: () => string,
): string[] | null {
  const before = new Set(fields[`${path}.rows`])
  const questions = repeatedAt(template, path) ?? []
  const begun = (key: string) =>
    before.has(key) ||
    questions.some(
      ({ key: question, answer }) => readAnswer(answer.kind, `${path}/${key}/${question}`, fields) !== null,
    )
  const keys = [...new Set(fields[path] ?? [])].filter(begun)
  const after = act?.path === path ? rearranged(keys, act, newKey) : keys
  return after.length > 0 ? after : null
}

function rearranged(keys: string[], { act, key }: RowAct, newKey: () => string): string[] {
  if (act === 'add') return [...keys, newKey()]
  const at = keys.indexOf(key ?? '')
  if (at < 0) return keys
  if (act === 'remove') return keys.filter(one => one !== key)
  const to = act === 'up' ? at - 1 : at + 1
  if (to < 0 || to >= keys.length) return keys
  const moved = keys.filter(one => one !== key)
  moved.splice(to, 0, keys[at] ?? '')
  return moved
}

/** Of the answer as it would be kept: what a field makes of spaces and ends of lines is no change. */
function fingerprint(kind: AnswerKind, given: unknown): string {
  const settled = kind.kind === 'group' ? settledRows(given ?? []) : settleValue(kind, given)
  const kept = 'value' in settled ? settled.value : given
  return kept === null
    ? '0'
    : createHash('sha256').update(JSON.stringify(kept)).digest('base64url').slice(0, 12)
}
