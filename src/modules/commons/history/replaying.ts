import { callRows, type Left, over, type State } from '#modules/commons/history/states.ts'
import { repeatedAt, rowsIn } from '#modules/commons/templates/questions.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'

/** What was written from one publication to the next, which ends it and calls the rows of groups anew. */
export interface Stretch {
  /** What its first change of each answer found. */
  found: Left
  /** How its last change of each left it. */
  left: Left
}

/**
 * The state at a moment of which no version is left. Of what was there before anybody wrote, the log knows nothing: it is
 * what the changes, taken back from a later version, leave of that. What was written is then written again.
 * @param end as published after the last of these stretches
 * @param stretches the oldest first
 * @param at the stretch the moment is in
 * @param reached in it, how each answer that was changed until then was left
 */
export function replayed(
  template: Template,
  end: State,
  stretches: readonly Stretch[],
  at: number,
  reached: Left,
): State {
  let state = end
  for (const stretch of stretches.toReversed()) state = takenBack(template, state, stretch)
  for (const [index, stretch] of stretches.slice(0, at).entries())
    state = published(template, over(state, stretch.left), stretches[index + 1])
  return over(state, reached)
}

function takenBack(template: Template, after: State, stretch: Stretch): State {
  const asWritten = callRows(template, after, (path, keys) => keysBefore(stretch, path, keys))
  return withRowsListed(template, over(asWritten, stretch.found), stretch)
}

/** What rows were called before they were published. Those in which nothing was answered did not come with them. */
function keysBefore({ left }: Stretch, path: Path, keys: readonly string[]): readonly string[] {
  const list = left.get(path)
  if (list === undefined) return keys
  const written = rowsIn(list ?? undefined)
  return written.length === keys.length ? written : written.filter(key => wasAnswered(left, path, key))
}

function wasAnswered(left: Left, path: Path, key: string): boolean {
  const answers = [...left].filter(([at]) => at.startsWith(`${path}/${key}/`))
  // Untouched, a row is answered if it came with the page, and not if it was added.
  if (answers.length === 0) return /^\d+$/.test(key)
  return answers.some(([, value]) => value !== null)
}

/** A row that was emptied is listed no more once that is published, though nobody took it off the list. */
function withRowsListed(template: Template, state: State, { left }: Stretch): State {
  const rows = new Map<Path, Set<string>>()
  for (const path of state.keys()) {
    const [of = '', key, ...rest] = path.split('/')
    if (key === undefined || rest.length === 0 || left.has(of) || !repeatedAt(template, of)) continue
    rows.set(of, (rows.get(of) ?? new Set(rowsIn(state.get(of)))).add(key))
  }
  const lists = [...rows].map(([path, keys]): [Path, Value] => [
    path,
    [...keys].sort((a, b) => Number(a) - Number(b)),
  ])
  return callRows(template, new Map([...state, ...lists]), (_, keys) => keys)
}

/** Rows without an answer are left out, the others called by their place on the page: as the next stretch found them. */
function published(template: Template, state: State, next: Stretch | undefined): State {
  const answered = new Map(
    [...state].map(([path, value]): [Path, Value] => {
      if (!repeatedAt(template, path)) return [path, value]
      return [path, rowsIn(value).filter(key => hasAnswer(state, `${path}/${key}/`))]
    }),
  )
  return callRows(template, answered, (path, keys) => {
    const found = rowsIn(next?.found.get(path) ?? undefined)
    return found.length === keys.length ? found : keys.map((_, index) => String(index + 1))
  })
}

function hasAnswer(state: State, row: string): boolean {
  for (const path of state.keys()) if (path.startsWith(row)) return true
  return false
}
