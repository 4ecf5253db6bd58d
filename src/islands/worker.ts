import { emptyAll, emptyOlder, forgetCopy, keptCopy, sendWaiting } from './kit-store.ts'

/**
 * The worker of those who asked for a kit, within one network in one language. With a connection it lets everything
 * through; without, it shows the pages that were kept, and for all others the page that lists them.
 */

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Extendable {
  request: Request
  respondWith(response: Promise<Response>): void
}
interface Worker {
  registration: ServiceWorkerRegistration
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(type: 'install' | 'activate' | 'sync', listener: (event: Extendable) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
}

const worker = self as unknown as Worker

/** The home of the network. To the browser, networks whose names only begin like this one are within the scope as well. */
const home = worker.registration.scope.replace(/\/$/, '')

/** Longer than a page takes on a bad line; then what is kept is better than nothing. */
const patience = 8_000

// It holds nothing in memory: a new version may take over at once, also from under open pages.
worker.addEventListener('install', event => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', event => event.waitUntil(emptyOlder().then(() => worker.clients.claim())))
worker.addEventListener('sync', event => event.waitUntil(sendWaiting()))

worker.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && !isWithin(request.url)) return
  if (request.mode === 'navigate') event.respondWith(page(event))
  else if (pathname.startsWith('/assets/')) event.respondWith(asset(request))
  else if (['style', 'image'].includes(request.destination)) event.respondWith(picture(request))
})

function isWithin(url: string): boolean {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}` === home || `${origin}${pathname}`.startsWith(`${home}/`)
}

async function page(event: Fetching): Promise<Response> {
  const { request } = event
  const kept = keptCopy(request.url).catch(() => null)
  try {
    const answer = await inTime(fetch(request), kept)
    event.waitUntil(afterwards(request, answer))
    return answer
  } catch (error) {
    const copy = (await kept) ?? (await keptCopy(`${home}/kept-pages`).catch(() => null))
    if (copy) return copy
    throw error
  }
}

/** The answer; or none, where it does not come and there is something better to show than a white page. */
async function inTime(answer: Promise<Response>, kept: Promise<Response | null>): Promise<Response> {
  if (!(await kept)) return answer
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), patience))
  return Promise.race([answer, late])
}

/** Somebody signed out, or somebody else signed in: the server says so with the page. */
async function afterwards({ url }: Request, answer: Response): Promise<void> {
  if ([401, 403, 404, 410].includes(answer.status)) await forgetCopy(url)
  if (answer.headers.has('clear-site-data')) {
    await emptyAll()
    await worker.registration.unregister()
  } else await sendWaiting()
}

/** Its name says what is in it: the copy is as good. */
async function asset(request: Request): Promise<Response> {
  return (await keptCopy(request.url).catch(() => null)) ?? fetch(request)
}

async function picture(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const copy = await keptCopy(request.url).catch(() => null)
    if (copy) return copy
    throw error
  }
}
