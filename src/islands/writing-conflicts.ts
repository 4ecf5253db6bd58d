import type { WritingWords } from '#ui/writing-words.ts'
import { isText, type Json, pathOf, wordsOf } from './writing-answers.ts'

export interface Conflict {
  mine: Json
  theirs: Json
  by: string | null
}

/** Two answers side by side above the field, and what can be done about it. Mine stays in the field until somebody says. */
export function showConflict(
  element: HTMLElement,
  { mine, theirs, by }: Conflict,
  words: WritingWords,
  settle: (value?: Json) => void,
): void {
  hideConflict(element)
  const box = document.createElement('div')
  box.className = 'conflict'
  box.dataset.live = ''
  box.setAttribute('role', 'alert')
  box.append(line(by === null ? words.conflict : words.conflictBy.replace('{name}', by)))
  box.append(quoted(theirs, element, words), line(words.yours), quoted(mine, element, words))
  const buttons = box.appendChild(document.createElement('p'))
  buttons.className = 'buttons'
  buttons.append(button(words.keepMine, () => settle()))
  buttons.append(button(words.takeTheirs, () => settle(theirs)))
  if (isText(element))
    buttons.append(button(words.edit, () => settle([theirs, mine].map(one => one ?? '').join('\n\n'))))
  const field = document.getElementById(`field-${pathOf(element)}`)
  if (field && element.contains(field)) field.before(box)
  else element.append(box)
}

export function hideConflict(element: HTMLElement): void {
  for (const box of element.querySelectorAll('.conflict[data-live]')) box.remove()
}

/** Says what is wrong with an answer, beside it; null: nothing any more. */
export function showProblem(element: HTMLElement, text: string | null): void {
  for (const old of element.querySelectorAll(':scope > .error')) old.remove()
  const fields = element.querySelectorAll<HTMLElement>('[name], [contenteditable="true"]')
  for (const field of fields) {
    if (text === null) field.removeAttribute('aria-invalid')
    else field.setAttribute('aria-invalid', 'true')
  }
  if (text === null) {
    delete element.dataset.wrong
    return
  }
  const said = document.createElement('p')
  said.className = 'error'
  said.setAttribute('role', 'alert')
  said.textContent = text
  element.dataset.wrong = ''
  const heading = element.querySelector(':scope > .question')
  if (heading) heading.after(said)
  else element.prepend(said)
}

function quoted(value: Json, element: HTMLElement, words: WritingWords): HTMLElement {
  const quote = document.createElement('blockquote')
  quote.textContent = wordsOf(element, value) || words.nothing
  return quote
}

function line(text: string): HTMLElement {
  const paragraph = document.createElement('p')
  paragraph.textContent = text
  return paragraph
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'button quiet'
  made.textContent = text
  made.addEventListener('click', act)
  return made
}
