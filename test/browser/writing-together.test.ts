import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch } from './chromium.ts'
import {
  editor,
  field,
  goTo,
  openPage,
  openWritingSite,
  type Writer,
  type WritingSite,
  writer,
} from './writing-site.ts'

let browser: Browser
let site: WritingSite

describe.skipIf(!executable)('several who write in one page', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const server = (id: string, path: string) => expect.poll(async () => (await site.answers(id))[path])

  const together = async (
    answers: Record<string, unknown>,
    work: (awa: Writer, luc: Writer, id: string) => Promise<void>,
  ) => {
    const id = await site.plan(answers)
    const [awa, luc] = await Promise.all([
      writer(browser, site, site.awa, id),
      writer(browser, site, site.luc, id),
    ])
    await work(awa, luc, id)
    await awa.context.close()
    await luc.context.close()
  }

  test('see each other, and each other’s answers as they come', () =>
    together({}, async (awa, luc, id) => {
      await field(awa.page, 'title').focus()
      const mark = luc.page.locator('.answer[data-path="title"] .writing-here')
      await expect.poll(() => mark.getAttribute('title')).toBe('Awa Diop écrit ici')
      await expect.poll(() => luc.page.locator('.writing-people').innerText()).toContain('Awa Diop')
      await field(awa.page, 'title').fill('Ensemble')
      await expect.poll(() => field(luc.page, 'title').inputValue()).toBe('Ensemble')
      await expect
        .poll(() => luc.page.locator('[data-saving] + [role="status"]').innerText())
        .toMatch(/^Awa Diop a écrit/)
      const choice = field(luc.page, 'challenge-type').first()
      await choice.check()
      await expect.poll(() => field(awa.page, 'challenge-type').first().isChecked()).toBe(true)
      await server(id, 'title').toBe('Ensemble')
      expect([...awa.complaints, ...luc.complaints]).toEqual([])
    }))

  test('write at the same answer: both texts stand, and nobody’s caret moves', () =>
    together({ background: 'Le premier mot. Au milieu. Le dernier mot.' }, async (awa, luc, id) => {
      for (const { page } of [awa, luc]) {
        await field(page, 'background').click()
        await editor(page, 'background').waitFor()
      }
      await goTo(awa.page, 'background', 'Home')
      await awa.page.keyboard.type('Avant tout. ')
      await goTo(luc.page, 'background', 'End')
      await luc.page.keyboard.type(' Et la fin')
      const both = 'Avant tout. Le premier mot. Au milieu. Le dernier mot. Et la fin'
      await server(id, 'background').toBe(both)
      for (const { page } of [awa, luc])
        await expect.poll(() => editor(page, 'background').innerText()).toBe(both)
      await awa.page.keyboard.type('Ici. ')
      await luc.page.keyboard.type(' là')
      await server(id, 'background').toBe(
        'Avant tout. Ici. Le premier mot. Au milieu. Le dernier mot. Et la fin là',
      )
      expect([...awa.complaints, ...luc.complaints]).toEqual([])
    }))

  test('write on the same line: each goes on where they were', () =>
    together({ title: 'Un plan pour la ville' }, async (awa, luc, id) => {
      await field(awa.page, 'title').click()
      await awa.page.keyboard.press('Home')
      await field(luc.page, 'title').click()
      await luc.page.keyboard.press('End')
      await awa.page.keyboard.type('Presque ')
      await server(id, 'title').toBe('Presque Un plan pour la ville')
      await expect.poll(() => field(luc.page, 'title').inputValue()).toBe('Presque Un plan pour la ville')
      await luc.page.keyboard.type(' entière')
      await expect
        .poll(() => field(awa.page, 'title').inputValue())
        .toBe('Presque Un plan pour la ville entière')
      await awa.page.keyboard.type('toujours ')
      await server(id, 'title').toBe('Presque toujours Un plan pour la ville entière')
    }))

  test('change the same words: each is shown, nothing is overwritten in silence', () =>
    together({ background: 'Une phrase.' }, async (awa, luc, id) => {
      await luc.context.setOffline(true)
      await write(luc.page, 'background', 'Celle de Luc.')
      await write(awa.page, 'background', 'Celle de Awa.')
      await server(id, 'background').toBe('Celle de Awa.')
      await luc.context.setOffline(false)
      const box = luc.page.locator('.answer[data-path="background"] .conflict')
      await box.waitFor()
      expect(await box.innerText()).toContain('Awa Diop a écrit ici')
      expect(await box.locator('blockquote').allInnerTexts()).toEqual(['Celle de Awa.', 'Celle de Luc.'])
      // Until somebody says, nothing goes, nor is anything of one's own lost.
      expect(await field(luc.page, 'background').inputValue()).toBe('Celle de Luc.')
      expect((await site.answers(id)).background).toBe('Celle de Awa.')
      await box.getByRole('button', { name: 'Garder la mienne' }).click()
      await server(id, 'background').toBe('Celle de Luc.')
      await expect.poll(() => field(awa.page, 'background').inputValue()).toBe('Celle de Luc.')
      await expect.poll(() => box.count()).toBe(0)
    }))

  test('take the other’s answer, or put both into the field', () =>
    together({ background: 'Une phrase.' }, async (awa, luc, id) => {
      await field(luc.page, 'background').click()
      await editor(luc.page, 'background').waitFor()
      await luc.context.setOffline(true)
      await write(luc.page, 'background', 'Celle de Luc.')
      await write(awa.page, 'background', 'Celle de Awa.')
      await server(id, 'background').toBe('Celle de Awa.')
      await luc.context.setOffline(false)
      const box = luc.page.locator('.answer[data-path="background"] .conflict')
      await box.getByRole('button', { name: 'Reprendre les deux' }).click()
      await server(id, 'background').toBe('Celle de Awa.\n\nCelle de Luc.')
      await expect.poll(() => editor(luc.page, 'background').locator('p').count()).toBe(2)
    }))

  test('one offline for a while, at other answers: all is there in the end, on both', () =>
    together({ background: 'Début.' }, async (awa, luc, id) => {
      await luc.context.setOffline(true)
      await write(luc.page, 'background', 'Début. De Luc.')
      const themes = field(luc.page, 'themes.add')
      await themes.fill('eau')
      await themes.press('Enter')
      await field(awa.page, 'title').fill('De Awa')
      const added = field(awa.page, 'themes.add')
      await added.fill('énergie')
      await added.press('Enter')
      await server(id, 'title').toBe('De Awa')
      await server(id, 'themes').toEqual(['énergie'])
      await luc.context.setOffline(false)
      await server(id, 'background').toBe('Début. De Luc.')
      await server(id, 'themes').toEqual(['énergie', 'eau'])
      await expect.poll(() => field(luc.page, 'title').inputValue()).toBe('De Awa')
      await expect.poll(() => field(awa.page, 'background').inputValue()).toBe('Début. De Luc.')
      for (const { page } of [awa, luc])
        await expect.poll(() => page.locator('.answer[data-path="themes"] .chips input').count()).toBe(2)
    }))

  test('add rows at the same time: both are there, and what is being written stays', () =>
    together({}, async (awa, luc, id) => {
      const name = (page: Page, at: number) =>
        page.locator('[data-rows="partners"] > [data-row]').nth(at).locator('[name$="/name"]')
      await name(awa.page, 0).fill('De Awa')
      await name(luc.page, 0).fill('De Luc')
      const stored = async () => {
        const answers = await site.answers(id)
        return ((answers.partners ?? []) as string[]).map(key => answers[`partners/${key}/name`]).sort()
      }
      await expect.poll(stored).toEqual(['De Awa', 'De Luc'])
      for (const { page } of [awa, luc]) {
        await expect.poll(() => page.locator('[data-rows="partners"] > [data-row]').count()).toBe(2)
        await expect
          .poll(async () => [await name(page, 0).inputValue(), await name(page, 1).inputValue()].sort())
          .toEqual(['De Awa', 'De Luc'])
      }
      expect(await name(luc.page, 0).evaluate(one => one.isConnected)).toBe(true)
    }))

  test('in two tabs of one browser, nothing is lost or sent twice', async () => {
    const id = await site.plan({ background: 'Début.' })
    const { context, page } = await writer(browser, site, site.awa, id)
    const second = await openPage(context, site, id)
    await context.setOffline(true)
    await field(page, 'title').fill('Du premier')
    await write(second, 'background', 'Début. Du second.')
    const sent: string[] = []
    context.on('request', request => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '')
    })
    await context.setOffline(false)
    await server(id, 'title').toBe('Du premier')
    await server(id, 'background').toBe('Début. Du second.')
    await expect.poll(() => field(page, 'background').inputValue()).toBe('Début. Du second.')
    await expect.poll(() => field(second, 'title').inputValue()).toBe('Du premier')
    const saved = sent.filter(body => body.includes('Du premier'))
    await page.waitForTimeout(600)
    expect(sent.filter(body => body.includes('Du premier'))).toEqual(saved)
    await context.close()
  })

  async function write(page: Page, path: string, text: string): Promise<void> {
    if (!(await editor(page, path).isVisible())) {
      await field(page, path).click()
      // Offline the editor cannot be loaded for the first time: the text area does as well.
      await page.waitForTimeout(300)
    }
    if (await editor(page, path).isVisible()) {
      await editor(page, path).press('ControlOrMeta+a')
      await page.keyboard.type(text)
    } else await field(page, path).fill(text)
  }
})
