import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { readFolder } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { findItem } from '#modules/commons/items.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { boxAround, neighboursOf } from '#modules/commons/search/neighbours.ts'
import { clusters, placesIn, readBox } from '#modules/commons/search/places.ts'
import { type CommonsQuery, emptyQuery } from '#modules/commons/search/query.ts'
import { countItems, countLocated } from '#modules/commons/search/searching.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'

/** 617 pages of the public collection, or else those of our own demonstration. */
const folder = ['../shared/commons-sample', 'demo/commons/fil-commun'].find(path => existsSync(path)) ?? ''

let app: TestApp
let network: TestNetwork

beforeAll(async () => {
  app = await testApp()
  network = await aNetwork(app.database)
  await importPages(app.database.db, network.inside, readFolder(folder), {
    origin: folder,
    visibility: 'public',
  })
}, 120_000)

afterAll(() => app.close())

const read = <T>(of: TestNetwork, work: Parameters<typeof readTenant<T>>[2]) =>
  readTenant(app.database.db, of.outside, work)

async function located(of: TestNetwork, query: CommonsQuery): Promise<number> {
  const groups = Object.entries(query.facets).map(
    ([kind, keys]) => `facets && '{${keys.map(key => `"${kind}:${key}"`).join()}}'`,
  )
  const [row] = await app.database.asOwner<{ count: number }>(
    `select count(*)::int as count from commons_item where network_id = $1 and latitude is not null and ${groups.join(' and ') || 'true'}`,
    [of.id],
  )
  return row?.count ?? 0
}

describe('the map', () => {
  test('says as many as the list, and each country as many as its facet', async () => {
    for (const q of ['', 'solar', 'agua', 'enrgie solaire']) {
      for (const facets of [
        {},
        { type: ['solution'] },
        { country: ['TG', 'PA'] },
      ] as CommonsQuery['facets'][]) {
        const params = new URLSearchParams([
          ['q', q],
          ...Object.entries(facets).flatMap(([kind, keys]) => keys.map(key => [kind, key])),
        ])
        const [list, map] = await Promise.all(
          ['', '/map'].map(async room =>
            (await app.get(`/fr/${network.slug}/commons${room}?${params}`)).text(),
          ),
        )
        const total = (html = '') => /(\d[\d\u202f\u00a0]*) pages? trouvée/.exec(html)?.[1] ?? '0'
        expect(total(map)).toBe(total(list))
      }
    }
    await read(network, async trx => {
      const query: CommonsQuery = { ...emptyQuery, facets: { type: ['solution'] } }
      const countries = (await countFacets(trx, network.id, query, ['country'], 300)).get('country') ?? []
      expect(countries.length).toBeGreaterThan(3)
      for (const { key, count } of countries.slice(0, 20))
        expect(
          await countItems(trx, network.id, { ...query, facets: { ...query.facets, country: [key] } }),
        ).toBe(count)
      const keys = countries.map(({ key }) => key)
      const all = await countLocated(trx, network.id, query, keys)
      expect(all).toBe(
        await countItems(trx, network.id, { ...query, facets: { ...query.facets, country: keys } }),
      )
      expect(
        await countLocated(trx, network.id, { ...emptyQuery, facets: { country: keys.slice(0, 1) } }, keys),
      ).toBe(await countItems(trx, network.id, { ...emptyQuery, facets: { country: keys.slice(0, 1) } }))
      const everywhere =
        (await countFacets(trx, network.id, emptyQuery, ['country'], 300)).get('country') ?? []
      expect(await countLocated(trx, network.id, emptyQuery, [])).toBe(
        await countItems(trx, network.id, {
          ...emptyQuery,
          facets: { country: everywhere.map(({ key }) => key) },
        }),
      )
    })
  })

  test('clusters sum to what has a place, however many cells there would be', async () => {
    const wide = await aNetwork(app.database)
    await somePages(
      app.database,
      wide,
      Object.fromEntries(
        Array.from({ length: 700 }, (_, index) => [
          `${index}.md`,
          aPage(`Lieu ${index}`, { latlng: `${(index % 35) * 4 - 70},${Math.floor(index / 35) * 15 - 145}` }),
        ]),
      ),
    )
    const found = await read(wide, trx => clusters(trx, wide.id, emptyQuery, 0.5))
    expect(found.length).toBeLessThanOrEqual(300)
    expect(found.reduce((sum, cluster) => sum + cluster.count, 0)).toBe(700)
    for (const query of [emptyQuery, { ...emptyQuery, facets: { country: ['TG'] } }]) {
      const here = await read(network, trx => clusters(trx, network.id, query, 0.5))
      expect(here.reduce((sum, cluster) => sum + cluster.count, 0)).toBe(await located(network, query))
    }
  })
})

