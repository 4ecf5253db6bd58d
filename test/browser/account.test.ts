import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailTo, password, signedUp } from '../../src/modules/account/account.fixture.ts'
import { listening, type TestApp, type TestSite, testApp } from '../app.ts'
import { aNetwork } from '../factories.ts'
import { executable, launch, screens, type Visitor, visitor } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Pictures of every page, for whoever wants to look at them. */
const pictures = process.env.PICTURES

let browser: Browser
let app: TestApp
let site: TestSite
let origin: string

describe.skipIf(!executable)('accounts in a browser', () => {
  beforeAll(async () => {
    app = await testApp({
      env: {
        OIDC_ISSUER: 'http://127.0.0.1:9',
        OIDC_CLIENT_ID: 'c',
        OIDC_CLIENT_SECRET: 's',
        OIDC_NAME: 'Fédé',
      },
    })
    const network = await aNetwork(app.database, { slug: 'ouvert', name: { fr: 'Le réseau ouvert' } })
    await app.database.asOwner(`update network set sign_up = 'open' where id = $1`, [network.id])
    ;[browser, site] = await Promise.all([launch(), listening(app)])
    // Passkeys are bound to a name; an address of numbers has none.
    origin = `http://localhost:${site.port}`
    await signedUp(app, 'awa@exemple.org', { name: 'Awa Diop' })
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await app?.close()
  })

  const signIn = async (page: Page, email = 'awa@exemple.org') => {
    await page.goto('/fr/account/sign-in?next=/fr/account/security')
    await page.getByLabel('Adresse de courriel').fill(email)
    await page.getByLabel('Mot de passe', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Entrer' }).click()
    await page.waitForURL('**/fr/account/security')
  }

  describe('by passkey', () => {
    let someone: Visitor
    beforeAll(async () => {
      someone = await visitor(browser, origin)
    })
    afterAll(async () => {
      await someone.context.close()
      expect(someone.complaints).toEqual([])
    })

    test('one is added, named, signs in, and is removed', async () => {
      const page = await someone.context.newPage()
      const devTools = await someone.context.newCDPSession(page)
      await devTools.send('WebAuthn.enable')
      await devTools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      await signIn(page)
      await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).click()
      await page.getByLabel('Nom de cette clé').fill('Téléphone d’Awa')
      await page.getByRole('button', { name: 'Renommer' }).click()
      await page.waitForURL('**/account/security?done=saved')
      expect(await page.getByLabel('Nom de cette clé').inputValue()).toBe('Téléphone d’Awa')
      await page.getByRole('button', { name: 'Se déconnecter' }).click()
      await page.waitForURL('**/fr?done=signed-out')

      await page.goto('/fr/account/sign-in?next=/fr/account/security')
      await page.getByRole('button', { name: 'Avec une clé d’accès' }).click()
      await page.waitForURL('**/fr/account/security')
      await page.getByRole('link', { name: 'Awa Diop' }).waitFor()
      await page.getByRole('button', { name: 'Retirer' }).click()
      await page.waitForURL('**/account/security?done=passkey-removed')
      expect(await page.getByLabel('Nom de cette clé').count()).toBe(0)
      await page.close()
    })
  })

  test('without scripts everything works but passkeys, which are not offered', async () => {
    const someone = await visitor(browser, origin, { javaScript: false, screen: 'phone' })
    const page = await someone.context.newPage()
    await page.goto('/fr/account/sign-up')
    await page.getByLabel('Votre nom').fill('Modou')
    await page.getByLabel('Adresse de courriel').fill('modou@exemple.org')
    await page.getByLabel('Mot de passe').fill(password)
    await page.getByRole('button', { name: 'Créer mon compte' }).click()
    await page.waitForURL('**/fr/account/verification')
    const [mail] = await mailTo(app.database, 'modou@exemple.org')
    await page.goto(mail?.link ?? '')
    await page.getByLabel('Votre mot de passe').fill(password)
    await page.getByRole('button', { name: 'Confirmer et entrer' }).click()
    await page.waitForURL('**/fr')
    await page.goto('/fr/account/security')
    expect(await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).count()).toBe(0)
    expect(await page.getByText('il faut JavaScript').isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    await page.goto('/fr/account/sign-in')
    expect(await page.getByRole('button', { name: 'Avec une clé d’accès' }).count()).toBe(0)
    await someone.context.close()
  })

  describe('accessibility by WCAG 2.2, levels A and AA', () => {
    let someone: Visitor
    let page: Page
    beforeAll(async () => {
      someone = await visitor(browser, origin, { screen: 'phone', bypassCSP: true })
      await someone.context.addInitScript({ content: axe })
      page = await someone.context.newPage()
    })
    afterAll(() => someone.context.close())

    test.each([
      ['sign-in', '/fr/account/sign-in?error=account_not_linked'],
      ['link', '/fr/account/link'],
      ['link-sent', '/fr/account/link?sent='],
      ['link-token', '/fr/account/link/abcdef'],
      ['code', '/fr/account/sign-in/code'],
      ['sign-up', '/fr/account/sign-up'],
      ['verification', '/fr/account/verification'],
      ['verification-token', '/fr/account/verification?token=a.eyJlbWFpbCI6ImF3YUBleGVtcGxlLm9yZyJ9.b'],
      ['reset', '/fr/account/password-reset'],
      ['reset-spent', '/fr/account/password-reset/abcdef'],
      ['retention', '/fr/about/retention'],
    ])('%s', async (name, address) => {
      await page.goto(address)
      await holds(page, name)
    })

    test('a form with mistakes', async () => {
      await page.goto('/fr/account/sign-up')
      await page.getByLabel('Adresse de courriel').fill('awa@exemple.org')
      await page.getByLabel('Votre nom').fill('Awa')
      await page.getByLabel('Mot de passe').fill('court')
      await page.getByRole('button', { name: 'Créer mon compte' }).click()
      await page.locator('.problems').waitFor()
      await holds(page, 'sign-up-wrong')
    })

    describe('of one’s own', () => {
      beforeAll(() => signIn(page))
      test.each([
        ['profile', '/fr/account'],
        ['security', '/fr/account/security'],
        ['password', '/fr/account/security/password'],
        ['second-factor', '/fr/account/security/second-factor'],
        ['mail', '/fr/account/mail'],
        ['data', '/fr/account/data'],
        ['erasure', '/fr/account/erasure'],
        [
          'address',
          '/fr/account/address/confirmation?token=a.eyJlbWFpbCI6ImF3YUBleGVtcGxlLm9yZyIsInVwZGF0ZVRvIjoiYkBleGVtcGxlLm9yZyJ9.b',
        ],
      ])('%s', async (name, address) => {
        await page.goto(address)
        await holds(page, name)
      })

      test('second factor, being set up', async () => {
        await page.goto('/fr/account/security/second-factor')
        await page.getByLabel('Votre mot de passe actuel').fill(password)
        await page.getByRole('button', { name: 'Ajouter un second facteur' }).click()
        await page.locator('svg.qr').waitFor()
        await holds(page, 'second-factor-set-up')
      })
    })
  })
})

/** No breach of the rules at either width, and nothing that makes the page scroll sideways. */
async function holds(page: Page, name: string): Promise<void> {
  // What one waited for may be there before its style is.
  await page.waitForLoadState('load')
  for (const screen of ['phone', 'desktop'] as const) {
    await page.setViewportSize(screen === 'phone' ? { width: 360, height: 780 } : screens[screen])
    if (pictures) await page.screenshot({ path: `${pictures}/${name}-${screen}.png`, fullPage: true })
    const results = await page.evaluate(
      given => (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run(given),
      {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
        resultTypes: ['violations'],
      },
    )
    const found = results.violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    )
    expect(found, screen).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow, screen).toBeLessThanOrEqual(0)
  }
}
