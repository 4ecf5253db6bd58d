import type { TestApp } from '../../../../test/app.ts'
import type { TestNetwork, TestPerson } from '../../../../test/factories.ts'

/** A form as a browser sends it. */
export async function post(
  site: TestApp,
  network: TestNetwork,
  path: string,
  who: TestPerson | null,
  fields: Record<string, string> = {},
): Promise<Response> {
  return site.app.request(`/fr/${network.slug}/${path}`, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...(who && { cookie: who.cookie }),
    },
    body: new URLSearchParams(fields).toString(),
  })
}

export function see(
  site: TestApp,
  network: TestNetwork,
  path: string,
  who: TestPerson | null,
): Promise<Response> {
  return site.get(`/fr/${network.slug}/${path}`, who ? { cookie: who.cookie } : {})
}

/** What a page says, without its markup. */
export async function words(response: Response | Promise<Response>): Promise<string> {
  const html = await (await response).text()
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
}

let count = 0

/** @returns the last word of the address of a collection of the keeper's, with these items in it */
export async function keptCollection(
  site: TestApp,
  network: TestNetwork,
  keeper: TestPerson,
  given: { state: 'private' | 'network' | 'public'; items?: string[]; title?: string | undefined },
): Promise<string> {
  count += 1
  const { state, items = [], title = `Trousse ${count}` } = given
  const made = await post(site, network, 'collections', keeper, { title, about: '', language: 'fr', state })
  const slug = /collections\/([^/]+)\/entries/.exec(made.headers.get('location') ?? '')?.[1] ?? ''
  for (const item of items) {
    const added = await post(site, network, `collections/${slug}/entries`, keeper, { item })
    if (added.status !== 303) throw new Error(`${item} is not added: ${added.status}`)
  }
  return slug
}
