import { repeatedAt, rowsIn } from '#modules/commons/templates/questions.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'
import { sameValue } from '#modules/commons/templates/values.ts'

/** The answers of a document at some moment; what is not answered is not in it. */
export type State = ReadonlyMap<Path, Value>

/** Answers as they were left, over what was there before them. Null: taken away. */
export type Left = ReadonlyMap<Path, Value | null>

/** What became of one answer between two states. */
export interface AnswerDifference {
  path: Path
  before: Value | null
  after: Value | null
}

/** A state with some of its answers written anew, or taken back. */
export function over(base: State, left: Left): State {
  const state = new Map(base)
  for (const [path, value] of left) {
    if (value === null) state.delete(path)
    else state.set(path, value)
  }
  return state
}

/**
 * The same with the rows of groups called by their place: '1', '2'… A page that is published calls its rows anew, so that
 * only this tells which row of the one version is which of another.
 */
export function byPlace(template: Template, state: State): State {
  return callRows(template, state, (_, keys) => keys.map((_, index) => String(index + 1)))
}

/** The same with the rows of groups called otherwise. A row that is given no name is left out. */
export function callRows(
  template: Template,
  state: State,
  namesOf: (path: Path, keys: readonly string[]) => readonly string[],
): State {
  const called = new Map<string, string>()
  const lists = new Map<Path, string[]>()
  for (const [path, value] of state) {
    if (!repeatedAt(template, path)) continue
    const keys = rowsIn(value)
    const names = namesOf(path, keys).slice(0, keys.length)
    lists.set(path, [...names])
    for (const [index, name] of names.entries()) called.set(`${path}/${keys[index]}`, `${path}/${name}`)
  }
  return new Map(
    [...state].flatMap(([path, value]): [Path, Value][] => {
      const list = lists.get(path)
      if (list) return [[path, list]]
      const [of, row, ...rest] = path.split('/')
      if (rest.length === 0) return [[path, value]]
      const name = called.get(`${of}/${row}`)
      // Of a row that is listed no more, nothing shows.
      return name === undefined ? [] : [[[name, ...rest].join('/'), value]]
    }),
  )
}

/** What differs, in the order of the template's questions. */
export function differing(template: Template, from: State, to: State): AnswerDifference[] {
  const found: AnswerDifference[] = []
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(path) ?? null, to.get(path) ?? null]
    if (!sameValue(before, after)) found.push({ path, before, after })
  }
  const order = orderOf(template)
  return found.sort((a, b) => order(a.path) - order(b.path) || (a.path < b.path ? -1 : 1))
}

/**
 * What has to be written for the answers to be again as they were.
 * @param now as they are, rows called by their keys
 * @param differences from then to now, rows called by their place where `places`
 */
export function restoring(
  template: Template,
  now: State,
  differences: readonly AnswerDifference[],
  places: boolean,
  newKey: () => string,
): Map<Path, Value | null> {
  if (!places) return new Map(differences.map(({ path, before }) => [path, before]))
  const rows = new Map<Path, string[]>()
  const keysOf = (of: Path, count: number) => {
    const keys = rows.get(of) ?? [...rowsIn(now.get(of))]
    while (keys.length < count) keys.push(newKey())
    rows.set(of, keys)
    return keys
  }
  return new Map(
    differences.map(({ path, before }): [Path, Value | null] => {
      if (repeatedAt(template, path)) {
        const count = rowsIn(before ?? undefined).length
        return [path, count > 0 ? keysOf(path, count).slice(0, count) : null]
      }
      const [of = '', place, ...rest] = path.split('/')
      if (rest.length === 0) return [path, before]
      const key = keysOf(of, Number(place))[Number(place) - 1]
      return [[of, key, ...rest].join('/'), before]
    }),
  )
}

/** Where the question of a path stands in its template; -1 where it has none. */
export function orderOf(template: Template): (path: Path) => number {
  const places = new Map<string, number>()
  for (const section of template.sections) {
    if (section.repeated) places.set(section.key, places.size)
    else for (const question of section.questions) places.set(question.key, places.size)
  }
  return path => places.get(path.split('/')[0] ?? '') ?? -1
}
