import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGroup, inGroup } from '#modules/groups/groups.fixture.ts'
import { aHeldMeeting } from '#modules/meetings/door/day.fixture.ts'
import { aProgramme } from '#modules/programmes/programmes.fixture.ts'
import { listening, type TestApp, type TestSite, testApp } from '../app.ts'
import { aNetwork, anOrganisation, aPerson, type TestNetwork, type TestPerson } from '../factories.ts'
import { executable, launch } from './chromium.ts'

let app: TestApp
let site: TestSite
let browser: Browser
let network: TestNetwork
let zoe: TestPerson
let luc: TestPerson
let programme: string
let step: string
let meeting: string

/** With the network cut: what a phone keeps, and what becomes of it. */
describe.skipIf(!executable)('pages kept on a phone', () => {
  beforeAll(async () => {
    app = await testApp()
    site = await listening(app)
    browser = await launch()
    const { database } = app
    network = await aNetwork(database)
    zoe = await aPerson(database, network, 'member', { name: 'Zoé Martin' })
    luc = await aPerson(database, network, 'member', { name: 'Luc Petit' })
    const sel = await anOrganisation(database, network, 'Sel & Co')
    const group = await aGroup(database, network)
    for (const person of [zoe, luc]) await inGroup(database, network, group, person, { organisationId: sel })
    meeting = await aHeldMeeting(database, network, {
      title: 'Retour ensemble',
      groupId: group.id,
      from: 5 * 1440,
    })
    const made = await aProgramme(database, network, group, {
      name: 'Collectif 2026',
      capsules: [
        [
          {
            title: 'Lire ensemble',
            opens: 85,
            due: 95,
            meetingId: meeting,
            expects: [
              { kind: 'reading', title: 'Le guide' },
              { kind: 'document', title: 'Le bilan' },
            ],
          },
        ],
      ],
    })
    programme = made.id
    step = made.capsules[0]?.steps[0]?.id ?? ''
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await app?.close()
  })

  async function phone(person: TestPerson): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, baseURL: site.url })
    await context.addCookies([cookieOf(person)])
    return context
  }

  function cookieOf(person: TestPerson) {
    const [name = '', value = ''] = person.cookie.split('=', 2)
    return { name, value, url: site.url }
  }

  const at = (path: string) => `/fr/${network.slug}${path}`
  const kitPage = () => at(`/programmes/${programme}/kit`)
  const stepPage = () => at(`/programmes/${programme}/steps/${step}`)

  async function keep(page: Page, address = kitPage()): Promise<void> {
    await page.goto(address)
    await page.getByRole('button', { name: 'Garder sur ce téléphone' }).click()
    await page.getByText('Gardé sur ce téléphone depuis').waitFor()
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  }

  const workers = (page: Page) =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
  const keptIn = (page: Page) => page.evaluate(async () => (await caches.keys()).length)

  const said = () =>
    app.database.asOwner<{ minutes: number | null; url: string | null; entered_by: string }>(
      'select minutes, url, entered_by from programme_fulfilment where network_id = $1 order by minutes',
      [network.id],
    )

  test('open without a connection, take what is typed, and send it when it is back', async () => {
    const context = await phone(zoe)
    const page = await context.newPage()
    await page.goto(kitPage())
    // Nothing of it runs before somebody asked for it.
    expect([await workers(page), await keptIn(page)]).toEqual([0, 0])
    expect(await page.getByText(/^En tout\s:\s\d/).textContent()).toMatch(/\d\sko/)
    await keep(page)

    await context.setOffline(true)
    await page.goto(stepPage())
    await page.getByText('La connexion manque').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Lire ensemble')
    // With its look.
    expect(await page.evaluate(() => getComputedStyle(document.body).fontFamily)).toContain('system-ui')
    await page.goto(at(`/meetings/${meeting}`))
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Retour ensemble')
    await page.goto(at('/commons'))
    await page.getByRole('heading', { name: 'Gardé sur ce téléphone' }).waitFor()
    await page.goto(at(''))
    await page.getByRole('heading', { name: 'Gardé sur ce téléphone' }).waitFor()
    await page.getByRole('link', { name: 'Étape : Lire ensemble' }).click()
    // A file would be lost: it is not taken, and where the document lies is asked for instead.
    await page.getByRole('link', { name: 'Remettre le document' }).click()
    await page.getByText('Un fichier se remet avec une connexion').waitFor()
    expect(await page.locator('input[type="file"]').isDisabled()).toBe(true)
    await page.getByLabel('Ou son adresse').fill('https://exemple.org/bilan')
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    await page.getByText('Ce sera envoyé dès que la connexion est revenue').waitFor()
    await page.goto(stepPage())
    await page.getByRole('link', { name: 'Le dire avec une note' }).click()
    await page.getByLabel('Temps passé').fill('25')
    await page.locator('main form').getByRole('button').click()
    await page.getByText('Ce sera envoyé dès que la connexion est revenue').waitFor()
    expect(await said()).toEqual([])

    // Sent from whatever page of what is kept is open then: here from the list of it.
    await page.goto(at('/commons'))
    await page.getByText('attend la connexion').first().waitFor()
    await context.setOffline(false)
    await page.getByText('ce que vous aviez noté est enregistré').waitFor()
    await expect.poll(said).toEqual([
      { minutes: 25, url: null, entered_by: 'phone' },
      { minutes: null, url: 'https://exemple.org/bilan', entered_by: 'phone' },
    ])
    await page.goto(stepPage())
    expect(await page.getByText('La connexion manque').count()).toBe(0)

    // Removed, nothing of it stays, nor does the worker.
    await page.goto(kitPage())
    await page.getByRole('button', { name: 'Retirer de ce téléphone' }).click()
    await page.getByRole('button', { name: 'Garder sur ce téléphone' }).waitFor()
    expect(await workers(page)).toBe(0)
    await context.close()
  })

  test('of a step that was asked for are kept as well, beside those of the next one', async () => {
    const context = await phone(zoe)
    const page = await context.newPage()
    await keep(page)
    await keep(page, `${kitPage()}?step=${step}`)
    expect(await keptIn(page)).toBe(2)
    await page.getByRole('button', { name: 'Mettre à jour ce qui est gardé' }).click()
    await page.getByText('Gardé sur ce téléphone depuis').waitFor()
    await page.goto(kitPage())
    await page.getByRole('button', { name: 'Retirer de ce téléphone' }).click()
    await page.getByRole('button', { name: 'Garder sur ce téléphone' }).waitFor()
    await context.setOffline(true)
    await page.goto(stepPage())
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Lire ensemble')
    await context.close()
  })

  test('that one may see no more are kept no more', async () => {
    const context = await phone(luc)
    const page = await context.newPage()
    await keep(page)
    const shown = async () => {
      await context.setOffline(true)
      await page.goto(stepPage())
      const heading = await page.getByRole('heading', { level: 1 }).textContent()
      await context.setOffline(false)
      return heading
    }
    expect(await shown()).toBe('Lire ensemble')
    // As a member of the group is shown out of it, which is seen by its members alone.
    const standing = (visibility: string, until: string) =>
      app.database.asOwner(
        `with one as (update network_group set visibility = $3 where network_id = $1)
         update group_member set valid_until = ${until} where network_id = $1 and person_id = $2`,
        [network.id, luc.personId, visibility],
      )
    await standing('group', 'current_date - 1')
    expect((await page.goto(stepPage()))?.status()).toBe(404)
    await expect.poll(shown).toBe('Gardé sur ce téléphone')
    await standing('network', 'null')
    await context.close()
  })

  test('are gone when one signs out, and when somebody else signs in', async () => {
    const context = await phone(luc)
    const page = await context.newPage()
    await keep(page)
    await context.clearCookies({ name: cookieOf(luc).name })
    await context.addCookies([cookieOf(zoe)])
    await page.goto(at('/groups'))
    await expect.poll(() => keptIn(page), { timeout: 20_000 }).toBe(0)

    await keep(page)
    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    await page.waitForURL(/\/fr\b/)
    await expect.poll(() => keptIn(page), { timeout: 20_000 }).toBe(0)
    await context.setOffline(true)
    await expect(page.goto(stepPage())).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/)
    await context.close()
  })
})
