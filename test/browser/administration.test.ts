import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { openLog } from '#kernel/log.ts'
import { openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { queueMail } from '#platform/mail/index.ts'
import { sendDue } from '#platform/mail/sending.ts'
import { sendTest } from '#platform/webhooks/deliveries.ts'
import { createWebhook } from '#platform/webhooks/webhooks.ts'
import { listening, type TestApp, type TestSite, testApp } from '../app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../factories.ts'
import { executable, launch, screens, type Visitor, visitor } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standard: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
}
/** All that the dark can change. */
const contrast: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
}
const inAnHour = new Date(Date.now() + 3_600_000).toISOString()

let browser: Browser
let app: TestApp
let site: TestSite
/** What the pages are of. */
const ids: Record<'active' | 'failed' | 'mail' | 'webhook' | 'account', string> = {
  active: '',
  failed: '',
  mail: '',
  webhook: '',
  account: '',
}

describe.skipIf(!executable)('the pages of administrators', () => {
  let administrator: Visitor
  let operator: Visitor

  beforeAll(async () => {
    ;[browser, app] = await Promise.all([launch(), testApp()])
    const network = await aNetwork(app.database, { slug: 'fil-commun', name: { fr: 'Le Fil commun' } })
    const people = {
      administrator: await aPerson(app.database, network, 'administrator', { name: 'Inès Roumanille' }),
      operator: await aPerson(app.database, null, null, {
        name: 'Aïcha Konaté',
        platformAdministrator: true,
      }),
    }
    await someJobs(network)
    await someMail(network)
    await aWebhook(network, people.administrator)
    site = await listening(app)
    administrator = await as(people.administrator)
    operator = await as(people.operator)
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await app?.close()
  })

  const pages: [name: string, who: 'administrator' | 'operator', address: () => string][] = [
    ['the jobs of a network', 'administrator', () => '/fr/fil-commun/jobs'],
    // As its reader may have it: a page that loads itself again is left with one link (2.2.2).
    ['a job under way', 'administrator', () => `/fr/fil-commun/jobs/${ids.active}?still=`],
    ['a job that failed', 'administrator', () => `/fr/fil-commun/jobs/${ids.failed}`],
    ['the mail of a network', 'administrator', () => '/fr/fil-commun/mail'],
    ['a message', 'administrator', () => `/fr/fil-commun/mail/${ids.mail}`],
    ['the webhooks', 'administrator', () => '/fr/fil-commun/webhooks'],
    ['a webhook', 'administrator', () => `/fr/fil-commun/webhooks/${ids.webhook}`],
    ['the log', 'administrator', () => '/fr/fil-commun/audit'],
    ['the keys', 'administrator', () => '/fr/fil-commun/keys'],
    ['the installation', 'operator', () => '/fr/platform'],
    ['its health', 'operator', () => '/fr/platform/health'],
    ['its jobs', 'operator', () => '/fr/platform/jobs'],
    ['its mail', 'operator', () => '/fr/platform/mail'],
    ['its log', 'operator', () => '/fr/platform/audit'],
  ]

  test.each(pages)('%s can be read and used by everyone', async (_name, who, address) => {
    const { context } = who === 'operator' ? operator : administrator
    const page = await context.newPage()
    const response = await page.goto(address())
    expect(response?.status()).toBe(200)
    for (const details of await page.locator('details').all())
      await details.evaluate(one => one.setAttribute('open', ''))
    for (const size of [{ width: 360, height: 780 }, screens.desktop]) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme: 'light' })
      expect(await violations(page, standard), `${size.width}, light`).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations(page, contrast), `${size.width}, dark`).toEqual([])
      // Against the screen itself: a phone makes its window as wide as what does not fit (1.4.10).
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, String(size.width)).toBeLessThanOrEqual(size.width)
    }
    await page.close()
  })

  test('the page of a job under way asks for itself again, until it is told not to', async () => {
    const page = await administrator.context.newPage()
    const address = `/fr/fil-commun/jobs/${ids.active}`
    await page.goto(address)
    await page.waitForEvent('framenavigated', { timeout: 15_000 })
    expect(new URL(page.url()).pathname).toBe(address)
    await page.getByRole('link', { name: 'Ne plus la mettre à jour' }).click()
    await page.waitForURL(/still/)
    expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(0)
    await page.close()
  })

  test('a message as it will look runs nothing, loads nothing, and its links lead on', async () => {
    const { context, complaints } = await as(
      await aPerson(app.database, null, null, { platformAdministrator: true }),
    )
    const page = await context.newPage()
    const response = await page.goto(`/fr/platform/mail/${ids.account}/message.html`)
    expect(response?.status()).toBe(200)
    expect(await page.locator('a.button').innerText()).toBe('Me connecter')
    expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe('16px')
    expect(await page.evaluate(() => self.origin)).toBe('null')
    expect(complaints).toEqual([])
    await page.locator('a.button').click()
    await page.waitForURL(/\/account\/link\//)
    await context.close()
  })
})

