import type { WritingWords } from '#ui/writing-words.ts'
import type { SavingState } from './writing-told.ts'

/** Two quiet voices: how saving stands, where the page has left room for it, and what happens besides. */
export function sayer(form: HTMLElement): {
  /** @param to where it leads: the answer that it is about */
  state(text: string, kind: string, to?: HTMLElement | null): void
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
    state(text, kind, to) {
      // Said again only when it says something else.
      const link = to ? `#${to.id}` : null
      if (place.textContent !== text || (place.querySelector('a')?.getAttribute('href') ?? null) !== link)
        place.replaceChildren(to ? linkTo(to, text) : text)
      place.dataset.saving = kind
    },
    event(text) {
      events.textContent = text
    },
  }
}

/** A link to an answer, that goes on into its field. */
function linkTo(answer: HTMLElement, text: string): HTMLAnchorElement {
  const link = document.createElement('a')
  link.href = `#${answer.id}`
  link.textContent = text
  link.addEventListener('click', event => {
    event.preventDefault()
    for (let fold = answer.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null)
      fold.open = true
    answer.scrollIntoView()
    answer.querySelector<HTMLElement>(fields)?.focus({ preventScroll: true })
  })
  return link
}

/** What is written in, of an answer of any kind. */
const fields = '.ProseMirror, textarea:not([hidden]), input:not([type="hidden"], [hidden]), select'

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

/** One of the forms of a message that counts (ICU), by the rules of the language of the page. */
export function pluralText(message: string, count: number): string {
  const { lang } = document.documentElement
  const forms = new Map([...message.matchAll(/(=?\w+) \{([^{}]*)\}/g)].map(([, name, text]) => [name, text]))
  const text =
    forms.get(`=${count}`) ?? forms.get(new Intl.PluralRules(lang).select(count)) ?? forms.get('other')
  return (text ?? message).replace('#', new Intl.NumberFormat(lang).format(count))
}

/** A sentence of those for what is wrong, by its key. */
export function problemWords(words: WritingWords, key: `writing.problem.${string}`): string {
  return words.problems[key.slice('writing.problem.'.length)] ?? ''
}

/** What would be too long was not pasted: only where texts are long, a file does as well. */
export function pasteText(length: number, most: number, words: WritingWords): string {
  const said = most > 1_000 ? words.tooLong : problemWords(words, 'writing.problem.paste-too-long')
  return within(said, { length, most })
}

export function sumText(sum: number, words: WritingWords): string {
  const said = within(words.sum, { sum })
  if (Math.abs(sum - 100) < 0.01) return said
  return `${said} ${within(sum > 100 ? words.sumOver : words.sumOff, { rest: Math.abs(100 - sum) })}`
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
