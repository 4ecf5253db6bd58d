import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answersIn, aPlan, publish, write } from '#modules/commons/discussion/discussion.fixture.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { ask } from '../../../../test/asking.ts'
import {
  aNetwork,
  anEntry,
  aPage,
  aPerson,
  aToken,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let elsewhere: TestNetwork
let ana: TestPerson
let ben: TestPerson
let eve: TestPerson
let facilitator: TestPerson
let stranger: TestPerson
let author: Entry

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ici' })
  elsewhere = await aNetwork(site.database, { slug: 'ailleurs' })
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Autrice' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Lecteur' })
  eve = await aPerson(site.database, network, 'member', { name: 'Eve Autre' })
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Fatou Anime' })
  stranger = await aPerson(site.database, elsewhere, 'administrator', { name: 'Sam Ailleurs' })
  author = await anEntry(site.database, network, ana)
}, 60_000)

afterAll(() => site.close())

const challenge = 'challenge-statement'
const text = 'Le four solaire chauffe l’eau de trente familles du village. Il a coûté **deux cents** euros.'

async function aSharedPlan(title: string, visibility: 'network' | 'public' = 'network') {
  const id = await aPlan(site.database, author, title)
  await write(site.database, author, id, { [challenge]: text })
  // What has to be there for everyone is no matter of comments.
  await publish(site.database, author, id, 'network')
  if (visibility === 'public')
    for (const table of ['commons_item', 'commons_version'])
      await site.database.asOwner(
        `update ${table} set visibility = 'public' where network_id = $1 and ${table === 'commons_item' ? 'id' : 'item_id'} = $2`,
        [network.id, id],
      )
  return id
}

const address = (id: string, rest = '') => `/fr/ici/writing/${id}/comments${rest}`
const get = (person: TestPerson | null, path: string) =>
  ask(site, 'GET', path, person ? { cookie: person.cookie } : {})
const post = (person: TestPerson | null, path: string, fields: Record<string, string>) =>
  ask(site, 'POST', path, person ? { cookie: person.cookie } : {}, new URLSearchParams(fields))

/** @returns the id of the thread */
async function said(person: TestPerson, id: string, fields: Record<string, string>): Promise<string> {
  const answer = await post(person, address(id), fields)
  expect(answer.status, answer.body.slice(0, 3000)).toBe(303)
  return /comments\/([0-9a-f-]{36})/.exec(answer.headers.get('location') ?? '')?.[1] ?? ''
}

const suggested = (id: string, quote: string, replacement: string, person = ben) =>
  said(person, id, { path: challenge, kind: 'suggestion', quote, replacement, body: '' })

