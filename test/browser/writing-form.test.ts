import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDefinition } from '#modules/commons/templates/definition.ts'
import { listening, type TestApp, type TestSite, testApp } from '../app.ts'
import { aNetwork, aPage, aPerson, somePages, type TestNetwork, type TestPerson } from '../factories.ts'
import { executable, launch, screens, type Visitor, visitor } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standard: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
}
const contrast: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
}
/** Pictures of every page, for whoever wants to look at them. */
const pictures = process.env.PICTURES

/** A question of every kind. */
const everyKind = `
key: every-kind
version: 1
type: solution
name: { fr: Toutes les réponses }
sections:
  - key: first
    heading: { fr: Réponses }
    questions:
      - { key: line, ask: { fr: Une ligne ? }, answer: { kind: text }, required: network }
      - { key: prose, ask: { fr: Un texte ? }, help: { fr: Racontez. }, answer: { kind: rich }, required: public }
      - key: one
        ask: { fr: Lequel ? }
        answer: { kind: choice, options: [{ key: a, label: { fr: Premier } }, { key: b, label: { fr: Second } }] }
      - key: more
        ask: { fr: Pourquoi le second ? }
        when: { question: one, is: [b] }
        answer: { kind: text }
      - key: several
        ask: { fr: Lesquels ? }
        answer: { kind: choice, many: true, options: [{ key: a, label: { fr: Un } }, { key: b, label: { fr: Deux } }] }
      - { key: grade, ask: { fr: À quel point ? }, answer: { kind: scale, from: 1, to: 5, low: { fr: peu }, high: { fr: très } } }
      - { key: amount, ask: { fr: Combien ? }, answer: { kind: number, unit: { fr: litres } } }
      - key: shares
        ask: { fr: En quelles parts ? }
        answer: { kind: shares, parts: [{ key: a, label: { fr: Nord } }, { key: b, label: { fr: Sud } }] }
      - { key: day, ask: { fr: Quel jour ? }, answer: { kind: date } }
      - { key: where, ask: { fr: Où ? }, answer: { kind: place } }
      - { key: goals, ask: { fr: Quels objectifs ? }, answer: { kind: sdgs } }
      - { key: countries, ask: { fr: Quels pays ? }, answer: { kind: countries } }
      - { key: themes, ask: { fr: Quels thèmes ? }, answer: { kind: tags, meta: thematic_areas } }
      - { key: files, ask: { fr: Quels fichiers ? }, answer: { kind: files } }
      - { key: people, ask: { fr: Qui ? }, answer: { kind: people } }
      - { key: organisations, ask: { fr: Quelles organisations ? }, answer: { kind: organisations } }
      - { key: items, ask: { fr: Quelles pages ? }, answer: { kind: items } }
      - key: partners
        ask: { fr: Avec qui ? }
        label: { fr: Partenaire }
        answer:
          kind: group
          questions:
            - { key: name, ask: { fr: Son nom ? }, answer: { kind: text } }
            - { key: role, ask: { fr: Son rôle ? }, answer: { kind: rich } }
  - key: steps
    heading: { fr: Étapes }
    repeated: true
    questions:
      - { key: what, ask: { fr: Quelle étape ? }, answer: { kind: text } }
  - key: end
    heading: { fr: Pour finir }
    closing: true
    questions:
      - { key: learned, ask: { fr: Qu’avez-vous appris ? }, answer: { kind: rich } }
`

const states = [
  'list',
  'new',
  'answered',
  'rows',
  'authors',
  'conflict',
  'sharing',
  'reviews',
  'review',
  'imported',
  'signed-out',
  'reviewers',
] as const

let browser: Browser
let app: TestApp
let site: TestSite
let network: TestNetwork
const people = {} as Record<'awa' | 'ben' | 'reviewer' | 'administrator', TestPerson>
const visitors: Visitor[] = []

