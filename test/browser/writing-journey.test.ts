import { execFileSync } from 'node:child_process'
import mammoth from 'mammoth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAround } from '#modules/commons/following/following-job.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { passageHash } from '#modules/commons/translations/passages.ts'
import { hugePng, picture } from '#platform/files/pictures.ts'
import { keptCollection, post } from '../../src/modules/commons/collections/collections.fixture.ts'
import { aSearch, following } from '../../src/modules/commons/following/following.fixture.ts'
import { aDocument, sendForm } from '../../src/modules/commons/writing/writing.fixture.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../factories.ts'
import { executable, launch, type Visit, visitor } from './chromium.ts'
import { from, imported, onlyEditedChanged, passage, template } from './writing-journey-plan.ts'
import {
  dead,
  editor,
  field,
  openPage,
  openRich,
  openWritingSite,
  type WritingSite,
  writer,
} from './writing-site.ts'

const better = 'Mobiliser une épargne ylangienne'

let browser: Browser
let site: WritingSite
let fatou: TestPerson
let sami: TestPerson

describe.skipIf(!executable)('a page, from its import to its end', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openWritingSite({ jobs: true })])
    fatou = await aPerson(site.app.database, site.network, 'facilitator', { name: 'Fatou Sy' })
    sami = await aPerson(site.app.database, site.network, 'member', { name: 'Sami Ba' })
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test(`a plan (${from}) is imported, closed by two at once, spoken of, reviewed, read by all, and comes back whole elsewhere`, async () => {
    const { id, slug } = await bring(site.network, fatou, 'network')
    expect((await read(`/writing/${id}`, fatou)).status).toBe(200)
    // Who runs the network entrusts it to one, and she to another.
    for (const [by, { personId }] of [
      [fatou, site.awa],
      [site.awa, site.luc],
    ] as const)
      expect((await send(`/writing/${id}/authors`, by, { person: personId })).status).toBe(303)
    await following(site.app.database, site.network, sami, aSearch('q=zibeline'))

    await closeTogether(id)
    const written = await site.answers(id)
    expect(written).toMatchObject({
      'key-insights': 'L’eau partagée se garde : règle zibeline.',
      'time-by-stage': { shares: { sense: 40, explore: 30, test: 20, grow: 10 } },
      barriers: 'Le camion est tombé en panne.',
    })
    expect(new Set(written.handover as string[])).toEqual(new Set(['programming', 'private-partners']))

    await discuss(id, slug)
    expect(String((await site.answers(id))['challenge-statement'])).toMatch(new RegExp(`^${better}`))

    // What is being written is not read before somebody looked at it.
    expect((await read(`/commons/${slug}`, null)).status).toBe(404)
    expect(await (await read(`/commons/${slug}`, sami)).text()).not.toContain('zibeline')
    const awa = await plain(site.awa, { screen: 'phone' })
    await awa.goto(at(`/writing/${id}/publication`))
    await awa.getByRole('button', { name: 'Demander la relecture pour publier' }).click()
    await awa.waitForURL(/done=review-asked/)
    const reviewer = await plain(fatou)
    await reviewer.goto(at('/reviews'))
    await reviewer.locator(`a[href*="${id}"]`).first().click()
    expect(await reviewer.locator('main').innerText()).toContain('règle zibeline')
    await reviewer.getByRole('button', { name: 'Accepter et publier pour tous' }).click()
    await reviewer.waitForURL(/done=review-accepted/)

    const anyone = await plain(null, { screen: 'phone' })
    await anyone.goto(at('/commons?q=zibeline'))
    await anyone.locator(`main a[href$="/commons/${slug}"]`).first().click()
    await anyone.waitForURL(url => url.pathname.endsWith(`/commons/${slug}`))
    const shown = await anyone.locator('article').innerText()
    for (const words of ['zibeline', 'camion', 'Sécheurs du fleuve', 'programmes', better])
      expect(shown).toContain(words)
    expect(shown).not.toContain('Qui le dit')
    await anyone.goto(at('/commons'))
    expect(await anyone.locator(`main a[href$="/commons/${slug}"]`).count()).toBeGreaterThan(0)
    expect(await (await read('/commons/places.geojson', null)).text()).toContain(slug)
    await lookAround(site.app.database.db, new Date())
    expect(await (await read('/following', sami)).text()).toContain(`/commons/${slug}"`)

    const file = (format: string) => read(`/commons/${slug}/export/${slug}.${format}`, null)
    const out = Buffer.from(await (await file('md')).arrayBuffer()).toString()
    const docx = await mammoth.extractRawText({
      buffer: Buffer.from(await (await file('docx')).arrayBuffer()),
    })
    for (const words of ['zibeline', 'camion', 'Sécheurs du fleuve', better])
      expect(docx.value).toContain(words)
    const pdf = Buffer.from(await (await file('pdf')).arrayBuffer())
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    if (poppler())
      expect(execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' })).toContain('zibeline')

    onlyEditedChanged(out)
    const elsewhere = await aNetwork(site.app.database)
    const there = await bring(
      elsewhere,
      await aPerson(site.app.database, elsewhere, 'facilitator'),
      'public',
      out,
    )
    const again = await site.app.get(`/fr/${elsewhere.slug}/commons/${there.slug}/export/${there.slug}.md`)
    expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(out))).toBe(true)
    expect(Object.fromEntries(readAnswers(template, out).answers)).toEqual(await site.answers(id))
  })

  test('a solution whose innovator takes their consent back is nowhere any more, its picture neither', async () => {
    const { awa, luc, network, app } = site
    const id = await aDocument(app, network, awa, {
      template: 'solution',
      title: 'Le filtre aux ylangzas',
      answers: { themes: ['eau'], place: { lat: 6.1, lng: 1.2 } },
    })
    const page = await plain(awa, { screen: 'phone' })
    await page.goto(at(`/writing/${id}`))
    await field(page, 'description').fill('Un filtre d’ylangzas.')
    const content = await picture('png')
    const chosen = { name: 'filtre.png', mimeType: 'image/png', buffer: content }
    await field(page, 'pictures.file').setInputFiles(chosen)
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await page.waitForURL(/done=page-saved/)
    await following(app.database, network, sami, aSearch('q=ylangzas'))
    expect((await send(`/writing/${id}/publication`, awa, { visibility: 'public' })).status).toBe(303)
    const revision = /name="revision" value="(\d+)"/.exec(
      await (await read(`/writing/${id}/review`, fatou)).text(),
    )
    const accepted = { decision: 'accept', revision: revision?.[1] ?? '' }
    expect((await send(`/writing/${id}/review`, fatou, accepted)).status).toBe(303)
    await lookAround(app.database.db, new Date())
    const { slug } = await itemOf(network, id)
    await translated(slug, 'Le filtre aux ylangzas')
    const kept = await keptCollection(app, network, luc, { state: 'public', items: [slug] })
    const feed = /following-feed\/[\w-]+/.exec(
      await (await post(app, network, 'following-feed', sami)).text(),
    )?.[0]
    const image = /\/files\/[\w-]+/.exec(String(JSON.stringify((await site.answers(id)).pictures)))?.[0]

    const own = [
      ...[`/commons/${slug}`, `/commons/${slug}/versions`, `/commons/${slug}/versions/1`],
      ...['pdf', 'docx', 'md', 'json'].map(format => `/commons/${slug}/export/${slug}.${format}`),
      ...[`/commons/${slug}/source.md`, `${image}`, `${image}/preview/320`],
      ...[`/commons/${slug}/in/en`, `/commons/${slug}/in/en/page.docx`, `/commons/${slug}/in/en/page.json`],
    ]
    const lists = [
      ...['/commons', '/commons?q=ylangzas', '/commons/places.geojson', `/collections/${kept}`],
      ...['atom', 'json', 'csv', 'geojson', 'zip'].map(format => `/commons/export/commons.${format}`),
      ...['atom', 'json', 'csv'].map(format => `/collections/${kept}/export/collection.${format}`),
      `/${feed}`,
    ]
    const booklet = async () => {
      const buffer = Buffer.from(
        await (await read(`/collections/${kept}/booklet/${kept}.docx`, null)).arrayBuffer(),
      )
      return (await mammoth.extractRawText({ buffer })).value.includes('ylangzas')
    }
    const standing = async () => {
      const answers = await Promise.all(
        own.map(async path => [path, (await read(path, null)).status] as const),
      )
      const texts = await Promise.all(
        lists.map(async path => [path, (await (await read(path, null)).text()).includes(slug)] as const),
      )
      const insiders = await Promise.all(
        ['/commons?q=ylangzas', '/following', `/collections/${kept}`, `/commons/${slug}`].map(
          async path =>
            [
              `inside ${path}`,
              (await (await read(path, sami)).text()).includes(`/commons/${slug}"`),
            ] as const,
        ),
      )
      const api = await fetch(`${site.origin}/api/networks/${network.slug}/commons/items/${slug}`)
      const others = [
        ['booklet', await booklet()],
        ['api', api.status],
      ] as const
      return Object.fromEntries([...answers, ...texts, ...insiders, ...others])
    }
    expect(Object.entries(await standing()).filter(([, there]) => there !== 200 && there !== true)).toEqual(
      [],
    )

    const about = { about: 'Aya Kouassi', scope: 'Récit et photos', givenOn: '2026-01-10' }
    expect((await send(`/writing/${id}/consents`, awa, about)).status).toBe(303)
    await page.goto(at(`/writing/${id}/consents`))
    await page.getByRole('link', { name: 'Retirer ce consentement' }).click()
    await page.getByRole('button', { name: 'Retirer maintenant' }).click()
    await expect.poll(async () => (await read(`/commons/${slug}`, null)).status).toBe(404)
    expect(Object.entries(await standing()).filter(([, there]) => there !== 404 && there !== false)).toEqual(
      [],
    )
    expect(await (await read(`/writing/${id}`, awa)).text()).toContain('Un filtre d’ylangzas.')
  })

  test('a picture of 200 megapixels is refused where it was sent, and nothing that was typed is lost', async () => {
    const id = await aDocument(site.app, site.network, site.awa, { template: 'solution', title: 'Une pompe' })
    const buffer = hugePng(20_000, 10_000)
    const page = await plain(site.awa)
    await page.goto(at(`/writing/${id}`))
    await field(page, 'description').fill('Une pompe à pied.')
    await field(page, 'pictures.file').setInputFiles({ name: 'immense.png', mimeType: 'image/png', buffer })
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    const said = page.getByRole('alert').filter({ hasText: 'immense.png' })
    expect(await said.innerText()).toMatch(/plus de \d+ millions de pixels/)
    expect(await field(page, 'description').inputValue()).toBe('Une pompe à pied.')
    expect(await site.answers(id)).toMatchObject({ description: 'Une pompe à pied.' })
    expect((await site.answers(id)).pictures).toBeUndefined()

    const { context, page: live } = await writer(browser, site, site.awa, id)
    await openRich(live, 'description')
    await live.evaluate(async base64 => {
      const clipboardData = new DataTransfer()
      const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
      clipboardData.items.add(new File([bytes], 'immense.png', { type: 'image/png' }))
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(event)
    }, buffer.toString('base64'))
    const told = live.locator('.answer[data-path="description"] .rich-said')
    await expect.poll(() => told.innerText()).toContain('L’image n’a pas été prise')
    expect(await editor(live, 'description').innerText()).toBe('Une pompe à pied.')
    await context.close()
  })
})

