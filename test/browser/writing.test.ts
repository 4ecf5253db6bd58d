import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aSession } from '../factories.ts'
import { executable, launch, screens } from './chromium.ts'
import {
  awake,
  dead,
  field,
  goTo,
  openPage,
  openRich,
  openWritingSite,
  type WritingSite,
  writer,
} from './writing-site.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Pictures of the page, for whoever wants to look at them. */
const pictures = process.env.PICTURES

let browser: Browser
let site: WritingSite

describe.skipIf(!executable)('writing in a browser', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const said = (page: Page) => page.locator('[data-saving]')
  const server = (id: string, path: string) => expect.poll(async () => (await site.answers(id))[path])

  test('what is typed is saved without a button, and said to be', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await field(page, 'title').fill('De l’eau pour tous')
    await server(id, 'title').toBe('De l’eau pour tous')
    await expect.poll(() => said(page).innerText()).toMatch(/^Enregistré à \d\d:\d\d$/)
    await page.reload()
    await awake(page)
    expect(await field(page, 'title').inputValue()).toBe('De l’eau pour tous')
    expect(complaints).toEqual([])
    await context.close()
  })

  test('where the page stands is told as it is written, by oneself and by others; a title emptied is missing', async () => {
    const id = await site.plan()
    await site.app.database.asOwner(
      `update commons_document set written_at = '2026-01-02T10:00:00Z' where id = $1`,
      [id],
    )
    const [awa, luc] = await Promise.all([
      writer(browser, site, site.awa, id),
      writer(browser, site, site.luc, id),
    ])
    const contents = (page: Page) => page.locator('nav.contents')
    const needed = async (page: Page) =>
      Number(/^\d+/.exec(await contents(page).locator('[data-needed-all]').innerText())?.[0])
    const line = (page: Page) =>
      contents(page).locator('li', { has: page.locator('a[href="#section-challenge"]') })
    const [before, counted] = [await needed(awa.page), await line(awa.page).innerText()]
    const [, answered = '', asked = ''] = /(\d+) sur (\d+)/.exec(counted) ?? []
    expect(Number(asked)).toBeGreaterThan(1)
    expect(await awa.page.locator('[data-written]').innerText()).toContain('2 janvier 2026')
    await openRich(awa.page, 'challenge-statement')
    await awa.page.keyboard.type('L’eau manque.')
    for (const { page } of [awa, luc]) {
      await expect.poll(() => line(page).innerText()).toContain(`${Number(answered) + 1} sur ${asked}`)
      await expect.poll(() => needed(page)).toBe(before - 1)
      await expect.poll(() => page.locator('[data-written]').innerText()).not.toContain('2 janvier 2026')
    }
    await field(awa.page, 'title').fill('')
    for (const { page } of [awa, luc]) {
      await expect.poll(() => needed(page)).toBe(before)
      expect(await contents(page).locator('[data-title]').isVisible()).toBe(true)
    }
    // As the server counts it.
    const live = await contents(awa.page).innerText()
    await awa.page.reload()
    await awake(awa.page)
    expect(await contents(awa.page).innerText()).toBe(live)
    expect([...awa.complaints, ...luc.complaints]).toEqual([])
    await Promise.all([awa.context.close(), luc.context.close()])
  })

  test('a lost connection and a closed tab lose nothing', async () => {
    const id = await site.plan({ background: 'Début.' })
    const { context, page } = await writer(browser, site, site.awa, id)
    await openRich(page, 'background')
    await context.setOffline(true)
    await goTo(page, 'background', 'End')
    await page.keyboard.type(' Hors ligne.')
    await field(page, 'title').fill('Un autre titre')
    await expect
      .poll(() => said(page).innerText())
      .toMatch(/^Hors ligne\s: 2 réponses gardées sur cet appareil$/)
    await dead(page)
    await page.close()
    await context.setOffline(false)
    expect((await site.answers(id)).background).toBe('Début.')
    const again = await openPage(context, site, id)
    await server(id, 'background').toBe('Début. Hors ligne.')
    await server(id, 'title').toBe('Un autre titre')
    expect(await field(again, 'background').inputValue()).toBe('Début. Hors ligne.')
    await expect.poll(() => drafts(again)).toBe(0)
    await context.close()
  })

  test('back on the line, it is sent by itself', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await context.setOffline(true)
    await field(page, 'title').fill('Écrit dans le train')
    await expect.poll(() => said(page).innerText()).toContain('gardée')
    await context.setOffline(false)
    await server(id, 'title').toBe('Écrit dans le train')
    await expect.poll(() => said(page).innerText()).toMatch(/^Enregistré/)
    await context.close()
  })

  test('what was typed before the script came is not lost', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    await page.route(/\/assets\/writing\./, async route => {
      await held
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    await field(page, 'title').fill('Tôt')
    release()
    await awake(page)
    await server(id, 'title').toBe('Tôt')
    await context.close()
  })

  test('a form that was sent before the script came, and came back, goes on with it', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await page.route(/\/assets\/writing\./, route => route.abort())
    await page.reload()
    await field(page, 'title').fill('Sans script')
    await field(page, 'place.lat').fill('abc')
    await field(page, 'place.lng').fill('2')
    await page.unroute(/\/assets\/writing\./)
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await awake(page)
    await server(id, 'title').toBe('Sans script')
    expect(await field(page, 'place.lat').inputValue()).toBe('abc')
    const error = page.locator('.answer[data-path="place"] .error')
    expect(await error.innerText()).toContain('Ce n’est pas un lieu')
    await field(page, 'place.lat').fill('6.1')
    await server(id, 'place').toEqual({ lat: 6.1, lng: 2 })
    await expect.poll(() => error.count()).toBe(0)
    // And the other way: what the server refuses is said at once, in its place.
    await field(page, 'place.lat').fill('95')
    await page.keyboard.press('Tab')
    await field(page, 'title').click()
    await expect.poll(() => error.innerText()).toContain('Ce n’est pas un lieu')
    await expect.poll(() => said(page).innerText()).toBe('Une réponse attend que vous la revoyiez')
    await context.close()
  })

  test('another who signs in on the device finds nothing of it', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await context.setOffline(true)
    await field(page, 'title').fill('Secret')
    await expect.poll(() => drafts(page)).toBe(1)
    await dead(page)
    await page.close()
    await context.setOffline(false)
    const [name = '', value = ''] = site.luc.cookie.split('=', 2)
    await context.addCookies([{ name, value, url: site.origin }])
    const other = await openPage(context, site, id)
    await expect.poll(() => drafts(other)).toBe(0)
    expect(await field(other, 'title').inputValue()).toBe('Un plan')
    expect((await site.answers(id)).title).not.toBe('Secret')
    await context.close()
  })

  test('rows come, go and move without a new page', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await page.evaluate(() => document.body.setAttribute('data-same', ''))
    const rows = page.locator('[data-rows="partners"] > [data-row]')
    const name = (at: number) => rows.nth(at).locator('[name$="/name"]').first()
    await name(0).fill('Ville de Lomé')
    await expect.poll(async () => ((await site.answers(id)).partners as string[] | undefined)?.length).toBe(1)
    await page.locator('[name="act"][value="add:partners"]').click()
    await expect.poll(() => rows.count()).toBe(2)
    await expect.poll(() => name(1).evaluate(one => one === document.activeElement)).toBe(true)
    await page.keyboard.type('Université')
    const stored = async () => {
      const answers = await site.answers(id)
      return ((answers.partners ?? []) as string[]).map(key => answers[`partners/${key}/name`])
    }
    await expect.poll(stored).toEqual(['Ville de Lomé', 'Université'])
    await page.locator('[name="act"][value^="up:partners/"]').click()
    await expect.poll(stored).toEqual(['Université', 'Ville de Lomé'])
    await expect.poll(() => name(0).inputValue()).toBe('Université')
    await page.locator('[name="act"][value^="remove:partners/"]').first().click()
    await expect.poll(stored).toEqual(['Ville de Lomé'])
    await expect.poll(() => rows.count()).toBe(1)
    expect(await page.evaluate(() => document.body.hasAttribute('data-same'))).toBe(true)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('what is added to a list is there at once', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await field(page, 'themes.add').fill('eau, énergie')
    await page.keyboard.press('Enter')
    await server(id, 'themes').toEqual(['eau', 'énergie'])
    const chips = page.locator('.answer[data-path="themes"] .chips input')
    await expect.poll(() => chips.count()).toBe(2)
    await expect.poll(() => field(page, 'themes.add').inputValue()).toBe('')
    await chips.first().uncheck()
    await server(id, 'themes').toEqual(['énergie'])
    expect(complaints).toEqual([])
    await context.close()
  })

  test('what depends on an answer is asked once it is given', async () => {
    const id = await site.plan({ barriers: 'Le temps.' })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    const asked = page.locator('.answer[data-path="private-partners"]')
    const folded = page.locator('details.unasked .answer[data-path="private-partners"]')
    await expect.poll(() => asked.count()).toBe(1)
    expect(await folded.count()).toBe(0)
    const row = page.locator('[data-rows="partners-worked-with"] textarea').first()
    if (!(await row.isVisible()))
      await page.locator('details.closing', { has: row }).locator('> summary').click()
    await row.fill('Une mairie')
    await expect.poll(() => folded.count()).toBe(1)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('one who is signed out is told, and sends it all once signed in again', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    const cookies = await context.cookies()
    await context.clearCookies()
    await field(page, 'title').fill('Entre deux')
    await expect.poll(() => said(page).innerText()).toContain('Vous n’êtes plus connecté')
    const [name = '', value = ''] = site.luc.cookie.split('=', 2)
    await context.addCookies([{ name, value, url: site.origin }])
    await page.waitForTimeout(600)
    expect((await site.answers(id)).title).toBe('Un plan')
    await context.clearCookies()
    await context.addCookies(cookies)
    await server(id, 'title').toBe('Entre deux')
    await context.close()
  })

  test('nothing stays on the device of one who signs out', async () => {
    const id = await site.plan()
    // A session of its own to end.
    const cookie = await aSession(site.app.database, site.awa.accountId)
    const { context, page } = await writer(browser, site, { ...site.awa, cookie }, id)
    await page.route('**/answers', route =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await field(page, 'title').fill('Pas encore')
    await expect.poll(() => drafts(page)).toBe(1)
    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    await page.waitForURL(url => !url.pathname.includes('/writing/'))
    await expect.poll(() => drafts(page)).toBe(0)
    await context.close()
  })

  test('is for everyone (WCAG 2.2), and as wide as the screen', async () => {
    const id = await site.plan({ background: 'Un **fait**.', themes: ['eau'] })
    const { context, page } = await writer(browser, site, site.awa, id, { bypassCSP: true })
    await openRich(page, 'background')
    await page.evaluate(axe)
    for (const screen of ['phone', 'desktop'] as const) {
      await page.setViewportSize({ ...screens[screen], ...(screen === 'phone' && { width: 360 }) })
      if (pictures) await page.screenshot({ path: `${pictures}/writing-${screen}.png` })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults
        expect(
          violations.map(({ id: rule, nodes }) => [rule, nodes[0]?.html]),
          screen,
        ).toEqual([])
      }
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0)
    }
    await context.close()
  })
})

/** Answers kept on the device. */
function drafts(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>(resolve => {
        const open = indexedDB.open('cordee-writing')
        open.onsuccess = () => {
          // Signing out takes all of it away: what opens then is new.
          if (!open.result.objectStoreNames.contains('drafts')) {
            open.result.close()
            return resolve(0)
          }
          const count = open.result.transaction('drafts').objectStore('drafts').count()
          count.onsuccess = () => {
            open.result.close()
            resolve(count.result)
          }
        }
      }),
  )
}
