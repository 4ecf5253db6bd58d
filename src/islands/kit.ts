import {
  type KeptPage,
  type Kit,
  keepKit,
  kitsKept,
  removeKit,
  sendWaiting,
  waitingHere,
} from './kit-store.ts'
import { button, element, waitingList } from './kit-waiting.ts'

type Words = Record<
  | 'keep'
  | 'again'
  | 'remove'
  | 'kept'
  | 'nothing'
  | 'keeping'
  | 'weight'
  | 'failed'
  | 'waiting'
  | 'anyway'
  | 'forget'
  | 'sent'
  | 'unable',
  string
>

interface Contents extends Omit<Kit, 'at' | 'pages' | 'bytes'> {
  pages: { url: string; title: string }[]
  /** Beside the pages, the one that is shown for all that is not kept. */
  offline: string
  scope: string
  banner: { text: string; script: string; wake: string; words: Record<string, string> }
}

const pause = 5_000

/** On the page of a kit: the buttons, what is kept, what waits. On the page of all that is kept: the list of it. */
export function wake(island: HTMLElement): void {
  const words = JSON.parse(island.dataset.words ?? '{}') as Words
  const state = document.createElement('div')
  state.setAttribute('role', 'status')
  const buttons = document.createElement('p')
  buttons.className = 'buttons'
  island.append(state, buttons)
  if (!('serviceWorker' in navigator && 'caches' in window)) {
    state.textContent = words.unable
    return
  }
  const { contents, kit: own } = island.dataset
  // What the page says is waiting: the worker may have sent it before the page does.
  let listed = 0
  let told = ''
  window.addEventListener('online', () => send())
  send()
  if (contents) weigh(island, words)

  async function send(): Promise<void> {
    const sent = await sendWaiting().catch(() => 0)
    const left = (await waitingHere()).length
    // Said once, it stays said where it is tried again.
    if (sent > 0 || left < listed) told = words.sent
    await show(told)
    // Browsers say that they are online before anything can be reached.
    if (navigator.onLine && (await waitingHere()).some(({ state }) => state === 'waiting'))
      window.setTimeout(send, pause)
  }

  async function show(said = ''): Promise<void> {
    const kits = await kitsKept()
    const waiting = await waitingHere()
    listed = waiting.length
    state.replaceChildren()
    buttons.replaceChildren()
    if (said) state.append(element('p', said))
    if (own === undefined) {
      const all = kits.map(kit => shelf(kit))
      state.append(...(all.length > 0 ? all : [element('p', words.nothing)]))
    } else {
      const kept = kits.find(({ url }) => url === own)
      if (kept) state.append(shelf(kept))
      // What is kept stands there instead of what would be.
      island.querySelector('.kit-pages')?.toggleAttribute('hidden', kept !== undefined)
      if (kept) island.querySelector('.kit-weight')?.toggleAttribute('hidden', true)
      buttons.append(button(kept ? words.again : words.keep, 'button', keep))
      if (kept) buttons.append(button(words.remove, 'button quiet', remove))
    }
    if (waiting.length > 0) state.append(waitingList(waiting, words, show))
  }

  async function keep(): Promise<void> {
    if (!contents) return
    state.replaceChildren(element('p', words.keeping))
    for (const one of buttons.querySelectorAll('button')) one.disabled = true
    try {
      const kit = await fetchKit(contents)
      await navigator.serviceWorker.register('/worker.js', { scope: kit.scope, updateViaCache: 'none' })
      // Asked for, so that the browser does not throw it away when room is short; it may refuse.
      await navigator.storage?.persist?.()
      await show()
    } catch (error) {
      console.error(error)
      await show(words.failed)
    }
  }

  async function remove(): Promise<void> {
    if (own) await removeKit(own)
    if ((await kitsKept()).length === 0 && (await waitingHere()).length === 0) await leave()
    await show()
  }

  function shelf(kit: Kit): HTMLElement {
    const box = document.createElement('section')
    const sum = kit.bytes ?? kit.pages.reduce((all, { bytes }) => all + bytes, 0)
    const at = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: 'long',
      timeStyle: 'short',
    })
    const said = words.kept.replace('{at}', at.format(new Date(kit.at))).replace('{size}', sized(sum))
    const list = document.createElement('ul')
    for (const { url, title, bytes } of kit.pages) {
      const line = document.createElement('li')
      const link = Object.assign(document.createElement('a'), { href: url, textContent: title })
      line.append(link, ` · ${sized(bytes)}`)
      list.append(line)
    }
    if (own === undefined) box.append(element('h2', kit.name))
    box.append(element('p', said), list)
    return box
  }
}