/** Both write in the closing form at the same time; one of them loses the line, and the tab, before it is sent. */
async function closeTogether(id: string): Promise<void> {
  const [awa, luc] = await Promise.all([
    writer(browser, site, site.awa, id),
    writer(browser, site, site.luc, id, { screen: 'phone' }),
  ])
  for (const { page } of [awa, luc]) await unfold(page)
  await luc.page.clock.install()
  await luc.context.setOffline(true)
  await Promise.all([
    (async () => {
      await openRich(awa.page, 'key-insights')
      await awa.page.keyboard.type('L’eau partagée se garde : règle zibeline.')
      for (const [stage, share] of Object.entries({ sense: 40, explore: 30, test: 20, grow: 10 }))
        await field(awa.page, `time-by-stage.${stage}`).fill(String(share))
      await handover(awa.page, 'programming').check()
    })(),
    (async () => {
      await field(luc.page, 'barriers').fill('Le camion est tombé en panne.')
      const partner = luc.page.locator('[data-rows="partners-worked-with"] > [data-row]').first()
      await partner.locator('[name$="/name"]').fill('Sécheurs du fleuve')
      await partner.locator('[name$="/sector"][value="civil-society"]').check()
      await partner.locator('[name$="/collaboration"]').fill('Ils ont prêté leurs claies.')
      await handover(luc.page, 'private-partners').check()
      await expect
        .poll(() => luc.page.locator('[data-saving]').innerText())
        .toContain('gardées sur cet appareil')
    })(),
  ])
  const server = (path: string) => expect.poll(async () => (await site.answers(id))[path])
  await server('handover').toEqual(['programming'])
  // A minute goes by, and more: it is tried again and again, and what waits stays.
  for (let seconds = 0; seconds < 90; seconds += 10) await luc.page.clock.runFor(10_000)
  // Perhaps it is being tried just now.
  await expect.poll(() => luc.page.locator('[data-saving]').innerText()).toContain('gardées sur cet appareil')
  await dead(luc.page)
  await luc.page.close()
  expect((await site.answers(id)).barriers).toBeUndefined()
  await luc.context.setOffline(false)
  const back = await openPage(luc.context, site, id)
  await server('barriers').toBe('Le camion est tombé en panne.')
  const rows = async () => {
    const answers = await site.answers(id)
    const [row] = (answers['partners-worked-with'] ?? []) as string[]
    return ['name', 'sector', 'collaboration'].map(one => answers[`partners-worked-with/${row}/${one}`])
  }
  await expect.poll(rows).toEqual(['Sécheurs du fleuve', ['civil-society'], 'Ils ont prêté leurs claies.'])
  for (const page of [awa.page, back]) {
    await expect.poll(() => field(page, 'barriers').inputValue()).toBe('Le camion est tombé en panne.')
    await expect.poll(() => field(page, 'key-insights').inputValue()).toContain('zibeline')
    await expect.poll(() => field(page, 'time-by-stage.grow').inputValue()).toBe('10')
    for (const key of ['programming', 'private-partners'])
      await expect.poll(() => handover(page, key).isChecked()).toBe(true)
    const names = page.locator('[data-rows="partners-worked-with"] [name$="/name"]')
    await expect.poll(() => names.first().inputValue()).toBe('Sécheurs du fleuve')
    expect(await page.locator('.conflict').count()).toBe(0)
  }
  expect(awa.complaints).toEqual([])
  await awa.context.close()
  await luc.context.close()
}