describe.skipIf(!executable)('writing, without a script', () => {
  beforeAll(async () => {
    ;[browser, app] = await Promise.all([launch(), testApp()])
    network = await aNetwork(app.database, { slug: 'plume', name: { fr: 'La Plume' } })
    people.awa = await aPerson(app.database, network, 'member', { name: 'Awa Diop' })
    people.ben = await aPerson(app.database, network, 'member', { name: 'Ben Haddad' })
    people.reviewer = await aPerson(app.database, network, 'facilitator', { name: 'Fatou Sy' })
    people.administrator = await aPerson(app.database, network, 'administrator', { name: 'Inès Roux' })
    const read = readDefinition(everyKind)
    if (!('template' in read)) throw new Error(JSON.stringify(read))
    await app.database.asOwner(
      `insert into commons_template (network_id, key, version, definition, shipped) values ($1, 'every-kind', 1, $2, false)`,
      [network.id, JSON.stringify(read.template)],
    )
    await somePages(app.database, network, {
      'source.md': aPage('La source', { thematic_areas: 'eau douce' }),
      'imported.md': readFileSync(
        fileURLToPath(
          new URL(
            '../../demo/commons/fil-commun/habiter-ensemble-sans-demenager-a-80-ans.md',
            import.meta.url,
          ),
        ),
        'utf8',
      ),
    })
    site = await listening(app)
  })
  afterAll(async () => {
    for (const { context, complaints } of visitors) {
      await context.close()
      expect(complaints.filter(one => !/\b(?:401|409)\b/.test(one))).toEqual([])
    }
    await browser?.close()
    await site?.close()
    await app?.close()
  })

  test('a page is begun, answered in every kind, mended where two wrote, and published once it was read', {
    timeout: 180_000,
  }, async () => {
    const awa = await pageOf(people.awa, 'phone')
    await awa.goto('/fr/plume/writing')
    await looked(awa, 'list')
    await awa.getByLabel('Toutes les réponses').check()
    await awa.getByLabel('Titre').fill('La source de Tanger')
    await awa.getByRole('button', { name: 'Commencer la page' }).click()
    await awa.waitForURL(/done=page-begun/)
    const address = new URL(awa.url()).pathname
    const id = address.split('/').at(-1) ?? ''
    await looked(awa, 'new')

    await answerEverything(awa)
    await save(awa)
    expect(await answersOf(id)).toEqual(everything)
    await looked(awa, 'answered')
    // What was saved is shown, and saving it again changes nothing.
    const revision = await revisionOf(id)
    await save(awa)
    expect(await revisionOf(id)).toBe(revision)
    // The condition holds no more: the answer is folded, and stays.
    await awa.getByLabel('Premier').check()
    await save(awa)
    await awa.getByText('Question non posée').click()
    expect(await awa.getByLabel('Pourquoi le second ?').inputValue()).toBe('Parce que.')

    await rows(awa, id)

    await awa.getByRole('link', { name: 'Changer' }).click()
    await awa.getByLabel('Qui', { exact: true }).selectOption('Ben Haddad')
    await awa.getByRole('button', { name: 'Ajouter', exact: true }).click()
    await awa.waitForURL(/done=author-added/)
    await looked(awa, 'authors')

    const ben = await pageOf(people.ben, 'desktop')
    await Promise.all([awa.goto(address), ben.goto(address)])
    await ben.getByLabel('Un texte ?').fill('Ben raconte autre chose.')
    await save(ben)
    await awa.getByLabel('Un texte ?').fill('Awa dit encore mieux.')
    await awa.getByLabel('Une ligne ?').fill('Une ligne d’Awa.')
    await awa.getByRole('button', { name: 'Enregistrer' }).first().click()
    await awa
      .getByRole('alert')
      .getByRole('link', { name: /Un texte/ })
      .click()
    const conflict = await awa.locator('#answer-prose').innerText()
    expect(conflict).toContain('Ben Haddad a écrit ici')
    expect(conflict).toContain('Ben raconte autre chose.')
    expect(await awa.getByLabel('Un texte ?').inputValue()).toBe('Awa dit encore mieux.')
    await looked(awa, 'conflict')
    await awa.getByLabel('Un texte ?').fill('Ben raconte, et Awa aussi.')
    await save(awa)
    const now = await answersOf(id)
    expect([now.prose, now.line]).toEqual(['Ben raconte, et Awa aussi.', 'Une ligne d’Awa.'])

    await awa.getByRole('link', { name: 'Partager…' }).first().click()
    await looked(awa, 'sharing')
    await awa.getByRole('button', { name: 'Demander la relecture pour publier' }).click()
    await awa.waitForURL(/done=review-asked/)
    const reviewer = await pageOf(people.reviewer, 'desktop')
    await reviewer.goto('/fr/plume/reviews')
    await looked(reviewer, 'reviews')
    await reviewer.getByRole('link', { name: 'La source de Tanger' }).click()
    await looked(reviewer, 'review')
    await reviewer.getByRole('button', { name: 'Accepter et publier pour tous' }).click()
    await reviewer.waitForURL(/done=review-accepted/)
    const anyone = await pageOf(null, 'phone')
    await anyone.goto('/fr/plume/commons/la-source-de-tanger')
    const read = await anyone.locator('article').innerText()
    for (const words of ['Ben raconte, et Awa aussi.', 'Amendis', 'La source', 'Écouter'])
      expect(read).toContain(words)
  })

  test('a page that came from elsewhere is sent back as it was shown: not a byte of it changes', async () => {
    const page = await pageOf(people.reviewer, 'desktop')
    const [item] = await app.database.asOwner<{ id: string }>(
      `select id from commons_item where network_id = $1 and file_name = 'imported.md'`,
      [network.id],
    )
    await page.goto(`/fr/plume/writing/${item?.id}`)
    await looked(page, 'imported')
    await save(page)
    expect(await answersOf(item?.id ?? '')).toEqual({})
  })

  test('who was signed out meanwhile signs in beside, and sends what they wrote', async () => {
    const page = await pageOf(people.awa, 'phone')
    await page.goto('/fr/plume/writing')
    await page.getByLabel('Solution').check()
    await page.getByLabel('Titre').fill('Longue page')
    await page.getByRole('button', { name: 'Commencer la page' }).click()
    await page.waitForURL(/done=page-begun/)
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await page.locator('textarea.prose').first().fill('Des heures\nde travail.')
    const context = page.context()
    const cookies = await context.cookies()
    await context.clearCookies()
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await page.getByRole('heading', { name: 'Rien n’est perdu' }).waitFor()
    await looked(page, 'signed-out')
    await context.addCookies(cookies)
    await page.getByRole('button', { name: 'Envoyer ce que j’ai écrit' }).click()
    await page.waitForURL(/done=page-saved/)
    expect(Object.values(await answersOf(id))).toEqual(['Des heures\nde travail.'])
  })

  test('the network says who reviews', async () => {
    const page = await pageOf(people.administrator, 'phone')
    await page.goto('/fr/plume/reviewers')
    await page.getByLabel('Qui', { exact: true }).selectOption('Ben Haddad')
    await page.getByRole('button', { name: 'Nommer' }).click()
    await page.waitForURL(/done=reviewer-named/)
    await looked(page, 'reviewers')
    await page.getByRole('button', { name: 'Retirer Ben Haddad' }).click()
    await page.waitForURL(/done=reviewer-removed/)
  })

  test.each(states)('%s can be read and used by everyone', { timeout: 120_000 }, async name => {
    const { address, body } = kept.get(name) ?? { address: site.url, body: '' }
    const { context } = await visitor(browser, site.url, { bypassCSP: true })
    const page = await context.newPage()
    await page.addInitScript({ content: axe })
    // What is looked at is the page without its scripts.
    await page.route('**/*.js', route => route.abort())
    await page.route(address, route => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
    await page.goto(address)
    for (const details of await page.locator('details').all())
      await details.evaluate(one => one.setAttribute('open', ''))
    for (const size of [{ width: 360, height: 780 }, screens.desktop]) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme: 'light' })
      if (pictures) {
        mkdirSync(pictures, { recursive: true })
        await page.screenshot({ path: `${pictures}/${name}-${size.width}.png`, fullPage: true })
      }
      expect(await violations(page, standard), `${size.width}, light`).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations(page, contrast), `${size.width}, dark`).toEqual([])
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, String(size.width)).toBeLessThanOrEqual(size.width)
    }
    await context.close()
  })
})

