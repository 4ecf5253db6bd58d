import type { State } from '#modules/commons/history/states.ts'
import { repeatedAt, rowsIn } from '#modules/commons/templates/questions.ts'
import type { Path, Template, TemplateQuestion } from '#modules/commons/templates/template.ts'

/** Where a row of a group stands: at which path its rows are listed, and where this one is. Null for any other answer. */
export function rowOf(path: Path): { of: Path; row: Path } | null {
  const [of, key, ...rest] = path.split('/')
  return of && key && rest.length > 0 ? { of, row: `${of}/${key}` } : null
}

/** Of things that belong together: an answer by itself, or those of one row. In the order in which they come. */
export function byRow<T extends { path: Path }>(answers: readonly T[]): Map<Path, T[]> {
  return Map.groupBy(answers, ({ path }) => rowOf(path)?.row ?? path)
}

/** What each row is called, by its path: what is first said in words in it, as it is now or, of what is gone, was. */
export function rowNames(template: Template, was: State, is: State): Map<Path, string> {
  const names = new Map<Path, string>()
  for (const state of [was, is])
    for (const [path, value] of state) {
      const questions = repeatedAt(template, path)
      if (!questions) continue
      for (const [index, key] of rowsIn(value).entries()) {
        const row = `${path}/${key}`
        names.set(row, wordsIn(questions, row, is) || wordsIn(questions, row, was) || String(index + 1))
      }
    }
  return names
}

function wordsIn(questions: readonly TemplateQuestion[], row: Path, state: State): string {
  for (const { key } of questions) {
    const value = state.get(`${row}/${key}`)
    const first = Array.isArray(value) ? value[0] : value
    const words = typeof value === 'string' ? value : isNamed(first) ? first.name : ''
    const line = words.trim().split('\n')[0] ?? ''
    if (line !== '') return line.length > longest ? `${line.slice(0, longest).trimEnd()}…` : line
  }
  return ''
}

function isNamed(value: unknown): value is { name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}

const longest = 80
