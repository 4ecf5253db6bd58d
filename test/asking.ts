import { access } from '#http/access.ts'
import type { Policy } from '#http/policies.ts'
import { type RouteName, routes } from '#http/routes.ts'
import { readZip } from '#modules/commons/exports/readers.ts'
import type { TestApp } from './app.ts'

/** One way to ask for something: a page by one of its methods, or an operation of the API. */
export interface Operation {
  method: string
  /** As the router has it, or as the description of the API. */
  path: string
  /** Of the route, or of what the operation is about. */
  name: string
  policy: Policy
}

export const pages: Operation[] = (Object.keys(routes) as RouteName[]).flatMap(name =>
  Object.entries(access[name]).map(([method, policy]) => ({ method, path: routes[name], name, policy })),
)

export async function operationsOf(site: TestApp): Promise<Operation[]> {
  const described = (await (await site.get('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { 'x-policy': Policy }>>
  }
  return Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: `/api${path}`,
      name: /networks\/\{network\}\/(?:commons\/)?([a-z]+)s/.exec(path)?.[1] ?? 'api',
      policy: operation['x-policy'],
    })),
  )
}

export function filled(path: string, parameters: Record<string, string>): string {
  return path.replace(/[:{]([a-z]+)\}?/gi, (_, name: string) =>
    name === 'locale' ? 'fr' : encodeURIComponent(parameters[name] || 'x'),
  )
}

export interface Answer {
  status: number
  headers: Headers
  body: string
}

/** A form, with files or without; or what a programme sends, which says itself of what type it is. */
export type Sent = URLSearchParams | FormData | Blob

/** Asks as a browser does; without a body, it is a form that is empty. */
export async function ask(
  site: TestApp,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Sent,
): Promise<Answer> {
  const sent = {
    'sec-fetch-site': 'same-origin',
    ...(!body && { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  const response = await site.app.request(path, {
    method,
    headers: { accept: 'text/html', ...(method === 'GET' ? {} : sent), ...headers },
    ...(body && { body }),
  })
  return { status: response.status, headers: response.headers, body: await readable(response) }
}

/** With what is within an archive: packed, its words could not be found. */
async function readable(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status !== 200 || !/zip|spreadsheetml/.test(type)) return response.text()
  const entries = await readZip(Buffer.from(await response.arrayBuffer()))
  return [...entries].map(([name, content]) => `${name}\n${content.toString()}`).join('\n')
}

/**
 * An answer without what is bound to differ from one to the next: its number, its tag, the ids in the address.
 * @param given what was asked for, which the answer may repeat
 */
export function comparable({ status, headers, body }: Answer, given: string[] = []): string {
  const kept = [...headers].filter(([name]) => !/^(?:x-request-id|etag|content-length)$/.test(name))
  const text = [status, JSON.stringify(kept), body].join('\n')
  return given
    .filter(word => word.length > 3)
    .reduce(
      (left, word) => left.replaceAll(encodeURIComponent(word), 'GIVEN').replaceAll(word, 'GIVEN'),
      text,
    )
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
}
