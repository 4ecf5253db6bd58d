import type { WritingWords } from '#ui/writing-words.ts'
import { followed } from './rich-text-schema.ts'

/**
 * Asks for the address of a link.
 * @returns '' to take the link away, null to leave all as it is
 */
export async function askAddress(words: WritingWords, before: string): Promise<string | null> {
  const problem = (text: string) => (addressOf(text) === null ? words.addressWrong : null)
  const given = await ask(words, { label: words.address, value: before, remove: before !== '', problem })
  return given === null || given === '' ? given : addressOf(given)
}

/** Asks for the words that stand for a picture; '' where there are none to say. */
export async function askDescription(words: WritingWords, before: string): Promise<string | null> {
  return ask(words, { label: words.description, value: before, remove: false, problem: () => null })
}

/** As people type it: 'exemple.org' is an address, too. */
function addressOf(text: string): string | null {
  const tidy = text.trim()
  if (tidy === '') return ''
  if (/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(tidy)) return `mailto:${tidy}`
  const whole = /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(tidy) ? tidy : `https://${tidy}`
  const address = followed(whole)
  if (address === null || (/^https?:/i.test(address) && !/^https?:\/\/[^/\s]+\.[^/\s]+/i.test(address)))
    return null
  return encodeURI(decodable(address))
}

function decodable(address: string): string {
  try {
    return decodeURI(address)
  } catch {
    return address
  }
}

/** @returns what was typed, '' to take away what there was, null to leave it */
function ask(
  words: WritingWords,
  options: { label: string; value: string; remove: boolean; problem: (text: string) => string | null },
): Promise<string | null> {
  const dialog = document.createElement('dialog')
  dialog.className = 'rich-dialog'
  const form = dialog.appendChild(document.createElement('form'))
  form.method = 'dialog'
  form.className = 'field'
  const label = form.appendChild(document.createElement('label'))
  label.textContent = options.label
  label.htmlFor = 'rich-dialog-input'
  const input = form.appendChild(document.createElement('input'))
  input.id = 'rich-dialog-input'
  input.type = 'text'
  input.value = options.value
  input.autocomplete = 'off'
  input.setAttribute('aria-describedby', 'rich-dialog-error')
  const error = form.appendChild(document.createElement('p'))
  error.id = 'rich-dialog-error'
  error.className = 'error'
  error.setAttribute('role', 'alert')
  const buttons = form.appendChild(document.createElement('p'))
  buttons.className = 'buttons'
  buttons.append(button(words.apply, 'apply', 'button'))
  if (options.remove) buttons.append(button(words.remove, 'remove', 'button quiet'))
  buttons.append(button(words.cancel, 'cancel', 'button quiet'))
  document.body.append(dialog)
  dialog.showModal()
  input.select()
  return new Promise(resolve => {
    form.addEventListener('submit', event => {
      const act = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'apply'
      const wrong = act === 'apply' ? options.problem(input.value) : null
      if (wrong === null) return
      event.preventDefault()
      error.textContent = wrong
      input.setAttribute('aria-invalid', 'true')
      input.focus()
    })
    // Escape closes it without a value.
    dialog.addEventListener('close', () => {
      dialog.remove()
      if (dialog.returnValue === 'remove') resolve('')
      else resolve(dialog.returnValue === 'apply' ? input.value.trim() : null)
    })
  })
}

function button(text: string, value: string, className: string): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'submit'
  made.value = value
  made.className = className
  made.textContent = text
  return made
}
