import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, visitor } from './chromium.ts'
import { openSite, type Site } from './site.ts'

let browser: Browser
let site: Site

describe.skipIf(!executable)('with the keyboard alone', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openSite({ every: 60 })])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('one gets from the door to an item, and always sees where one is', async () => {
    const { context, complaints } = await visitor(browser, site.origin)
    const page = await context.newPage()
    await page.goto('/fr')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ text: 'Aller au contenu', seen: true })
    await page.keyboard.press('Enter')
    // Past the bar: what comes next is in the content.
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ text: 'Essayer la démonstration', inMain: true, seen: true })
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ text: 'Le Fil commun', inMain: true, seen: true })
    await page.keyboard.press('Enter')
    await page.waitForURL('**/fr/fil-commun')
    await tabTo(page, state => state.name === 'q')
    await page.keyboard.type('solaire')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=solaire/)
    const stops = await tabTo(page, state => state.inHit)
    // The bar, the search and the facets come before the results, in the order in which they stand.
    expect(stops.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Communs', 'Carte', 'Type', 'Pays']),
    )
    expect(stops.findIndex(({ name }) => name === 'q')).toBeLessThan(
      stops.findIndex(({ text }) => text === 'Type'),
    )
    await page.keyboard.press('Enter')
    await page.waitForURL(/commons\/[^/?]+$/)
    expect(await page.locator('article.item h1').innerText()).not.toBe('')
    expect(complaints).toEqual([])
    await context.close()
  })

  test('one passes over the circles of the map, or goes through them', async () => {
    const { context } = await visitor(browser, site.origin)
    const page = await context.newPage()
    await page.goto('/fr/fil-commun/commons/map')
    await page.locator('.map-tools').waitFor()
    await tabTo(page, state => state.text === 'Sauter la carte')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ text: 'Les mêmes chiffres en tableau', seen: true })

    await page.locator('.map-stage').focus()
    const before = await page.locator('.map-ground').getAttribute('transform')
    await page.keyboard.press('+')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.locator('.map-ground').getAttribute('transform')).not.toBe(before)
    await page.keyboard.press('0')
    await expect.poll(() => page.locator('.map-ground').getAttribute('transform')).toBe(before)
    await page.keyboard.press('Tab')
    expect((await focused(page)).onMap).toBe(true)
    await page.keyboard.press('Enter')
    await page.waitForURL(/country=/)
    await context.close()
  })
})

interface Focused {
  text: string
  name: string
  inMain: boolean
  inHit: boolean
  onMap: boolean
  /** On the screen, and marked as having the focus. */
  seen: boolean
}

/** Goes on until the condition holds. @returns every stop on the way; each is checked to be seen */
async function tabTo(page: Page, arrived: (state: Focused) => boolean): Promise<Focused[]> {
  const stops: Focused[] = []
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press('Tab')
    const state = await focused(page)
    expect(state).toMatchObject({ seen: true })
    stops.push(state)
    if (arrived(state)) return stops
  }
  throw new Error(`Not reached by keyboard; the last stop was ${JSON.stringify(stops.at(-1))}`)
}

function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body
    const box = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    const marked =
      (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2) ||
      element.matches('.map-mark:focus-visible')
    const inside =
      box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight
    return {
      text: (element.textContent ?? '').trim(),
      name: element.getAttribute('name') ?? '',
      inMain: element.closest('main') !== null,
      inHit: element.closest('.hit') !== null,
      onMap: element.matches('.map-mark'),
      seen: marked && inside,
    }
  })
}
