import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { linksOf, linksOfItems } from '#modules/commons/links/links.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'
import { post, see, words } from '../collections/collections.fixture.ts'

let site: TestApp
let ours: TestNetwork
let ada: TestPerson
let basile: TestPerson
let curator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  ours = await aNetwork(database)
  ada = await aPerson(database, ours, 'member')
  basile = await aPerson(database, ours, 'member')
  curator = await aPerson(database, ours, 'facilitator')
  stranger = await aPerson(database, await aNetwork(database), 'administrator')
  const letters = ['Four', 'Pompe', 'Lampe', 'Puits', 'Digue', 'Moulin']
  await somePages(database, ours, Object.fromEntries(letters.map(name => [`${name}.md`, aPage(name)])))
  await somePages(database, ours, { 'secret.md': aPage('Recette') }, 'network')
})

afterAll(() => site.close())

function link(
  from: string,
  to: string,
  kind: string,
  who: TestPerson | null = ada,
  note = '',
): Promise<Response> {
  return post(site, ours, `commons/${from}/links`, who, { to, kind, note, q: to })
}

/** The addresses at which the links of an item are taken away, as one sees them. */
async function removals(slug: string, who: TestPerson): Promise<string[]> {
  const html = await (await see(site, ours, `commons/${slug}/links`, who)).text()
  return [...html.matchAll(/action="\/fr\/[^/]+\/([^"]+\/removal)"/g)].map(match => match[1] ?? '')
}

async function titlesOf(slug: string, inside = true): Promise<string[]> {
  return readTenant(site.database.db, inside ? ours.inside : ours.outside, async trx => {
    const { id } = await trx
      .selectFrom('commons_item')
      .select('id')
      .where('slug', '=', slug)
      .executeTakeFirstOrThrow()
    return (await linksOf(trx, ours.id, id)).map(one => `${one.kind} ${one.direction} ${one.other.title}`)
  })
}