describe('who may', () => {
  test('members of the network speak of what they may read; nobody else hears of it', async () => {
    const id = await aSharedPlan('Pour tous', 'public')
    const thread = await said(ben, id, {
      path: challenge,
      quote: 'four solaire',
      body: 'Lequel, **au juste** ?',
    })
    for (const path of [address(id), address(id, '/new'), address(id, `/${thread}`)]) {
      expect((await get(null, path)).status).toBe(401)
      expect((await get(stranger, path)).status).toBe(403)
      expect((await get(eve, path)).status).toBe(200)
    }
    for (const path of [address(id), address(id, `/${thread}/answers`), address(id, `/${thread}/decision`)]) {
      expect((await post(null, path, { body: 'x', state: 'resolved' })).status).toBe(401)
      expect((await post(stranger, path, { body: 'x', state: 'resolved' })).status).toBe(403)
    }
    const page = await get(eve, address(id, `/${thread}`))
    expect(page.body).toContain('Ben Lecteur')
    expect(page.body).toContain('<strong>au juste</strong>')
    expect(page.body).toContain('four solaire')
  })

  test('a draft is spoken of between those who write it, also once it is shared', async () => {
    const id = await aPlan(site.database, author, 'Brouillon')
    await write(site.database, author, id, { [challenge]: text })
    const thread = await said(ana, id, { path: challenge, quote: 'deux cents euros', body: 'À vérifier.' })
    for (const path of [address(id), address(id, '/new'), address(id, `/${thread}`)])
      expect((await get(ben, path)).status).toBe(404)
    expect((await post(ben, address(id), { body: 'Bonjour' })).status).toBe(404)
    await publish(site.database, author, id, 'network')
    expect((await get(ben, address(id))).status).toBe(200)
    expect((await get(ben, address(id))).body).not.toContain('À vérifier')
    expect((await get(ben, address(id, `/${thread}`))).status).toBe(404)
    expect((await post(ben, address(id, `/${thread}/answers`), { body: 'x' })).status).toBe(404)
    expect((await get(facilitator, address(id))).body).toContain('À vérifier')
  })

  test('words not yet published are neither shown nor quoted to readers', async () => {
    const id = await aSharedPlan('Deux états')
    await write(site.database, author, id, { [challenge]: 'Un texte tout à fait nouveau.' })
    const form = await get(ben, `${address(id, '/new')}?path=${challenge}`)
    expect(form.body).toContain('trente familles')
    expect(form.body).not.toContain('tout à fait nouveau')
    expect(
      (await post(ben, address(id), { path: challenge, quote: 'tout à fait nouveau', body: 'Ah' })).status,
    ).toBe(422)
    await said(ana, id, { path: challenge, quote: 'tout à fait nouveau', body: 'Entre nous' })
    expect((await get(ben, address(id))).body).not.toContain('Entre nous')
    expect((await get(ana, address(id))).body).toContain('Entre nous')
  })

  test('one’s own words can be edited and taken back by oneself; others’ only be taken back by those who run the work', async () => {
    const id = await aSharedPlan('Les siens')
    const thread = await said(ben, id, { body: 'Premier jet' })
    for (const person of [eve, ana]) {
      expect((await get(person, address(id, `/${thread}/text`))).status).toBe(403)
      expect((await post(person, address(id, `/${thread}/removal`), {})).status).toBe(403)
    }
    expect((await get(facilitator, address(id, `/${thread}/text`))).status).toBe(403)
    expect((await get(facilitator, address(id, `/${thread}/removal`))).status).toBe(200)
    expect((await get(ben, address(id, `/${thread}/text`))).body).toContain('Premier jet')
    expect((await post(ben, address(id, `/${thread}/text`), { body: ' ' })).status).toBe(422)
    expect((await post(ben, address(id, `/${thread}/text`), { body: 'Second jet' })).status).toBe(303)
    const page = await get(eve, address(id, `/${thread}`))
    expect(page.body).toContain('Second jet')
    expect(page.body).toContain('modifié')
    expect((await post(ben, address(id, `/${thread}/removal`), {})).status).toBe(303)
    expect((await get(eve, address(id, `/${thread}`))).status).toBe(404)
  })

  test('the thread of another page is not found', async () => {
    const [one, other] = [await aSharedPlan('Une'), await aSharedPlan('Autre')]
    const thread = await said(ben, one, { body: 'Ici' })
    expect((await get(ben, address(other, `/${thread}`))).status).toBe(404)
    expect((await post(ana, address(other, `/${thread}/decision`), { state: 'resolved' })).status).toBe(404)
  })
})

