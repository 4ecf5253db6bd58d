import type { Json } from './writing-answers.ts'

/** What the document's address answers to answers sent: see modules/commons/writing/saving.ts. */
export interface Saved {
  revision: number
  saved: { path: string; value: Json; revision: number; merged: boolean }[]
  conflicts: { path: string; theirs: Json; by: string | null; revision: number; yours: Json }[]
  problems: { path: string; problem: { code: string; params?: Record<string, string | number> } }[]
}

/** What has happened since a revision, and who is here. */
export interface News {
  revision: number
  answers: { path: string; value: Json; revision: number; by: string | null }[]
  present: { name: string; path: string | null }[]
}

export interface Change {
  path: string
  value: Json
  seen: number
}

/** Why nothing came of a request: `offline` and `busy` pass by themselves, the others do not. */
export type Failure = 'offline' | 'busy' | 'signed-out' | 'closed' | 'account' | 'too-large'

export class Unsent extends Error {
  readonly why: Failure

  constructor(why: Failure) {
    super(why)
    this.why = why
  }
}

/** Where answers go, and whose they are: another who has signed in on this device since is not their author. */
export interface Place {
  address: string
  account: string
}

export function sendChanges(
  { address, account }: Place,
  changes: Change[],
  leaving: boolean,
): Promise<Saved> {
  const body = JSON.stringify({ changes })
  return ask<Saved>(address, {
    method: 'POST',
    headers: { ...asJson, 'content-type': 'application/json', 'x-account': account },
    body,
    // Outlives the page, which browsers allow for so much.
    keepalive: leaving && body.length < 60_000,
  })
}

/** @param at the path of the answer one is at */
export function fetchNews({ address, account }: Place, since: number, at: string | null): Promise<News> {
  const url = new URL(address, location.href)
  url.searchParams.set('since', String(since))
  if (at !== null) url.searchParams.set('at', at)
  return ask<News>(url.href, { headers: { ...asJson, 'x-account': account } })
}

/** The writing page as the server has it now. */
export async function fetchPage(): Promise<Document> {
  const answer = await request(location.href, { headers: { accept: 'text/html' } })
  return new DOMParser().parseFromString(await answer.text(), 'text/html')
}

const asJson = { accept: 'application/json' }

async function ask<T>(address: string, init: RequestInit): Promise<T> {
  const answer = await request(address, init)
  try {
    return (await answer.json()) as T
  } catch {
    // Some networks answer with a page of their own.
    throw new Unsent('offline')
  }
}

async function request(address: string, init: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(address, {
      ...init,
      credentials: 'same-origin',
      redirect: 'manual',
      signal: init.keepalive ? null : AbortSignal.timeout(30_000),
    })
  } catch {
    throw new Unsent('offline')
  }
  if (answer.ok) return answer
  const { status } = answer
  // Pages send whoever is not signed in to where one signs in.
  if (status === 401 || answer.type === 'opaqueredirect') throw new Unsent('signed-out')
  if (status === 403 || status === 404 || status === 410) throw new Unsent('closed')
  throw new Unsent(status === 413 ? 'too-large' : 'busy')
}
