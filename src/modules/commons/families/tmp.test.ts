import { expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { facetKinds } from '#modules/commons/facets.ts'
import { decide } from '#modules/commons/families/decisions.ts'
import { fileBatch } from '#modules/commons/families/filing.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages } from '../../../../test/factories.ts'

test('x', { timeout: 900_000 }, async () => {
  const database = await testDatabase()
  const n = await aNetwork(database)
  const words = Array.from({ length: 150 }, (_, i) => `mot${i}x`).join(' ')
  await somePages(database, n, {
    'a.md': aPage('Zéro', { thematic_areas: ['Mapeo', 'Eau', 'Solaire'], country: 'Togo', sdgs: '7' }, words),
  })
  const N = Number(process.env.N ?? 100000)
  let t = Date.now()
  await database.asOwner(
    `insert into commons_item (network_id, id, slug, file_name, visibility, type, title, summary, language, year, latitude, longitude, facets, fingerprint, heading_search, search, version, content_hash)
    select network_id, gen_random_uuid(), 's' || i, 'f' || i || '.md', 'public', type, title || i, summary, language, 2000 + i % 20, latitude, longitude, facets, array[i, i+1, i+2], heading_search,
     to_tsvector('simple', (select string_agg('w' || ((i * 7 + k * k * 31) % 20000), ' ') from generate_series(1, 150) k)), 1, content_hash from commons_item, generate_series(1, ${N}) i where network_id = $1`,
    [n.id],
  )
  await database.asOwner(
    `insert into commons_version (network_id, item_id, number, visibility, title, source, content_hash)
    select item.network_id, item.id, 1, 'public', item.title, v.source || repeat('texte de remplissage ', 200), item.content_hash from commons_item item, commons_version v where item.network_id = $1 and v.network_id = $1 and not exists (select from commons_version o where o.network_id = $1 and o.item_id = item.id)`,
    [n.id],
  )
  await database.asOwner(
    `update commons_facet set items = items + ${N}, public_items = public_items + ${N} where network_id = $1`,
    [n.id],
  )
  await database.asOwner('vacuum analyze commons_item')
  await database.asOwner('vacuum analyze commons_version')
  console.log('loaded', Date.now() - t)
  const read = async () => {
    const from = performance.now()
    await readTenant(database.db, n.outside, async trx => {
      const q = { ...emptyQuery, q: 'w7777', facets: { theme: ['mapeo'] } }
      await search(trx, n.id, q)
      await search(trx, n.id, emptyQuery)
    })
    return performance.now() - from
  }
  const p95 = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length * 0.95)]
  const before: number[] = []
  for (let i = 0; i < 60; i++) before.push(await read())
  console.log('before p95', p95(before))
  t = Date.now()
  const { waiting } = await inTenant(database.db, n.inside, trx =>
    decide(
      trx,
      {
        network: n,
        actor: { accountId: null, mandateId: null, tokenId: null, origin: 'command' },
        personId: null,
      },
      [{ kind: 'theme', action: 'merge', key: 'mapeo', intoKey: 'carte' }],
    ),
  )
  console.log('decision', Date.now() - t, waiting)
  const during: number[] = []
  let going = true
  const reading = (async () => {
    while (going) {
      during.push(await read())
      await new Promise(r => setTimeout(r, 30))
    }
  })()
  const batches: number[] = []
  t = Date.now()
  for (let i = 0; i < Number(process.env.B ?? 200); i++) {
    const from = performance.now()
    const f = await inTenant(database.db, n.inside, trx => fileBatch(trx, n.id))
    batches.push(performance.now() - from)
    if (!f) break
    await new Promise(r => setTimeout(r, 10))
  }
  going = false
  await reading
  console.log(
    'batches',
    batches.length,
    'mean',
    batches.reduce((a, b) => a + b, 0) / batches.length,
    'p95',
    p95(batches),
    'max',
    Math.max(...batches),
    'total',
    Date.now() - t,
  )
  console.log('during p95', p95(during), during.length)
  const plan = await database.asOwner(
    `explain analyze select id from commons_item where network_id = '${n.id}' and facets && '{theme:mapeo}' and id > '80000000-0000-4000-8000-000000000000' order by network_id, id limit 50`,
  )
  console.log(plan.map(r => Object.values(r)[0]).join('\n'))
  await database.close()
  expect(1).toBe(1)
})