describe('what is said', () => {
  test('what was typed comes back with what is wrong', async () => {
    const id = await aSharedPlan('Formulaire')
    const empty = await post(ben, address(id), { path: challenge, body: '', quote: 'four solaire' })
    expect(empty.status).toBe(422)
    expect(empty.body).toContain('Dites quelque chose')
    expect(empty.body).toContain('four solaire</textarea>')
    const nowhere = await post(ben, address(id), { path: challenge, body: 'Quoi ?', quote: 'lampe à huile' })
    expect(nowhere.status).toBe(422)
    expect(nowhere.body).toContain('copiez-le tel qu’il est écrit')
    const same = await post(ben, address(id), {
      path: challenge,
      kind: 'suggestion',
      quote: 'four solaire',
      replacement: 'four solaire',
    })
    expect(same.status).toBe(422)
    const path = await post(ben, address(id), { path: 'no-such-question', body: 'x' })
    expect(path.status).toBe(422)
  })

  test('a passage is filled in by the link, and found in whichever answer has it', async () => {
    const id = await aSharedPlan('Par lien')
    const form = await get(
      ben,
      `${address(id, '/new')}?quote=${encodeURIComponent('coûté deux cents euros')}`,
    )
    expect(form.body).toContain('coûté deux cents euros</textarea>')
    const thread = await said(ben, id, { quote: 'coûté deux cents euros', body: 'Hors taxes ?' })
    const [kept] = await site.database.asOwner('select path, quote from commons_comment where id = $1', [
      thread,
    ])
    expect(kept).toEqual({ path: challenge, quote: 'coûté **deux cents** euros' })
  })

  test('is answered, settled and opened again; what was taken back leaves its place under the answers', async () => {
    const id = await aSharedPlan('Fil')
    const thread = await said(ben, id, { path: challenge, body: 'Une question' })
    expect((await post(eve, address(id, `/${thread}/answers`), { body: 'Une réponse' })).status).toBe(303)
    expect((await post(eve, address(id, `/${thread}/decision`), { state: 'resolved' })).status).toBe(403)
    expect((await post(ben, address(id, `/${thread}/decision`), { state: 'resolved' })).status).toBe(303)
    expect((await get(eve, address(id, `/${thread}`))).body).toMatch(/Réglé par Ben Lecteur/)
    expect((await post(ana, address(id, `/${thread}/decision`), { state: 'open' })).status).toBe(303)
    expect((await post(ben, address(id, `/${thread}/removal`), {})).status).toBe(303)
    const page = (await get(eve, address(id, `/${thread}`))).body
    expect(page).toContain('Ce commentaire a été retiré')
    expect(page).not.toContain('Une question')
    expect(page).toContain('Une réponse')
  })

  test('open threads come first, page by page', async () => {
    const id = await aSharedPlan('Beaucoup')
    const first = await said(ben, id, { body: 'mot 0' })
    for (let count = 1; count < 35; count++) await said(ben, id, { body: `mot ${count}` })
    await post(ben, address(id, `/${first}/decision`), { state: 'resolved' })
    const page = (await get(eve, address(id))).body
    expect(page).toContain('35 commentaires · 34 encore ouverts')
    expect(page).toMatch(/mot 34[^0-9]/)
    expect(page).not.toMatch(/mot 0[^0-9]/)
    const next = /href="([^"]*after=[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const rest = (await get(eve, next)).body
    expect(rest.indexOf('mot 1<')).toBeGreaterThan(0)
    expect(rest.indexOf('mot 0<')).toBeGreaterThan(rest.indexOf('mot 1<'))
  })

  test('an item nobody has written in here is spoken of as well', async () => {
    await somePages(site.database, network, {
      'vieille.md': aPage('Vieille page', {}, 'Une digue en terre.'),
    })
    const [item] = await site.database.asOwner<{ id: string }>(
      `select id from commons_item where network_id = $1 and file_name = 'vieille.md'`,
      [network.id],
    )
    const id = item?.id ?? ''
    expect((await get(ben, address(id))).status).toBe(200)
    expect((await get(ben, address(id, '/new'))).status).toBe(200)
    await said(ben, id, { quote: 'digue en terre', body: 'Où ?' })
    expect((await get(eve, address(id))).body).toContain('digue en terre')
    expect((await get(null, '/fr/ici/commons/vieille-page')).body).not.toContain('Où ?')
  })

  test('who has gone is named no more, and what they said stays', async () => {
    const id = await aSharedPlan('Partie')
    const gone = await aPerson(site.database, network, 'member', { name: 'Gilles Parti' })
    const thread = await said(gone, id, { body: 'Je passais' })
    await site.database.asOwner('delete from mandate where person_id = $1', [gone.personId])
    await site.database.asOwner('delete from person where id = $1', [gone.personId])
    const page = (await get(ben, address(id, `/${thread}`))).body
    expect(page).toContain('Je passais')
    expect(page).not.toContain('Gilles Parti')
    expect(page).toContain('Quelqu’un qui n’est plus là')
  })
})

