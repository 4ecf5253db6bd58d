import { parse } from 'csv-parse/sync'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestPerson } from '../factories.ts'
import {
  type CapRse,
  contacts,
  filesTo,
  type Hand,
  handOf,
  lettersTo,
  messyWorkbook,
  nextSeptember,
  openCapRse,
  organisations,
  withAccounts,
} from './cap-rse-site.ts'
import { executable, launch } from './chromium.ts'

/** At four seconds for each that is pressed or filled in, six minutes. */
const sixMinutes = 90

const title = 'Première rencontre du collectif'

let browser: Browser
let site: CapRse

describe.skipIf(!executable)('CAP RSE Occitanie, from a spreadsheet to minutes', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    ;[browser, site] = await Promise.all([launch(), openCapRse()])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('ten organisations, a collective, a meeting of twelve for ten places, who came, what was decided', async () => {
    const lucie = await handOf(browser, site, site.lucie)
    await importOrganisations(lucie)
    await foundCollective(lucie)
    const meeting = await scheduleMeeting(lucie)
    const people = await withAccounts(site, contacts)

    await registerAll(people, meeting)
    await moveMeeting(lucie, people)
    await cancelAnother(lucie, people)
    await beginsIn(meeting, 120)
    await twoWithdraw(people, meeting)
    await beginsIn(meeting, -30)
    const phone = await checkIn(people, meeting)
    await writeDown(lucie, people)
    await countAttendance(lucie)
    expect(lucie.pressed + lucie.filled + phone.pressed + phone.filled).toBeLessThan(sixMinutes)
  })
})

/** One column is corrected, what would be done is read, one that may be known is decided. */
async function importOrganisations(lucie: Hand): Promise<void> {
  const { page, go, fill, button, link } = lucie
  await page.goto(at(''))
  await go(page.getByRole('navigation').getByRole('link', { name: 'Membres', exact: true }))
  await go(link('Organisations'))
  await go(link('Importer des organisations'))
  await page.setInputFiles('[name="file"]', {
    name: 'adhérents.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: messyWorkbook(),
  })
  await go(button('Envoyer'))
  const column = page.locator('ul.columns > li', { hasText: 'Structure – Bassin' }).locator('select')
  expect(await column.inputValue()).toBe('')
  await fill((await column.getAttribute('name')) ?? '', 'town')
  await go(button('Comparer avec le réseau'))
  const said = await page.locator('ul.counts').innerText()
  expect(said).toContain('9 organisations à créer')
  expect(said).toContain('1 ligne à décider')
  expect(await page.locator('.import-lines').innerText()).toContain('nom proche')
  await fill('line.1', 'complete:0')
  await go(button('Enregistrer ces décisions'))
  await go(button('Importer'))
  expect(await page.locator('ul.counts').innerText()).toContain('9 organisations créées')
  await go(link('Voir les organisations'))
  const listed = await page.locator('main').innerText()
  for (const name of organisations) expect(listed).toContain(name)
}

/** With the ten at once, and who is there for them. */
async function foundCollective({ page, go, fill, press, button, link }: Hand): Promise<void> {
  await go(page.getByRole('navigation').getByRole('link', { name: 'Groupes', exact: true }))
  await go(link('Créer un groupe'))
  await fill('name', 'Collectif RSE Occitanie')
  await press(page.getByLabel('Collectif', { exact: true }))
  await go(button('Créer le groupe'))
  await go(link('Ajouter des organisations'))
  for (const name of organisations) await press(page.getByLabel(name, { exact: true }))
  await go(button('Ajouter au groupe'))
  await go(page.locator('nav.group-pages').getByRole('link', { name: 'Membres' }))
  const roll = await page.locator('main').innerText()
  expect(roll).toContain('10 organisations · 13 personnes')
  for (const name of [...organisations, ...contacts]) expect(roll).toContain(name)
}

/** @returns its address */
async function scheduleMeeting({ page, go, fill, button, link }: Hand): Promise<string> {
  await go(link('Présentation'))
  await go(link('Prévoir une rencontre'))
  await fill('title', title)
  await fill('day', nextSeptember())
  await fill('from', '09:00')
  await fill('to', '17:00')
  await fill('place', 'La Bouillonnante, Toulouse')
  await fill('capacity', '10')
  await go(button('Enregistrer la rencontre'))
  const meeting = new URL(page.url()).pathname
  await go(link('Ordre du jour'))
  for (const [point, minutes] of [
    ['Accueil', '30'],
    ['Nos achats communs', '90'],
    ['Repas', '60'],
  ] as const) {
    await fill('title', point)
    await fill('minutes', minutes)
    await go(button('Ajouter'))
  }
  await go(link(title))
  const shown = await page.locator('main').innerText()
  expect(shown.match(/16 septembre|\d\d:\d\d/g)).toEqual(
    expect.arrayContaining(['16 septembre', '09:00', '09:30', '11:00']),
  )
  return meeting
}

