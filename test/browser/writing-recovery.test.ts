import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, launchKeeping } from './chromium.ts'
import {
  dead,
  editor,
  field,
  openPage,
  openRich,
  openWritingSite,
  type WritingSite,
  writer,
} from './writing-site.ts'

let browser: Browser
let site: WritingSite

describe.skipIf(!executable)('nothing written is lost', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const server = (id: string, path: string) => expect.poll(async () => (await site.answers(id))[path])

  test('a row begun offline comes back with what is in it', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await context.setOffline(true)
    const name = page.locator('[data-rows="partners"] > [data-row] [name$="/name"]').first()
    await name.fill('Ville de Lomé')
    await expect.poll(() => page.locator('[data-saving]').innerText()).toContain('Hors ligne')
    await dead(page)
    await page.close()
    await context.setOffline(false)
    const again = await openPage(context, site, id)
    const stored = async () => {
      const answers = await site.answers(id)
      return ((answers.partners ?? []) as string[]).map(key => answers[`partners/${key}/name`])
    }
    await expect.poll(stored).toEqual(['Ville de Lomé'])
    const names = again.locator('[data-rows="partners"] > [data-row] [name$="/name"]')
    await expect
      .poll(() => names.evaluateAll(all => all.map(one => (one as HTMLInputElement).value)))
      .toContain('Ville de Lomé')
    await context.close()
  })

  test('a row that was taken away does not come back with a page that was asked for before', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    const rows = page.locator('[data-rows="partners"] > [data-row]')
    const press = (act: string) => page.locator(`[name="act"][value^="${act}"]`).first().click()
    const partners = () => site.answers(id).then(({ partners }) => ((partners ?? []) as string[]).length)
    await rows.first().locator('[name$="/name"]').first().fill('Lomé')
    await expect.poll(partners).toBe(1)
    await press('add:partners')
    await expect.poll(() => rows.count()).toBe(2)
    await page.keyboard.type('Université')
    await expect.poll(partners).toBe(2)
    await expect.poll(() => page.locator('[data-saving]').getAttribute('data-saving')).toBe('saved')

    // Of the pages asked for, those asked for last come in first.
    let held: (() => void)[] = []
    const letIn = async () => {
      await page.waitForTimeout(300)
      const all = held.toReversed()
      held = []
      for (const one of all) one()
    }
    await page.route(page.url(), async route => {
      const response = await route.fetch()
      await new Promise<void>(resolve => held.push(resolve))
      await route.fulfill({ response })
    })
    await press('up:partners')
    await expect.poll(() => held.length).toBe(1)
    const [moved] = held.splice(0)
    // Whoever looks for news meanwhile asks for the page as well.
    const looked = page.waitForResponse(response => response.url().includes('since='))
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await looked
    await page.waitForTimeout(300)
    moved?.()
    await expect.poll(() => rows.first().locator('[name$="/name"]').first().inputValue()).toBe('Université')
    await press('remove:partners')
    await expect.poll(partners).toBe(1)
    await letIn()
    await letIn()
    await expect.poll(() => rows.count()).toBe(1)
    await letIn()
    expect(await rows.count()).toBe(1)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await context.close()
  })

  test('what was written offline is there when the browser is started again', async () => {
    const id = await site.plan({ background: 'Début.' })
    const folder = mkdtempSync(join(tmpdir(), 'cordee-browser-'))
    const start = async () => {
      const context = await launchKeeping(folder, site.origin)
      const [name = '', value = ''] = site.awa.cookie.split('=', 2)
      await context.addCookies([{ name, value, url: site.origin }])
      return { context, page: await openPage(context, site, id) }
    }
    const { context, page } = await start()
    await context.setOffline(true)
    await field(page, 'background').fill('Début. Et la suite.')
    await expect.poll(() => page.locator('[data-saving]').innerText()).toContain('Hors ligne')
    await dead(page)
    await context.close()
    expect((await site.answers(id)).background).toBe('Début.')
    const again = await start()
    await server(id, 'background').toBe('Début. Et la suite.')
    expect(await field(again.page, 'background').inputValue()).toBe('Début. Et la suite.')
    await again.context.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('what another changed meanwhile is put together with it, or both are shown', async () => {
    const id = await site.plan({ background: 'Début. Milieu. Fin.', 'key-insights': 'Une phrase.' })
    const { context, page } = await writer(browser, site, site.awa, id)
    await context.setOffline(true)
    await field(page, 'background').fill('Début. Milieu. Fin. De Awa.')
    await field(page, 'title').fill('Celui de Awa')
    await expect.poll(() => page.locator('[data-saving]').innerText()).toContain('2 réponses')
    await dead(page)
    await page.close()
    const luc = await writer(browser, site, site.luc, id)
    await field(luc.page, 'background').fill('De Luc. Début. Milieu. Fin.')
    await field(luc.page, 'title').fill('Celui de Luc')
    await server(id, 'title').toBe('Celui de Luc')
    await luc.context.close()
    await context.setOffline(false)
    const again = await openPage(context, site, id)
    await server(id, 'background').toBe('De Luc. Début. Milieu. Fin. De Awa.')
    const box = again.locator('.answer[data-path="title"] .conflict')
    await box.waitFor()
    expect(await box.locator('blockquote').allInnerTexts()).toEqual(['Celui de Luc', 'Celui de Awa'])
    await box.getByRole('button', { name: 'Prendre l’autre' }).click()
    await expect.poll(() => field(again, 'title').inputValue()).toBe('Celui de Luc')
    await expect.poll(() => box.count()).toBe(0)
    expect((await site.answers(id)).title).toBe('Celui de Luc')
    await context.close()
  })

  test('two who write everywhere at once, on lines that break, end up with all of it', async () => {
    const sentences = Array.from({ length: 6 }, (_, at) => `Phrase ${at} du départ.`)
    const id = await site.plan({ background: sentences.join('\n\n'), title: 'Départ' })
    const writers = await Promise.all([
      writer(browser, site, site.awa, id),
      writer(browser, site, site.luc, id),
    ])
    const typed: string[] = []
    const play = async (page: Page, name: string, turn: number) => {
      await openRich(page, 'background')
      const context = writers[turn]?.context
      for (let round = 0; round < 6; round++) {
        if (round % 3 === turn) await context?.setOffline(true)
        // Each at the end of paragraphs of their own.
        await editor(page, 'background')
          .locator('p')
          .nth(round % 2 === 0 ? turn : turn + 3)
          .click({ position: { x: 5, y: 5 } })
        await page.keyboard.press('End')
        const word = `${name}${round}`
        typed.push(word)
        await page.keyboard.type(` ${word}`, { delay: 30 })
        await page.waitForTimeout(150 + 200 * ((round + turn) % 3))
        await context?.setOffline(false)
      }
    }
    await Promise.all(writers.map(({ page }, turn) => play(page, turn === 0 ? 'awa' : 'luc', turn)))
    const words = async () =>
      String((await site.answers(id)).background)
        .match(/(?:awa|luc)\d/g)
        ?.sort()
    await expect.poll(words).toEqual([...typed].sort())
    for (const { page } of writers) {
      await expect
        .poll(
          async () => (await field(page, 'background').inputValue()) === (await site.answers(id)).background,
        )
        .toBe(true)
      expect(await page.locator('.conflict').count()).toBe(0)
    }
    for (const { context } of writers) await context.close()
  })
})
