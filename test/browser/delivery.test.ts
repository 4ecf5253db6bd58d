import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, visitor } from './chromium.ts'
import { kindsOfPage } from './pages.ts'
import { openSite, type Site } from './site.ts'

const budget = { page: 40_000, map: 250_000 }

let browser: Browser
let site: Site

describe.skipIf(!executable)('what a page costs and how it prints', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openSite({ every: 20 })])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test.each(Object.keys(kindsOfPage({ items: {} } as Site)))(
    'a first visit of %s is light and breaks no rule',
    async kind => {
      const { context, complaints } = await visitor(browser, site.origin)
      const page = await context.newPage()
      const wire = await context.newCDPSession(page)
      await wire.send('Network.enable')
      const own = new Map<string, string>()
      let bytes = 0
      wire.on('Network.requestWillBeSent', ({ requestId, request }) => {
        if (request.url.startsWith(site.origin)) own.set(requestId, request.url)
      })
      wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (own.has(requestId)) bytes += encodedDataLength
      })
      const onMap = kind === 'map' || kind === 'country'
      await page.goto(kindsOfPage(site)[kind] ?? '', { waitUntil: onMap ? 'networkidle' : 'load' })
      // Whether or not this browser, which has no window, asks for the icon.
      const icon = await page.locator('link[rel="icon"]').getAttribute('href')
      const asked = [...own.values()].filter(url => !url.endsWith(icon ?? ''))
      if (asked.length === own.size) bytes += (await (await page.request.get(icon ?? '')).body()).length
      expect(bytes).toBeGreaterThan(3_000)
      expect(bytes).toBeLessThanOrEqual(onMap ? budget.map : budget.page)
      // The page and its style; a map also its ground, two scripts and the places of a country.
      expect(asked.length).toBeLessThanOrEqual(onMap ? 6 : 2)
      expect(await page.locator('script').count()).toBe(onMap ? 1 : 0)
      const expected = kind === 'missing' ? [expect.stringContaining('404')] : []
      expect(complaints).toEqual(expected)
      await context.close()
    },
  )

  test('a page prints without what is for the screen alone', async () => {
    const { context } = await visitor(browser, site.origin)
    const page = await context.newPage()
    await page.emulateMedia({ media: 'print' })
    const pages = kindsOfPage(site)
    for (const path of [pages.plan, pages.list, pages.map, pages.network]) {
      await page.goto(path ?? '')
      for (const part of ['.bar nav', '.foot', '.facets', '.search', '.pager', '.downloads', '.map-tools']) {
        for (const one of await page.locator(part).all())
          expect(await one.isVisible(), `${part} of ${path}`).toBe(false)
      }
      expect(await page.locator('h1').isVisible()).toBe(true)
    }
    await page.goto(pages.map ?? '')
    // The numbers behind a picture are on paper too.
    expect(await page.locator('.map-table tbody tr').last().isVisible()).toBe(true)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await context.close()
  })

  test('a page says what it is to those who link to it', async () => {
    const { context } = await visitor(browser, site.origin, { javaScript: false })
    const page = await context.newPage()
    const path = `/fr/fil-commun/commons/${site.items.plan}`
    await page.goto(`${path}?from=elsewhere`)
    const title = await page.locator('h1').innerText()
    expect(await page.title()).toBe(`${title} · Le Fil commun`)
    const head = (selector: string, attribute: string) =>
      page.locator(`head ${selector}`).getAttribute(attribute)
    expect(await head('link[rel="canonical"]', 'href')).toBe(site.origin + path)
    expect(await head('meta[property="og:title"]', 'content')).toBe(title)
    expect(await head('meta[property="og:type"]', 'content')).toBe('article')
    expect((await head('meta[name="description"]', 'content'))?.length).toBeGreaterThan(40)
    expect(await page.locator('head link[rel="alternate"][hreflang]').count()).toBe(4)
    await page.goto('/fr/fil-commun/commons?q=solaire')
    expect(await head('meta[name="robots"]', 'content')).toBe('noindex')
    expect(await page.locator('head link[rel="canonical"]').count()).toBe(0)
    await context.close()
  })
})