/** Luc puts its title into English, for all who may read it. */
async function translated(slug: string, title: string): Promise<void> {
  const base = `/commons/${slug}/translations`
  const fields = { 'text:title': 'The ylangzas filter', 'seen:title': '', 'source:title': passageHash(title) }
  for (const [path, sent] of [
    [base, { language: 'en' }],
    [`${base}/en`, fields],
    [`${base}/en/sharing`, { state: 'shared' }],
  ] as [string, Record<string, string>][])
    expect((await send(path, site.luc, sent)).status).toBe(303)
}

/** Luc says something of a passage, and has better words for it; Awa takes them. */
async function discuss(id: string, slug: string): Promise<void> {
  const luc = await signedIn(site.luc)
  let tapped = false
  for (const say of [
    () => luc.getByLabel('Ce que vous voulez dire').fill('Qui le dit ?'),
    async () => {
      await luc.getByLabel('Une proposition').check()
      await luc.getByLabel('Ce que vous proposez d’écrire').fill(better)
    },
  ]) {
    await luc.goto(at(`/commons/${slug}`))
    const button = luc.locator('a.comment-passage')
    await button.waitFor({ state: 'attached' })
    await luc
      .locator('article .body p', { hasText: new RegExp(`^\\s*${passage}`) })
      .first()
      .evaluate((one, length) => {
        const text = document.createTreeWalker(one, NodeFilter.SHOW_TEXT).nextNode() as Text
        const begin = text.data.search(/\S/)
        getSelection()?.setBaseAndExtent(text, begin, text, begin + length)
      }, passage.length)
    // By a tap, or by the keys it is called by.
    await button.waitFor()
    expect(await luc.getByRole('status').filter({ hasText: 'Commenter ce passage' }).count()).toBe(1)
    if (tapped) await luc.keyboard.press('Control+Alt+KeyM')
    else await button.click()
    tapped = true
    expect(await luc.getByLabel('Le passage').inputValue()).toBe(passage)
    await say()
    await luc.getByRole('button', { name: 'Envoyer' }).click()
    await luc.waitForURL(/done=comment-added/)
  }
  const awa = await signedIn(site.awa, { screen: 'phone' })
  await awa.goto(at(`/writing/${id}/comments`))
  expect(await awa.locator('main').innerText()).toContain('Qui le dit ?')
  await awa.getByRole('link', { name: 'Répondre ou décider' }).click()
  await awa.getByRole('button', { name: 'Accepter la proposition' }).click()
  await awa.waitForURL(/done=/)
}

