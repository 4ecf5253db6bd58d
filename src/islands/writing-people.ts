import type { WritingWords } from '#ui/writing-words.ts'

export interface Person {
  name: string
  path: string | null
}

/** Who else is here, and at which answer: initials beside the question, names at the top. */
export function showPeople(form: HTMLElement, people: readonly Person[], words: WritingWords): void {
  const names = [...new Set(people.map(({ name }) => name))]
  const list = form.querySelector<HTMLElement>('.saving') ?? form
  let told = form.querySelector<HTMLElement>('.writing-people')
  if (!told) {
    told = document.createElement('span')
    told.className = 'writing-people'
    list.append(told)
  }
  const locale = document.documentElement.lang
  const text =
    names.length > 0 ? words.people.replace('{names}', new Intl.ListFormat(locale).format(names)) : ''
  if (told.textContent !== text) told.textContent = text
  const wanted = new Map<Element, string[]>()
  for (const { name, path } of people) {
    const heading = path === null ? null : headingAt(form, path)
    if (heading) wanted.set(heading, [...(wanted.get(heading) ?? []), name])
  }
  for (const mark of form.querySelectorAll('.writing-here')) {
    const heading = mark.parentElement
    if (!heading || !(mark instanceof HTMLElement)) continue
    const here = wanted.get(heading) ?? []
    if (here.includes(mark.dataset.name ?? ''))
      wanted.set(
        heading,
        here.filter(name => name !== mark.dataset.name),
      )
    else mark.remove()
  }
  for (const [heading, here] of wanted) for (const name of here) heading.append(markOf(name, words))
}

function headingAt(form: HTMLElement, path: string): Element | null {
  const answer = form.querySelector(`.answer[data-path="${CSS.escape(path)}"]`)
  return answer?.querySelector('.question') ?? null
}

function markOf(name: string, words: WritingWords): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'writing-here'
  mark.dataset.name = name
  mark.title = words.here.replace('{name}', name)
  const initials = mark.appendChild(document.createElement('span'))
  initials.setAttribute('aria-hidden', 'true')
  initials.textContent = initialsOf(name)
  const spoken = mark.appendChild(document.createElement('span'))
  spoken.className = 'visually-hidden'
  spoken.textContent = ` (${words.here.replace('{name}', name)})`
  return mark
}

function initialsOf(name: string): string {
  const parts = name.split(/[\s-]+/).filter(part => /\p{L}/u.test(part))
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map(
    part => part?.match(/\p{L}/u)?.[0],
  )
  return letters.join('').toUpperCase() || '?'
}
