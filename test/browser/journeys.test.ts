import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, type Screen, type Visitor, visitor } from './chromium.ts'
import { openSite, type Site } from './site.ts'

let browser: Browser
let site: Site

describe.skipIf(!executable)('a visitor', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openSite({ every: 3 })])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  // Pages without a map hold no script (see delivery.test.ts), so that two visitors are enough for most of the site.
  const visitors: [Screen, boolean, boolean][] = [
    ['phone', false, true],
    ['desktop', true, true],
    ['phone', true, false],
    ['desktop', false, false],
  ]
  describe.each(visitors)('at a %s, with scripts: %s', (screen, javaScript, everywhere) => {
    let someone: Visitor
    beforeAll(async () => {
      someone = await visitor(browser, site.origin, { screen, javaScript })
    })
    afterAll(async () => {
      await someone.context.close()
      expect(someone.complaints).toEqual([])
    })
    const asVisitor = async (work: (page: Page) => Promise<void>) => {
      const page = await someone.context.newPage()
      await work(page)
      await page.close()
    }

    test('comes in, takes another language, enters the network and searches', () =>
      asVisitor(async page => {
        await page.goto('/')
        expect(new URL(page.url()).pathname).toBe('/fr')
        await page.getByRole('navigation', { name: 'Langues' }).getByRole('link', { name: 'English' }).click()
        await arrives(page, '/en')
        expect(await page.locator('html').getAttribute('lang')).toBe('en')
        await page
          .getByRole('navigation', { name: 'Languages' })
          .getByRole('link', { name: 'Français' })
          .click()
        await arrives(page, '/fr')
        await page.getByRole('link', { name: 'Le Fil commun' }).click()
        await arrives(page, '/fr/fil-commun')
        expect(await page.locator('.demonstration').innerText()).toContain('inventés')
        await search(page, 'énergie solaire')
        await arrives(page, '/fr/fil-commun/commons')
        const found = await total(page)
        expect(found).toBeGreaterThan(0)
        expect(await page.locator('mark').first().innerText()).toMatch(/[ée]nergie|solaire/i)
        await search(page, 'energie solaire')
        expect(await total(page)).toBe(found)
        await search(page, 'enrgie solaire')
        expect(await total(page)).toBe(found)
        expect(await page.getByRole('status').innerText()).toContain('énergie solaire')
        await search(page, 'solar energy')
        expect(await total(page)).toBeGreaterThan(0)
        await search(page, 'zzqqxxyy')
        expect(await page.locator('.hit').count()).toBe(0)
        expect(await page.locator('.notice').innerText()).toContain('Aucune page')
      }))

    if (everywhere)
      test('narrows by facets, takes one out, and sorts', () =>
        asVisitor(async page => {
          await page.goto('/fr/fil-commun/commons')
          const whole = await total(page)
          const type = await chooseFacet(page, 'Type', 'Solution')
          expect(await total(page)).toBe(type)
          expect(type).toBeLessThan(whole)
          const country = await chooseFacet(page, 'Pays')
          expect(await total(page)).toBe(country)
          expect(await page.locator('.chosen .tag.on').count()).toBe(2)
          await page.locator('.chosen .tag.on').filter({ hasText: 'Solution' }).click()
          expect(await page.locator('.chosen .tag.on').count()).toBe(1)
          expect(await total(page)).toBeGreaterThanOrEqual(country)
          await page.locator('.chosen .tag.on').click()
          expect(await total(page)).toBe(whole)

          await page.locator('.sorts').getByRole('link', { name: 'titre' }).click()
          await arrives(page, '/fr/fil-commun/commons', 'sort=title')
          expect(await page.locator('.sorts [aria-current]').innerText()).toBe('titre')
          await page.goto(
            '/fr/fil-commun/commons?type=learningplan&country=CA&country=IN&country=MX&country=TN&sort=title',
          )
          const titles = (await page.locator('.hit h2').allInnerTexts()).filter(title =>
            /^\p{L}/u.test(title),
          )
          expect(titles.length).toBeGreaterThan(1)
          expect(titles).toEqual([...titles].sort(new Intl.Collator('fr', { numeric: true }).compare))
        }))

    if (everywhere)
      test('turns to the next page, and back', () =>
        asVisitor(async page => {
          await page.goto('/fr/fil-commun/commons')
          const first = await page.locator('.hit h2').allInnerTexts()
          await page.getByRole('link', { name: 'Page suivante' }).click()
          await page.waitForURL(/after=/)
          const second = await page.locator('.hit h2').allInnerTexts()
          expect(second.length).toBeGreaterThan(0)
          expect(first.filter(title => second.includes(title))).toEqual([])
          await page.goBack()
          expect(await page.locator('.hit h2').allInnerTexts()).toEqual(first)
          await page.goForward()
          await page.getByRole('link', { name: 'Retour à la première page' }).click()
          expect(await page.locator('.hit h2').allInnerTexts()).toEqual(first)
        }))

    test('opens a plan, follows a theme to its list, and keeps the page in another language', () =>
      asVisitor(async page => {
        await page.goto('/fr/fil-commun/commons?q=habiter+ensemble+ascenseurs')
        await page.locator(`.hit a[href$="${site.items.plan}"]`).click()
        await arrives(page, `/fr/fil-commun/commons/${site.items.plan}`)
        const title = await page.locator('h1').innerText()
        await page
          .getByRole('navigation', { name: 'Langues' })
          .getByRole('link', { name: 'Português' })
          .click()
        await arrives(page, `/pt/fil-commun/commons/${site.items.plan}`)
        expect(await page.locator('h1').innerText()).toBe(title)
        expect(await page.locator('.item > header .facts').innerText()).toContain('em francês')
        expect(await page.locator('article.item').getAttribute('lang')).toBe('fr')
        await page.goBack()
        const theme = page.locator('.about a[href*="theme="]').first()
        const likes = Number(/\d+/.exec((await theme.getAttribute('title')) ?? '')?.[0])
        await theme.click()
        await page.waitForURL(/commons\?theme=/)
        expect(await total(page)).toBe(likes)
        expect(await page.locator(`.hit a[href$="${site.items.plan}"]`).count()).toBe(1)
      }))

    test('finds the same on the map as in the list, and a country by its circle', () =>
      asVisitor(async page => {
        await page.goto('/fr/fil-commun/commons?type=solution')
        const listed = await total(page)
        await page.getByRole('link', { name: 'Voir sur la carte' }).click()
        await arrives(page, '/fr/fil-commun/commons/map', 'type=solution')
        expect(number(await page.locator('figcaption strong').innerText())).toBe(listed)
        // The smallest circle lies on top of all others.
        const circle = page.locator('a.map-mark.country').last()
        const [, country = '', count = ''] =
          /^(.+)\s\((\d+)\)$/.exec((await circle.locator('title').textContent()) ?? '') ?? []
        expect(await page.locator('.map-table tr', { hasText: country }).locator('td.n').textContent()).toBe(
          count,
        )
        const facet = page.locator('.facet a', { hasText: country })
        if ((await facet.count()) > 0) expect(await facet.locator('small').textContent()).toBe(count)
        await circle.locator('circle').click()
        await page.waitForURL(/country=/)
        expect(await page.locator('.chosen').innerText()).toContain(country)
        expect(number(await page.locator('figcaption strong').innerText())).toBe(Number(count))
        expect(
          await page.locator('.facet a[aria-current]', { hasText: country }).locator('small').textContent(),
        ).toBe(count)
        await page.locator('figcaption').getByRole('link', { name: 'Voir la liste' }).click()
        expect(await total(page)).toBe(Number(count))
      }))

    if (everywhere)
      test('takes what was found along', () =>
        asVisitor(async page => {
          await page.goto('/fr/fil-commun/commons?q=solaire')
          const found = await total(page)
          const address = await page
            .locator('.downloads')
            .getByRole('link', { name: 'CSV' })
            .getAttribute('href')
          const answer = await page.request.get(address ?? '')
          expect(answer.headers()['content-type']).toContain('text/csv')
          expect(answer.headers()['content-disposition']).toContain('attachment')
          const rows = (await answer.text())
            .split(/\r?\n(?=[^"]*(?:"[^"]*"[^"]*)*$)/)
            .filter(row => row !== '')
          expect(rows.length).toBeGreaterThan(found)
          for (const link of await page.locator('.downloads a').all()) {
            const one = await page.request.get((await link.getAttribute('href')) ?? '')
            expect(one.status()).toBe(200)
            expect((await one.body()).length).toBeGreaterThan(100)
          }
        }))
  })
})

async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox').fill(words)
  await page.getByRole('button', { name: 'Chercher' }).click()
  await page.waitForURL(url => url.searchParams.get('q') === words)
}

/** Opens what is folded as a reader would. @returns how many the value promises to lead to */
async function chooseFacet(page: Page, kind: string, value?: string): Promise<number> {
  const fold = page.locator('.facets-fold > summary')
  if (await fold.isVisible()) await fold.click()
  const facet = page.locator('.facet').filter({ has: page.locator('summary', { hasText: kind }) })
  if ((await facet.getAttribute('open')) === null) await facet.locator('summary').click()
  const link = value ? facet.locator('a', { hasText: value }) : facet.locator('a:not([aria-current])').first()
  const promised = number(await link.locator('small').innerText())
  const before = page.url()
  await link.click()
  await page.waitForURL(url => url.href !== before)
  return promised
}

async function total(page: Page): Promise<number> {
  return number(await page.locator('.found strong').innerText())
}

function number(text: string): number {
  return Number(/\d[\d\s]*/.exec(text)?.[0].replace(/\s/g, ''))
}

async function arrives(page: Page, path: string, query = ''): Promise<void> {
  await page.waitForURL(url => url.pathname === path && url.search.includes(query))
}
