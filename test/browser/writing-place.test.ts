import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, type Screen } from './chromium.ts'
import { field, openWritingSite, type WritingSite, writer } from './writing-site.ts'

let browser: Browser
let site: WritingSite

const place = '.answer[data-path="place"]'
const values = (page: Page) =>
  Promise.all(['place.lat', 'place.lng'].map(name => field(page, name).inputValue()))

describe.skipIf(!executable)('a place on the map', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const server = (id: string) => expect.poll(async () => (await site.answers(id)).place ?? null)

  test.each<Screen>(['phone', 'desktop'])(
    'is tapped at a %s, moved by keys, found by its country',
    async screen => {
      const id = await site.plan()
      const { context, page, complaints } = await writer(browser, site, site.awa, id, { screen })
      const stage = page.locator(`${place} .map-stage[data-awake]`)
      await page.locator(`${place} .place`).scrollIntoViewIfNeeded()
      await stage.waitFor()
      const said = page.locator(`${place} .place-said`)
      expect(await said.innerText()).toContain('Aucun lieu encore')
      await page.getByLabel('Aller à un pays').fill('burkina')
      await page.keyboard.press('Enter')
      await expect.poll(() => said.innerText()).toContain('La carte montre Burkina Faso')
      const box = await stage.locator('> svg').boundingBox()
      if (!box) throw new Error('No map')
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      await expect.poll(() => said.innerText()).toMatch(/à environ \d+ km près/)
      const [lat, lng] = (await values(page)).map(Number) as [number, number]
      expect(Math.abs(lat - 12.3)).toBeLessThan(1.5)
      expect(Math.abs(lng + 1.5)).toBeLessThan(1.5)
      await server(id).toEqual({ lat, lng })
      // The map has the focus: its arrows are for the pin, and not the page's.
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowLeft')
      const [north, west] = (await values(page)).map(Number) as [number, number]
      expect(north).toBeGreaterThan(lat)
      expect(west).toBeLessThan(lng)
      await server(id).toEqual({ lat: north, lng: west })
      for (let times = 0; times < 4; times++) await page.keyboard.press('+')
      await page.keyboard.press('ArrowRight')
      const [, closer] = (await values(page)).map(Number) as [number, number]
      expect(closer - west).toBeLessThan(lng - west)
      await page.keyboard.press('Delete')
      await server(id).toBeNull()
      expect(complaints).toEqual([])
      await context.close()
    },
  )

  test('the pin is dragged, both numbers are pasted into one field, others see it move', async () => {
    const id = await site.plan({ place: { lat: 5.35, lng: -4 } })
    const awa = await writer(browser, site, site.awa, id)
    const luc = await writer(browser, site, site.luc, id)
    for (const { page } of [awa, luc]) {
      await page.locator(`${place} .place`).scrollIntoViewIfNeeded()
      await page.locator(`${place} .map-stage[data-awake]`).waitFor()
    }
    const pin = luc.page.locator(`${place} .map-pin`)
    const before = await pin.getAttribute('transform')
    const box = await awa.page.locator(`${place} .map-pin`).boundingBox()
    if (!box) throw new Error('No pin')
    await awa.page.mouse.move(box.x + box.width / 2, box.y + 8)
    await awa.page.mouse.down()
    await awa.page.mouse.move(box.x + box.width / 2 + 60, box.y - 20, { steps: 4 })
    await awa.page.mouse.up()
    const [lat, lng] = (await values(awa.page)).map(Number) as [number, number]
    expect(lat).toBeGreaterThan(5.35)
    expect(lng).toBeGreaterThan(-4)
    await server(id).toEqual({ lat, lng })
    await expect.poll(() => pin.getAttribute('transform')).not.toBe(before)
    await field(luc.page, 'place.lng').fill('')
    await field(luc.page, 'place.lat').fill('43,604 ; 1,444')
    await field(luc.page, 'title').click()
    expect(await values(luc.page)).toEqual(['43.604', '1.444'])
    await server(id).toEqual({ lat: 43.604, lng: 1.444 })
    await expect.poll(() => values(awa.page)).toEqual(['43.604', '1.444'])
    expect([...awa.complaints, ...luc.complaints]).toEqual([])
    await Promise.all([awa.context.close(), luc.context.close()])
  })

  test('without a script two fields are all there is, and one of them takes both', async () => {
    const id = await site.plan()
    const plain = await browser.newContext({ baseURL: site.origin, javaScriptEnabled: false })
    const [name = '', value = ''] = site.awa.cookie.split('=', 2)
    await plain.addCookies([{ name, value, url: site.origin }])
    const page = await plain.newPage()
    await page.goto(`/fr/${site.network.slug}/writing/${id}`)
    await field(page, 'place.lat').fill('43°36′N, 1°27′E')
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await page.waitForURL(/done=/)
    expect(await values(page)).toEqual(['43.6', '1.45'])
    expect(await page.locator(`${place} .map-pin`).count()).toBe(1)
    await plain.close()
  })
})
