import type { Browser, BrowserContext, Page } from 'playwright-core'
import { inTenant } from '#db/tenant.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import { findDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { aDocument } from '../../src/modules/commons/writing/writing.fixture.ts'
import { listening, type TestApp, type TestAppOptions, testApp } from '../app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../factories.ts'
import { type Complaints, type Visit, visitor } from './chromium.ts'

/** A network in which Awa and Luc write a plan together. */
export interface WritingSite {
  app: TestApp
  origin: string
  network: TestNetwork
  awa: TestPerson
  luc: TestPerson
  /** A plan of both. @returns its id */
  plan(answers?: Record<string, unknown>): Promise<string>
  /** What the server has, by path. */
  answers(id: string): Promise<Record<string, unknown>>
  close(): Promise<void>
}

export async function openWritingSite(options: TestAppOptions = {}): Promise<WritingSite> {
  const app = await testApp(options)
  const network = await aNetwork(app.database, { visibility: 'public' })
  const awa = await aPerson(app.database, network, 'member', { name: 'Awa Diop' })
  const luc = await aPerson(app.database, network, 'member', { name: 'Luc Martin' })
  const site = await listening(app)
  return {
    app,
    origin: site.url,
    network,
    awa,
    luc,
    async plan(answers = {}) {
      const id = await aDocument(app, network, awa, { answers })
      await app.database.asOwner(
        'insert into commons_author (network_id, document_id, person_id) values ($1, $2, $3)',
        [network.id, id, luc.personId],
      )
      return id
    },
    async answers(id) {
      return inTenant(app.database.db, network.inside, async trx => {
        const document = await findDocument(trx, network.id, id)
        if (!document) throw new Error('No document')
        const { values } = await answersOf(trx, document, await templateOfDocument(trx, document))
        return Object.fromEntries([...values].map(([path, { value }]) => [path, value]))
      })
    },
    async close() {
      await site.close()
      await app.close()
    },
  }
}

export interface Writer {
  context: BrowserContext
  page: Page
  complaints: Complaints
}

/** Someone signed in, with the page of a document open and its script awake. */
export async function writer(
  browser: Browser,
  site: WritingSite,
  person: TestPerson,
  id: string,
  options: Visit = {},
): Promise<Writer> {
  const { context, complaints } = await visitor(browser, site.origin, options)
  const [name = '', value = ''] = person.cookie.split('=', 2)
  await context.addCookies([{ name, value, url: site.origin }])
  return { context, complaints, page: await openPage(context, site, id) }
}

export async function openPage(context: BrowserContext, site: WritingSite, id: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`/fr/${site.network.slug}/writing/${id}`)
  await awake(page)
  return page
}

/** The script is there, and looks for what others write more often than people could wait for. */
export async function awake(page: Page): Promise<void> {
  await page.locator('form#writing[data-awake]').waitFor()
  await page.locator('form#writing').evaluate(form => form.setAttribute('data-pace', '250'))
}

/** The control of an answer. */
export const field = (page: Page, path: string) => page.locator(`[name="${path}"]`)

/** The text of a rich answer as it is shown, once it is. */
export const editor = (page: Page, path: string) =>
  page.locator(`.answer[data-path="${path}"] > .rich-text .ProseMirror`)

/** A rich answer, as one comes to it. */
export async function openRich(page: Page, path: string) {
  // By its question: the text area may become the editor at any moment, since one in sight with marks opens by itself.
  await page.locator(`.answer[data-path="${path}"] > .question label`).click()
  await editor(page, path).waitFor()
  return editor(page, path)
}

/** Closing, a page is on the line again, and sends its last. This one does not. */
export function dead(page: Page): Promise<void> {
  return page.evaluate(() => {
    window.fetch = () => Promise.reject(new TypeError('offline'))
  })
}

/** To one end of a rich answer. The editor puts its own caret back a moment after it gets the focus. */
export async function goTo(page: Page, path: string, key: 'Home' | 'End'): Promise<void> {
  await editor(page, path).focus()
  await page.waitForTimeout(80)
  await page.keyboard.press(`ControlOrMeta+${key}`)
}