/** Each page with what it needs to be seen, marked as a copy; all are fetched before any is kept. */
async function fetchKit(address: string): Promise<Contents> {
  const contents = (await (await had(address)).json()) as Contents
  const responses = new Map<string, Response>()
  const pages: KeptPage[] = []
  const needed = new Set<string>([contents.banner.script, contents.banner.wake])
  const now = new Date()
  for (const { url, title } of [...contents.pages, { url: contents.offline, title: '' }]) {
    const answer = await had(url)
    const isPage = /^text\/html/.test(answer.headers.get('content-type') ?? '')
    const blob = isPage ? null : await answer.blob()
    const text = isPage ? await answer.text() : ''
    if (isPage) for (const one of partsOf(text)) needed.add(one)
    const body = blob ?? (url === contents.offline ? text : asCopy(text, contents, now))
    const kept = new Response(body, { headers: headersOf(answer) })
    responses.set(url, kept)
    if (url !== contents.offline) pages.push({ url, title, bytes: blob?.size ?? new Blob([text]).size })
  }
  let bytes = pages.reduce((all, page) => all + page.bytes, 0)
  for (const url of needed) {
    const answer = await fetch(url)
    if (!answer.ok) continue
    const part = await answer.blob()
    bytes += part.size
    responses.set(url, new Response(part, { headers: headersOf(answer) }))
  }
  const { banner: _banner, offline: _offline, scope: _scope, ...kit } = contents
  await keepKit({ ...kit, at: now.toISOString(), pages, bytes }, responses)
  return contents
}

async function had(url: string): Promise<Response> {
  const answer = await fetch(url, { headers: { accept: 'text/html, application/json, */*' } })
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`)
  return answer
}

/** Styles, scripts and pictures of this site that a page is shown with. */
function partsOf(html: string): string[] {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const parts = [
    ...page.querySelectorAll('link[rel="stylesheet"], link[rel="icon"]'),
    ...page.querySelectorAll('script[src], img[src], [data-island]'),
  ]
  return parts
    .map(
      part => part.getAttribute('href') ?? part.getAttribute('src') ?? part.getAttribute('data-island') ?? '',
    )
    .filter(address => address.startsWith('/') && !address.startsWith('//'))
}

/** What the page says of itself when it is shown without a connection. */
function asCopy(html: string, { banner, url }: Contents, now: Date): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const at = new Intl.DateTimeFormat(page.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
  const told = page.createElement('div')
  told.className = 'kept-copy notice'
  told.dataset.island = banner.script
  told.dataset.kit = url
  told.dataset.words = JSON.stringify(banner.words)
  told.append(
    Object.assign(page.createElement('p'), { textContent: banner.text.replace('{at}', at.format(now)) }),
  )
  page.querySelector('main')?.prepend(told)
  if (!page.querySelector(`script[src="${banner.wake}"]`)) {
    const script = page.createElement('script')
    script.type = 'module'
    script.src = banner.wake
    page.head.append(script)
  }
  return `<!doctype html>${page.documentElement.outerHTML}`
}

function headersOf(answer: Response): Headers {
  const headers = new Headers()
  for (const name of [
    'content-type',
    'content-security-policy',
    'content-disposition',
    'x-content-type-options',
  ]) {
    const value = answer.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}

/** How much each page weighs, and all with what they are shown with: as the server says, else as it is sent. */
async function weigh(island: HTMLElement, words: Words): Promise<void> {
  const weights = new Map<string, number>()
  let isComplete = true
  for (const size of island.querySelectorAll<HTMLElement>('[data-size-of]')) {
    const bytes = await weightOf(size.dataset.sizeOf ?? '', weights)
    if (bytes === null) isComplete = false
    else size.textContent = ` · ${sized(bytes)}`
  }
  const total = island.querySelector<HTMLElement>('.kit-weight')
  const isKept = (await kitsKept()).some(({ url }) => url === island.dataset.kit)
  if (!total || !isComplete || isKept) return
  const sum = [...weights.values()].reduce((all, bytes) => all + bytes, 0)
  total.textContent = words.weight.replace('{size}', sized(sum))
  total.hidden = false
}

/** @returns null for what cannot be had; its parts are noted with it, each once */
async function weightOf(url: string, weights: Map<string, number>): Promise<number | null> {
  try {
    const asked = await fetch(url, { method: 'HEAD' })
    const isPage = /^text\/html/.test(asked.headers.get('content-type') ?? '')
    const told = Number(asked.headers.get('content-length') ?? 0)
    if (!asked.ok) return null
    if (!isPage && told > 0) {
      weights.set(url, told)
      return told
    }
    const blob = await (await had(url)).blob()
    weights.set(url, blob.size)
    if (isPage)
      // The browser has them already: they are not sent again.
      for (const part of partsOf(await blob.text()))
        if (!weights.has(part)) weights.set(part, (await (await fetch(part)).blob()).size)
    return blob.size
  } catch {
    return null
  }
}

async function leave(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations())
    if (registration.active?.scriptURL.endsWith('/worker.js')) await registration.unregister()
}

function sized(bytes: number): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte']
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value)
}
