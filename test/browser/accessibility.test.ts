import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, screens, type Visitor, visitor } from './chromium.ts'
import { kindsOfPage } from './pages.ts'
import { openSite, type Site } from './site.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standard: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
}
/** All that the dark can change. */
const contrast: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
}

let browser: Browser
let site: Site

describe.skipIf(!executable)('accessibility by WCAG 2.2, levels A and AA', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openSite({ every: 60 })])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  let someone: Visitor
  beforeAll(async () => {
    someone = await visitor(browser, site.origin, { screen: 'phone', bypassCSP: true })
    await someone.context.addInitScript({ content: axe })
  })
  afterAll(() => someone.context.close())

  test.each(Object.keys(kindsOfPage({ items: {} } as Site)))('%s', async kind => {
    const page = await someone.context.newPage()
    await page.goto(kindsOfPage(site)[kind] ?? '')
    if (kind === 'map' || kind === 'country') await page.locator('.map-tools').waitFor()
    const fold = page.locator('.facets-fold > summary')
    if (await fold.isVisible()) await fold.click()
    for (const screen of ['phone', 'desktop'] as const) {
      await page.setViewportSize(screens[screen])
      await page.emulateMedia({ colorScheme: 'light' })
      expect(await violations(page, standard), `${screen}, light`).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations(page, contrast), `${screen}, dark`).toEqual([])
      // Nothing makes the page scroll sideways (1.4.10).
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow, screen).toBeLessThanOrEqual(0)
    }
    await page.close()
  })
})

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const results = await page.evaluate(
    given => (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run(given),
    options,
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}
