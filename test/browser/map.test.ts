import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, type Screen, visitor } from './chromium.ts'
import { openSite, type Site } from './site.ts'

let browser: Browser
let site: Site

describe.skipIf(!executable)('the map', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openSite({ every: 20 })])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test.each<Screen>(['phone', 'desktop'])(
    'wakes at a %s: it zooms, loads places and opens them',
    async screen => {
      const { context, complaints } = await visitor(browser, site.origin, { screen })
      const page = await context.newPage()
      await page.goto('/fr/fil-commun/commons/map?country=BF')
      await page.locator('.map-tools').waitFor()
      const ground = page.locator('.map-ground')
      const home = await ground.getAttribute('transform')
      const loaded = page.waitForResponse(/places\.geojson/)
      await page.getByRole('button', { name: 'Agrandir' }).click()
      await expect.poll(() => ground.getAttribute('transform')).not.toBe(home)
      const places = (await (await loaded).json()) as { features: { properties: { href: string } }[] }
      expect(places.features.length).toBeGreaterThan(0)
      const marks = page.locator('.map-mark.place[aria-label]')
      await expect.poll(() => marks.count()).toBeGreaterThan(0)
      await page.getByRole('button', { name: 'Voir tout' }).click()
      await expect.poll(() => ground.getAttribute('transform')).toBe(home)
      await expect.poll(() => marks.count()).toBeGreaterThan(0)
      await marks.first().focus()
      await page.keyboard.press('Enter')
      const one = page.locator('.map-list a').first()
      if (await one.isVisible().catch(() => false)) await one.click()
      await page.waitForURL(url => places.features.some(({ properties }) => properties.href === url.pathname))
      expect(complaints).toEqual([])
      await context.close()
    },
  )

  test('is complete without a script', async () => {
    const { context, complaints } = await visitor(browser, site.origin, { javaScript: false })
    const page = await context.newPage()
    await page.goto('/fr/fil-commun/commons/map')
    expect(await page.locator('.map-tools').count()).toBe(0)
    const circles = await page.locator('a.map-mark.country').count()
    expect(circles).toBeGreaterThan(5)
    await page.locator('.map-table summary').click()
    const rows = page.locator('.map-table tbody tr')
    expect(await rows.count()).toBeGreaterThanOrEqual(circles)
    await rows.first().locator('a').click()
    await page.waitForURL(/country=[A-Z]{2}/)
    expect(await page.locator('.map-chosen').count()).toBe(1)
    await page.locator('.map-table summary').click()
    await page.locator('.map-table table').last().locator('tbody a').first().click()
    await page.waitForURL(/\/commons(?:\/|\?)/)
    expect(complaints).toEqual([])
    await context.close()
  })
})