async function bring(network: TestNetwork, person: TestPerson, visibility: string, source = imported) {
  const form = new FormData()
  form.append('file', new File([source], 'plan.md'))
  form.append('visibility', visibility)
  const sent = await fetch(`${site.origin}/fr/${network.slug}/commons/imports`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: person.cookie, origin: site.origin },
    body: form,
  })
  expect(sent.status).toBe(303)
  await expect.poll(() => itemOf(network)).toMatchObject({ slug: expect.any(String) })
  return itemOf(network)
}

/** By its id, else the one that came in. */
async function itemOf(network: TestNetwork, id: string | null = null): Promise<{ id: string; slug: string }> {
  const [row] = await site.app.database.asOwner<{ id: string; slug: string }>(
    `select id, slug from commons_item where network_id = $1 and case when $2::uuid is null then file_name = 'plan.md' else id = $2 end`,
    [network.id, id],
  )
  return row as { id: string; slug: string }
}

const at = (path: string) => `/fr/${site.network.slug}${path}`

/** Over the line, as everybody does: what is kept of pages is kept here too. */
function read(path: string, person: TestPerson | null): Promise<Response> {
  return fetch(site.origin + at(path), {
    headers: { accept: 'text/html', ...(person && { cookie: person.cookie }) },
  })
}

const send = (path: string, person: TestPerson, fields: Record<string, string>) =>
  sendForm(site.app, at(path), fields, person)

const plain = (person: TestPerson | null, options: Visit = {}) =>
  signedIn(person, { ...options, javaScript: false })

async function signedIn(person: TestPerson | null, options: Visit = {}): Promise<Page> {
  const { context } = await visitor(browser, site.origin, options)
  const [name = '', value = ''] = person?.cookie.split('=', 2) ?? []
  if (person) await context.addCookies([{ name, value, url: site.origin }])
  return context.newPage()
}

const handover = (page: Page, key: string) => page.locator(`[name="handover"][value="${key}"]`)

const unfold = (page: Page) =>
  page.locator('details.closing').evaluateAll(all => {
    for (const one of all) one.setAttribute('open', '')
  })

function poppler(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
