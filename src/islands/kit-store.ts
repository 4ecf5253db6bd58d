/**
 * What this browser keeps of programmes: pages in the cache storage, a note beside each kit of what it holds, and what was
 * typed without a connection, until it is sent. Used by pages and by the worker alike. The number is that of the format:
 * the worker of a new one throws the old away.
 */
export const kitPrefix = 'cordee-kit-1:'
const waitingCache = 'cordee-waiting-1'
const everything = /^cordee-(?:kit|waiting)-/

export interface KeptPage {
  url: string
  title: string
  bytes: number
}

/** A kit as it was kept. */
export interface Kit {
  /** The address of its page, which is its name here as well. */
  url: string
  name: string
  /** When it was kept, ISO. */
  at: string
  pages: KeptPage[]
  /** Of all of it, with what the pages are shown with; kits that were kept before this was noted do not say. */
  bytes?: number
  /** Where fulfilments are sent. */
  send: string
  /** For whom it was packed: what is typed is sent as theirs alone. */
  owner: string
  step: string
  /** Titles of what the step expects, by id. */
  expectations: Record<string, string>
  /** For which one acts. */
  organisations: string[]
  /** What one had said already, by expectation and organisation: the server compares. */
  marks: Record<string, string>
}

/** Something typed without a connection. */
export interface Waiting {
  key: string
  kit: string
  send: string
  fields: Record<string, string>
  title: string
  /** 'waiting' for the connection; the others for a word of whoever typed it. */
  state: 'waiting' | 'conflict' | 'refused'
  /** What the server said. */
  said: string
}

export async function kitsKept(): Promise<Kit[]> {
  const kits: Kit[] = []
  for (const name of await caches.keys()) {
    if (!name.startsWith(kitPrefix)) continue
    const note = await (await caches.open(name)).match(noteOf(name.slice(kitPrefix.length)))
    if (note) kits.push((await note.json()) as Kit)
  }
  return kits.sort((one, other) => other.at.localeCompare(one.at))
}

/** All of it or, where a page could not be had, what was kept before. */
export async function keepKit(kit: Kit, responses: Map<string, Response>): Promise<void> {
  const cache = await caches.open(kitPrefix + kit.url)
  for (const [url, response] of responses) await cache.put(url, response)
  await cache.put(noteOf(kit.url), json(kit))
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url)
    // Of a step that was asked for, the note has it in its address as well.
    const path = pathname + search
    if (!responses.has(path) && path !== noteOf(kit.url)) await cache.delete(url)
  }
}

export async function removeKit(url: string): Promise<void> {
  await caches.delete(kitPrefix + url)
}

/** A page or an asset of any kit, asked for as it was kept or with something else behind its address; null without one. */
export async function keptCopy(address: string): Promise<Response | null> {
  const names = (await caches.keys()).filter(name => name.startsWith(kitPrefix))
  for (const ignoreSearch of [false, true])
    for (const name of names) {
      const found = await (await caches.open(name)).match(address, { ignoreSearch, ignoreVary: true })
      if (found) return found
    }
  return null
}

/** Whoever may see the page no more does not keep it either. */
export async function forgetCopy(address: string): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(kitPrefix))
      await (await caches.open(name)).delete(address, { ignoreSearch: true, ignoreVary: true })
}

export async function waitingHere(): Promise<Waiting[]> {
  // Opening a cache makes it, also for those who keep nothing.
  if (!(await caches.has(waitingCache))) return []
  const cache = await caches.open(waitingCache)
  const all: Waiting[] = []
  for (const request of await cache.keys()) {
    const found = await cache.match(request)
    if (found) all.push((await found.json()) as Waiting)
  }
  return all.sort((one, other) => one.key.localeCompare(other.key))
}

export async function keepWaiting(one: Waiting): Promise<void> {
  await (await caches.open(waitingCache)).put(`/waiting/${one.key}`, json(one))
}

export async function forgetWaiting(key: string): Promise<void> {
  await (await caches.open(waitingCache)).delete(`/waiting/${key}`)
}

/**
 * Sends what waits, one after the other, by one tab or the worker at a time. Sent twice it is kept once.
 * @returns how many the server has now
 */
export async function sendWaiting(): Promise<number> {
  return navigator.locks.request('cordee-waiting', async () => {
    let sent = 0
    for (const one of await waitingHere()) {
      if (one.state !== 'waiting') continue
      let answer: Response
      try {
        answer = await fetch(one.send, {
          method: 'POST',
          headers: { accept: 'application/json' },
          body: new URLSearchParams(one.fields),
        })
      } catch {
        return sent
      }
      // Signed out, or the server is busy: it waits on.
      if (answer.status === 401 || answer.status === 429 || answer.status >= 500) return sent
      const said = (await answer.json().catch(() => ({}))) as {
        outcome?: string
        said?: string
        seen?: string
        title?: string
        detail?: string
        errors?: { message: string }[]
      }
      if (answer.ok && said.outcome === 'done') {
        await forgetWaiting(one.key)
        sent += 1
      } else if (answer.ok) {
        const fields = { ...one.fields, seen: said.seen ?? '' }
        await keepWaiting({ ...one, fields, state: 'conflict', said: said.said ?? '' })
      } else {
        const reason = said.errors?.map(({ message }) => message).join(' ') || said.detail || said.title
        await keepWaiting({ ...one, state: 'refused', said: reason ?? String(answer.status) })
      }
    }
    return sent
  })
}

/** Nothing of anyone stays: neither pages nor what was typed. */
export async function emptyAll(): Promise<void> {
  for (const name of await caches.keys()) if (everything.test(name)) await caches.delete(name)
}

/** What another format of this had kept. */
export async function emptyOlder(): Promise<void> {
  for (const name of await caches.keys())
    if (everything.test(name) && !name.startsWith(kitPrefix) && name !== waitingCache)
      await caches.delete(name)
}

function noteOf(url: string): string {
  // Before what a step asked for adds: looked for without that, a page is never taken for a note.
  return url.replace(/(?=\?|$)/, '/note')
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
}
