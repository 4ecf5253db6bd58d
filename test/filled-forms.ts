import { DomUtils, parseDocument } from 'htmlparser2'
import { newId } from '#kernel/ids.ts'
import { dayAhead } from './living-dates.ts'

type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number]

/**
 * The forms that a page carries, by the address each is sent to, as somebody sends them who leaves what stands in them,
 * fills in what they ask for, and presses their first button.
 */
export function formsOn(page: string): Map<string, FormData> {
  const forms = new Map<string, FormData>()
  for (const form of DomUtils.getElementsByTagName('form', parseDocument(page))) {
    const { action = '', method = '' } = form.attribs
    const [path = ''] = action.split('?')
    if (/^post$/i.test(method) && !forms.has(path)) forms.set(path, filledIn(form))
  }
  return forms
}

function filledIn(form: Element): FormData {
  const sent = new FormData()
  const controls = /^(?:input|select|textarea|button)$/
  for (const control of DomUtils.getElementsByTagName(name => controls.test(name), form)) {
    const { name, disabled, type = control.name === 'button' ? 'submit' : 'text' } = control.attribs
    if (!name || disabled !== undefined) continue
    const ticked = 'checked' in control.attribs
    if (type === 'radio' || type === 'submit') {
      // Of several that exclude each other, the one that is chosen, or the first.
      if (ticked || !sent.has(name)) sent.set(name, control.attribs.value ?? 'on')
    } else if (type === 'checkbox') {
      if (ticked || 'required' in control.attribs) sent.append(name, control.attribs.value ?? 'on')
    } else if (type === 'file') {
      if ('required' in control.attribs) sent.append(name, fileFor(control.attribs.accept ?? '.txt'))
    } else sent.append(name, written(control, type))
  }
  return sent
}

function written(control: Element, type: string): string {
  const { value = '', required, maxlength = '200', min } = control.attribs
  if (control.name === 'select') {
    const options = DomUtils.getElementsByTagName('option', control)
    const open = options.filter(({ attribs }) => !('disabled' in attribs))
    const chosen = open.find(({ attribs }) => 'selected' in attribs) ?? open[0]
    const first = open.find(({ attribs }) => attribs.value !== '')
    const one = required !== undefined && chosen?.attribs.value === '' ? first : chosen
    return one?.attribs.value ?? (one ? DomUtils.textContent(one) : '')
  }
  const stands = control.name === 'textarea' ? DomUtils.textContent(control) : value
  if (stands !== '' || required === undefined) return stands
  const asked: Record<string, string> = {
    ...{ email: `${newId()}@exemple.org`, url: 'https://exemple.org/', password: 'trois mots et demi' },
    ...{ date: dayAhead(15), time: '10:00', number: min ?? '1' },
  }
  return (asked[type] ?? 'Quelque chose').slice(0, Number(maxlength))
}

/** The smallest that there is. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

function fileFor(accept: string): File {
  if (accept.startsWith('image/')) return new File([picture], 'image.png', { type: 'image/png' })
  const [name] = accept.split(',')
  return new File(['Nom,Ville\nQuelque chose,Lyon\n'], `fichier${name}`, { type: 'application/octet-stream' })
}
