import type { WritingWords } from '#ui/writing-words.ts'
import type { SavingState } from './writing-told.ts'

/** Two quiet voices: how saving stands, where the page has left room for it, and what happens besides. */
export function sayer(form: HTMLElement): {
  state(text: string, kind: string): void
  event(text: string): void
} {
  let standing = form.querySelector<HTMLElement>('[data-saving]')
  if (!standing) {
    standing = document.createElement('p')
    standing.setAttribute('role', 'status')
    form.prepend(standing)
  }
  const place = standing
  const events = document.createElement('span')
  events.className = 'visually-hidden'
  events.setAttribute('role', 'status')
  place.after(events)
  return {
    state(text, kind) {
      // Said again only when it says something else.
      if (place.textContent !== text) place.textContent = text
      place.dataset.saving = kind
    },
    event(text) {
      events.textContent = text
    },
  }
}

export function stateText(state: SavingState, words: WritingWords): string {
  const { lang } = document.documentElement
  switch (state.is) {
    case 'saved': {
      const time = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { timeStyle: 'short' }).format(
        state.at,
      )
      return words.saved.replace('{time}', time)
    }
    case 'saving':
      return words.saving
    case 'waiting':
      return words.waiting
    case 'held':
      return counted(words.heldOne, words.held, state.count)
    case 'signed-out':
      return words.signedOut
    case 'closed':
      return words.closed
    case 'account':
      return words.account
    case 'too-large':
      return words.tooLarge
    default:
      if (!state.kept) return words.unkept
      return state.is === 'busy' ? words.busy : counted(words.offlineOne, words.offline, state.count)
  }
}

/** The text of a message with its values; numbers as the language of the page writes them. */
export function within(text: string, values: Record<string, string | number>): string {
  const number = new Intl.NumberFormat(document.documentElement.lang)
  return text.replace(/\{(\w+)(?:, number)?\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === 'number' ? number.format(value) : value
  })
}

export function sumText(sum: number, words: WritingWords): string {
  const said = within(words.sum, { sum })
  return Math.abs(sum - 100) < 0.01 ? said : `${said} ${within(words.sumOff, { rest: 100 - sum })}`
}

/** The question above an answer, shortly. */
export function questionOf(element: HTMLElement): string {
  const answer = element.closest('.answer') ?? element
  const heading = answer.querySelector('.question')?.cloneNode(true)
  if (!(heading instanceof Element)) return ''
  for (const mark of heading.querySelectorAll('.writing-here')) mark.remove()
  const text = (heading.textContent ?? '').trim()
  return text.length > 90 ? `${text.slice(0, 88).trimEnd()}…` : text
}

function counted(one: string, more: string, count: number): string {
  return count === 1 ? one : more.replace('{count}', String(count))
}