describe('a suggestion', () => {
  test('that is accepted takes the place of its passage, written by whoever accepts', async () => {
    const id = await aSharedPlan('À améliorer')
    const thread = await suggested(id, 'trente familles', 'quarante familles')
    expect((await post(ben, address(id, `/${thread}/decision`), { state: 'accepted' })).status).toBe(403)
    expect((await post(ana, address(id, `/${thread}/decision`), { state: 'accepted' })).status).toBe(303)
    expect((await answersIn(site.database, author, id))[challenge]).toBe(text.replace('trente', 'quarante'))
    const [change] = await site.database.asOwner(
      'select person_id from commons_change where document_id = $1 order by revision desc limit 1',
      [id],
    )
    expect(change).toEqual({ person_id: ana.personId })
    const page = (await get(eve, address(id, `/${thread}`))).body
    expect(page).toContain('Ben Lecteur')
    expect(page).toMatch(/Acceptée par Ana Autrice/)
    // Once is enough.
    expect((await post(ana, address(id, `/${thread}/decision`), { state: 'accepted' })).status).toBe(403)
  })

  test('is accepted once, whoever else accepts it or writes at the same moment', async () => {
    const id = await aSharedPlan('En même temps')
    const threads = [
      await suggested(id, 'trente familles', 'trente-deux familles'),
      await suggested(id, 'deux cents', 'deux cent dix'),
    ]
    const answers = await Promise.all(
      [...threads, ...threads].flatMap(thread => [
        post(ana, address(id, `/${thread}/decision`), { state: 'accepted' }),
        post(facilitator, address(id, `/${thread}/decision`), { state: 'accepted' }),
      ]),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(2)
    expect((await answersIn(site.database, author, id))[challenge]).toBe(
      text.replace('trente', 'trente-deux').replace('deux cents', 'deux cent dix'),
    )
  })

  test('finds its passage where it has moved to', async () => {
    const id = await aSharedPlan('Déplacée')
    const thread = await suggested(id, 'trente familles', 'quarante familles')
    const moved = `D’abord autre chose.\n\n${text}`
    await write(site.database, author, id, { [challenge]: moved })
    expect((await post(ana, address(id, `/${thread}/decision`), { state: 'accepted' })).status).toBe(303)
    expect((await answersIn(site.database, author, id))[challenge]).toBe(moved.replace('trente', 'quarante'))
  })

  test('changes nothing where its passage is gone or has changed, and says so', async () => {
    const id = await aSharedPlan('Trop tard')
    const gone = await suggested(id, 'Il a coûté deux cents euros', 'Il a peu coûté')
    const changed = await suggested(id, 'four solaire chauffe l’eau de trente familles', 'four chauffe l’eau')
    await write(site.database, author, id, {
      [challenge]: 'Le four solaire chauffe bien toute l’eau de trente familles.',
    })
    for (const [thread, why] of [
      [gone, 'n’est plus dans la réponse'],
      [changed, 'a changé depuis la proposition'],
    ] as const) {
      const refused = await post(ana, address(id, `/${thread}/decision`), { state: 'accepted' })
      expect(refused.status).toBe(409)
      expect(refused.body).toContain(why)
      expect((await post(ana, address(id, `/${thread}/decision`), { state: 'declined' })).status).toBe(303)
    }
    expect((await answersIn(site.database, author, id))[challenge]).toContain('bien toute l’eau')
  })
})

describe('mail', () => {
  const letters = (title: string) =>
    site.database.asOwner<{ address: string; template: string; state: string; params: unknown }>(
      `select address, template, state, params from mail_message where params ->> 'title' = $1 order by created_at, address`,
      [title],
    )

  test('goes to those who write and those in the thread, gathered, and without what was said', async () => {
    const id = await aSharedPlan('Par courrier')
    const thread = await said(ben, id, { body: 'Mots secrets' })
    await post(eve, address(id, `/${thread}/answers`), { body: 'Mots secrets aussi' })
    const all = await letters('Par courrier')
    expect(all.map(({ address, template }) => [template, address])).toEqual([
      ['comment-added', ana.email],
      ...[ana.email, ben.email].sort().map(email => ['comment-added', email]),
    ])
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['held']))
    expect(JSON.stringify(all)).not.toContain('secrets')
    expect(JSON.stringify(all)).toContain(address(id, `/${thread}`))
    await post(ana, address(id, `/${thread}/decision`), { state: 'resolved' })
    expect((await letters('Par courrier')).at(-1)).toMatchObject({
      template: 'comment-decided',
      address: ben.email,
    })
  })
})