test('the map of one country says how many of what is found have no precise place', async () => {
  const some = await aNetwork(app.database)
  await somePages(app.database, some, {
    'a.md': aPage('A', { country: 'Togo', latlng: '6.1,1.2' }),
    'b.md': aPage('B', { country: 'Togo' }),
    'c.md': aPage('C', { country: ['Togo', 'Ghana'] }),
    'd.md': aPage('D', { country: 'Ghana', latlng: '5.6,-0.2' }),
  })
  const map = async (query: string) => (await app.get(`/fr/${some.slug}/commons/map${query}`)).text()
  expect(await map('?country=TG')).toContain('2 pages sont sans lieu précis.')
  expect(await map('?country=GH')).toContain('1 page est sans lieu précis.')
  for (const all of ['?country=TG&q=A', '', '?country=TG&country=GH', '?country=PE'])
    expect(await map(all), all).not.toContain('sans lieu précis')
})

describe('places in a box', () => {
  test('are those a list of all of them has, on both sides of the antimeridian', async () => {
    const edge = await aNetwork(app.database)
    const spots = [
      [-17, 179.5],
      [-17, -179.5],
      [0, 0.1],
      [89.9, 10],
      [-90, -170],
      [51, 180],
      [51, -180],
    ] as const
    await somePages(
      app.database,
      edge,
      Object.fromEntries(
        spots.map(([lat, lng], index) => [
          `${index}.md`,
          aPage(`Lieu ${index}`, { latlng: `${lat},${lng}` }),
        ]),
      ),
    )
    const degrees = (most: number) => fc.integer({ min: -most, max: most })
    await fc.assert(
      fc.asyncProperty(
        degrees(180),
        degrees(90),
        degrees(180),
        degrees(90),
        async (west, one, east, other) => {
          const [south, north] = [Math.min(one, other), Math.max(one, other)]
          const inside = spots.filter(
            ([lat, lng]) =>
              lat >= south &&
              lat <= north &&
              (west <= east ? lng >= west && lng <= east : lng >= west || lng <= east),
          )
          const found = await read(edge, trx =>
            placesIn(trx, edge.id, emptyQuery, readBox(`${west},${south},${east},${north}`)),
          )
          expect(found.places.map(place => `${place.latitude},${place.longitude}`).sort()).toEqual(
            inside.map(String).sort(),
          )
        },
      ),
      {
        numRuns: 60,
        examples: [
          [170, -90, -170, 90],
          [-180, -90, 180, 90],
        ],
      },
    )
  })

  test.each([
    '',
    ',,,',
    '1,2,3',
    '1,2,3,4,5',
    'a,b,c,d',
    '-181,0,0,0',
    '0,0,181,0',
    '0,10,0,5',
    '0,-91,0,0',
    '1e1,0,20,10',
    'NaN,0,0,0',
    ' 1,2,3,4',
    '1,2,3,Infinity',
    "1,2,3,4'",
    `${'9'.repeat(400)},0,0,0`,
  ])('malformed box %j is refused', async box => {
    for (const address of [
      `/fr/${network.slug}/commons/places.geojson`,
      `/api/networks/${network.slug}/commons/places`,
    ])
      expect((await app.get(`${address}?bbox=${encodeURIComponent(box)}`)).status, address).toBe(422)
  })

  test('come as GeoJSON, longitude first', async () => {
    const answer = await app.get(`/api/networks/${network.slug}/commons/places?bbox=-180,-90,180,90`)
    expect(answer.headers.get('content-type')).toContain('application/geo+json')
    const { features } = (await answer.json()) as {
      features: { geometry: { coordinates: [number, number] } }[]
    }
    expect(features.length).toBe(await located(network, emptyQuery))
    for (const { geometry } of features) expect(Math.abs(geometry.coordinates[1])).toBeLessThanOrEqual(90)
  })
})

