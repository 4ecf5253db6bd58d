import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch, screens } from './chromium.ts'
import { awake, openPage, openWritingSite, type WritingSite, writer } from './writing-site.ts'

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

  const field = (page: Page, path: string) => page.locator(`[name="${path}"]`)
  const editor = (page: Page, path: string) =>
    page.locator(`.answer[data-path="${path}"] > .rich-text .ProseMirror`)
  const said = (page: Page) => page.locator('[data-saving]')
  const server = (id: string, path: string) => expect.poll(async () => (await site.answers(id))[path])
  /** A rich answer, as one comes to it. */
  const openRich = async (page: Page, path: string) => {
    await field(page, path).click()
    await editor(page, path).waitFor()
    return editor(page, path)
  }

  test('what is typed is saved without a button, and said to be', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await field(page, 'title').fill('De l’eau pour tous')
    await server(id, 'title').toBe('De l’eau pour tous')
    await expect.poll(() => said(page).innerText()).toMatch(/^Enregistré à \d\d:\d\d$/)
    // On leaving a field at once, whatever the pause.
    await page
      .getByLabel('exploratoire', { exact: false })
      .first()
      .check()
      .catch(() => undefined)
    await page.reload()
    await awake(page)
    expect(await field(page, 'title').inputValue()).toBe('De l’eau pour tous')
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a rich answer is shown as it reads, and kept as Markdown', async () => {
    const id = await site.plan({ background: 'Un **fait**.\n\n* un\n* deux' })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    const before = (await field(page, 'background').boundingBox())?.y
    const text = await openRich(page, 'background')
    expect(await text.locator('strong').innerText()).toBe('fait')
    expect(await text.locator('li').count()).toBe(2)
    const after = (await text.boundingBox())?.y
    expect(Math.abs((before ?? 0) - (after ?? 99))).toBeLessThan(2)
    // Opened and left, it is as it was, down to the stars.
    await field(page, 'title').click()
    expect(await field(page, 'background').inputValue()).toBe('Un **fait**.\n\n* un\n* deux')
    await text.press('ControlOrMeta+End')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Puis # rien de ')
    await page.keyboard.press('ControlOrMeta+b')
    await page.keyboard.type('plus')
    await page.keyboard.press('ControlOrMeta+b')
    await server(id, 'background').toBe('Un **fait**.\n\n* un\n* deux\n\nPuis # rien de **plus**')
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a link is asked for in a dialog, by the keyboard alone', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    const text = await openRich(page, 'background')
    await text.pressSequentially('voir ici')
    await page.keyboard.press('Shift+Control+ArrowLeft')
    await page.keyboard.press('Alt+F10')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Gras')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Adresse du lien').fill('javascript:alert(1)')
    await page.keyboard.press('Enter')
    expect(await dialog.getByRole('alert').innerText()).toContain('Écrivez une adresse entière')
    await dialog.getByLabel('Adresse du lien').fill('exemple.org/une page')
    await page.keyboard.press('Enter')
    await server(id, 'background').toBe('voir [ici](https://exemple.org/une%20page)')
    expect(await page.getByRole('button', { name: 'Lien', exact: true }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    expect(complaints).toEqual([])
    await context.close()
  })

  test('what a word processor puts on the clipboard becomes a clean answer', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await openRich(page, 'background')
    await paste(page, wordHtml, 'Titre\nUn texte')
    await server(id, 'background').toBe(
      '**Titre**\n\nUn texte **gras** et *penché*, [un lien](https://exemple.org/).\n\n' +
        '- premier\n\n- second\n\n  1. dedans\n\nCité\n\nA – B',
    )
    expect(complaints).toEqual([])
    await context.close()
  })

  test('half a megabyte is refused with a word, and nothing that was there is lost', async () => {
    const id = await site.plan({ background: 'Ce qui est là.' })
    const { context, page } = await writer(browser, site, site.awa, id)
    await openRich(page, 'background')
    await paste(page, '<p>mot mot mot</p>'.repeat(40_000), 'mot mot mot\n'.repeat(40_000))
    await expect
      .poll(() => page.locator('.answer[data-path="background"] .rich-said').innerText())
      .toMatch(/^Rien n’a été collé/)
    expect(await field(page, 'background').inputValue()).toBe('Ce qui est là.')
    await field(page, 'title').click()
    await paste(page, '', 'long '.repeat(2_000))
    expect(await page.locator('.answer[data-path="title"] .error').innerText()).toContain(
      'Rien n’a été collé',
    )
    await context.close()
  })

  test('what the editor does not know stays as it is written', async () => {
    const table = 'Avant\n\n| a | b |\n|---|---|\n| 1 | 2 |'
    const id = await site.plan({ background: table })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await field(page, 'background').click()
    const tools = page.locator('.answer[data-path="background"] [role="toolbar"]')
    await tools.waitFor()
    expect(await field(page, 'background').isVisible()).toBe(true)
    await field(page, 'background').evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(0, 5))
    await tools.getByRole('button', { name: 'Gras' }).click()
    await server(id, 'background').toBe(`**Avant**${table.slice(5)}`)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a lost connection and a closed tab lose nothing', async () => {
    const id = await site.plan({ background: 'Début.' })
    const { context, page } = await writer(browser, site, site.awa, id)
    const text = await openRich(page, 'background')
    await context.setOffline(true)
    await text.press('ControlOrMeta+End')
    await page.keyboard.type(' Hors ligne.')
    await field(page, 'title').fill('Un autre titre')
    await expect
      .poll(() => said(page).innerText(), { timeout: 30_000 })
      .toBe('Hors ligne : 2 réponses gardées sur cet appareil')
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

  test('another who signs in on the device finds nothing of it', async () => {
    const id = await site.plan()
    const { context, page } = await writer(browser, site, site.awa, id)
    await context.setOffline(true)
    await field(page, 'title').fill('Secret')
    await expect.poll(() => drafts(page)).toBe(1)
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
          const count = open.result.transaction('drafts').objectStore('drafts').count()
          count.onsuccess = () => {
            open.result.close()
            resolve(count.result)
          }
        }
      }),
  )
}

function paste(page: Page, html: string, text: string): Promise<void> {
  return page.evaluate(
    ([html = '', text = '']) => {
      const clipboardData = new DataTransfer()
      if (html) clipboardData.setData('text/html', html)
      clipboardData.setData('text/plain', text)
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(event)
    },
    [html, text],
  )
}

/** As Word 2021 leaves it, shortened. */
const wordHtml = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt} --></style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head>
<body lang=FR style='tab-interval:35.4pt'><!--StartFragment-->
<h1 style='margin-top:12.0pt'><span style='mso-fareast-font-family:"Times New Roman"'>Titre<o:p></o:p></span></h1>
<p class=MsoNormal style='mso-margin-top-alt:auto'><span style='color:red'>Un texte </span><b style='mso-bidi-font-weight:normal'>gras</b>
et <span style='font-style:italic'>penché</span>, <a href="https://exemple.org/" style='color:blue'>un lien</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>premier<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span style='font:7.0pt'>&nbsp;</span></span><![endif]>second<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span><![endif]>dedans<o:p></o:p></p>
<blockquote><p>Cité</p></blockquote>
<table border=1><tr><td style='width:50%'><p class=MsoNormal>A</p></td><td><p class=MsoNormal>B</p></td></tr></table>
<img src="file:///C:/Users/x/image001.png" v:shapes="_x0000_i1025">
<script>alert(1)</script><!--EndFragment--></body></html>`