/** Ten by the form as browsers send it, one by clicks, one by clicks and without scripts, who waits. */
async function registerAll(people: TestPerson[], meeting: string): Promise<void> {
  for (const [index, person] of people.entries()) {
    if (index !== 9 && index !== 11) {
      expect((await send(`${meeting}/registration`, person, {})).status).toBe(303)
      continue
    }
    const { page, go, button } = await handOf(browser, site, person, {
      screen: 'phone',
      javaScript: index === 9,
    })
    await page.goto(meeting)
    await go(button(index === 9 ? 'Je m’inscris' : 'Je m’inscris sur la liste d’attente'))
    const shown = await page.locator('main').innerText()
    expect(shown).toContain(index === 9 ? 'Vous venez' : 'Vous êtes sur la liste d’attente')
    await page.context().close()
  }
  expect(await standing(meeting)).toEqual([...Array(10).fill('registered'), 'waiting', 'waiting'])
  const last = people.at(-1) as TestPerson
  expect(await lettersTo(site, last)).toContain('meeting-waiting')
  expect(await filesTo(site, last)).toEqual([])
}

/** Half an hour later: calendars put it in the place of what they had. */
async function moveMeeting({ go, fill, button, link }: Hand, [anne]: TestPerson[]): Promise<void> {
  await go(link('Modifier'))
  await fill('from', '09:30')
  await go(button('Enregistrer'))
  const [made, moved, ...more] = await filesTo(site, anne as TestPerson)
  const time = `${nextSeptember()}T07:`
  expect(made).toMatchObject({ method: 'REQUEST', sequence: 0, start: `${time}00:00Z`, status: 'CONFIRMED' })
  expect(moved).toEqual({
    ...made,
    template: 'meeting-moved',
    sequence: 1,
    start: `${time}30:00Z`,
  })
  expect(more).toEqual([])
}

async function cancelAnother({ page, go, fill, button, link }: Hand, people: TestPerson[]): Promise<void> {
  const [, marc] = people as [TestPerson, TestPerson]
  await go(link('Dupliquer'))
  await fill('title', 'Visite de la biscuiterie')
  await fill('day', nextSeptember().replace('-16', '-23'))
  await go(button('Enregistrer la rencontre'))
  const other = new URL(page.url()).pathname
  expect((await send(`${other}/registration`, marc, {})).status).toBe(303)
  await go(link('Annuler la rencontre'))
  await fill('words', 'La salle est inondée.')
  await go(button('Annuler et prévenir'))
  const files = (await filesTo(site, marc)).slice(2)
  expect(files.map(({ method, sequence, status }) => [method, sequence, status])).toEqual([
    ['REQUEST', 0, 'CONFIRMED'],
    ['CANCEL', 1, 'CANCELLED'],
  ])
  expect(files[1]?.uid).toBe(files[0]?.uid)
}

/** The same morning: one by the form, one on a phone without scripts; who waits moves up, in order. */
async function twoWithdraw(people: TestPerson[], meeting: string): Promise<void> {
  const [anne, marc, , , , , , , , , odile, yves] = people as TestPerson[]
  if (!anne || !marc || !odile || !yves) throw new Error('Too few people')
  expect((await send(`${meeting}/registration/removal`, anne, {})).status).toBe(303)
  expect(await lettersTo(site, odile)).toContain('meeting-moved-up')
  expect(await lettersTo(site, yves)).not.toContain('meeting-moved-up')
  const { page, go, button } = await handOf(browser, site, marc, { screen: 'phone', javaScript: false })
  await page.goto(meeting)
  await go(button('Je ne peux pas venir'))
  await page.context().close()
  expect(await standing(meeting)).toEqual(['withdrawn', 'withdrawn', ...Array(10).fill('registered')])
  const [file] = await filesTo(site, yves)
  const [own] = await filesTo(site, anne)
  expect(file).toMatchObject({ template: 'meeting-moved-up', method: 'REQUEST', uid: own?.uid, sequence: 1 })
  expect((await filesTo(site, anne)).at(-1)).toMatchObject({ method: 'CANCEL', uid: own?.uid })
}

