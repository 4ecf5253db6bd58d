import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'
import { keptCollection, post, see, words } from './collections.fixture.ts'

let site: TestApp
let ours: TestNetwork
let theirs: TestNetwork
let keeper: TestPerson
let other: TestPerson
let curator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  ours = await aNetwork(database)
  theirs = await aNetwork(database)
  keeper = await aPerson(database, ours, 'member', { name: 'Ada Lune' })
  other = await aPerson(database, ours, 'member', { name: 'Basile Quai' })
  curator = await aPerson(database, ours, 'facilitator')
  stranger = await aPerson(database, theirs, 'administrator')
  await somePages(database, ours, {
    'four.md': aPage('Four solaire', { geography: 'Togo', year: '2023' }),
    'pompe.md': aPage('Pompe à eau'),
    'lampe.md': aPage('Lampe réparée'),
  })
  await somePages(database, ours, { 'secret.md': aPage('Recette secrète') }, 'network')
})

afterAll(() => site.close())

function aCollection(
  state: 'private' | 'network' | 'public',
  items: string[] = [],
  title?: string,
): Promise<string> {
  return keptCollection(site, ours, keeper, { state, items, title })
}

/** The addresses of the items on the page of a collection, in their order. */
async function itemsIn(slug: string, who: TestPerson | null): Promise<string[]> {
  const html = await (await see(site, ours, `collections/${slug}`, who)).text()
  const list = /<article class="collection">.*<\/article>/s.exec(html)?.[0] ?? ''
  return [...list.matchAll(/<h3><a href="[^"]*\/commons\/([^"]+)"/g)].map(match => match[1] ?? '')
}

describe('who reads and who changes', () => {
  test('a private one is its keepers’ alone: for all others it is not there', async () => {
    const slug = await aCollection('private', ['four-solaire'], 'À moi seule')
    expect((await see(site, ours, `collections/${slug}`, keeper)).status).toBe(200)
    for (const who of [null, other, curator, stranger])
      expect((await see(site, ours, `collections/${slug}`, who)).status).toBe(404)
    for (const who of [other, curator]) {
      expect(
        (await post(site, ours, `collections/${slug}/entries`, who, { item: 'pompe-a-eau' })).status,
      ).toBe(404)
      expect(await words(see(site, ours, 'collections', who))).not.toContain('À moi seule')
    }
    expect(await words(see(site, ours, 'collections', keeper))).toContain('À moi seule')
  })

  test('one of the network is read by its members; its keepers and facilitators change it', async () => {
    const slug = await aCollection('network', ['four-solaire'])
    expect((await see(site, ours, `collections/${slug}`, other)).status).toBe(200)
    expect((await see(site, ours, `collections/${slug}`, null)).status).toBe(404)
    const add = (who: TestPerson | null, item: string) =>
      post(site, ours, `collections/${slug}/entries`, who, { item })
    expect((await add(null, 'pompe-a-eau')).status).toBe(401)
    expect((await add(stranger, 'pompe-a-eau')).status).toBe(403)
    expect((await add(other, 'pompe-a-eau')).status).toBe(403)
    expect((await add(curator, 'pompe-a-eau')).status).toBe(303)
    expect(await itemsIn(slug, other)).toEqual(['four-solaire', 'pompe-a-eau'])
  })

  test('of a public one the public reads what is public, and is told of nothing else', async () => {
    const slug = await aCollection('public', ['four-solaire', 'recette-secrete'], 'Pour tous')
    const seen = await words(see(site, ours, `collections/${slug}`, null))
    expect(seen).toContain('Four solaire')
    expect(seen).toContain('1 page')
    expect(seen).not.toMatch(/secrète|réservée|Ada/)
    const inside = await words(see(site, ours, `collections/${slug}`, other))
    expect(inside).toContain('Recette secrète')
    expect(inside).toContain('1 page est réservée au réseau')
    expect(inside).toContain('tenue par Ada Lune')
    expect(await words(see(site, ours, 'collections', null))).toContain('Pour tous 1 page')
    for (const file of ['csv', 'json', 'atom']) {
      const text = await (await see(site, ours, `collections/${slug}/export/collection.${file}`, null)).text()
      expect(text).toContain('Four solaire')
      expect(text).not.toContain('secr')
    }
  })

  test('the policies hold without any where: the public finds its entries alone, and writes nothing', async () => {
    const slug = await aCollection('public', ['four-solaire', 'recette-secrete'])
    await aCollection('network', ['four-solaire'])
    const { db } = site.database
    await inTenant(db, ours.outside, async trx => {
      const seen = await trx.selectFrom('commons_collection').select(['slug', 'state']).execute()
      expect(seen.map(row => row.slug)).toContain(slug)
      expect([...new Set(seen.map(row => row.state))]).toEqual(['public'])
      const entries = await trx
        .selectFrom('commons_collection_entry as entry')
        .innerJoin('commons_collection as collection', 'collection.id', 'entry.collection_id')
        .select('entry.item_id')
        .where('collection.slug', '=', slug)
        .execute()
      expect(entries).toHaveLength(1)
      expect(await trx.selectFrom('commons_collection_keeper').selectAll().execute()).toEqual([])
      for (const table of ['commons_collection', 'commons_collection_entry', 'commons_link'] as const)
        expect((await trx.deleteFrom(table).executeTakeFirst()).numDeletedRows).toBe(0n)
    })
    await inTenant(db, theirs.inside, async trx => {
      expect(await trx.selectFrom('commons_collection').select('id').execute()).toEqual([])
      expect(await trx.selectFrom('commons_collection_entry').select('item_id').execute()).toEqual([])
    })
  })

  test('in a private network nothing is shared with everyone', async () => {
    const closed = await aNetwork(site.database, { visibility: 'private' })
    const member = await aPerson(site.database, closed, 'member')
    const form = { title: 'Ouverte', language: 'fr', state: 'public' }
    const answer = await post(site, closed, 'collections', member, form)
    expect(answer.status).toBe(422)
    expect(await words(answer)).toContain('Ce réseau est privé')
  })
})

describe('putting it together', () => {
  test('pages are found by words, added to a section with a note, moved, taken out and put back as they were', async () => {
    const slug = await aCollection('public', ['four-solaire', 'pompe-a-eau'])
    const at = `collections/${slug}/entries`
    const found = await (await see(site, ours, `${at}?q=lampe`, keeper)).text()
    expect(found).toContain('name="item" value="lampe-reparee"')
    const added = await post(site, ours, at, keeper, {
      item: 'lampe-reparee',
      section: 'Lumière',
      q: 'lampe',
    })
    expect(added.headers.get('location')).toContain('q=lampe')
    expect(await words(see(site, ours, `${at}?q=lampe`, keeper))).toContain('déjà là')

    const noted = { note: 'À lire **d’abord**.', section: 'Lumière' }
    await post(site, ours, `${at}/four-solaire`, keeper, noted)
    expect(await itemsIn(slug, null)).toEqual(['pompe-a-eau', 'lampe-reparee', 'four-solaire'])
    expect(await (await see(site, ours, `collections/${slug}`, null)).text()).toContain(
      'À lire <strong>d’abord</strong>.',
    )

    const move = (item: string, to: Record<string, string>) =>
      post(site, ours, `${at}/${item}/position`, keeper, to)
    expect((await move('four-solaire', { to: 'up' })).headers.get('location')).toMatch(/#entry-four-solaire$/)
    expect(await itemsIn(slug, null)).toEqual(['pompe-a-eau', 'four-solaire', 'lampe-reparee'])
    await move('lampe-reparee', { before: 'pompe-a-eau' })
    expect(await itemsIn(slug, null)).toEqual(['lampe-reparee', 'pompe-a-eau', 'four-solaire'])
    expect((await move('four-solaire', {})).status).toBe(422)

    const removed = await post(site, ours, `${at}/four-solaire/removal`, keeper)
    const after = await words(site.get(removed.headers.get('location') ?? '', { cookie: keeper.cookie }))
    expect(after).toContain('« Four solaire » est retirée')
    expect(await itemsIn(slug, null)).toEqual(['lampe-reparee', 'pompe-a-eau'])
    await post(site, ours, `${at}/four-solaire/return`, keeper)
    expect(await itemsIn(slug, null)).toEqual(['lampe-reparee', 'pompe-a-eau', 'four-solaire'])
    expect(await words(see(site, ours, `collections/${slug}`, null))).toMatch(/Lumière .*À lire d’abord/)
    expect((await post(site, ours, `${at}/four-solaire/return`, keeper)).status).toBe(404)
  })

  test('sections are renamed and moved past each other', async () => {
    const slug = await aCollection('network')
    const at = `collections/${slug}/entries`
    await post(site, ours, at, keeper, { item: 'four-solaire', section: 'Feu' })
    await post(site, ours, at, keeper, { item: 'pompe-a-eau', section: 'Eau' })
    await post(site, ours, `collections/${slug}/sections`, keeper, { section: 'Eau', to: 'up' })
    expect(await itemsIn(slug, keeper)).toEqual(['pompe-a-eau', 'four-solaire'])
    await post(site, ours, `collections/${slug}/sections`, keeper, { section: 'Feu', name: ' Le   feu ' })
    expect(await words(see(site, ours, `collections/${slug}`, keeper))).toMatch(/Eau .*Pompe.* Le feu .*Four/)
  })

  test('what is there is not added again, what is not there cannot be, and 500 is the end', async () => {
    const slug = await aCollection('network', ['four-solaire'])
    const at = `collections/${slug}/entries`
    const again = await post(site, ours, at, keeper, { item: 'four-solaire' })
    expect(again.status).toBe(422)
    expect(await words(again)).toContain('déjà dans la collection')
    expect((await post(site, ours, at, keeper, { item: 'nulle-part' })).status).toBe(404)
    const long = await post(site, ours, `${at}/four-solaire`, keeper, { note: 'é'.repeat(5_001) })
    expect(long.status).toBe(422)
    expect(await long.text()).toContain('é'.repeat(5_001))
    await site.database.asOwner(
      `insert into commons_collection_entry (network_id, collection_id, item_id, position)
       select network_id, id, gen_random_uuid(), n from commons_collection, generate_series(1, 499) n
       where network_id = $1 and slug = $2`,
      [ours.id, slug],
    )
    const full = await post(site, ours, at, keeper, { item: 'pompe-a-eau' })
    expect(await words(full)).toContain('500 pages au plus')
    expect(await words(see(site, ours, `collections/${slug}`, other))).toContain(
      '499 pages ont quitté les communs',
    )
  })

  test('two who change the order at once lose nothing', async () => {
    const slug = await aCollection('network', [
      'four-solaire',
      'pompe-a-eau',
      'lampe-reparee',
      'recette-secrete',
    ])
    const at = `collections/${slug}/entries`
    const moves = ['four-solaire', 'pompe-a-eau', 'lampe-reparee', 'recette-secrete'].flatMap(item => [
      post(site, ours, `${at}/${item}/position`, keeper, { to: 'down' }),
      post(site, ours, `${at}/${item}/position`, curator, { before: 'four-solaire' }),
    ])
    // A page cannot stand before itself: that changes nothing.
    expect((await Promise.all(moves)).map(answer => answer.status)).toEqual(moves.map(() => 303))
    expect((await itemsIn(slug, keeper)).toSorted()).toEqual([
      'four-solaire',
      'lampe-reparee',
      'pompe-a-eau',
      'recette-secrete',
    ])
  })

  test('a page that comes back to the commons finds its place and its note again', async () => {
    await somePages(site.database, ours, { 'passage.md': aPage('De passage') })
    const slug = await aCollection('network', ['four-solaire', 'de-passage', 'pompe-a-eau'])
    await post(site, ours, `collections/${slug}/entries/de-passage`, keeper, { note: 'Revenez.' })
    const { asOwner } = site.database
    const [kept] = await asOwner<{ row: string }>(
      `with gone as (delete from commons_item where network_id = $1 and slug = 'de-passage' returning *)
       select to_jsonb(gone) - 'newest_first' as row from gone`,
      [ours.id],
    )
    expect(await itemsIn(slug, keeper)).toEqual(['four-solaire', 'pompe-a-eau'])
    const columns = `network_id, id, slug, file_name, visibility, type, title, summary, language, year, facets, fingerprint,
      heading_search, search, version, content_hash`
    await asOwner(
      `insert into commons_item (${columns}) select ${columns} from jsonb_populate_record(null::commons_item, $1)`,
      [JSON.stringify(kept?.row)],
    )
    expect(await itemsIn(slug, keeper)).toEqual(['four-solaire', 'de-passage', 'pompe-a-eau'])
    expect(await words(see(site, ours, `collections/${slug}`, keeper))).toContain('Revenez.')
  })
})

describe('as a whole', () => {
  test('its title and who reads it change; its address stays; two of one title have two', async () => {
    const slug = await aCollection('private', [], 'Eaux vives')
    expect(slug).toBe('eaux-vives')
    expect(await aCollection('private', [], 'Eaux vives')).toBe('eaux-vives-2')
    const details = { title: 'Eaux calmes', about: '# Bonjour', language: 'fr', state: 'public' }
    expect((await post(site, ours, `collections/${slug}/details`, other, details)).status).toBe(404)
    await post(site, ours, `collections/${slug}/details`, keeper, details)
    const html = await (await see(site, ours, `collections/${slug}`, null)).text()
    expect(html).toContain('<h1 lang="fr">Eaux calmes</h1>')
    expect(html).toContain('<h2>Bonjour</h2>')
    const wrong = await post(site, ours, `collections/${slug}/details`, keeper, { ...details, title: ' ' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('# Bonjour')
  })

  test('keepers entrust it to others; the last one stays', async () => {
    const slug = await aCollection('private')
    const at = `collections/${slug}/keepers`
    expect(await words(see(site, ours, `${at}?q=basile`, keeper))).toContain('La confier à Basile Quai')
    expect((await see(site, ours, at, other)).status).toBe(404)
    const foreign = await post(site, ours, at, keeper, { person: stranger.personId })
    expect(foreign.status).toBe(422)
    await post(site, ours, at, keeper, { person: other.personId })
    expect((await see(site, ours, `collections/${slug}/entries`, other)).status).toBe(200)
    await post(site, ours, `${at}/${keeper.personId}/removal`, other)
    expect((await see(site, ours, `collections/${slug}`, keeper)).status).toBe(404)
    const last = await post(site, ours, `${at}/${other.personId}/removal`, other)
    expect(last.status).toBe(422)
    expect(await words(last)).toContain('Il faut que quelqu’un la tienne')
  })

  test('what only someone who is erased or removed kept in private goes with them; what others keep stays', async () => {
    const { asOwner } = site.database
    for (const leaving of [
      'update person set erased_at = now(), account_id = null, email = null where id = $1',
      'delete from person where id = $1',
    ]) {
      const leaver = await aPerson(site.database, ours, 'member')
      const make = async (title: string, state: string) => {
        const made = await post(site, ours, 'collections', leaver, { title, language: 'fr', state })
        return /collections\/([^/]+)\/entries/.exec(made.headers.get('location') ?? '')?.[1] ?? ''
      }
      const [alone, together, shared] = [
        await make('Seule', 'private'),
        await make('À deux', 'private'),
        await make('Partagée', 'network'),
      ]
      await post(site, ours, `collections/${together}/keepers`, leaver, { person: keeper.personId })
      await asOwner('delete from mandate where person_id = $1', [leaver.personId])
      await asOwner(leaving, [leaver.personId])
      const left = await asOwner<{ slug: string }>(
        'select slug from commons_collection where network_id = $1 and slug = any ($2) order by slug',
        [ours.id, [alone, together, shared]],
      )
      expect(left.map(row => row.slug)).toEqual([together, shared].sort())
      expect(await words(see(site, ours, `collections/${together}`, keeper))).toContain('tenue par Ada Lune')
    }
  })

  test('a network that is erased takes its collections with it, private ones too', async () => {
    const network = await aNetwork(site.database)
    const person = await aPerson(site.database, network, 'member')
    await post(site, network, 'collections', person, { title: 'Seule', language: 'fr', state: 'private' })
    await site.database.asOwner('delete from network where id = $1', [network.id])
    const left = await site.database.asOwner('select id from commons_collection where network_id = $1', [
      network.id,
    ])
    expect(left).toEqual([])
  })

  test('whoever reads one can go on with a copy, which is theirs and private', async () => {
    const slug = await aCollection('network', ['four-solaire', 'recette-secrete'])
    const copied = await post(site, ours, `collections/${slug}/copies`, other)
    const copy = /collections\/([^/]+)\/details/.exec(copied.headers.get('location') ?? '')?.[1] ?? ''
    expect(await itemsIn(copy, other)).toEqual(['four-solaire', 'recette-secrete'])
    expect((await see(site, ours, `collections/${copy}`, keeper)).status).toBe(404)
  })

  test('deleted, it is gone with its notes, and its pages are not', async () => {
    const slug = await aCollection('public', ['four-solaire'])
    expect(await words(see(site, ours, `collections/${slug}/removal`, keeper))).toContain(
      'Cela ne se reprend pas',
    )
    expect((await post(site, ours, `collections/${slug}/removal`, other)).status).toBe(403)
    await post(site, ours, `collections/${slug}/removal`, keeper)
    expect((await see(site, ours, `collections/${slug}`, keeper)).status).toBe(404)
    expect((await see(site, ours, 'commons/four-solaire', null)).status).toBe(200)
  })

  test('an item tells in which it stands, and goes into one of mine or into a new one', async () => {
    const slug = await aCollection('public', [], 'À compléter')
    const at = 'commons/lampe-reparee/collections'
    expect((await see(site, ours, at, null)).status).toBe(401)
    expect(await words(see(site, ours, at, keeper))).toContain('À compléter')
    expect(await words(see(site, ours, at, other))).not.toContain('À compléter')
    expect((await post(site, ours, at, other, { collection: slug })).status).toBe(403)
    await post(site, ours, at, keeper, { collection: slug, note: 'Belle idée.' })
    expect(await words(see(site, ours, `collections/${slug}`, null))).toContain('Belle idée.')
    await post(site, ours, at, other, { title: 'Mes lampes' })
    expect(await itemsIn('mes-lampes', other)).toEqual(['lampe-reparee'])
    expect((await post(site, ours, at, other, {})).status).toBe(422)
  })

  test('the list is looked through by title and goes on after its last', async () => {
    const network = await aNetwork(site.database)
    const person = await aPerson(site.database, network, 'member')
    await site.database.asOwner(
      `insert into commons_collection (network_id, id, slug, title, state, language, updated_at)
       select $1, gen_random_uuid(), 's' || n, 'Été ' || n, 'network', 'fr', now() - n * interval '1 hour'
       from generate_series(1, 65) n`,
      [network.id],
    )
    const seen: string[] = []
    let next: string | undefined = `/fr/${network.slug}/collections`
    while (next) {
      const html: string = await (await site.get(next, { cookie: person.cookie })).text()
      seen.push(...[...html.matchAll(/>(Été \d+)</g)].map(match => match[1] ?? ''))
      next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toEqual(Array.from({ length: 65 }, (_, index) => `Été ${index + 1}`))
    expect(await words(see(site, network, 'collections?q=ete+65', person))).toContain('Été 65')
  })
})
