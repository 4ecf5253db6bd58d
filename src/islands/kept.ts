import { emptyAll, keepWaiting, kitsKept, sendWaiting, waitingHere } from './kit-store.ts'
import { element, waitingList } from './kit-waiting.ts'

type Words = Record<
  'typed' | 'waiting' | 'anyway' | 'forget' | 'sent' | 'back' | 'unable' | 'emptied' | 'file',
  string
>

const pause = 5_000

/**
 * In a copy that is shown without a connection: what is done of the step is kept until it can be sent, signing out empties
 * the phone, and no other form pretends to work.
 */
export function wake(copy: HTMLElement): void {
  const words = JSON.parse(copy.dataset.words ?? '{}') as Words
  const state = document.createElement('div')
  state.setAttribute('role', 'status')
  copy.append(state)
  // What the page says is waiting: the worker may have sent it before the page does.
  let listed = 0

  for (const field of document.querySelectorAll<HTMLInputElement>('main input[type="file"]')) refuse(field)
  // Before any other script of the page has its way with the form.
  document.addEventListener('submit', event => take(event), { capture: true })
  window.addEventListener('online', () => send())
  if (navigator.onLine) send()
  else show()

  function take(event: SubmitEvent): void {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || form.method !== 'post') return
    event.preventDefault()
    event.stopPropagation()
    const { pathname } = new URL(form.action)
    if (pathname.endsWith('/account/sign-out'))
      emptyAll().then(() => {
        state.replaceChildren(element('p', words.emptied))
        copy.scrollIntoView()
      })
    else if (pathname.endsWith('/fulfilments')) keep(form)
    else {
      state.replaceChildren(element('p', words.unable))
      copy.scrollIntoView()
    }
  }

  /** A file is too much for what waits here; where the document lies can be said. */
  function refuse(field: HTMLInputElement): void {
    field.disabled = true
    field.after(element('small', words.file))
    const address = field.form?.elements.namedItem('url')
    if (address instanceof HTMLInputElement) address.required = true
  }

  async function keep(form: HTMLFormElement): Promise<void> {
    const kit = (await kitsKept()).find(({ url }) => url === copy.dataset.kit)
    const typed = Object.fromEntries(
      [...new FormData(form)].filter((field): field is [string, string] => typeof field[1] === 'string'),
    )
    const { expectation = '', organisation = kit?.organisations[0] ?? '' } = typed
    if (!kit || !expectation) return
    await keepWaiting({
      // One for what is expected of one organisation: typed again, it takes the place of what waits.
      key: `${expectation}-${organisation}`,
      kit: kit.url,
      send: kit.send,
      fields: {
        ...typed,
        done: typed.done || today(),
        step: kit.step,
        owner: kit.owner,
        seen: kit.marks[`${expectation}:${organisation}`] ?? '',
      },
      title: kit.expectations[expectation] ?? '',
      state: 'waiting',
      said: '',
    })
    // Where the browser can, it is sent even when no page is open.
    const registration = (await navigator.serviceWorker?.ready) as
      | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
      | undefined
    await registration?.sync?.register('fulfilments').catch(() => undefined)
    await show(words.typed)
    copy.scrollIntoView()
  }

  async function send(): Promise<void> {
    const before = (await waitingHere()).length
    const sent = await sendWaiting().catch(() => 0)
    const left = (await waitingHere()).filter(({ kit }) => kit === copy.dataset.kit).length
    await show(sent > 0 || left < listed ? words.sent : '')
    // Browsers say that they are online before anything can be reached.
    if (navigator.onLine && (await waitingHere()).some(({ state }) => state === 'waiting'))
      window.setTimeout(send, pause)
    if (before > 0 && sent === 0) return
    const again = Object.assign(document.createElement('a'), { href: location.href, textContent: words.back })
    if (navigator.onLine) state.append(again)
  }

  async function show(said = ''): Promise<void> {
    const waiting = (await waitingHere()).filter(({ kit }) => kit === copy.dataset.kit)
    listed = waiting.length
    state.replaceChildren()
    if (said) state.append(element('p', said))
    if (waiting.length > 0) state.append(waitingList(waiting, words, show))
  }
}

/** By the clock of the phone. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map(part => String(part).padStart(2, '0'))
    .join('-')
}
