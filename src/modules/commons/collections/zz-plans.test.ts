import { afterAll, beforeAll, test } from 'vitest'
import { sql } from 'kysely'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPerson, type TestNetwork } from '../../../../test/factories.ts'
import { collectionEntries, listCollections } from './collections.ts'
import { collectionsOfItem, moveEntry } from './entries.ts'
import { linksOf, linksOfItems } from '../links/links.ts'
import { neighbourhoodOf } from '../links/neighbourhood.ts'
import { anEntry } from '../../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
}, 120000)
afterAll(() => database.close())

test('plans', { timeout: 500000 }, async () => {
  const { asOwner, db } = database
  await asOwner(`insert into commons_item (network_id,id,slug,file_name,visibility,title,summary,facets,fingerprint,heading_search,search,version,content_hash)
    select $1, gen_random_uuid(), 'i'||n, 'i'||n||'.md', case when n % 3 = 0 then 'network' else 'public' end, 'Title '||n, repeat('Summary ', 40), array['type:solution','country:CI'], '{}', '', '', 1, ''::bytea from generate_series(1,100000) n`, [network.id])
  const person = await aPerson(database, network, 'member')
  await asOwner(`insert into commons_collection (network_id,id,slug,title,state,language,updated_at) select $1, gen_random_uuid(), 'c'||n, 'Collection '||n, (array['private','network','public'])[1 + n % 3], 'fr', now() - n * interval '1 minute' from generate_series(1,2000) n`, [network.id])
  await asOwner(`insert into commons_collection_keeper (network_id, collection_id, person_id) select network_id, id, $2 from commons_collection where network_id = $1`, [network.id, person.personId])
  await asOwner(`insert into commons_collection_entry (network_id, collection_id, item_id, position) 
    select c.network_id, c.id, i.id, i.n * 1024 from (select *, row_number() over () r from commons_collection where network_id = $1) c
    join (select id, row_number() over () n from commons_item where network_id = $1) i on case when c.r <= 60 then i.n between c.r and c.r + 499 else i.n between (c.r * 37) % 99000 and (c.r * 37) % 99000 + 60 end`, [network.id])
  await asOwner(`insert into commons_link (network_id,id,from_item,to_item,kind) select $1, gen_random_uuid(), a.id, b.id, 'builds_on' from (select id, row_number() over (order by id) n from commons_item where network_id=$1) a join (select id, row_number() over (order by id) n from commons_item where network_id=$1) b on b.n in (a.n + 1, a.n + 17)`, [network.id])
  await asOwner('analyze')
  const n = await asOwner<{ e: number; l: number }>('select (select count(*) from commons_collection_entry)::int e, (select count(*) from commons_link)::int l')
  console.log(n)
  const [big] = await asOwner<{ id: string; slug: string }>(`select c.id, c.slug from commons_collection c where c.network_id=$1 and c.state='public' and (select count(*) from commons_collection_entry e where e.network_id=c.network_id and e.collection_id=c.id)=500 limit 1`, [network.id])
  const [item] = await asOwner<{ id: string }>(`select item_id as id from commons_collection_entry e where collection_id=$1 limit 1 offset 200`, [big!.id])
  const time = async (name: string, work: () => Promise<unknown>) => {
    await work()
    const t = performance.now()
    for (let i = 0; i < 5; i++) await work()
    console.log(name, ((performance.now() - t) / 5).toFixed(1), 'ms')
  }
  for (const who of ['inside', 'outside'] as const) {
    const t = network[who]
    const p = who === 'inside' ? person.personId : null
    await time(`${who} list`, () => readTenant(db, t, trx => listCollections(trx, network.id, { q: '', personId: p, own: false })))
    await time(`${who} list q`, () => readTenant(db, t, trx => listCollections(trx, network.id, { q: '1999', personId: p, own: false })))
    await time(`${who} entries`, () => readTenant(db, t, trx => collectionEntries(trx, network.id, big!.id)))
    await time(`${who} ofItem`, () => readTenant(db, t, trx => collectionsOfItem(trx, network.id, item!.id, p)))
    await time(`${who} links`, () => readTenant(db, t, trx => linksOf(trx, network.id, item!.id)))
    await time(`${who} neighbourhood`, () => readTenant(db, t, trx => neighbourhoodOf(trx, network.id, item!.id)))
    const ids = (await asOwner<{ id: string }>('select id from commons_item limit 100')).map(r => r.id)
    await time(`${who} linksOfItems`, () => readTenant(db, t, trx => linksOfItems(trx, network.id, ids)))
  }
  await time('own', () => readTenant(db, network.inside, trx => listCollections(trx, network.id, { q: '', personId: person.personId, own: true })))
  const entry = await anEntry(database, network, person, 'facilitator')
  const [first] = await asOwner<{ slug: string }>(`select slug from commons_item i join commons_collection_entry e on e.item_id=i.id where e.collection_id=$1 limit 1`, [big!.id])
  await time('move', () => inTenant(db, network.inside, trx => moveEntry(trx, entry, big!.slug, first!.slug, { to: 'down' })))
  const [start, end] = await asOwner<{ id: string; slug: string }>(`(select id, slug from commons_item where network_id=$1 order by id limit 1) union all (select id, slug from commons_item where network_id=$1 order by id desc limit 1)`, [network.id])
  const { addLink } = await import('../links/links.ts')
  const t0 = performance.now()
  const failure = await inTenant(db, network.inside, trx => addLink(trx, entry, end!.slug, start!.slug, { kind: 'builds_on', note: '' })).catch(e => e)
  console.log('circle over 100000', (performance.now() - t0).toFixed(0), String(failure.params?.chain ?? failure).length)
  for (const who of ['outside', 'inside'] as const)
  await readTenant(db, network[who], async trx => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain (analyze, buffers off, costs off) select entry.section, item.title from commons_collection_entry entry left join commons_item item on item.network_id = entry.network_id and item.id = entry.item_id where entry.network_id = ${network.id} and entry.collection_id = ${big!.id}::uuid and entry.removed_at is null order by entry.position, entry.item_id limit 500`.execute(trx)
    console.log(rows.map(r => r['QUERY PLAN']).join('\n'))
  })
})
