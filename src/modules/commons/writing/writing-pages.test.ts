import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aDocument, mailsOf, seenOn, sendForm, whole } from '#modules/commons/writing/writing.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
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
let awa: TestPerson
let ben: TestPerson
let facilitator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'plume' })
  elsewhere = await aNetwork(site.database, { slug: 'ailleurs', visibility: 'private' })
  awa = await aPerson(site.database, network, 'member', { name: 'Awa' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben' })
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Fatou' })
  stranger = await aPerson(site.database, elsewhere, 'administrator')
})

afterAll(() => site.close())

const writing = '/fr/plume/writing'
const page = (path: string, person: TestPerson | null) =>
  site.get(path, person ? { cookie: person.cookie } : {})
const html = async (path: string, person: TestPerson) => (await page(path, person)).text()
const send = (path: string, fields: Record<string, string | string[]>, person: TestPerson | null) =>
  sendForm(site, path, fields, person)
const plan = (options: Parameters<typeof aDocument>[3] = {}, person = awa) =>
  aDocument(site, network, person, options)
const answersOf = (id: string) =>
  site.database.asOwner<{ path: string; value: unknown }>(
    'select path, value from commons_answer where document_id = $1 order by path',
    [id],
  )

describe('a page of one’s own', () => {
  test('is begun from a template, and listed', async () => {
    const refused = await send(writing, { template: 'none', language: 'fr', title: 'Mon eau' }, awa)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('value="Mon eau"')
    expect((await send(writing, { template: 'learning-plan', language: 'fr', title: ' ' }, awa)).status).toBe(
      422,
    )
    const begun = await send(writing, { template: 'learning-plan', language: 'es', title: 'Mon eau' }, awa)
    expect(begun.status).toBe(303)
    const address = begun.headers.get('location')?.split('?')[0] ?? ''
    expect(await html(address, awa)).toContain('¿')
    const list = await html(writing, awa)
    expect(list).toContain('Mon eau')
    expect(list).toContain('brouillon')
    expect(list).not.toContain('/fr/plume/reviews')
    expect(await html(writing, facilitator)).toContain('/fr/plume/reviews')
    expect(await html(writing, ben)).not.toContain('Mon eau')
  })

  test('is listed by key, page after page', async () => {
    const many = await aPerson(site.database, network, 'member')
    for (let count = 0; count < 31; count++) await plan({ title: `Page ${count}` }, many)
    const first = await html(writing, many)
    const next = /href="([^"]*after=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await html(next, many)
    const titles = (text: string) => [...text.matchAll(/>(Page \d+)</g)].map(([, title]) => title)
    expect([titles(first).length, titles(second).length]).toEqual([30, 1])
    expect(new Set([...titles(first), ...titles(second)]).size).toBe(31)
    expect((await page(`${writing}?after=nonsense`, many)).status).toBe(404)
  })

  test('keeps what was written, and nothing that nobody touched', async () => {
    const id = await plan()
    const shown = await html(`${writing}/${id}`, awa)
    const saved = await send(
      `${writing}/${id}`,
      {
        ...seenOn(shown, 'title'),
        title: 'Un plan',
        ...seenOn(shown, 'background'),
        background: 'D’où cela vient.\r\n\r\nEt pourquoi.',
        ...seenOn(shown, 'summary'),
        summary: '',
        ...seenOn(shown, 'sdgs'),
        sdgs: ['6', '13'],
        ...seenOn(shown, 'place'),
        'place.lat': '35,76',
        'place.lng': '-5.83',
        ...seenOn(shown, 'themes'),
        'themes.add': 'water, energy',
      },
      awa,
    )
    expect(saved.headers.get('location')).toBe(`${writing}/${id}?done=page-saved`)
    expect(await answersOf(id)).toEqual([
      { path: 'background', value: 'D’où cela vient.\n\nEt pourquoi.' },
      { path: 'place', value: { lat: 35.76, lng: -5.83 } },
      { path: 'sdgs', value: [6, 13] },
      { path: 'themes', value: ['water', 'energy'] },
    ])
  })

  test('gives back what it cannot keep, beside the rest that it keeps', async () => {
    const id = await plan()
    const shown = await html(`${writing}/${id}`, awa)
    const fields = {
      ...seenOn(shown, 'place'),
      'place.lat': 'près du <port>',
      'place.lng': '',
      ...seenOn(shown, 'background'),
      background: 'Gardé.',
    }
    const answer = await send(`${writing}/${id}`, fields, awa)
    const text = await answer.text()
    expect(answer.status).toBe(422)
    expect(text).toContain('value="près du &lt;port>"')
    expect(text).toContain('href="#answer-place"')
    expect(text).toContain('Ce n’est pas un lieu')
    expect(await answersOf(id)).toEqual([{ path: 'background', value: 'Gardé.' }])
    // Sent again as it came back, it is refused again; mended, it is kept.
    const mended = { ...seenOn(text, 'place'), 'place.lat': '1', 'place.lng': '2' }
    expect((await send(`${writing}/${id}`, mended, awa)).status).toBe(303)
  })

  test('has rows that are added, moved and taken out, each with what is in it', async () => {
    const id = await plan()
    const at = `${writing}/${id}`
    const first = await html(at, awa)
    const [key = ''] =
      /data-row="(r[a-z]{12})"/.exec(first.slice(first.indexOf('data-rows="partners"')))?.slice(1) ?? []
    const named = (text: string, row: string, name: string) => ({
      ...seenOn(text, `partners/${row}/name`),
      [`partners/${row}/name`]: name,
    })
    const added = await send(
      at,
      { ...seenOn(first, 'partners'), partners: key, ...named(first, key, 'Amendis'), act: 'add:partners' },
      awa,
    )
    const place = added.headers.get('location') ?? ''
    expect(place).toMatch(/#answer-partners\/r[a-z]{12}$/)
    const newest = place.split('/').at(-1) ?? ''
    const second = await html(at, awa)
    const rows = { ...seenOn(second, 'partners'), partners: [key, newest], 'partners.rows': [key, newest] }
    await send(at, { ...rows, ...named(second, newest, 'La ville'), act: `up:partners/${newest}` }, awa)
    const values = async () =>
      Object.fromEntries((await answersOf(id)).map(({ path, value }) => [path, value]))
    expect(await values()).toEqual({
      partners: [newest, key],
      [`partners/${key}/name`]: 'Amendis',
      [`partners/${newest}/name`]: 'La ville',
    })
    const third = await html(at, awa)
    const moved = { ...seenOn(third, 'partners'), partners: [newest, key], 'partners.rows': [newest, key] }
    await send(at, { ...moved, act: `remove:partners/${newest}` }, awa)
    expect((await values()).partners).toEqual([key])
    expect(await html(at, awa)).not.toContain('La ville')
  })
})