test('the public meets no comment, and no export has one', async () => {
  const id = await aSharedPlan('Page ouverte', 'public')
  await said(ben, id, { path: challenge, quote: 'four solaire', body: 'Zanzibar' })
  for (const path of [
    '/fr/ici/commons/page-ouverte',
    '/fr/ici/commons/page-ouverte/source.md',
    '/fr/ici/commons/page-ouverte/versions',
    '/fr/ici/commons/export/commons.zip',
    '/fr/ici/commons/export/commons.json',
    '/fr/ici/commons/export/commons.csv',
    '/fr/ici/commons/export/commons.xlsx',
    '/fr/ici/commons/export/commons.atom',
    '/api/networks/ici/commons/items/page-ouverte',
  ]) {
    for (const reader of path.startsWith('/api') || path.endsWith('ouverte') ? [null] : [null, eve]) {
      const answer = await get(reader, path)
      expect(answer.status, path).toBe(200)
      expect(answer.body, path).not.toContain('Zanzibar')
    }
  }
})

describe('the API', () => {
  const call = async (key: string | null, method: string, path: string, body?: unknown) => {
    const response = await site.app.request(`/api/networks/ici/documents/${path}`, {
      method,
      headers: { ...(key && { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  }

  test('lists, adds and decides', async () => {
    const id = await aSharedPlan('Par API')
    const key = await aToken(site.database, network, ['commons:contribute', 'commons:curate'])
    const reader = await aToken(site.database, network, ['commons:read'])
    expect((await call(null, 'GET', `${id}/comments`)).status).toBe(401)
    expect((await call(reader, 'GET', `${id}/comments`)).status).toBe(403)
    const made = await call(key, 'POST', `${id}/comments`, { quote: 'trente familles', body: 'Lesquelles ?' })
    expect(made.status).toBe(201)
    expect(
      (await call(key, 'POST', `${id}/comments`, { quote: 'nulle part ailleurs', body: 'x' })).status,
    ).toBe(422)
    expect(
      (await call(key, 'POST', `${id}/comments/${made.body.id}/answers`, { body: 'Toutes' })).status,
    ).toBe(201)
    const list = await call(key, 'GET', `${id}/comments`)
    expect(list.body.comments).toMatchObject([
      {
        id: made.body.id,
        path: challenge,
        quote: 'trente familles',
        state: 'open',
        answers: [{ body: 'Toutes' }],
      },
    ])
    expect(
      (await call(key, 'POST', `${id}/comments/${made.body.id}/decision`, { state: 'accepted' })).status,
    ).toBe(403)
  })
})