describe('a link', () => {
  test('is looked for by words, made, and read with the right words from both ends', async () => {
    const found = await words(see(site, ours, 'commons/four/links?q=pompe', ada))
    expect(found).toContain('S’appuie sur')
    const made = await link('four', 'pompe', 'builds_on', ada, 'Même chaudière.')
    expect(made.headers.get('location')).toContain('done=link-added')
    expect(await words(see(site, ours, 'commons/four/links', null))).toMatch(
      /S’appuie sur Pompe .*Même chaudière/,
    )
    expect(await words(see(site, ours, 'commons/pompe/links', null))).toMatch(
      /Sert d’appui à Four .*Même chaudière/,
    )
  })

  test('is made by members, and taken away by whoever made it and by curators', async () => {
    expect((await link('lampe', 'puits', 'answers', null)).status).toBe(401)
    expect((await link('lampe', 'puits', 'answers', stranger)).status).toBe(403)
    expect((await link('lampe', 'puits', 'answers')).status).toBe(303)
    const [address = ''] = await removals('lampe', ada)
    expect(await removals('lampe', basile)).toEqual([])
    expect((await post(site, ours, address, null)).status).toBe(401)
    expect((await post(site, ours, address, stranger)).status).toBe(403)
    expect((await post(site, ours, address, basile)).status).toBe(403)
    // By the address of a page that it does not touch, it is not there.
    expect((await post(site, ours, address.replace('lampe', 'digue'), ada)).status).toBe(404)
    expect((await post(site, ours, address.replace('lampe', 'puits'), curator)).status).toBe(303)
    expect(await titlesOf('lampe')).toEqual([])
  })

  test('is refused where it says nothing: to itself, twice, to what is not there', async () => {
    await link('lampe', 'digue', 'related')
    expect(await words(link('lampe', 'lampe', 'related'))).toContain('ne se relie pas à elle-même')
    expect(await words(link('lampe', 'digue', 'related'))).toContain('existe déjà')
    // What holds both ways is one link, from whichever end it is said.
    expect(await words(link('digue', 'lampe', 'related'))).toContain('existe déjà')
    expect(await words(link('lampe', 'nulle-part', 'related'))).toContain('pas dans les communs')
    expect((await link('lampe', 'digue', 'hates')).status).toBe(422)
    expect((await link('nulle-part', 'digue', 'related')).status).toBe(404)
    expect((await link('lampe', 'digue', 'adapts')).status).toBe(303)
    expect(await titlesOf('digue')).toEqual([
      'adapts in Lampe',
      expect.stringMatching(/^related (?:in|out) Lampe$/),
    ])
  })

  test('that would close a circle is refused with the chain that it would close', async () => {
    await link('puits', 'digue', 'builds_on')
    await link('digue', 'moulin', 'builds_on')
    const refused = await link('moulin', 'puits', 'builds_on')
    expect(refused.status).toBe(422)
    expect(await words(refused)).toContain('Moulin → Puits → Digue → Moulin.')
    expect((await link('moulin', 'puits', 'answers')).status).toBe(303)
  })

  test('of a long chain its two ends are named', async () => {
    const names = 'abcdefghijkl'.split('').map(letter => `Maillon ${letter}`)
    await somePages(site.database, ours, Object.fromEntries(names.map(name => [`${name}.md`, aPage(name)])))
    const slugs = names.map(name => name.toLowerCase().replace(' ', '-'))
    for (const [index, slug] of slugs.slice(1).entries()) await link(slugs[index] ?? '', slug, 'builds_on')
    const refused = await words(link('maillon-l', 'maillon-a', 'builds_on'))
    expect(refused).toContain(
      'Maillon l → Maillon a → Maillon b → Maillon c → … → Maillon j → Maillon k → Maillon l.',
    )
  })

  test('two that close a circle together: one of them is refused', async () => {
    await somePages(site.database, ours, { 'a.md': aPage('Aa'), 'b.md': aPage('Bb') })
    const both = await Promise.all([link('aa', 'bb', 'builds_on'), link('bb', 'aa', 'builds_on')])
    expect(both.map(answer => answer.status).sort()).toEqual([303, 422])
  })

  test('is seen by the public only where both ends are', async () => {
    await link('four', 'recette', 'adapts', ada, 'Confidence')
    expect(await titlesOf('four')).toContain('adapts out Recette')
    expect(await titlesOf('four', false)).not.toContain('adapts out Recette')
    const seen = await words(see(site, ours, 'commons/four/links', null))
    expect(seen).not.toMatch(/Recette|Confidence/)
    expect((await see(site, ours, 'commons/recette/links', null)).status).toBe(404)
    await inTenant(site.database.db, ours.outside, async trx => {
      const notes = await trx.selectFrom('commons_link').select('note').execute()
      expect(notes.map(row => row.note)).not.toContain('Confidence')
      expect((await trx.deleteFrom('commons_link').executeTakeFirst()).numDeletedRows).toBe(0n)
    })
    expect((await see(site, ours, 'commons/four/links', stranger)).status).toBe(200)
    expect(await words(see(site, ours, 'commons/four/links', stranger))).not.toContain('Recette')
  })

  test('of many items at once, for exports', async () => {
    await readTenant(site.database.db, ours.outside, async trx => {
      const items = await trx.selectFrom('commons_item').select(['id', 'slug']).execute()
      const links = await linksOfItems(
        trx,
        ours.id,
        items.map(item => item.id),
      )
      const of = (slug: string) => links.get(items.find(item => item.slug === slug)?.id ?? '')
      expect(of('four')).toEqual([
        { kind: 'builds_on', direction: 'out', slug: 'pompe', note: 'Même chaudière.' },
      ])
      expect(of('pompe')).toEqual([
        { kind: 'builds_on', direction: 'in', slug: 'four', note: 'Même chaudière.' },
      ])
    })
  })
})

test('the picture shows thirty at most, says that there are more, and says the same in words', async () => {
  const network = await aNetwork(site.database)
  const pages = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`${index}.md`, aPage(`Page ${index}`)]),
  )
  await somePages(site.database, network, pages)
  await site.database.asOwner(
    `insert into commons_link (network_id, id, from_item, to_item, kind)
     select $1, gen_random_uuid(), item.id, middle.id, 'answers' from commons_item item, commons_item middle
     where item.network_id = $1 and middle.network_id = $1 and middle.slug = 'page-0' and item.id <> middle.id`,
    [network.id],
  )
  const html = await (await see(site, network, 'commons/page-0/links', null)).text()
  expect(html.match(/<rect/g)).toHaveLength(30)
  expect(html.match(/class="line answers"/g)).toHaveLength(29)
  expect(html).toContain('il y en a davantage')
  expect(html.match(/ — répond à — Page 0</g)).toHaveLength(29)
})
