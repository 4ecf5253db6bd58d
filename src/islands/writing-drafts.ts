import type { Json } from './writing-answers.ts'

/** An answer not yet sent, as it stands in a field, and what it was written upon. */
export interface Draft {
  path: string
  value: Json
  base: Json
  /** The document's revision that `base` was seen at. */
  seen: number
  at: number
}

export interface Drafts {
  /** @returns whether it is safe on this device */
  put(draft: Draft): Promise<boolean>
  remove(path: string): Promise<void>
  /** Those of this tab, and of tabs that are no more: from now on they are this tab's. The oldest first. */
  adopt(): Promise<Draft[]>
  /** All there is of any document: when its author leaves the device. */
  clear(): Promise<void>
}

/**
 * Answers kept on this device until the server has them, per account, document and tab. What another account left is taken
 * away: the device has another reader now.
 */
export async function openDrafts(account: string, document: string): Promise<Drafts> {
  const tab = await claimTab()
  const prefix = `${account}/${document}/`
  const store = (await openDatabase()) ?? localDrafts()
  const keyOf = (path: string) => `${prefix}${path} ${tab.id}`
  await store
    .all()
    .then(all => store.change([], strangers(all, account)))
    .catch(() => undefined)
  return {
    put: draft =>
      store.change([{ ...draft, key: keyOf(draft.path) }], []).then(
        () => true,
        () => false,
      ),
    remove: path => store.change([], [keyOf(path)]).catch(() => undefined),
    clear: async () => {
      const all = await store.all().catch(() => [])
      await store
        .change(
          [],
          all.map(({ key }) => key),
        )
        .catch(() => undefined)
    },
    async adopt() {
      const all = await store.all().catch(() => [])
      const mine: Kept[] = []
      for (const draft of all.filter(({ key }) => key.startsWith(prefix))) {
        const owner = draft.key.slice(draft.key.lastIndexOf(' ') + 1)
        if (owner === tab.id || !(await tab.isLive(owner))) mine.push(draft)
      }
      mine.sort((one, other) => one.at - other.at)
      const moved = mine.map(draft => ({ ...draft, key: keyOf(draft.path) }))
      await store
        .change(
          moved,
          mine.map(({ key }) => key).filter(key => !moved.some(draft => draft.key === key)),
        )
        .catch(() => undefined)
      return mine
    },
  }
}

interface Kept extends Draft {
  key: string
}

interface Store {
  all(): Promise<Kept[]>
  change(puts: Kept[], deletions: string[]): Promise<void>
}

function strangers(all: Kept[], account: string): string[] {
  return all.map(({ key }) => key).filter(key => !key.startsWith(`${account}/`))
}

const name = 'cordee-writing'

/** Null where the browser keeps none: some do so in private windows. */
async function openDatabase(): Promise<Store | null> {
  try {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('drafts', { keyPath: 'key' })
    const database = await settled(request)
    // Another tab with a newer program waits for this one to let go.
    database.onversionchange = () => database.close()
    return {
      all: () => settled<Kept[]>(database.transaction('drafts').objectStore('drafts').getAll()),
      change(puts, deletions) {
        const work = database.transaction('drafts', 'readwrite', { durability: 'strict' })
        const drafts = work.objectStore('drafts')
        for (const key of deletions) drafts.delete(key)
        for (const draft of puts) drafts.put(draft)
        return new Promise((resolve, reject) => {
          work.oncomplete = () => resolve()
          work.onabort = () => reject(work.error)
        })
      },
    }
  } catch {
    return null
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function localDrafts(): Store {
  const own = `${name}/`
  return {
    async all() {
      return Object.keys(localStorage)
        .filter(key => key.startsWith(own))
        .map(key => JSON.parse(localStorage.getItem(key) ?? 'null') as Kept)
    },
    async change(puts, deletions) {
      for (const key of deletions) localStorage.removeItem(own + key)
      for (const draft of puts) localStorage.setItem(own + draft.key, JSON.stringify(draft))
    },
  }
}

interface Tab {
  id: string
  isLive(id: string): Promise<boolean>
}

/**
 * A name for this tab that it keeps when the page is loaded again, and that no other bears: a tab that was doubled begins
 * with the name of the first. Held as a lock, which the browser gives back when the tab goes, however it goes.
 */
async function claimTab(): Promise<Tab> {
  const lock = (id: string) => `${name} ${id}`
  const fresh = () => Math.random().toString(36).slice(2, 12)
  let id = remembered() ?? fresh()
  const { locks } = navigator
  if (!locks) return { id: remember(id), isLive: async () => false }
  if (!(await hold(lock(id)))) {
    id = fresh()
    await hold(lock(id))
  }
  return {
    id: remember(id),
    isLive: async other => ((await locks.query()).held ?? []).some(held => held.name === lock(other)),
  }
}

/** Until the tab is gone; false where another has it, and not only the page that this one takes the place of. */
function hold(lock: string): Promise<boolean> {
  return new Promise(resolve => {
    navigator.locks
      .request(lock, { signal: AbortSignal.timeout(500) }, () => {
        resolve(true)
        return new Promise(() => undefined)
      })
      .catch(() => resolve(false))
  })
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

function remember(id: string): string {
  try {
    sessionStorage.setItem(name, id)
  } catch {
    // A window that keeps nothing: the name lasts as long as the page.
  }
  return id
}