describe('two who write', () => {
  const both = async () => {
    const id = await plan({ answers: { background: 'Le début.' } })
    expect((await send(`${writing}/${id}/authors`, { person: ben.personId }, awa)).status).toBe(303)
    return id
  }

  test('at different answers never meet; at the same one, the second sees both', async () => {
    const id = await both()
    const at = `${writing}/${id}`
    const [forAwa, forBen] = [await html(at, awa), await html(at, ben)]
    const written = { background: 'Ce que Ben écrit.', summary: 'Le résumé de Ben.' }
    await send(at, { ...seenOn(forBen, 'background'), ...seenOn(forBen, 'summary'), ...written }, ben)
    const answer = await send(
      at,
      {
        ...seenOn(forAwa, 'background'),
        background: 'Awa dit tout autre chose.',
        ...seenOn(forAwa, 'summary'),
        summary: '',
        ...seenOn(forAwa, 'value-proposition'),
        'value-proposition': 'Gardé tout de suite.',
      },
      awa,
    )
    expect(answer.status).toBe(409)
    const text = await answer.text()
    for (const word of [
      'Ben a écrit ici',
      'Ce que Ben écrit.',
      'Awa dit tout autre chose.',
      '#answer-background',
    ])
      expect(text).toContain(word)
    const values = Object.fromEntries((await answersOf(id)).map(({ path, value }) => [path, value]))
    // What Awa left alone is Ben's, what nobody else touched is hers.
    expect(values).toEqual({ ...written, 'value-proposition': 'Gardé tout de suite.' })
    const mended = { ...seenOn(text, 'background'), background: 'Les deux ensemble.' }
    expect((await send(at, mended, awa)).status).toBe(303)
    expect((await answersOf(id)).find(({ path }) => path === 'background')?.value).toBe('Les deux ensemble.')
  })

  test('the second may take what the first wrote', async () => {
    const id = await both()
    const at = `${writing}/${id}`
    const forAwa = await html(at, awa)
    await send(at, { ...seenOn(await html(at, ben), 'background'), background: 'Ben.' }, ben)
    const mine = { ...seenOn(forAwa, 'background'), background: 'Awa tout autrement.' }
    const text = await (await send(at, mine, awa)).text()
    const taken = await send(at, { ...mine, ...seenOn(text, 'background'), theirs: 'background' }, awa)
    expect(taken.status).toBe(303)
    expect((await answersOf(id))[0]?.value).toBe('Ben.')
  })

  test('are told of each other by the endpoint of the script', async () => {
    const id = await both()
    const at = `${writing}/${id}/answers`
    const post = (body: unknown, person: TestPerson, headers: Record<string, string> = {}) =>
      site.app.request(at, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
          cookie: person.cookie,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const saved = await post({ changes: [{ path: 'summary', value: 'Court.', seen: 1 }], at: 'summary' }, ben)
    expect(await saved.json()).toEqual({
      revision: 2,
      saved: [{ path: 'summary', value: 'Court.', revision: 2, merged: false }],
      conflicts: [],
      problems: [],
    })
    const news = await site.get(`${at}?since=1&at=background`, { cookie: awa.cookie })
    expect(news.headers.get('cache-control')).toContain('no-store')
    expect(await news.json()).toEqual({
      revision: 2,
      answers: [{ path: 'summary', value: 'Court.', revision: 2, by: 'Ben' }],
      present: [{ name: 'Ben', path: 'summary' }],
      state: 'draft',
      version: 0,
    })
    const conflict = await post({ changes: [{ path: 'summary', value: 'Autre.', seen: 1 }] }, awa)
    expect((await conflict.json()).conflicts).toEqual([
      { path: 'summary', theirs: 'Court.', by: 'Ben', revision: 2, yours: 'Autre.' },
    ])
    expect((await post('{', ben)).status).toBe(400)
    expect((await post('{}', ben, { 'content-type': 'text/plain' })).status).toBe(400)
    expect((await post({ changes: [{ path: 'x' }] }, ben)).status).toBe(422)
    expect((await post({ changes: [] }, ben, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await post({ changes: [] }, facilitator)).status).toBe(404)
    expect((await site.get(`${at}?since=-1`, { cookie: awa.cookie })).status).toBe(400)
  })
})

describe('authors', () => {
  test('add each other, are told so, and leave but for the last', async () => {
    const id = await plan({ title: 'À plusieurs' })
    const at = `${writing}/${id}/authors`
    expect((await page(at, ben)).status).toBe(404)
    expect((await send(at, { person: stranger.personId }, awa)).status).toBe(404)
    await send(at, { person: ben.personId }, awa)
    const [mail] = (await mailsOf(site, network, 'author-added')).slice(-1)
    expect(mail).toMatchObject({ address: ben.email, params: { person: 'Awa', title: 'À plusieurs' } })
    expect((await page(`${writing}/${id}`, ben)).status).toBe(200)
    expect((await send(`${at}/${awa.personId}/removal`, {}, ben)).status).toBe(303)
    expect((await page(`${writing}/${id}`, awa)).status).toBe(404)
    const last = await send(`${at}/${ben.personId}/removal`, {}, ben)
    expect(last.status).toBe(409)
    expect(await last.text()).toContain('au moins un auteur')
  })
})

describe('who may', () => {
  test('a draft is its authors’; what is shared is written in by facilitators too, and read by members', async () => {
    const id = await plan({ answers: whole })
    const at = `${writing}/${id}`
    for (const path of [
      at,
      `${at}/answers`,
      `${at}/authors`,
      `${at}/publication`,
      `${at}/withdrawal`,
      `${at}/review`,
    ]) {
      expect([path, (await page(path, null)).status]).toEqual([path, 401])
      expect([path, (await page(path, ben)).status]).toEqual([path, 404])
      expect([path, (await page(path, facilitator)).status]).toEqual([path, 404])
      expect([path, (await page(path, stranger)).status]).toEqual([path, 403])
    }
    expect((await send(at, { act: 'save' }, ben)).status).toBe(404)
    expect((await send(at, { act: 'save' }, stranger)).status).toBe(403)
    expect((await send(`${at}/publication`, { visibility: 'network' }, awa)).status).toBe(303)
    expect((await page(at, facilitator)).status).toBe(200)
    const read = await page(at, ben)
    expect([read.status, read.headers.get('location')]).toEqual([303, '/fr/plume/commons/un-plan'])
    expect((await send(at, { act: 'save' }, ben)).status).toBe(403)
  })

  test('pages of another network are not found', async () => {
    const id = await plan()
    const at = `/fr/ailleurs/writing/${id}`
    for (const path of [at, `${at}/answers`, `${at}/publication`])
      expect([path, (await page(path, stranger)).status]).toEqual([path, 404])
    const token = await aToken(site.database, elsewhere, ['commons:contribute'])
    const asked = await site.get(`/api/networks/ailleurs/documents/${id}`, {
      authorization: `Bearer ${token}`,
    })
    expect(asked.status).toBe(404)
  })

  test('a page that came from elsewhere opens in its template for those who run the network', async () => {
    const source = aPage(
      'Importée',
      { type: 'learningplan' },
      '## Défi\n\n> Autre question\n\nRéponse gardée.',
    )
    await somePages(site.database, network, { 'importee.md': source })
    const [item] = await site.database.asOwner<{ id: string }>(
      `select id from commons_item where file_name = 'importee.md' and network_id = $1`,
      [network.id],
    )
    const at = `${writing}/${item?.id}`
    expect((await page(at, awa)).status).toBe(404)
    const shown = await html(at, facilitator)
    expect(shown).toContain('Réponse gardée.')
    expect(shown).toContain('Gardé tel quel')
    expect((await page(at, awa)).status).toBe(303)
  })
})

describe('a session that ended', () => {
  test('loses nothing that was typed', async () => {
    const id = await plan()
    const fields = { background: 'Des <heures> de travail', act: 'save' }
    const answer = await send(`${writing}/${id}`, fields, null)
    const text = await answer.text()
    expect(answer.status).toBe(401)
    expect(text).toContain('name="background" value="Des &lt;heures> de travail"')
    expect(text).toContain(`next=${encodeURIComponent(`${writing}/${id}`)}`)
  })

  test('nor does an installation that fails', async () => {
    const id = await plan()
    const seen = seenOn(await html(`${writing}/${id}`, awa), 'background')
    await site.database.asOwner('alter table commons_answer rename to commons_answer_away')
    const answer = await send(`${writing}/${id}`, { ...seen, background: 'Des heures.' }, awa)
    await site.database.asOwner('alter table commons_answer_away rename to commons_answer')
    const text = await answer.text()
    expect(answer.status).toBe(503)
    expect(text).toContain('name="background" value="Des heures."')
    expect(text).toContain('attendez un instant')
  })

  test('tells of a private network what it tells of none', async () => {
    const [there, nowhere] = await Promise.all(
      ['ailleurs', 'nulle-part'].map(async slug => {
        const answer = await send(`/fr/${slug}/writing/${awa.personId}`, { background: 'Texte' }, null)
        return [answer.status, (await answer.text()).replaceAll(slug, '')]
      }),
    )
    expect(there).toEqual(nowhere)
    expect(there?.[0]).toBe(404)
    expect(there?.[1]).toContain('value="Texte"')
  })
})