describe('neighbours', () => {
  test('pages of the demonstration that tell one thing twice are proposed, to those inside alone', async () => {
    const demo = await aNetwork(app.database)
    const other = await aNetwork(app.database)
    for (const of of [demo, other])
      await importPages(app.database.db, of.inside, readFolder('demo/commons/fil-commun'), {
        origin: 'demo',
        visibility: 'public',
      })
    const pairs = await app.database.asOwner<{ one: string; two: string; resemblance: number }>(
      `select one.file_name as one, two.file_name as two, resemblance from commons_resemblance pair
       join commons_item one on one.id = pair.item_id and one.network_id = pair.network_id
       join commons_item two on two.id = pair.other_id and two.network_id = pair.network_id where pair.network_id = $1`,
      [demo.id],
    )
    expect(pairs.map(({ one, two }) => [one, two].sort())).toEqual([
      [
        'lampes-solaires-reparees-plutot-que-jetees.md',
        'reparer-les-lampes-solaires-du-marche-de-djougou.md',
      ],
    ])
    const [slug] = await app.database.asOwner<{ slug: string }>(
      'select slug from commons_item where network_id = $1 and file_name = $2',
      [demo.id, pairs[0]?.one],
    )
    const reasons = (tenant: 'inside' | 'outside') =>
      readTenant(app.database.db, demo[tenant], async trx => {
        const item = await findItem(trx, demo.id, slug?.slug ?? '')
        return item ? (await neighboursOf(trx, demo.id, item)).map(neighbour => neighbour.reason) : []
      })
    expect(await reasons('inside')).toContain('resemblance')
    expect(await reasons('outside')).not.toContain('resemblance')
  })

  test('are of the same network, each once, the item itself never, and near when they say so', {
    timeout: 60_000,
  }, async () => {
    const items = await app.database.asOwner<{ slug: string; title: string }>(
      'select slug, title from commons_item where network_id = $1 order by slug limit 60',
      [network.id],
    )
    for (const { slug, title } of items) {
      await read(network, async trx => {
        const item = await findItem(trx, network.id, slug)
        if (!item) throw new Error(slug)
        const start = performance.now()
        const found = await neighboursOf(trx, network.id, item)
        if (process.env.CORDEE_SHOW)
          console.log(
            title,
            found.map(one => `\n  ${one.reason} ${one.measure ?? ''} ${one.title}`).join(''),
            performance.now() - start,
          )
        expect(new Set([slug, ...found.map(one => one.slug)]).size).toBe(found.length + 1)
        for (const { reason, measure } of found) if (reason === 'place') expect(measure).toBeLessThan(600)
      })
    }
  })

  test('distances are right, across the antimeridian and around the pole', async () => {
    const far = await aNetwork(app.database)
    const at = {
      suva: '-18.1416,178.4419',
      apia: '-17.5,-179.9',
      pole: '89.5,0',
      behind: '89.5,180',
      paris: '48.8566,2.3522',
      london: '51.5074,-0.1278',
      nord: '87.2,0',
      toundra: '87.4,50',
    }
    await somePages(
      app.database,
      far,
      Object.fromEntries(Object.entries(at).map(([name, latlng]) => [`${name}.md`, aPage(name, { latlng })])),
    )
    const near = (slug: string) =>
      read(far, async trx => {
        const item = await findItem(trx, far.id, slug)
        const found = item ? await neighboursOf(trx, far.id, item) : []
        return Object.fromEntries(
          found.filter(one => one.reason === 'place').map(one => [one.slug, Math.round(one.measure ?? 0)]),
        )
      })
    expect((await near('suva')).apia).toBeCloseTo(188, -1)
    expect((await near('pole')).behind).toBe(111)
    expect(await near('nord')).toHaveProperty('toundra')
    expect((await near('paris')).london).toBe(344)
  })

  test('the box holds all that is within reach', () => {
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
    fc.assert(
      fc.property(
        degrees(90),
        degrees(180),
        degrees(180),
        fc.double({ min: 0, max: 2.69, noNaN: true }),
        (latitude, longitude, bearing, distance) => {
          const r = Math.PI / 180
          const lat = Math.asin(
            Math.sin(latitude * r) * Math.cos(distance * r) +
              Math.cos(latitude * r) * Math.sin(distance * r) * Math.cos(bearing * r),
          )
          const turn = Math.atan2(
            Math.sin(bearing * r) * Math.sin(distance * r) * Math.cos(latitude * r),
            Math.cos(distance * r) - Math.sin(latitude * r) * Math.sin(lat),
          )
          const lng = ((((longitude + turn / r + 180) % 360) + 360) % 360) - 180
          const [west = 0, south = 0, east = 0, north = 0] = boxAround(latitude, longitude)
          expect(lat / r).toBeGreaterThanOrEqual(south - 1e-9)
          expect(lat / r).toBeLessThanOrEqual(north + 1e-9)
          expect(
            west <= east
              ? lng >= west - 1e-9 && lng <= east + 1e-9
              : lng >= west - 1e-9 || lng <= east + 1e-9,
          ).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
