import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch } from '../../test/browser/chromium.ts'
import {
  editor,
  field,
  openRich,
  openWritingSite,
  type WritingSite,
  writer,
} from '../../test/browser/writing-site.ts'

let browser: Browser
let site: WritingSite

describe.skipIf(!executable)('in a browser', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('a picture is put in only where its description is not cancelled; two at once are not taken for each other', async () => {
    const id = await site.plan()
    const [awa, luc] = await Promise.all([
      writer(browser, site, site.awa, id),
      writer(browser, site, site.luc, id),
    ])
    await openRich(awa.page, 'background')
    await paste(awa.page, dot)
    const dialog = awa.page.getByRole('dialog')
    await dialog.waitFor()
    expect(await isCentred(dialog)).toBe(true)
    await dialog.getByRole('button', { name: 'Annuler' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await editor(awa.page, 'background').locator('img[src]').count()).toBe(0)

    await openRich(luc.page, 'value-proposition')
    await Promise.all([paste(awa.page, dot), paste(luc.page, dot)])
    for (const { page } of [awa, luc]) {
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Enter')
    }
    const sent = async (page: Page, path: string) =>
      // Without the name of the host: it may come to have another.
      /^!\[\]\(\/fr\/[\w-]+\/files\/([\w-]+)\)$/.exec(await field(page, path).inputValue())?.[1] ?? ''
    await expect.poll(() => sent(awa.page, 'background')).not.toBe('')
    await expect.poll(() => sent(luc.page, 'value-proposition')).not.toBe('')
    const senderOf = async (id: string) =>
      (await site.app.database.asOwner('select uploaded_by from file where id = $1', [id]))[0]?.uploaded_by
    expect(await senderOf(await sent(awa.page, 'background'))).toBe(site.awa.accountId)
    expect(await senderOf(await sent(luc.page, 'value-proposition'))).toBe(site.luc.accountId)
    await Promise.all([awa.context.close(), luc.context.close()])
  })

  test('a picture that is refused says why, in the words of the server', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await openRich(page, 'background')
    await paste(page, Buffer.from(dot, 'base64').subarray(0, 40).toString('base64'))
    const said = page.locator('.answer[data-path="background"] .rich-said')
    await expect.poll(() => said.innerText()).toMatch(/^L’image n’a pas été prise\. \S.+\S$/)
    expect(await said.innerText()).not.toContain('Essayez depuis')
    await context.close()
  })

  test('the bar leads to the first answer that has to be mended', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await field(page, 'title').fill('T'.repeat(1_200))
    const link = page.locator('[data-saving] a')
    await expect.poll(() => link.innerText()).toBe('Une réponse attend que vous la revoyiez')
    expect(await page.locator('.answer[data-path="title"] > .error').innerText()).not.toContain('fichier')
    await page.mouse.wheel(0, 2_000)
    await link.focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('title')
    await context.close()
  })
})

function paste(page: Page, base64: string): Promise<void> {
  return page.evaluate(content => {
    const bytes = Uint8Array.from(atob(content), sign => sign.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }))
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, base64)
}

function isCentred(dialog: Locator): Promise<boolean> {
  return dialog.evaluate(element => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return Math.abs(left + right - innerWidth) < 20 && Math.abs(top + bottom - innerHeight) < 20
  })
}

/** A picture of two by two. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGPQqAgAIgYIBQAZrgPBRMLu/wAAAABJRU5ErkJggg=='
