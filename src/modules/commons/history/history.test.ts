import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answersIn, aPlan, publish, write } from '#modules/commons/discussion/discussion.fixture.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { type Answer, ask } from '../../../../test/asking.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson
let eve: TestPerson
let facilitator: TestPerson
let stranger: TestPerson
let author: Entry
let coauthor: Entry

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ici' })
  const elsewhere = await aNetwork(site.database, { slug: 'ailleurs' })
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Autrice' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Coauteur' })
  eve = await aPerson(site.database, network, 'member', { name: 'Eve Lectrice' })
  facilitator = await aPerson(site.database, network, 'facilitator')
  stranger = await aPerson(site.database, elsewhere, 'administrator')
  author = await anEntry(site.database, network, ana)
  coauthor = await anEntry(site.database, network, ben)
}, 60_000)

afterAll(() => site.close())

const challenge = 'challenge-statement'
const row = 'rabcdefghijkl'

const plan = (title: string) => aPlan(site.database, author, title, { coauthor })
const address = (id: string, rest = '') => `/fr/ici/writing/${id}/history${rest}`
const get = (person: TestPerson | null, path: string) =>
  ask(site, 'GET', path, person ? { cookie: person.cookie } : {})
const restore = (person: TestPerson | null, id: string, fields: Record<string, string | number>) =>
  ask(
    site,
    'POST',
    address(id, '/restoration'),
    person ? { cookie: person.cookie } : {},
    new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  )

/** As one reads it: marks of what was added and taken away, no other markup. */
const words = ({ body }: Answer) =>
  body
    .replace(/<span class="visually-hidden"[^>]*>[^<]*<\/span>/g, '')
    .replace(/<ins>([^<]*)<\/ins>/g, '[+$1]')
    .replace(/<del>([^<]*)<\/del>/g, '[-$1]')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

describe('who may', () => {
  test('those who write; of a draft nobody else learns anything, and readers are led to the versions', async () => {
    const id = await plan('Qui lit')
    await write(site.database, author, id, { [challenge]: 'Un four' })
    const pages = [address(id), address(id, '/comparison?from=0'), address(id, '/restoration?revision=0')]
    for (const path of pages) {
      expect((await get(null, path)).status).toBe(401)
      expect((await get(stranger, path)).status).toBe(403)
      expect((await get(eve, path)).status).toBe(404)
      expect((await get(facilitator, path)).status).toBe(404)
      expect((await get(ben, path)).status).toBe(200)
    }
    await publish(site.database, author, id, 'network')
    await write(site.database, author, id, { [challenge]: 'Un secret pas encore publié' })
    for (const path of pages.slice(0, 2)) {
      const answer = await get(eve, path)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe('/fr/ici/commons/qui-lit/versions')
      expect((await get(facilitator, path)).status).toBe(200)
    }
    expect((await get(eve, address(id, '/restoration?revision=0'))).status).toBe(403)
    expect((await restore(eve, id, { revision: 1, seen: 2 })).status).toBe(403)
    expect((await restore(null, id, { revision: 1, seen: 2 })).status).toBe(401)
    expect((await restore(stranger, id, { revision: 1, seen: 2 })).status).toBe(403)
  })

  test('what is no revision is not found', async () => {
    const id = await plan('Bornes')
    for (const rest of [
      '?before=x',
      '/comparison?from=-1',
      '/comparison?from=9&to=3',
      '/restoration',
      '/restoration?revision=999',
    ])
      expect((await get(ana, address(id, rest))).status, rest).toBe(404)
  })
})

