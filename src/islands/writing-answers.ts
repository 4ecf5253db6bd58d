import { type FieldValue, fieldsOf, readAnswer } from '#ui/answer-fields.ts'
import { movedCaret } from '#ui/text-merging.ts'

/** An answer as JSON, null for none. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * The answers of the writing page where they stand: `.answer[data-path][data-kind]`, with controls named by the path (see
 * ui/answer-fields.ts), and `[data-rows]`, which lists the rows of a group by hidden fields.
 */
export function answerElements(root: ParentNode): HTMLElement[] {
  const all = [...root.querySelectorAll<HTMLElement>('.answer[data-path], [data-rows]')]
  return all.filter(element => element.dataset.rows !== undefined || element.dataset.kind !== 'group')
}

export function pathOf(element: HTMLElement): string {
  return element.dataset.rows ?? element.dataset.path ?? ''
}

/** The answer that something on the page belongs to. */
export function answerOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.answer[data-path]') : null
}

export function kindOf(element: HTMLElement): string {
  return element.dataset.rows === undefined ? (element.dataset.kind ?? 'text') : 'group'
}

/** What the page says now, typed or chosen. */
export function currentValue(element: HTMLElement): Json {
  if (element.dataset.rows !== undefined) return listOrNull(rowsOf(element).begun)
  return valueIn(element, control => [textOf(control), isOn(control)])
}

/** What the server wrote into the page, before anybody touched it. */
export function servedValue(element: HTMLElement): Json {
  if (element.dataset.rows !== undefined) return listOrNull(rowsOf(element).kept)
  return valueIn(element, control => [servedTextOf(control), servedOn(control)])
}

/** The keys of rows in their order: all, those the server knows, and those in which something is written. */
export function rowsOf(element: HTMLElement): { all: string[]; kept: string[]; begun: string[] } {
  const path = pathOf(element)
  const hidden = [...element.querySelectorAll<HTMLInputElement>('input[type="hidden"]')]
  const all = hidden.filter(({ name }) => name === path).map(({ value }) => value)
  const kept = hidden.filter(({ name }) => name === `${path}.rows`).map(({ value }) => value)
  const begun = all.filter(key => {
    if (kept.includes(key)) return true
    const row = element.querySelector(`[data-row="${CSS.escape(key)}"]`)
    return row !== null && answerElements(row).some(answer => currentValue(answer) !== null)
  })
  return { all, kept, begun }
}

function listOrNull(keys: string[]): Json {
  return keys.length > 0 ? keys : null
}

/** What is typed to be added to a list is, once somebody leaves the field or presses Enter. */
export function isReady(control: HTMLElement): boolean {
  return !(control instanceof HTMLInputElement) || control.dataset.ready !== undefined
}

/** Whether two answers may be put together by what each has added and taken away. */
export function isList(element: HTMLElement): boolean {
  const listed = ['group', 'sdgs', 'tags', 'countries', 'people', 'organisations', 'items', 'files']
  if (listed.includes(kindOf(element))) return true
  return kindOf(element) === 'choice' && element.querySelector('input[type="checkbox"]') !== null
}

export function isText(element: HTMLElement): boolean {
  return ['text', 'rich'].includes(kindOf(element))
}

/**
 * Shows another value in the controls there are.
 * @returns whether they can say it; if not, the page has to be asked for others
 */
export function showValue(element: HTMLElement, value: Json): boolean {
  if (same(currentValue(element), value) && !hasAdded(element)) return true
  const path = pathOf(element)
  if (kindOf(element) === 'group') return false
  const fields = fieldsOf(path, value as FieldValue | null)
  for (const control of controlsOf(element)) {
    const wanted = fields[control.name] ?? []
    if (isBox(control)) {
      const on = wanted.includes(control.value) || (control.value === '' && wanted.length === 0)
      if (control.checked !== on) control.checked = on
    } else if (control instanceof HTMLSelectElement || control.name.endsWith('.add')) control.value = ''
    else if (control.value !== (wanted[0] ?? '')) {
      replaceText(control, wanted[0] ?? '')
      // What stands in for the field shows it, too.
      control.dispatchEvent(new CustomEvent('shown'))
    }
  }
  return same(currentValue(element), value)
}

/** Whoever is writing in it goes on where they were. */
function replaceText(control: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const { value: before, selectionStart: start, selectionEnd: end } = control
  control.value = text
  if (control !== document.activeElement || start === null || end === null) return
  control.setSelectionRange(movedCaret(before, text, start), movedCaret(before, text, end))
}

/** What a value says, for people: the labels of what would be chosen. */
export function wordsOf(element: HTMLElement, value: Json): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return labelOf(element, String(value))
  if (Array.isArray(value))
    return value.map(one => (isReference(one) ? one.name : labelOf(element, String(one)))).join(', ')
  if (typeof value === 'object' && typeof value.written === 'string') return value.written
  const parts = typeof value === 'object' && isRecord(value.shares) ? value.shares : value
  return Object.entries(parts)
    .map(([name, one]) => `${labelOf(element, name)} ${String(one)}`)
    .join(', ')
}

export function same(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(ordered(one ?? null)) === JSON.stringify(ordered(other ?? null))
}

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** The controls of an answer, not of those inside it. */
export function controlsOf(element: HTMLElement): Control[] {
  const path = pathOf(element)
  const all = [...element.querySelectorAll<Control>('input[name], textarea[name], select[name]')]
  return all.filter(({ name }) => {
    if (name === path) return true
    return name.startsWith(`${path}.`) && !/\.(?:seen|rows|file)$/.test(name)
  })
}

function valueIn(element: HTMLElement, state: (control: Control) => [value: string, on: boolean]): Json {
  const fields: Record<string, string[]> = {}
  for (const control of controlsOf(element)) {
    const [value, on] = state(control)
    if (on) fields[control.name] = [...(fields[control.name] ?? []), value]
  }
  return readAnswer(kindOf(element), pathOf(element), fields) as Json
}

function isBox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && ['checkbox', 'radio'].includes(control.type)
}

function textOf(control: Control): string {
  // Half a word is nothing to add yet: see `isReady`.
  if (control.name.endsWith('.add') && control === document.activeElement && !isReady(control)) return ''
  return control.value.replace(/\r\n?/g, '\n')
}

function isOn(control: Control): boolean {
  return !isBox(control) || control.checked
}

function servedTextOf(control: Control): string {
  if (control instanceof HTMLSelectElement)
    return (
      [...control.options].find(option => option.defaultSelected)?.value ?? control.options[0]?.value ?? ''
    )
  // Of a box it is the value itself.
  return isBox(control) ? control.value : control.defaultValue.replace(/\r\n?/g, '\n')
}

function servedOn(control: Control): boolean {
  return !isBox(control) || control.defaultChecked
}

/** Whether something is typed to be added to a list. */
export function hasAdded(element: HTMLElement): boolean {
  return controlsOf(element).some(control => control.name.endsWith('.add') && control.value !== '')
}

function labelOf(element: HTMLElement, value: string): string {
  const control = controlsOf(element).find(
    one => one.value === value || one.name === `${pathOf(element)}.${value}`,
  )
  const label = control && isBox(control) ? control.labels?.[0]?.textContent : null
  return label?.trim() || value
}

function isReference(value: Json): value is { name: string } {
  return isRecord(value) && typeof value.name === 'string'
}

function isRecord(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The order of names in an object says nothing. */
function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(name => [name, ordered(value[name] ?? null)]),
  )
}