async function as(person: TestPerson): Promise<Visitor> {
  const someone = await visitor(browser, site.url, { screen: 'phone', bypassCSP: false })
  const [name = '', value = ''] = person.cookie.split('=')
  await someone.context.addCookies([{ name, value, url: site.url }])
  return someone
}

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  // By the debugger, past the page's own policy, which stays in force.
  await page.evaluate(axe)
  const results = await page.evaluate(
    given => (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run(given),
    options,
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

async function someJobs(network: TestNetwork): Promise<void> {
  const { asOwner, server } = app.database
  const kinds = ['commons.import', 'mail.send', 'mail.digest', 'webhooks.deliver', 'files.clean']
  await prepareJobs(
    server.owner,
    kinds.map(queue => ({ queue, expireSeconds: 60, retries: 2 })),
  )
  const queue = await openJobs(server.app, openLog('silent'))
  const payload = (origin: string) => ({
    networkId: network.id,
    importId: newId(),
    origin,
    visibility: 'public',
  })
  const send = async (name: string, given: object) => (await queue.send(name, given)) ?? ''
  for (const name of kinds.slice(1)) await send(name, {})
  await send('commons.import', payload('fiches-2026.zip'))
  ids.failed = await send('commons.import', payload('anciennes-pages.zip'))
  ids.active = await send('commons.import', payload('pratiques-de-toutes-les-regions.zip'))
  await queue.stop()
  await asOwner(`update pgboss.job set state = 'completed', started_on = now() - interval '2 seconds', completed_on = now()
     where name in ('mail.send', 'mail.digest')`)
  await asOwner(
    `update pgboss.job set state = 'failed', started_on = now() - interval '3 minutes', completed_on = now(),
       output = '{"message": "connect ECONNREFUSED 127.0.0.1:9000"}' where id = $1`,
    [ids.failed],
  )
  await asOwner(
    `update pgboss.job set state = 'active', started_on = now() - interval '3 minutes',
       output = '{"progress": {"done": 412, "total": 1200, "text": "cli.import.phase.pages"}}' where id = $1`,
    [ids.active],
  )
}

async function someMail(network: TestNetwork): Promise<void> {
  const { db } = app.database
  const to = (address: string, name: string) => ({ accountId: null, address, name, locale: 'fr' as const })
  const common = { baseUrl: site?.url ?? 'http://localhost', networkId: network.id }
  await inTenant(db, network.inside, async trx => {
    ids.mail = await queueMail(trx, {
      ...common,
      to: to('paul.garance@demonstration.invalid', 'Paul Garance'),
      template: 'invitation',
      params: {
        inviter: 'Inès Roumanille',
        role: 'member',
        url: 'http://localhost/fr/fil-commun/invitation/abc',
        expiresAt: inAnHour,
      },
    })
    await queueMail(trx, {
      ...common,
      to: to('claire.esteve.du.collectif.des.entreprises@demonstration.invalid', 'Claire Estève'),
      template: 'member-joined',
      params: { person: 'Paul Garance', role: 'member', url: 'http://localhost/fr/fil-commun/members' },
    })
  })
  await inTenant(db, { networkId: platformId, audience: 'network' }, async trx => {
    ids.account = await queueMail(trx, {
      ...common,
      networkId: platformId,
      to: to('paul.garance@demonstration.invalid', 'Paul Garance'),
      template: 'magic-link',
      params: { url: 'http://localhost/fr/account/link/abc', expiresAt: inAnHour },
    })
  })
  const sending = {
    db,
    log: openLog('silent'),
    transport: null,
    from: '',
    secret: 's',
    now: () => new Date(),
  }
  await sendDue(sending, new AbortController().signal)
}

async function aWebhook(network: TestNetwork, { actor }: TestPerson): Promise<void> {
  await inTenant(app.database.db, network.inside, async trx => {
    const input = {
      url: 'https://services.exemple.org/crochets/cordee/un-chemin-assez-long',
      actions: ['person.', 'mandate.'],
    }
    ids.webhook = (await createWebhook(trx, network.id, { ...actor, accountId: null }, input)).id
    for (let count = 0; count < 3; count++) await sendTest(trx, network.id, ids.webhook)
  })
  await app.database.asOwner(
    `with ranked as (select id, row_number() over (order by id) as place from webhook_delivery)
     update webhook_delivery set attempts = 1,
       state = case place when 1 then 'delivered' when 2 then 'failed' else 'waiting' end,
       error = case place when 2 then 'status' end, response_status = case place when 1 then 200 when 2 then 500 end,
       response = case place when 2 then '<h1>Internal Server Error</h1>' end
     from ranked where ranked.id = webhook_delivery.id`,
  )
}