describe('what happened', () => {
  test('is told by sittings and publications, the latest first', async () => {
    const id = await plan('Récit')
    await write(site.database, author, id, { [challenge]: 'Un four', background: 'Le village' })
    await write(site.database, coauthor, id, { summary: 'Un résumé' })
    await publish(site.database, author, id, 'network')
    await write(site.database, author, id, { [challenge]: 'Un four solaire' })
    // After the name of the one who is signed in.
    const page = words(await get(ana, address(id))).split('Rien ne s’efface')[1] ?? ''
    const at = (text: string) => page.indexOf(text)
    expect(at('Version 1 partagée avec le réseau')).toBeGreaterThan(at('Ana Autrice'))
    expect(at('Ben Coauteur')).toBeGreaterThan(at('Version 1 partagée'))
    expect(page.split('Ana Autrice')).toHaveLength(4)
    expect(page).toContain('Contexte')
  })

  test('an entry in which others wrote says with whom', async () => {
    const id = await plan('Ensemble')
    await write(site.database, author, id, { [challenge]: 'Un four' })
    await write(site.database, coauthor, id, { summary: 'Un résumé' })
    await write(site.database, author, id, { [challenge]: 'Un four solaire' })
    const page = words(await get(ben, address(id)))
    expect(page).toMatch(/Ana Autrice\s+avec Ben Coauteur/)
    expect(page).not.toContain('avec Ana')
  })

  test('a page nobody has written in yet leads on', async () => {
    const id = await plan('Vierge')
    const page = await get(ana, address(id))
    expect(page.body).toContain('Personne n’a encore écrit ici')
    expect(page.body).toContain(`href="/fr/ici/writing/${id}"`)
  })

  test('a long history comes in pages, nothing twice and nothing left out', async () => {
    const id = await plan('Longue')
    await site.database.asOwner(
      `insert into commons_change (network_id, document_id, revision, path, after, person_id, changed_at)
       select $1, $2, n, 'background', to_jsonb(n::text), $3, now() - (1000 - n) * interval '1 day' from generate_series(1, 950) n`,
      [network.id, id, ana.personId],
    )
    await site.database.asOwner('update commons_document set revision = 950 where id = $1', [id])
    const seen: string[] = []
    for (let next: string | undefined = address(id); next; ) {
      const { body } = await get(ana, next)
      seen.push(
        ...[...body.matchAll(/from=(\d+)&amp;to=\1?(\d+)"[^>]*>Ce qui a changé</g)].map(
          ([, , to]) => to ?? '',
        ),
      )
      next = /rel="next" href="([^"]+)"/.exec(body)?.[1]
    }
    expect(seen).toHaveLength(950)
    expect(new Set(seen).size).toBe(950)
  })
})

