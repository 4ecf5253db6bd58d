import type { WritingWords } from '#ui/writing-words.ts'
import { controlsOf, currentValue, kindOf, pathOf } from './writing-answers.ts'
import { pluralText, sumText, within } from './writing-telling.ts'

/**
 * How far the page is, as modules/commons/writing/views/writing-page.tsx tells it, counted anew from what the page says: by
 * section what is asked and answered, and what has to be. @param at when something was last written, where that is now
 */
export function countAnew(form: HTMLElement, words: WritingWords, at: Date | null): void {
  const contents = form.querySelector('nav.contents')
  let needed = 0
  const told = new Set<HTMLElement>()
  for (const line of contents?.querySelectorAll<HTMLElement>('[data-section]') ?? []) {
    const section = document.getElementById(line.dataset.section ?? '')
    const count = section ? countIn(section, told) : { asked: 0, answered: 0, needed: 0 }
    needed += count.needed
    write(
      line.querySelector('[data-answered]'),
      within(words.answered, { answered: count.answered, asked: count.asked }),
    )
    show(
      line.querySelector('[data-needed]'),
      count.needed,
      ` · ${pluralText(words.neededCount, count.needed)}`,
    )
  }
  const title = form.querySelector<HTMLElement>('.page-title .answer')
  const titled = title ? countIn(title.parentElement ?? title, told) : null
  needed += titled?.needed ?? 0
  const titleLine = contents?.querySelector<HTMLElement>('[data-title]')
  if (titleLine) titleLine.hidden = (titled?.needed ?? 0) === 0
  show(contents?.querySelector('[data-needed-all]') ?? null, needed, pluralText(words.neededCount, needed))
  const written = form.querySelector<HTMLElement>('[data-written]')
  if (written && at) write(written, momentText(at, written.dataset.written ?? ''))
}

/** What shares add up to. */
export function sumUp(answer: HTMLElement, words: WritingWords): void {
  if (kindOf(answer) !== 'shares') return
  const group = answer.querySelector('.shares')
  let line = answer.querySelector<HTMLElement>('[data-sum]')
  const numbers = controlsOf(answer).map(({ value }) => Number(value.replace(/\s/g, '').replace(',', '.')))
  if (!line && group) {
    line = document.createElement('p')
    line.dataset.sum = ''
    group.append(line)
  }
  const sum = numbers.reduce((total, one) => total + (Number.isFinite(one) ? one : 0), 0)
  if (!line) return
  const off = Math.abs(sum - 100) >= 0.01
  line.className = off ? 'sum off' : 'sum'
  line.textContent = sumText(sum, words)
}

function countIn(
  section: HTMLElement,
  told: Set<HTMLElement>,
): { asked: number; answered: number; needed: number } {
  const count = { asked: 0, answered: 0, needed: 0 }
  for (const answer of section.querySelectorAll<HTMLElement>('.answer[data-path]')) {
    if (kindOf(answer) === 'group' || answer.closest('details.unasked') || told.has(answer)) continue
    told.add(answer)
    const isAnswered = currentValue(answer) !== null
    const need = document.getElementById(`field-${pathOf(answer)}-needed`)
    count.asked += 1
    if (isAnswered) count.answered += 1
    else if (need) count.needed += 1
    need?.classList.toggle('met', isAnswered)
  }
  return count
}

function write(place: Element | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text
}

function show(place: Element | null, count: number, text: string): void {
  if (!(place instanceof HTMLElement)) return
  place.hidden = count === 0
  write(place, text)
}

/** As the server writes moments (platform/i18n). */
function momentText(at: Date, timeZone: string): string {
  const { lang } = document.documentElement
  const format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, {
    dateStyle: 'long',
    timeStyle: 'short',
    ...(timeZone && { timeZone }),
  })
  const text = format.format(at)
  return lang === 'fr' ? text.replace(/^1 /, '1er ') : text
}
