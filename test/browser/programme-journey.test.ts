import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGroup, inGroup } from '#modules/groups/groups.fixture.ts'
import { anAffiliation } from '#modules/network/affiliations/affiliations.fixture.ts'
import { aProgramme } from '#modules/programmes/programmes.fixture.ts'
import { aCollective } from '#modules/programmes/progress/collective.fixture.ts'
import { countShared } from '#modules/programmes/progress/sharing.ts'
import { writeWaitingDigests } from '#modules/waiting/digest/digest-job.ts'
import { nextDigest } from '#platform/mail/cadence.ts'
import { send as sendMails, smtpServer } from '#platform/mail/mail.fixture.ts'
import { aNetwork, aPerson, type TestPerson } from '../factories.ts'
import { filesTo, type Hand, handOf, lettersTo, nextSeptember } from './cap-rse-site.ts'
import { executable, launch } from './chromium.ts'
import { holidaysOfFrance } from './holidays-of-france.ts'
import {
  aMember,
  type Collective,
  daysPass,
  haveDone,
  type Member,
  openCollective,
  stepsOf,
} from './programme-site.ts'

let browser: Browser
let site: Collective
/** The address of the programme, once it is made. */
let programme: string

const at = (path: string) => `/fr/${site.network.slug}${path}`

describe.skipIf(!executable)('nineteen months of CAP RSE Occitanie', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openCollective()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('every date is seen before anything is made, no meeting on a holiday; then all is there at once', async () => {
    const lucie = await handOf(browser, site, site.lucie)
    const { page, go, fill, button, press } = lucie
    const start = nextSeptember()
    await page.goto(at(`/programmes/new?group=${site.group.slug}`))
    await press(page.getByLabel('Collectif de dix-neuf mois'))
    await fill('startsOn', start)
    await go(button('Voir toutes les dates'))
    const laid = await daysIn(lucie)
    expect(laid['opening-day']).toBe(start)
    expect(Object.keys(laid)).toHaveLength(19)

    // Put on days that are none: each goes to the next that is one, and it is said why.
    const [year, next] = [Number(start.slice(0, 4)), Number(start.slice(0, 4)) + 1]
    const easterMonday = holidaysOfFrance(next)[8] ?? ''
    await fill('day.governance-reading', `${year}-11-11`)
    await fill('day.work-sharing', easterMonday)
    await fill('day.environment-reading', `${next}-05-01`)
    await go(button('Recalculer les dates').first())
    const said = (await page.locator('.why').allInnerTexts()).join(' ')
    for (const name of ['Armistice', 'Lundi de Pâques', 'Fête du travail']) expect(said).toContain(name)
    const days = await daysIn(lucie)
    const free = [year, next, next + 1].flatMap(holidaysOfFrance)
    for (const [key, day] of Object.entries(days)) {
      // Of what is done at home, the last day may be any.
      if (key.endsWith('-review')) continue
      expect(free, key).not.toContain(day)
      expect([1, 2, 3, 4, 5], `${key} ${day}`).toContain(new Date(day).getUTCDay())
    }
    expect(await site.app.database.asOwner('select from programme')).toEqual([])

    await go(button('Créer ce parcours').first())
    programme = new URL(page.url()).pathname
    const meetings = Object.entries(await stepsOf(site)).filter(([, { meeting }]) => meeting)
    expect(meetings).toHaveLength(13)
    for (const [key, { held, due }] of meetings) expect([held, due], key).toEqual([days[key], days[key]])
    for (const person of [site.mehdi, ...site.members])
      expect(await lettersTo(site, person), person.name).toEqual(['programme-begun'])
    expect(await lettersTo(site, site.lucie)).toEqual([])
    await page.context().close()
  })

  test('the second theme moves by two weeks with what depends on it: one mail of each meeting, the next number in calendars', async () => {
    const [anne, ines] = site.members as [Member, Member]
    const before = await stepsOf(site)
    for (const key of ['work-reading', 'work-sharing'])
      expect((await send(at(`/meetings/${before[key]?.meeting}/registration`), anne)).status).toBe(303)
    const { page, go, fill, button, press, link } = await handOf(browser, site, site.lucie)
    await page.goto(programme)
    await press(page.getByText('Modifier le parcours'))
    await go(link('Déplacer'))
    await page.locator('select[name="capsule"]').selectOption({ label: 'Droits humains et travail' })
    await fill('weeks', '2')
    await go(page.locator('form:has([name="weeks"])').getByRole('button', { name: 'Voir ce qui bougerait' }))
    expect(await page.locator('#preview').innerText()).toContain('Découle de ce qui précède')
    expect(await stepsOf(site)).toEqual(before)
    await fill('reason', 'La salle n’est libre que plus tard.')
    await go(button('Déplacer les étapes cochées'))

    const after = await stepsOf(site)
    for (const key of ['work-reading', 'work-review', 'work-sharing'])
      expect(daysApart(before[key]?.due, after[key]?.due), key).toBeGreaterThanOrEqual(14)
    expect(after['governance-sharing']).toEqual(before['governance-sharing'])
    expect(daysApart(after['work-sharing']?.due, after['environment-reading']?.due)).toBeGreaterThan(0)
    for (const [key, { held, meeting, due }] of Object.entries(after))
      if (meeting) expect(held, key).toBe(due)
    const files = await filesTo(site, anne)
    expect(files.map(({ method, sequence }) => [method, sequence])).toEqual([
      ...Array(2).fill(['REQUEST', 0]),
      ...Array(2).fill(['REQUEST', 1]),
    ])
    for (const [index, key] of ['work-reading', 'work-sharing'].entries()) {
      expect(files[index + 2]?.uid).toBe(files[index]?.uid)
      expect(files[index + 2]?.start.slice(0, 10)).toBe(after[key]?.held)
    }
    expect((await lettersTo(site, anne)).filter(name => name === 'meeting-moved')).toHaveLength(2)
    expect(await lettersTo(site, anne)).toHaveLength(6)
    expect(await lettersTo(site, ines)).toEqual(['programme-begun', 'programme-moved'])
    await page.context().close()
  })

  test('an organisation that joins in month five is shown its way to catch up, and goes it', async () => {
    await monthFive()
    const newcomer = await aMember(site, 'Épicerie du Canal', 'Léa Fontan')
    const lucie = await handOf(browser, site, site.lucie)
    await lucie.page.goto(at(`/groups/${site.group.slug}/organisations`))
    await lucie.press(lucie.page.getByLabel('Épicerie du Canal', { exact: true }))
    await lucie.go(lucie.button('Ajouter au groupe'))

    const { page, go, link, button, press, fill } = await handOf(browser, site, newcomer, { screen: 'phone' })
    await page.goto(`${programme}/progress`)
    await go(page.locator('main').getByRole('link', { name: /Épicerie du Canal/ }))
    const way = page.url()
    const path = page.locator('article.catch-up > ol > li')
    const titles = async () => {
      await page.goto(way)
      return path.locator('h2').allInnerTexts()
    }
    const missed = ['Journée d’ouverture', 'Lecture partagée', 'Revue d’évaluation']
    expect(await titles()).toEqual([...missed, 'Retours d’expérience et mutualisation'])
    const stepPage = (title: string) => path.getByRole('link', { name: title, exact: true })

    // What was to be handed in is handed in.
    await go(stepPage('Revue d’évaluation'))
    await go(link('Remettre le document').first())
    await fill('url', 'https://exemple.org/diagnostic')
    await go(button('Enregistrer'))
    expect(await page.locator('main').innerText()).toContain('10 sur 11 organisations')

    // Of a meeting that was missed one proposes when, who runs it agrees, and one says how it was made up for.
    await page.goto(way)
    await press(page.getByText('Proposer une date de rattrapage'))
    await page.locator('select[name="step"]').selectOption({ label: 'Gouvernance – Lecture partagée' })
    await fill('due', inDays(10))
    await fill('reason', 'Anne Delmas nous raconte.')
    await go(button('Proposer'))
    await lucie.page.goto(`${programme}/progress`)
    expect(await lucie.page.locator('main').innerText()).toContain('Anne Delmas nous raconte.')
    await lucie.go(lucie.button('Accepter'))
    await page.goto(way)
    await go(stepPage('Lecture partagée'))
    await go(button('C’est fait'))
    await go(link('Le dire avec une note ou le temps passé'))
    await fill('note', 'Une heure au téléphone, avec le compte rendu.')
    await go(button('Enregistrer'))
    expect(await titles()).toEqual(expect.not.arrayContaining(['Lecture partagée']))
    await page.context().close()
    await lucie.page.context().close()
  })

  test('who ran it leaves: the steps ahead are handed over at once, and who takes them is told once', async () => {
    const { page, go, link, button } = await handOf(browser, site, site.lucie)
    await page.goto(at(`/groups/${site.group.slug}/members/${site.lucie.personId}/departure`))
    await go(button('Quitter le groupe'))
    await page.goto(programme)
    await go(link('Les confier à quelqu’un'))
    await page.locator('select[name="tutor"]').selectOption({ label: 'Mehdi Laurent' })
    await go(page.getByRole('button', { name: /^Confier ces/ }))
    const { personId } = site.mehdi
    const reviews = Object.entries(await stepsOf(site)).filter(
      ([key, { due }]) => key.endsWith('-review') && due >= inDays(0),
    )
    expect(reviews).toHaveLength(5)
    for (const [key, { tutor, owners }] of reviews)
      expect({ tutor, owners }, key).toEqual({ tutor: personId, owners: [personId] })
    expect(await lettersTo(site, site.mehdi)).toEqual([
      'programme-begun',
      'programme-moved',
      'programme-entrusted',
    ])
    await page.context().close()
  })

  test('what waits comes by mail on Monday, in French and in English', async () => {
    const { database, services } = site.app
    const james = await aMember(site, 'Canal & Company', 'James Hall', 'en')
    await inGroup(database, site.network, site.group, james, { organisationId: james.organisation.id })
    const [anne] = site.members as [Member]
    const smtp = await smtpServer()
    const { waiting, linkOrigin, secret } = services
    const monday = new Date(nextDigest(new Date(), 'weekly', 'Europe/Paris').getTime() + 300_000)
    await writeWaitingDigests({ db: database.db, secret, waiting, linkOrigin }, monday)
    await sendMails(database, smtp, monday)
    const digestOf = ({ email }: TestPerson) => {
      const [one, ...more] = smtp.received.filter(
        ({ envelope, headers }) =>
          envelope.to.includes(email) &&
          headers.some(({ value }) => /silence\/a\.[^.]+\.waiting\./.test(value)),
      )
      expect(more).toEqual([])
      return `${one?.subject}\n${one?.text}`.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')
    }
    const step = `${linkOrigin}/fr${programme.slice(3)}/steps/`
    const [french, english] = [digestOf(anne), digestOf(james)]
    expect(french).toMatch(/^Ce qui vous attend : 1 chose\n/)
    expect(french).toMatch(/À faire : .+ – Lecture partagée\)/)
    expect(french).toContain(step)
    expect(english).toMatch(/^Waiting for you: 2 things\n/)
    expect(english).toMatch(/To do: .+ – Lecture partagée\)/)
    expect(english).toContain(step.replace('/fr/', '/en/'))
    // Whoever comes already is not asked again.
    expect(french).not.toContain('Qui viendra')
    expect(english).toContain('Who will come from your organisation to')
    await smtp.close()
  })

  test('the federation sees five regions side by side, in numbers', async () => {
    const { database, services } = site.app
    const federation = await aNetwork(database, { slug: 'federation', name: { fr: 'Fédération' } })
    const head = await aPerson(database, federation, 'member')
    const regions = []
    for (const name of ['Bretagne', 'Normandie', 'Nouvelle-Aquitaine', 'Pays de la Loire']) {
      const region = await aNetwork(database, { name: { fr: name } })
      const { group } = await aCollective(database, region, 5)
      await aProgramme(database, region, group, { name: `CAP RSE ${name}`, shared: true })
      regions.push(region)
    }
    for (const one of [...regions, site.network]) await anAffiliation(database, one, federation)
    const mehdi = await handOf(browser, site, site.mehdi)
    await mehdi.page.goto(programme)
    await mehdi.go(mehdi.link('Où en est chacun'))
    await mehdi.go(mehdi.button('Partager'))
    await countShared(database.db, services.expectations)
    const { page } = await handOf(browser, site, head)
    await page.goto('/fr/federation/programmes/comparison')
    const rows = (await page.locator('main tbody tr').allInnerTexts()).map(row => row.replace(/\s+/g, ' '))
    expect(rows).toHaveLength(5)
    expect(rows.map(row => row.slice(0, 4))).toEqual(['Bret', 'CAP ', 'Norm', 'Nouv', 'Pays'])
    // Nine of ten did the four steps that are over; who came since made up for one, and three are not theirs.
    expect(rows[1]).toMatch(/ 12 .*4 sur 19 90 % 37 sur 41 90 % 27 sur 30/)
    expect(rows.join()).not.toContain('Biscuiterie')
    await page.context().close()
    await mehdi.page.context().close()
  })

  test('what cannot be planned is refused where it was written, and how to mend it is said', async () => {
    const lucie = await handOf(browser, site, site.lucie)
    const { page, go, fill, button, press, link } = lucie
    const said = () => page.locator('main').innerText()
    await page.goto(at('/programme-templates/new'))
    await fill('text', monthly.replace('starts: P0D', 'after: [{ step: third }]'))
    await go(button('Vérifier et garder en brouillon'))
    expect(await said()).toMatch(/Ligne 10\b.*en rond.*first → third → second → first/)
    await fill('text', monthly)
    await go(button('Vérifier et garder en brouillon'))
    await go(button('Publier'))

    // From the last day of January month by month: to the last of February, and of March.
    await go(link('Créer un parcours à partir de ce modèle'))
    await press(page.getByLabel('Chaque mois'))
    await fill('startsOn', '2028-01-31')
    await fill('country', '')
    await go(button('Voir toutes les dates'))
    expect(Object.values(await daysIn(lucie))).toEqual(['2028-01-31', '2028-02-29', '2028-03-31'])
    await fill('closureFrom', '2028-05-20')
    await fill('closureUntil', '2028-05-10')
    await go(button('Recalculer les dates').first())
    expect(await said()).toContain('Une période sans activité finit avant de commencer')

    const group = await aGroup(site.app.database, site.network, { name: 'Groupe sans personne' })
    await page.goto(at(`/programmes/new?group=${group.slug}`))
    await go(button('Voir toutes les dates'))
    expect(await said()).toContain('Ce groupe n’a encore personne.')
    await inGroup(site.app.database, site.network, group, site.members[0] as Member)
    await go(button('Recalculer les dates').first())
    expect(await said()).toContain('Personne n’anime ce groupe.')
    await page.context().close()
  })
})

