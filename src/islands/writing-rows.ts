import { rowsOf } from './writing-answers.ts'
import { fetchPage } from './writing-server.ts'

/** The keys of rows after a button of the form was pressed: 'add:partners', 'up:partners/2'; null for no such button. */
export function rowsAfter(
  form: HTMLElement,
  act: string,
): { element: HTMLElement; path: string; keys: string[]; added: string | null } | null {
  const [, verb, target = ''] = /^(add|remove|up|down):(.+)$/.exec(act) ?? []
  if (verb === undefined) return null
  const at = target.lastIndexOf('/')
  const [path, key] = verb === 'add' ? [target, newKey()] : [target.slice(0, at), target.slice(at + 1)]
  const element = form.querySelector<HTMLElement>(`[data-rows="${CSS.escape(path)}"]`)
  if (!element) return null
  // The empty row a page begins with becomes one of them: else a second would be added to none.
  const { all, begun } = rowsOf(element)
  const before =
    verb === 'add' && begun.length === 0 ? all : all.filter(one => begun.includes(one) || one === key)
  if (verb === 'add') return { element, path, keys: [...before, key], added: key }
  const from = before.indexOf(key)
  if (from < 0) return null
  const keys = before.filter(one => one !== key)
  if (verb !== 'remove') keys.splice(Math.max(0, verb === 'up' ? from - 1 : from + 1), 0, key)
  return { element, path, keys, added: null }
}

/**
 * Asks the page for what it now has at these paths, and puts it in place of what is here. Rows are compared by their keys:
 * those that stay are left alone, with whatever is being written in them.
 * @param mayGo whether a row that is no more may be taken away now
 */
export async function renew(
  form: HTMLElement,
  paths: readonly string[],
  mayGo: (row: HTMLElement) => boolean,
): Promise<HTMLElement[]> {
  const page = await fetchPage()
  const fresh = page.querySelector<HTMLElement>('form#writing')
  if (!fresh) return []
  const changed: HTMLElement[] = []
  for (const path of paths) {
    const [old, now] = [elementAt(form, path), elementAt(fresh, path)]
    if (!old || !now) continue
    if (old.dataset.rows !== undefined) renewRows(old, now, mayGo)
    else replaceKeepingFocus(old, now)
    const there = elementAt(form, path)
    if (there) changed.push(there)
  }
  return changed
}

/** Questions that are asked now and were not, or the other way round, as the page now has them. */
export async function renewAsked(form: HTMLElement): Promise<void> {
  const page = await fetchPage()
  const fresh = page.querySelector<HTMLElement>('form#writing')
  if (!fresh) return
  for (const element of form.querySelectorAll<HTMLElement>('.answer[data-path]')) {
    const path = element.dataset.path ?? ''
    const now = answerAt(fresh, path)
    if (!now) continue
    const [old, asked] = [element.closest('details.unasked'), now.closest('details.unasked')]
    if ((old === null) === (asked === null) || element.contains(document.activeElement)) continue
    // Only where it stands changes: the field stays the same, with what is in it.
    const place = document.adoptNode(asked ?? now)
    ;(old ?? element).replaceWith(place)
    answerAt(form, path)?.replaceWith(element)
  }
}

export function elementAt(root: ParentNode, path: string): HTMLElement | null {
  const name = CSS.escape(path)
  return (
    root.querySelector<HTMLElement>(`[data-rows="${name}"]`) ??
    root.querySelector<HTMLElement>(`.answer[data-path="${name}"]`)
  )
}

function answerAt(root: ParentNode, path: string): HTMLElement | null {
  return root.querySelector(`.answer[data-path="${CSS.escape(path)}"]`)
}

function renewRows(old: HTMLElement, now: HTMLElement, mayGo: (row: HTMLElement) => boolean): void {
  const rows = (root: HTMLElement) =>
    new Map([...root.querySelectorAll<HTMLElement>('[data-row]')].map(row => [row.dataset.row ?? '', row]))
  const [before, after] = [rows(old), rows(now)]
  const [first] = before.values()
  const parent = first?.parentElement ?? old
  const marker = parent.insertBefore(document.createComment(''), first ?? null)
  for (const [key, row] of before) if (!after.has(key) && mayGo(row)) row.remove()
  for (const [key, row] of after) {
    const mine = before.get(key)
    if (!mine) marker.before(document.adoptNode(row))
    else {
      // Moving what has the focus would take it away, and the keyboard of a phone with it.
      if (!mine.contains(document.activeElement)) marker.before(mine)
      for (const part of ['legend', '.row-acts']) {
        const [left, right] = [mine.querySelector(part), row.querySelector(part)]
        if (left && right && !left.contains(document.activeElement))
          left.replaceWith(document.adoptNode(right))
      }
      const path = old.dataset.rows ?? ''
      for (const name of [path, `${path}.rows`]) {
        const has = mine.querySelector(`input[type="hidden"][name="${CSS.escape(name)}"]`)
        const kept = row.querySelector(`input[type="hidden"][name="${CSS.escape(name)}"]`)
        if (!has && kept) mine.prepend(document.adoptNode(kept))
      }
    }
  }
  inOrder(parent, [...after.keys()])
  marker.remove()
  old.dataset.revision = now.dataset.revision ?? old.dataset.revision ?? '0'
  const [seen, newSeen] = [old, now].map(root =>
    root.querySelector<HTMLInputElement>(':scope > input[name$=".seen"]'),
  )
  if (seen && newSeen) seen.value = newSeen.value
}

/** Round the row that has the focus, which stays where it is. */
function inOrder(parent: Element, keys: string[]): void {
  const rows = keys.map(key => parent.querySelector(`:scope > [data-row="${CSS.escape(key)}"]`))
  const at = rows.findIndex(row => row?.contains(document.activeElement))
  const focused = rows[at]
  if (!focused) return
  focused.before(...rows.slice(0, at).filter(row => row !== null))
  focused.after(...rows.slice(at + 1).filter(row => row !== null))
}

function replaceKeepingFocus(old: HTMLElement, now: HTMLElement): void {
  const active = document.activeElement
  const name = old.contains(active) ? active?.getAttribute('name') : null
  const fresh = document.adoptNode(now)
  old.replaceWith(fresh)
  if (name) fresh.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus()
}

/** As the server makes them. */
function newKey(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  return `r${[...crypto.getRandomValues(new Uint8Array(12))].map(byte => letters[byte % 26]).join('')}`
}
