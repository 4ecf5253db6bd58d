import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aHeldMeeting, aRegistration, presencesIn } from '#modules/meetings/door/day.fixture.ts'
import { doorCode } from '#modules/meetings/door/door-code.ts'
import { listening, type TestApp, type TestSite, testApp } from '../app.ts'
import { aNetwork, anOrganisation, aPerson, type TestNetwork, type TestPerson } from '../factories.ts'
import { executable, launch } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let app: TestApp
let site: TestSite
let browser: Browser
let network: TestNetwork
let anne: TestPerson
let luc: TestPerson
let meeting: string
let zoe: { id: string; code: string }

describe.skipIf(!executable)('the day of a meeting', () => {
  beforeAll(async () => {
    app = await testApp()
    site = await listening(app)
    browser = await launch()
    network = await aNetwork(app.database)
    anne = await aPerson(app.database, network, 'facilitator', { name: 'Anne Faure' })
    luc = await aPerson(app.database, network, 'member', { name: 'Luc Petit' })
    const sel = await anOrganisation(app.database, network, 'Sel & Co')
    meeting = await aHeldMeeting(app.database, network, { capacity: 3 })
    zoe = await aRegistration(app.database, network, meeting, { name: 'Zoé Martin', organisationId: sel })
    await aRegistration(app.database, network, meeting, { personId: luc.personId, organisationId: sel })
    await aRegistration(app.database, network, meeting, { name: 'Nadia Ben', email: 'nadia@exemple.org' })
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await app?.close()
  })

  /** A phone in somebody's hand; null for nobody the site knows. */
  async function phone(
    person: TestPerson | null,
    options: { javaScriptEnabled?: boolean } = {},
  ): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      baseURL: site.url,
      bypassCSP: true,
      ...options,
    })
    const [name = '', value = ''] = person?.cookie.split('=', 2) ?? []
    if (person) await context.addCookies([{ name, value, url: site.url }])
    return context
  }

  const at = (path: string) => `/fr/${network.slug}${path}`

  test('at two doors: what one phone marks the other sees; and without scripts it works all the same', async () => {
    const [first, second, plain] = [
      await phone(anne),
      await phone(anne),
      await phone(anne, { javaScriptEnabled: false }),
    ]
    const [one, two, three] = await Promise.all([first, second, plain].map(context => context.newPage()))
    if (!one || !two || !three) throw new Error('No pages')
    for (const page of [one, two]) {
      // Asks every moment, not every few seconds.
      await page.route('**/door', async route => {
        const answer = await route.fetch()
        await route.fulfill({
          response: answer,
          body: (await answer.text()).replace('data-news=', 'data-pace="100" data-news='),
        })
      })
      await page.goto(at(`/meetings/${meeting}/door`))
    }
    const line = (page: Page) => page.locator('.door-list > li', { hasText: 'Zoé Martin' })
    await line(one).getByRole('button').click()
    await expect.poll(() => line(one).getAttribute('data-present')).toBe('true')
    await expect.poll(() => line(two).getAttribute('data-present')).toBe('true')
    await expect.poll(() => two.locator('.door-count [data-count="present"]').textContent()).toBe('1')
    expect(one.url()).not.toContain('#')
    await two.getByRole('searchbox').fill('nadia')
    expect(await line(two).isVisible()).toBe(false)
    await three.goto(at(`/meetings/${meeting}/door`))
    await three.locator('.door-list > li', { hasText: 'Luc Petit' }).getByRole('button').click()
    expect(await three.locator('.door-count [data-count="present"]').textContent()).toBe('2')
    await expect.poll(() => one.locator('.door-count [data-count="present"]').textContent()).toBe('2')
    await Promise.all([first, second, plain].map(context => context.close()))
  })

  test('a visitor reads the poster and says that they are here', async () => {
    const context = await phone(null)
    const page = await context.newPage()
    const [{ key = '' } = {}] = await app.database.asOwner<{ key: string }>(
      'select door_key as key from meeting where id = $1',
      [meeting],
    )
    await page.goto(at(`/arrival/${key}?code=${doorCode(app.services.secret, meeting, new Date())}`))
    await page.getByLabel('Votre adresse').fill('nadia@exemple.org')
    await page.getByRole('button', { name: 'Je suis là' }).click()
    await page.getByText('Bienvenue Nadia Ben').waitFor()
    const kept = await presencesIn(app.database, network, meeting)
    expect(kept.find(({ name }) => name === 'Nadia Ben')?.checked_by).toBe('code')
    await context.close()
  })

  test('two write in the notes at once, and each sees what the other writes', async () => {
    const contexts = [await phone(anne), await phone(luc)]
    const [one, two] = await Promise.all(contexts.map(context => context.newPage()))
    if (!one || !two) throw new Error('No pages')
    for (const page of [one, two]) {
      await page.route('**/notes', async route => {
        if (route.request().method() !== 'GET') return route.continue()
        const answer = await route.fetch()
        await route.fulfill({
          response: answer,
          body: (await answer.text()).replace('data-news=', 'data-pace="100" data-news='),
        })
      })
      await page.goto(at(`/meetings/${meeting}/notes`))
    }
    const field = (page: Page) => page.locator('textarea[name="text"]').first()
    await field(one).fill('## Accueil\n\nÀ compléter.\n\n## Suite\n\n')
    await expect.poll(() => field(two).inputValue()).toContain('## Suite')
    await field(two).focus()
    await two.keyboard.press('Control+End')
    await two.keyboard.type('Luc écrit ici.')
    await field(one).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(24, 24))
    await one.keyboard.type(' Anne aussi.')
    for (const page of [one, two])
      await expect
        .poll(() => field(page).inputValue())
        .toBe('## Accueil\n\nÀ compléter. Anne aussi.\n\n## Suite\n\nLuc écrit ici.')
    await one.reload()
    expect(await field(one).inputValue()).toContain('Luc écrit ici.')
    await Promise.all(contexts.map(context => context.close()))
  })

  test('what was written off line is kept when the network is back', async () => {
    const context = await phone(anne)
    const page = await context.newPage()
    await page.goto(at(`/meetings/${meeting}/notes`))
    await page.locator('form[data-awake]').waitFor()
    await context.setOffline(true)
    await page.locator('textarea[name="text"]').first().focus()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('\nÉcrit dans le train.')
    await page.getByText('Pas de réseau').waitFor()
    await context.setOffline(false)
    await page.getByText('Enregistré', { exact: true }).waitFor()
    const [kept] = await app.database.asOwner<{ notes: string }>('select notes from meeting where id = $1', [
      meeting,
    ])
    expect(kept?.notes).toContain('Écrit dans le train.')
    await context.close()
  })

  test('the pages of the day can be used by everyone, and none scrolls sideways', async () => {
    const context = await phone(anne)
    const page = await context.newPage()
    await app.app.request(at(`/meetings/${meeting}/breakouts`), {
      method: 'POST',
      body: new URLSearchParams({ by: 'tables', number: '2', rounds: '2' }),
      headers: { cookie: anne.cookie, 'sec-fetch-site': 'same-origin' },
    })
    const paths = [
      ...['door', 'door/poster?still=1', 'sheet', 'sheet/entry', 'notes', 'breakouts', 'minutes/draft'].map(
        path => `/meetings/${meeting}/${path}`,
      ),
      `/meetings/${meeting}`,
      `/check-in/${zoe.code}`,
      '/attendance',
      '/attendance?show=people',
    ]
    for (const path of paths) {
      await page.goto(at(path))
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } }
        const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
        const { violations } = await axe.run({
          runOnly: { type: 'tag', values },
          resultTypes: ['violations'],
        })
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
      })
      expect(found, path).toEqual([])
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(sideways, path).toBeLessThanOrEqual(0)
    }
    await context.close()
  })
})