describe('comparing', () => {
  test('shows what changed, question by question, typed answers in words', async () => {
    const id = await plan('Comparée')
    const before = await write(site.database, author, id, {
      [challenge]: 'Le four solaire chauffe l’eau.',
      background: 'Rien ne change ici.',
      sdgs: [7, 13],
      countries: ['CI'],
      place: { lat: 7.69, lng: -5.03 },
    })
    const after = await write(site.database, coauthor, id, {
      [challenge]: 'Le grand four solaire chauffe bien l’eau.',
      sdgs: [6, 7],
      countries: ['CI', 'SN'],
      place: null,
    })
    const answer = await get(ana, address(id, `/comparison?from=${before}&to=${after}`))
    const page = words(answer)
    expect(page).toContain('Le [+grand ]four solaire chauffe [+bien ]l’eau.')
    expect(page).toMatch(/\[\+6\. [^\]]+\].*\[-13\. /)
    expect(page).toContain('Côte d’Ivoire [+Sénégal]')
    expect(page).toMatch(/\[-7,69 de latitude, -5,03 de longitude\]/)
    expect(page).not.toContain('Rien ne change ici')
    expect(page).toContain('Ben Coauteur')
    // Heard as well as seen.
    expect(answer.body).toMatch(/<ins><span class="visually-hidden"[^>]*> \[ajouté\u00a0: <\/span>/)
    expect(words(await get(ana, address(id, `/comparison?from=${after}`)))).toContain('Rien ne diffère')
  })

  test('tells rows by their place once the page was published', async () => {
    const id = await plan('Rangées')
    const before = await write(site.database, author, id, {
      [challenge]: 'Défi',
      partners: [row],
      [`partners/${row}/name`]: 'La coopérative',
    })
    await publish(site.database, author, id, 'network')
    expect(await answersIn(site.database, author, id)).toMatchObject({
      partners: ['1'],
      'partners/1/name': 'La coopérative',
    })
    const same = words(await get(ana, address(id, `/comparison?from=${before}`)))
    expect(same).toContain('Rien ne diffère')
    await write(site.database, author, id, { 'partners/1/name': 'La mairie' })
    expect(words(await get(ana, address(id, `/comparison?from=${before}`)))).toMatch(
      /\[-La coopérative\] \[\+La mairie\]|La \[-coopérative\]\[\+mairie\]|\[-La coopérative\]\[\+La mairie\]/,
    )
  })
})

describe('bringing back', () => {
  test('asks first, writes anew, and takes nothing out of the history', async () => {
    const id = await plan('Rétablie')
    const before = await write(site.database, author, id, { [challenge]: 'Premier', background: 'Fond' })
    const now = await write(site.database, coauthor, id, { [challenge]: 'Second', summary: 'Résumé' })
    const asked = await get(ana, address(id, `/restoration?revision=${before}`))
    expect(words(asked)).toContain('2 réponses redeviendront')
    expect(words(asked)).toContain('[-Second][+Premier]')
    expect(await answersIn(site.database, author, id)).toMatchObject({ [challenge]: 'Second' })
    const done = await restore(ana, id, { revision: before, seen: now })
    expect(done.status).toBe(303)
    const answers = await answersIn(site.database, author, id)
    expect(answers).toMatchObject({ [challenge]: 'Premier', background: 'Fond' })
    expect(answers).not.toHaveProperty('summary')
    // And back again.
    const again = await restore(ana, id, { revision: now, seen: now + 2 })
    expect(again.status).toBe(303)
    expect(await answersIn(site.database, author, id)).toMatchObject({
      [challenge]: 'Second',
      summary: 'Résumé',
    })
    const log = await site.database.asOwner<{ count: number }>(
      'select count(*)::int as count from commons_change where document_id = $1',
      [id],
    )
    expect(log).toEqual([{ count: 8 }])
  })

  test('one answer alone, with its rows', async () => {
    const id = await plan('Une seule')
    const before = await write(site.database, author, id, {
      [challenge]: 'Premier',
      partners: [row],
      [`partners/${row}/name`]: 'La coopérative',
    })
    const now = await write(site.database, coauthor, id, {
      [challenge]: 'Second',
      partners: null,
      [`partners/${row}/name`]: null,
    })
    await restore(ana, id, { revision: before, path: 'partners', seen: now })
    expect(await answersIn(site.database, author, id)).toMatchObject({
      [challenge]: 'Second',
      partners: [row],
      [`partners/${row}/name`]: 'La coopérative',
    })
  })

  test('a state from before a publication comes back whole, rows included, and into the next version', async () => {
    const id = await plan('Par-delà')
    const before = await write(site.database, author, id, {
      [challenge]: 'Premier',
      partners: [row, 'rmnopqrstuvwx'],
      [`partners/${row}/name`]: 'La coopérative',
      'partners/rmnopqrstuvwx/name': 'La mairie',
    })
    await publish(site.database, author, id, 'network')
    const now = await write(site.database, coauthor, id, {
      [challenge]: 'Second',
      partners: ['2'],
      'partners/2/name': 'Une autre mairie',
    })
    await publish(site.database, author, id, 'network')
    expect((await restore(ana, id, { revision: before, seen: now })).status).toBe(303)
    const answers = await answersIn(site.database, author, id)
    const rows = answers.partners as string[]
    expect(rows).toHaveLength(2)
    expect(rows.map(key => answers[`partners/${key}/name`])).toEqual(['La coopérative', 'La mairie'])
    expect(answers[challenge]).toBe('Premier')
    await publish(site.database, author, id, 'network')
    expect(await answersIn(site.database, author, id)).toMatchObject({
      [challenge]: 'Premier',
      partners: ['1', '2'],
      'partners/1/name': 'La coopérative',
      'partners/2/name': 'La mairie',
      title: 'Par-delà',
    })
  })

  test('does nothing where somebody has written since one looked', async () => {
    const id = await plan('Entre-temps')
    const before = await write(site.database, author, id, { [challenge]: 'Premier' })
    const seen = await write(site.database, coauthor, id, { [challenge]: 'Second' })
    await write(site.database, coauthor, id, { background: 'Pendant ce temps' })
    const refused = await restore(ana, id, { revision: before, seen })
    expect(refused.status).toBe(409)
    expect(refused.body).toContain('Quelqu’un a écrit entre-temps')
    expect(await answersIn(site.database, author, id)).toMatchObject({ [challenge]: 'Second' })
  })

  test('is said to be done already where nothing differs', async () => {
    const id = await plan('Pareille')
    const revision = await write(site.database, author, id, { [challenge]: 'Premier' })
    expect(words(await get(ana, address(id, `/restoration?revision=${revision}`)))).toContain(
      'Il n’y a rien à rétablir',
    )
  })
})
