import { forgetWaiting, keepWaiting, sendWaiting, type Waiting } from './kit-store.ts'

/** What was typed and is not sent yet, or was not taken as it is. */
export function waitingList(
  waiting: readonly Waiting[],
  words: Record<'waiting' | 'anyway' | 'forget' | 'sent', string>,
  show: (said?: string) => Promise<void>,
): HTMLElement {
  const list = document.createElement('ul')
  list.className = 'kit-waiting'
  for (const one of waiting) {
    const line = document.createElement('li')
    const said = one.state === 'waiting' ? words.waiting : one.said
    line.append(element('strong', one.title), element('span', said))
    if (one.state === 'conflict')
      line.append(
        button(words.anyway, 'quiet', async () => {
          await keepWaiting({ ...one, state: 'waiting', said: '' })
          const sent = await sendWaiting()
          await show(sent > 0 ? words.sent : '')
        }),
      )
    if (one.state !== 'waiting')
      line.append(
        button(words.forget, 'quiet', async () => {
          await forgetWaiting(one.key)
          await show()
        }),
      )
    list.append(line)
  }
  return list
}

export function element(name: string, text: string): HTMLElement {
  return Object.assign(document.createElement(name), { textContent: text })
}

export function button(text: string, look: string, work: () => Promise<void>): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), {
    type: 'button',
    textContent: text,
    className: look,
  })
  made.addEventListener('click', () => work())
  return made
}
