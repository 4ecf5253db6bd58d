import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executable, launch } from './chromium.ts'
import { editor, field, goTo, openRich, openWritingSite, type WritingSite, writer } from './writing-site.ts'

let browser: Browser
let site: WritingSite

describe.skipIf(!executable)('rich text in a browser', () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const server = (id: string, path: string) => expect.poll(async () => (await site.answers(id))[path])

  test('a rich answer is shown as it reads, and kept as Markdown', async () => {
    const id = await site.plan({ background: 'Un **fait**.\n\n* un\n* deux' })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    const top = (element: HTMLElement) => element.getBoundingClientRect().top + scrollY
    const before = await field(page, 'background').evaluate(top)
    const text = await openRich(page, 'background')
    expect(await text.evaluate(one => one === document.activeElement)).toBe(true)
    expect(await text.locator('strong').innerText()).toBe('fait')
    expect(await text.locator('li').count()).toBe(2)
    expect(Math.abs((await text.evaluate(top)) - before)).toBeLessThan(2)
    // Opened and left, it is as it was, down to the stars.
    await field(page, 'title').click()
    expect(await field(page, 'background').inputValue()).toBe('Un **fait**.\n\n* un\n* deux')
    await goTo(page, 'background', 'End')
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

  test('a draft opened again reads as it was written before anybody goes into it', async () => {
    const id = await site.plan({
      background: 'Un **fait**, et [un lien](https://exemple.org).',
      'challenge-statement': 'Une phrase sans rien.',
      'value-proposition': '| a | b |\n|---|---|\n| *1* | 2 |',
    })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await page.locator('.answer[data-path="background"]').scrollIntoViewIfNeeded()
    await expect.poll(() => editor(page, 'background').locator('strong').innerText()).toBe('fait')
    expect(await field(page, 'background').isVisible()).toBe(false)
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('body')
    // What has no marks reads the same as it is.
    expect(await field(page, 'challenge-statement').isVisible()).toBe(true)
    // Nor has anybody asked for the tools of what the editor cannot show.
    await page.locator('.answer[data-path="value-proposition"]').scrollIntoViewIfNeeded()
    expect(await page.locator('.ProseMirror').count()).toBe(1)
    expect(await page.locator('[role="toolbar"]').count()).toBe(1)
    // Nothing is sent, nothing changed, by showing it.
    expect(await page.locator('[data-saving]').innerText()).toBe('')
    const loaded = await page.evaluate(() =>
      performance
        .getEntries()
        .reduce((sum, one) => sum + ('transferSize' in one ? Number(one.transferSize) : 0), 0),
    )
    expect(loaded).toBeGreaterThan(50_000)
    expect(loaded).toBeLessThanOrEqual(250_000)
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

  test('lists, breaks and undoing by the keyboard, which is never held', async () => {
    const before = '* étoile\n* étoile\n\nDeux\nlignes &amp; un [mot]'
    const id = await site.plan({ background: before })
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    const text = await openRich(page, 'background')
    const value = () => field(page, 'background').inputValue()
    await goTo(page, 'background', 'End')
    await page.keyboard.press('Enter')
    for (const part of ['- un', 'deux']) {
      await page.keyboard.type(part)
      await page.keyboard.press('Enter')
    }
    await page.keyboard.press('Tab')
    await page.keyboard.type('dedans')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('# suite')
    await expect.poll(value).toBe(`${before}\n\n- un\n- deux\n  - dedans\\\n    \\# suite`)
    for (let times = 0; times < 40 && (await value()) !== before; times++)
      await page.keyboard.press('ControlOrMeta+z')
    expect(await value()).toBe(before)
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Gras')
    await page.keyboard.press('Escape')
    expect(await text.evaluate(one => one === document.activeElement)).toBe(true)
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
        '- premier\n- second\n  1. dedans\n\nCité\n\nA – B',
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

  test('a picture on the clipboard goes to those who write, and into the text without the name of the host', async () => {
    const id = await site.plan()
    const { context, page, complaints } = await writer(browser, site, site.awa, id)
    await openRich(page, 'background')
    await page.evaluate(base64 => {
      const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([bytes], 'puits.png', { type: 'image/png' }))
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      )
    }, dot)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Ce que montre l’image').fill('Un puits [neuf]')
    await page.keyboard.press('Enter')
    const written = async () => String((await site.answers(id)).background ?? '')
    await expect.poll(written).toMatch(/^!\[Un puits \\\[neuf\\\]\]\(\/fr\/[\w-]+\/files\/[\w-]+\)$/)
    const shown = editor(page, 'background').locator('img[src]')
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2)
    // Browsers put it on the clipboard with the host, the editor itself without: it is pasted again as it is kept.
    const [, src = ''] = /\((.+)\)/.exec(await written()) ?? []
    for (const host of [site.origin, '']) {
      await goTo(page, 'background', 'End')
      await paste(page, `<p><img src="${host}${src}" alt="Encore"></p>`, '')
    }
    await expect.poll(async () => (await written()).split(`![Encore](${src})`).length).toBe(3)
    expect(complaints).toEqual([])
    await context.close()
  })
})

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

/** A picture of two by two. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGPQqAgAIgYIBQAZrgPBRMLu/wAAAABJRU5ErkJggg=='

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