/** At the door: one by the code on their phone, one without scripts, the others by list; one nobody expected, one who stays away. */
async function checkIn(people: TestPerson[], meeting: string): Promise<Hand> {
  const theirs = await handOf(browser, site, people[2] as TestPerson, { screen: 'phone' })
  await theirs.page.goto(meeting)
  await theirs.go(theirs.link('Mon code d’entrée'))
  await theirs.page.getByRole('img', { name: 'Votre code d’entrée' }).waitFor()
  const code = theirs.page.url()
  await theirs.page.context().close()

  const phone = await handOf(browser, site, site.lucie, { screen: 'phone' })
  const { page, go, press, fill, button, link } = phone
  await page.goto(code)
  await go(button('Présent'))
  await page.getByText('Présence notée.').waitFor()
  await go(link('La liste de l’accueil'))
  await page.locator('.door[data-awake]').waitFor()
  const present = page.locator('.door-count [data-count="present"]')
  for (const [index, name] of contacts.slice(3, 10).entries()) {
    await press(page.getByRole('button', { name: `Présent ${name}` }))
    await expect.poll(() => present.textContent()).toBe(String(index + 2))
  }
  const plain = await handOf(browser, site, site.lucie, { screen: 'phone', javaScript: false })
  await plain.page.goto(page.url())
  await plain.go(plain.page.getByRole('button', { name: `Présent ${contacts[10]}` }))
  expect(await plain.page.locator('.door-count [data-count="present"]').textContent()).toBe('9')
  await plain.page.context().close()

  await fill('name', 'Rose Vidal')
  await fill('organisationName', 'Ville de Muret')
  await go(button('Faire entrer'))
  expect(await present.textContent()).toBe('10')
  await go(button('La rencontre a eu lieu, la clore'))
  expect(await page.locator('.door-list > li', { hasText: 'Yves Combes' }).innerText()).toContain('Absent')
  await page.context().close()
  return phone
}

/** Notes, a decision that becomes somebody's task, minutes of it. */
async function writeDown({ page, go, button, link }: Hand, people: TestPerson[]): Promise<void> {
  await go(page.getByRole('navigation').getByRole('link', { name: 'Rencontres', exact: true }))
  await go(link(title))
  await go(link('Notes et décisions'))
  await page.locator('form.notes-form[data-awake]').waitFor()
  const notes = page.locator('#notes-text')
  await notes.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nLes achats communs commencent par le papier.')
  await page.getByText('Enregistré', { exact: true }).waitFor()
  const decision = page.locator('form#decision')
  await decision.locator('[name="text"]').fill('Comparer trois fournisseurs de papier')
  await decision.locator('[name="owner"]').selectOption({ label: 'Paul Roques' })
  await go(button('Noter la décision'))
  expect(await page.locator('ol.decisions').innerText()).toContain('tâche')
  await go(link('Rédiger le compte rendu'))
  const draft = await page.locator('textarea[name="text"]').inputValue()
  for (const words of ['Présents (10)', 'Rose Vidal (Ville de Muret)', 'le papier', 'trois fournisseurs'])
    expect(draft).toContain(words)
  expect(draft.split('Excusés')[0]).not.toContain('Anne Delmas')
  await go(button('Publier'))
  expect(await page.locator('article.minutes').innerText()).toContain('trois fournisseurs')
  const [, , , , paul] = people
  expect(await lettersTo(site, paul as TestPerson)).toContain('minutes-published')
  await go(link(title))
  await go(link('Collectif RSE Occitanie'))
  expect(await page.locator('main').innerText()).toContain('Comparer trois fournisseurs de papier')
}

/** What funders are told: who was there, and for whom, each once. */
async function countAttendance({ page, go, link }: Hand): Promise<void> {
  await go(page.locator('.meeting-list').getByRole('link', { name: title }))
  await go(link('Présences'))
  const numbers = await page.locator('ul.numbers').innerText()
  expect(numbers).toMatch(/10\s+Personnes/)
  expect(numbers).toMatch(/9\s+Organisations/)
  expect(numbers).toMatch(/1\s+Absences/)
  const [file] = await Promise.all([page.waitForEvent('download'), link('Tableau CSV').click()])
  const rows: Record<string, string>[] = parse(await readAll(file.createReadStream()), {
    columns: true,
    bom: true,
  })
  expect(new Set(rows.map(row => row.Personne))).toEqual(new Set([...contacts.slice(2, 11), 'Rose Vidal']))
  expect(new Set(rows.map(row => row.Organisation)).size).toBe(9)
}

const at = (path: string) => `/fr/${site.network.slug}${path}`

/** A form, as the browser of somebody signed in sends it. */
function send(path: string, person: TestPerson, fields: Record<string, string>): Promise<Response> {
  return fetch(site.origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: person.cookie, origin: site.origin },
    body: new URLSearchParams(fields),
  })
}

/** What became of each who asked to come, in the order in which they came. */
async function standing(meeting: string): Promise<string[]> {
  const rows = await site.app.database.asOwner<{ state: string }>(
    'select state from registration where meeting_id = $1 order by number',
    [idOf(meeting)],
  )
  return rows.map(({ state }) => state)
}

/** Time passes: the meeting is so many minutes away. */
async function beginsIn(meeting: string, minutes: number): Promise<void> {
  await site.app.database.asOwner(
    `update meeting set starts_at = now() + $2 * interval '1 minute', ends_at = now() + ($2 + 450) * interval '1 minute'
     where id = $1`,
    [idOf(meeting), minutes],
  )
}

const idOf = (address: string) => address.split('/').at(-1) ?? ''

async function readAll(stream: Promise<AsyncIterable<Buffer>>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
