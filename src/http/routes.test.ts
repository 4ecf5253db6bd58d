import { Parser } from 'htmlparser2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { access } from '#http/access.ts'
import { type Policy, policies } from '#http/policies.ts'
import { href, type RouteName, type RouteParams, routes } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

/** Addresses that stay as they are, whatever the language: for machines, and for the door. */
const fixed = [
  '/',
  '/healthz',
  '/readyz',
  '/robots.txt',
  '/worker.js',
  '/assets/:file',
  '/api',
  '/api/openapi.json',
]

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, {
    'four.md': aPage('Un four solaire', {
      geography: "Côte d'Ivoire",
      sdgs: 'sdg07',
      thematic_areas: 'énergie',
    }),
    'puits.md': aPage(
      'Le puits',
      { geography: 'Sénégal', sdgs: 'sdg06', type: 'experiment' },
      '## Sens\n\n[four](four.md)',
    ),
  })
  await somePages(site.database, network, {
    'puits.md': aPage('Le puits', { geography: 'Sénégal' }, 'Changé.'),
  })
})

afterAll(() => site.close())

test('every page of the router is in the table, and the table in the router', () => {
  const served = site.app.routes
    .filter(
      ({ method, path }) =>
        ['GET', 'POST'].includes(method) && !path.startsWith('/api/') && !path.endsWith('*'),
    )
    .map(({ method, path }) => `${method} ${path}`)
  const known = (Object.keys(routes) as RouteName[]).flatMap(name =>
    Object.keys(access[name]).map(method => `${method} ${routes[name]}`),
  )
  const machines = fixed.filter(path => !path.startsWith('/api/')).map(path => `GET ${path}`)
  expect([...new Set(served)].sort()).toEqual([...machines, ...known].sort())
})

/** What anyone may read, by its address alone; what is asked with a live object is tested beside it. */
const readable = (Object.keys(routes) as RouteName[]).filter(name => {
  const { GET: policy } = access[name] as { GET?: Policy }
  const bound = /:(?!locale|network|slug|number|file)/.test(routes[name])
  return policy && policies[policy].least === 'visitor' && !bound && policies[policy].of !== 'link'
})

/** Not of every installation, or not of this one. */
const elsewhere: Partial<Record<RouteName, number>> = {
  demonstration: 404,
  start: 404,
  logo: 404,
  theme: 404,
}

const files: Partial<Record<RouteName, string>> = {
  itemExport: 'un-four-solaire.json',
  learningInsightsExport: 'insights.csv',
  publicCalendar: 'public.ics',
}

test.each(readable)('%s answers', async name => {
  const values: Record<string, string> = {
    locale: 'fr',
    network: 'fil',
    slug: name === 'itemVersions' || name === 'itemVersion' ? 'le-puits' : 'un-four-solaire',
    number: '1',
    file: files[name] ?? 'commons.csv',
  }
  const response = await site.get(routes[name].replace(/:([a-z]+)/g, (_, key: string) => values[key] ?? ''))
  expect(response.status).toBe(elsewhere[name] ?? 200)
  await response.body?.cancel()
})

test('an address is encoded', () => {
  expect(href('item', { locale: 'fr', network: 'fil', slug: 'a/b?c#d é' })).toBe(
    '/fr/fil/commons/a%2Fb%3Fc%23d%20%C3%A9',
  )
  expect(href('itemVersion', { locale: 'en', network: 'n', slug: 's', number: 3 })).toBe(
    '/en/n/commons/s/versions/3',
  )
  expect(href('commons', { locale: 'fr', network: 'fil' }, new URLSearchParams({ q: 'eau & sel' }))).toBe(
    '/fr/fil/commons?q=eau+%26+sel',
  )
  expect(href('home', { locale: 'fr' }, new URLSearchParams())).toBe('/fr')
})

test('every parameter of every route is filled', () => {
  const anything = new Proxy(
    {},
    { get: (_, name) => (name === 'locale' ? 'fr' : 'x') },
  ) as RouteParams<RouteName>
  for (const name of Object.keys(routes) as RouteName[]) expect(href(name, anything)).not.toContain(':')
})

test('no link leads nowhere, in any language', async () => {
  const seen = new Map<string, string>()
  const ahead: [address: string, from: string][] = [['/fr', 'the start']]
  const broken: string[] = []
  for (let next = ahead.shift(); next; next = ahead.shift()) {
    const [address, from] = next
    // Facets multiply without end: one that is chosen leads no further.
    if (seen.has(address) || seen.size > 600) continue
    seen.set(address, from)
    const response = await site.get(address)
    if (response.status !== 200) broken.push(`${response.status} ${address} (from ${from})`)
    if (!response.headers.get('content-type')?.startsWith('text/html')) {
      await response.body?.cancel()
      continue
    }
    const html = await response.text()
    if (address.includes('?')) continue
    for (const link of linksOf(html)) {
      const url = new URL(link, `http://localhost${address}`)
      if (url.host === 'localhost') ahead.push([url.pathname + url.search, address])
    }
  }
  expect(broken).toEqual([])
  for (const locale of locales) {
    expect([...seen.keys()]).toContain(`/${locale}/fil/commons/le-puits`)
    expect([...seen.keys()]).toContain(`/${locale}/about/accessibility`)
  }
  expect(seen.size).toBeGreaterThan(60)
})

/** What a page links to, loads or sends forms to. */
function linksOf(html: string): string[] {
  const links: string[] = []
  const parser = new Parser({
    onopentag(_name, attributes) {
      for (const name of ['href', 'src', 'action', 'data-src']) {
        const link = attributes[name]
        if (link && !/^(?:mailto|https?:\/\/(?!localhost))/.test(link)) links.push(link)
      }
    },
  })
  parser.end(html)
  return links
}
