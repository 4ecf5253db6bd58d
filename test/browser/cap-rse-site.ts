import { utils, write } from '@e965/xlsx'
import ICAL from 'ical.js'
import type { Browser, Locator, Page } from 'playwright-core'
import { newId } from '#kernel/ids.ts'
import { mailOf } from '#modules/meetings/meetings.fixture.ts'
import { listening, type TestApp, testApp } from '../app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aSession,
  type TestNetwork,
  type TestPerson,
} from '../factories.ts'
import { type Visit, visitor } from './chromium.ts'

/** A network at its very beginning: who facilitates it, and one organisation. */
export interface CapRse {
  app: TestApp
  origin: string
  network: TestNetwork
  lucie: TestPerson
  close(): Promise<void>
}

export async function openCapRse(): Promise<CapRse> {
  const app = await testApp()
  const name = { fr: 'CAP RSE Occitanie', en: 'CAP RSE Occitanie' }
  const network = await aNetwork(app.database, { slug: 'cap-rse-occitanie', name, visibility: 'private' })
  const lucie = await aPerson(app.database, network, 'facilitator', { name: 'Lucie Marty' })
  const known = await anOrganisation(app.database, network, 'Menuiserie Cazaux')
  await app.database.asOwner(`update organisation set town = 'Toulouse' where id = $1`, [known])
  const site = await listening(app)
  return {
    app,
    origin: site.url,
    network,
    lucie,
    async close() {
      await site.close()
      await app.close()
    },
  }
}

/** Name, form of law, number of people, SIRET, where it is; and one to speak to. */
type Line = [string, string, number | string, number | string, string, string, string, string]

const lines: Line[] = [
  ['Biscuiterie du Lauragais', 'SAS', 34, 55210055400013, 'Revel', 'Anne Delmas', 'DRH', 'anne@lauragais'],
  ['', '', '', '', '', 'Marc Fabre', 'Directeur', 'marc@lauragais'],
  ['Menuiserie Casaux', 'SARL', '10-49 salariés', '', 'Toulouse', 'Jean Cazaux', 'Gérant', 'jean@cazaux'],
  ['La Ruche des Possibles', 'association loi 1901', 6, '', 'Toulouse', 'Inès Navarro', '', 'ines@ruche'],
  ['Scop Tarn Énergies', 'Scop', 'PME', '', 'Albi', 'Paul Roques', '', 'paul@tarn'],
  [
    'Vignobles Saint-Mont',
    'coopérative',
    120,
    '',
    'Saint-Mont',
    'Hélène Dupuy',
    'Présidente',
    'helene@saint-mont',
  ],
  [
    'Ville de Muret',
    'collectivité',
    '250+',
    '',
    'Muret',
    'Karim Saïd',
    'Développement durable',
    'karim@muret',
  ],
  [
    'Cabinet Orénoque Conseil',
    'SASU',
    1,
    '',
    'Montpellier',
    'Claire Bonnet',
    'Fondatrice',
    'claire@orenoque',
  ],
  ['Mutuelle Pays d’Oc', 'Mutuelle', 60, '', 'Montpellier', 'Samir Benali', 'RSE', 'samir@paysdoc'],
  [
    'Lycée de Castelnaudary',
    'Lycée',
    80,
    '',
    'Castelnaudary',
    'Nadia Calvet',
    'Proviseure',
    'nadia@castelnaudary',
  ],
  ['Fondation Garonne Vivante', 'Fondation', 12, '', 'Toulouse', 'Odile Rey', 'Déléguée', 'odile@garonne'],
  ['scop tarn energies', '', '', '', 'Albi', 'Yves Combes', 'Ateliers', 'yves@tarn'],
]

/**
 * Ten organisations as they are kept: a title over all columns, two lines of headings with merged cells, a column whose
 * name says nothing, one organisation on two lines and one that comes twice, formulas, a total.
 */
export function messyWorkbook(): Buffer {
  const rows = lines.map(line => line.with(7, `${line[7]}.example`))
  const sheet = utils.aoa_to_sheet([
    ['CAP RSE Occitanie – adhérents (mise à jour : Lucie)'],
    [],
    ['Structure', '', '', '', '', 'Contact'],
    ['Nom', 'Forme', 'Effectif', 'SIRET', 'Bassin', 'Nom', 'Fonction', 'Mail'],
    ...rows,
    ['TOTAL', '', 313],
    ['* effectifs déclarés'],
  ])
  const range = (top: number, left: number, bottom: number, right: number) => ({
    s: { r: top, c: left },
    e: { r: bottom, c: right },
  })
  sheet['!merges'] = [range(0, 0, 0, 7), range(2, 0, 2, 4), range(2, 5, 2, 7), range(4, 0, 5, 0)]
  sheet.C5 = { t: 'n', v: 34, f: '30+4' }
  sheet.C17 = { t: 'n', v: 313, f: 'SUM(C5:C16)' }
  const book = utils.book_new()
  utils.book_append_sheet(book, sheet, 'Adhérents')
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer
}

