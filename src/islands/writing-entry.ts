import { currentValue, type Json, pathOf, same, servedValue } from './writing-answers.ts'

/** An answer that others have written, too. */
export interface Theirs {
  path: string
  value: Json
  revision: number
  by: string | null
}

/** What is known of an answer of the page. */
export interface Entry {
  element: HTMLElement
  /** What the server has, as last heard. */
  base: Json
  /** What the field says of it: a space more at the end is no change. */
  echo: Json
  revision: number
  conflict: Theirs | null
  /** Refused: not sent again until it is another. */
  refused: Json | undefined
  /** Comes to it once what is on its way has been answered. */
  later: Theirs | null
  /** Its controls are about to be those of what the server has: what they say meanwhile is old. */
  renewing: boolean
  /** On this device. */
  kept: boolean
}

/** As the server wrote it into the page; what it could not keep is not what it has, and is known to be refused. */
export function newEntry(element: HTMLElement, kept: boolean): Entry {
  const isRefused = element.dataset.wrong !== undefined
  const base = isRefused ? null : servedValue(element)
  const revision = Number(element.dataset.revision ?? 0)
  return {
    element,
    base,
    echo: base,
    revision,
    conflict: null,
    refused: isRefused ? currentValue(element) : undefined,
    later: null,
    renewing: false,
    kept,
  }
}

/** Whether it says something that the server does not know. */
export function isDirty(entry: Entry): boolean {
  if (entry.renewing) return false
  const value = currentValue(entry.element)
  return !same(value, entry.echo) && !same(value, entry.base)
}

export function isRows({ element }: Entry): boolean {
  return element.dataset.rows !== undefined
}

/** Rows the server has by now: they stay, even with nothing in them. */
export function markRows(element: HTMLElement, value: Json): void {
  const path = pathOf(element)
  for (const key of Array.isArray(value) ? value.map(String) : []) {
    const row = element.querySelector(`[data-row="${CSS.escape(key)}"]`)
    if (!row || row.querySelector(`input[name="${CSS.escape(`${path}.rows`)}"]`)) continue
    const kept = document.createElement('input')
    kept.type = 'hidden'
    kept.name = `${path}.rows`
    kept.value = key
    row.prepend(kept)
  }
}