/** Three meetings, a month apart. */
const monthly = `key: monthly
version: 1
name: { fr: "Chaque mois" }
licence: CC0-1.0
duration: P4M
capsules:
  - key: all
    title: { fr: "Trois mois" }
    steps:
      - { key: first, title: { fr: "Un" }, mode: in_person, starts: P0D, minutes: 60, begins: "10:00" }
      - { key: second, title: { fr: "Deux" }, mode: in_person, starts: P1M, after: [{ step: first }], minutes: 60, begins: "10:00" }
      - { key: third, title: { fr: "Trois" }, mode: in_person, starts: P2M, after: [{ step: second }], minutes: 60, begins: "10:00" }
`

/** A form, as the browser of somebody signed in sends it. */
function send(path: string, person: TestPerson): Promise<Response> {
  const headers = { cookie: person.cookie, origin: site.origin }
  return fetch(site.origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(),
  })
}

/** The second theme is nine days ahead; all but one were at what was held, and did what was due. */
async function monthFive(): Promise<void> {
  const { 'work-reading': reading } = await stepsOf(site)
  await daysPass(site, daysApart(inDays(9), reading?.due))
  await haveDone(site, site.members.slice(0, -1))
}

/** ISO day. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

function daysApart(from = '', to = ''): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000
}

async function daysIn({ page }: Hand): Promise<Record<string, string>> {
  const fields = await page.locator('#preview input[type="date"][name^="day."]').evaluateAll(all =>
    all.map(one => {
      const { name, value } = one as HTMLInputElement
      return [name.slice(4), value]
    }),
  )
  return Object.fromEntries(fields) as Record<string, string>
}