/** Those of the spreadsheet, in its order. */
export const contacts = lines.map(line => line[5])
export const organisations = [
  ...new Set(lines.slice(0, -1).map(([name]) => name.replace('Casaux', 'Cazaux'))),
].filter(Boolean)

/** The people of the network by name, each with an account, signed in: as they are once they followed their invitation. */
export async function withAccounts({ app, network }: CapRse, names: string[]): Promise<TestPerson[]> {
  const people: TestPerson[] = []
  for (const name of names) {
    const [person] = await app.database.asOwner<{ id: string; email: string }>(
      'select id, email from person where network_id = $1 and name = $2',
      [network.id, name],
    )
    if (!person) throw new Error(`Nobody is called ${name}`)
    const accountId = newId()
    await app.database.asOwner(
      `insert into account (id, name, email, email_verified, locale) values ($1, $2, $3, true, 'fr')`,
      [accountId, name, person.email],
    )
    await app.database.asOwner('update person set account_id = $2 where id = $1', [person.id, accountId])
    const cookie = await aSession(app.database, accountId)
    const actor = { accountId, mandateId: null, tokenId: null, origin: 'page' } as const
    people.push({ accountId, personId: person.id, mandateId: '', name, email: person.email, cookie, actor })
  }
  return people
}

/** Somebody before a page: what they press and fill in is counted. */
export interface Hand {
  page: Page
  pressed: number
  filled: number
  press(what: Locator): Promise<void>
  /** Presses what leads to another page, or to the same again. */
  go(what: Locator): Promise<void>
  fill(name: string, value: string): Promise<void>
  /** A button, or a link, by the whole of its name. */
  button(name: string): Locator
  link(name: string): Locator
}

export async function handOf(
  browser: Browser,
  site: CapRse,
  person: TestPerson,
  options: Visit = {},
): Promise<Hand> {
  const { context } = await visitor(browser, site.origin, options)
  const [name = '', value = ''] = person.cookie.split('=', 2)
  await context.addCookies([{ name, value, url: site.origin }])
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const hand: Hand = {
    page,
    pressed: 0,
    filled: 0,
    async press(what) {
      hand.pressed += 1
      await what.click()
    },
    async go(what) {
      await Promise.all([hand.press(what), page.waitForEvent('domcontentloaded', { timeout: 30_000 })])
    },
    async fill(name, value) {
      hand.filled += 1
      const field = page.locator(`main [name="${name}"]`).first()
      if ((await field.evaluate(element => element.tagName)) === 'SELECT') await field.selectOption(value)
      else await field.fill(value)
    },
    button: name => page.locator('main').getByRole('button', { name, exact: true }),
    link: name => page.locator('main').getByRole('link', { name, exact: true }),
  }
  return hand
}

/** The calendar files that went to somebody, in their order, as another program reads them. */
export async function filesTo({ app, network }: CapRse, person: TestPerson) {
  const mails = await mailOf(app.database, network)
  return mails.flatMap(({ address, template, secrets }) => {
    if (address !== person.email || !secrets?.calendar) return []
    const calendar = new ICAL.Component(ICAL.parse(secrets.calendar.content))
    const [component] = calendar.getAllSubcomponents('vevent')
    if (!component) throw new Error('No event')
    const event = new ICAL.Event(component)
    return [
      {
        template,
        method: String(calendar.getFirstPropertyValue('method')),
        uid: event.uid,
        sequence: event.sequence,
        start: `${event.startDate}`,
        status: String(component.getFirstPropertyValue('status')),
      },
    ]
  })
}

/** The templates of what somebody was written, in order. */
export async function lettersTo({ app, network }: CapRse, person: TestPerson): Promise<string[]> {
  const mails = await mailOf(app.database, network)
  return mails.filter(({ address }) => address === person.email).map(({ template }) => template)
}

/** The next 16 September that is not over. */
export function nextSeptember(now = new Date()): string {
  const year = now.getFullYear()
  return `${now > new Date(year, 8, 15) ? year + 1 : year}-09-16`
}