/** Pages as the journeys above met them. */
const kept = new Map<(typeof states)[number], { address: string; body: string }>()

/** What `answerEverything` says. */
const everything = {
  line: 'Une ligne.',
  prose: 'Un texte en **gras**.\n\n- un point',
  one: ['b'],
  several: ['a', 'b'],
  grade: 4,
  amount: 1250.5,
  shares: { shares: { a: 60, b: 40 } },
  day: '2026-03-31',
  where: { lat: 35.76, lng: -5.83 },
  goals: [6, 13],
  countries: ['MA'],
  themes: ['eau douce', 'sources'],
  files: [{ name: 'carte.png', address: expect.stringMatching(/^\/fr\/plume\/files\//), picture: true }],
  people: [{ name: 'Ben Haddad' }, { name: 'Une passante' }],
  organisations: [{ name: 'Amendis' }],
  items: [{ name: 'La source', address: '/fr/plume/commons/la-source' }],
  more: 'Parce que.',
  partners: [expect.stringMatching(/^r[a-z]{12}$/)],
  steps: [expect.stringMatching(/^r[a-z]{12}$/)],
  learned: 'Que l’eau compte.',
  'partners/*/name': 'Amendis',
  'partners/*/role': 'Le réseau d’eau.',
  'steps/*/what': 'Écouter',
}

async function answerEverything(page: Page): Promise<void> {
  await page.getByLabel('Une ligne ?').fill('Une ligne.')
  await page.getByLabel('Un texte ?').fill('Un texte en **gras**.\n\n- un point')
  await page.getByLabel('Second', { exact: true }).check()
  await page.getByText('Question non posée').click()
  await page.getByLabel('Pourquoi le second ?').fill('Parce que.')
  await page.getByLabel('Un', { exact: true }).check()
  await page.getByLabel('Deux', { exact: true }).check()
  await page.getByRole('radio', { name: '4', exact: true }).check()
  await page.getByLabel('Combien ?').fill('1 250,5')
  await page.getByLabel('Nord').fill('60')
  await page.getByLabel('Sud').fill('40')
  await page.getByLabel('Quel jour ?').fill('2026-03-31')
  await page.getByLabel('Latitude').fill('35,76')
  await page.getByLabel('Longitude').fill('-5.83')
  await page.locator('input[name="goals"][value="6"]').check()
  await page.locator('input[name="goals"][value="13"]').check()
  await page.getByLabel('Ajouter un pays').fill('Maroc')
  await page.getByLabel('Ajouter, séparés par des virgules').fill('eau douce, sources')
  const buffer = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  )
  const file = { name: 'carte.png', mimeType: 'image/png', buffer }
  await page.getByLabel('Envoyer des fichiers').setInputFiles(file)
  await page.getByLabel('Ajouter une personne').fill('Ben Haddad; Une passante')
  await page.getByLabel('Ajouter une organisation').fill('Amendis')
  await page.getByLabel('Ajouter une page des communs, par son titre').fill('La source')
  await page.getByLabel('Son nom ?').fill('Amendis')
  await page.getByLabel('Son rôle ?').fill('Le réseau d’eau.')
  await page.getByLabel('Quelle étape ?').fill('Écouter')
  await page.getByText('À remplir quand le travail est fini').click()
  await page.getByLabel('Qu’avez-vous appris ?').fill('Que l’eau compte.')
}

/** A second partner comes, goes up, and is taken out. */
async function rows(page: Page, id: string): Promise<void> {
  const names = () =>
    page.getByLabel('Son nom ?').evaluateAll(all => all.map(one => (one as HTMLTextAreaElement).value))
  await page.getByRole('button', { name: 'Ajouter : Partenaire' }).click()
  await page.waitForURL(/#answer-partners/)
  await page.getByLabel('Son nom ?').nth(1).fill('La ville')
  await page.getByRole('button', { name: 'Monter la ligne 2' }).click()
  await page.getByRole('button', { name: 'Descendre la ligne 1' }).waitFor()
  await expect.poll(names).toEqual(['La ville', 'Amendis'])
  await looked(page, 'rows')
  await page.getByRole('button', { name: 'Retirer la ligne 1' }).first().click()
  await page.waitForURL(/#field-partners-rows/)
  expect(await names()).toEqual(['Amendis'])
  expect((await answersOf(id)).partners).toHaveLength(1)
}

async function save(page: Page): Promise<void> {
  const saved = page.waitForResponse(response => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Enregistrer' }).first().click()
  expect((await saved).status()).toBe(303)
  await page.waitForLoadState()
}

/** By path; in those of rows a star stands for the key. */
async function answersOf(id: string): Promise<Record<string, unknown>> {
  const found = await app.database.asOwner<{ path: string; value: unknown }>(
    'select path, value from commons_answer where document_id = $1 and value is not null',
    [id],
  )
  return Object.fromEntries(found.map(({ path, value }) => [path.replace(/\/.*\//, '/*/'), value]))
}

async function revisionOf(id: string): Promise<unknown> {
  return (await app.database.asOwner('select revision from commons_document where id = $1', [id]))[0]
    ?.revision
}

async function pageOf(person: TestPerson | null, screen: 'phone' | 'desktop'): Promise<Page> {
  const someone = await visitor(browser, site.url, { screen, javaScript: false })
  visitors.push(someone)
  if (person) {
    const [name = '', value = ''] = person.cookie.split(/=(.*)/s)
    await someone.context.addCookies([{ name, value, url: site.url }])
  }
  return someone.context.newPage()
}

/** Keeps a page as it is, to be looked over below. */
async function looked(page: Page, name: (typeof states)[number]): Promise<void> {
  kept.set(name, { address: page.url().replace(/#.*/, ''), body: await page.content() })
}

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const results = await page.evaluate(
    given => (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run(given),
    options,
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}
