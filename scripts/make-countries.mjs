// Makes reference/countries.json. Run under Node 24 (its ICU carries CLDR 48) after unpacking the npm
// package `cldr-core` somewhere (`npm pack cldr-core@48 && tar xzf cldr-core-*.tgz`):
//   node scripts/make-countries.mjs ./package
// Hand-written spellings are not here: they live in reference/country-aliases.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { geoArea, geoCentroid, geoContains } from 'd3-geo'
import { feature } from 'topojson-client'

const locales = ['fr', 'en', 'es', 'pt']

/** CLDR's everyday name where the United Nations' short name (UNTERM) is as short and better known in these texts. */
const unitedNationsNames = {
  en: {
    CD: 'Democratic Republic of the Congo',
    CG: 'Congo',
    CV: 'Cabo Verde',
    HK: 'Hong Kong',
    MM: 'Myanmar',
    MO: 'Macao',
    PS: 'State of Palestine',
    VC: 'Saint Vincent and the Grenadines',
    VN: 'Viet Nam',
    CI: 'Côte d’Ivoire',
  },
  fr: {
    BY: 'Bélarus',
    CD: 'République démocratique du Congo',
    CG: 'Congo',
    CV: 'Cabo Verde',
    HK: 'Hong Kong',
    KG: 'Kirghizistan',
    KN: 'Saint-Kitts-et-Nevis',
    MM: 'Myanmar',
    MO: 'Macao',
    PS: 'État de Palestine',
    SV: 'El Salvador',
    TL: 'Timor-Leste',
    TR: 'Türkiye',
    VN: 'Viet Nam',
  },
  es: {
    BD: 'Bangladesh',
    BH: 'Bahrein',
    BW: 'Botswana',
    BY: 'Belarús',
    CG: 'Congo',
    DJ: 'Djibouti',
    FJ: 'Fiji',
    GW: 'Guinea-Bissau',
    HK: 'Hong Kong',
    IQ: 'Iraq',
    KE: 'Kenya',
    KZ: 'Kazajstán',
    LS: 'Lesotho',
    MM: 'Myanmar',
    MO: 'Macao',
    MW: 'Malawi',
    NZ: 'Nueva Zelandia',
    PS: 'Estado de Palestina',
    PW: 'Palau',
    QA: 'Qatar',
    RO: 'Rumania',
    RW: 'Rwanda',
    SA: 'Arabia Saudita',
    SR: 'Suriname',
    SZ: 'Eswatini',
    TR: 'Türkiye',
    VN: 'Viet Nam',
    ZW: 'Zimbabwe',
  },
  pt: {
    BF: 'Burkina Faso',
    CD: 'República Democrática do Congo',
    CG: 'Congo',
    HK: 'Hong Kong',
    MM: 'Mianmar',
    MO: 'Macau',
    PS: 'Estado da Palestina',
  },
}

/** [longitude, latitude] for what the atlas does not draw apart from its sovereign state, and for Kiribati, whose largest
 * island is not where its people live (IANA zone.tab, public domain). */
const chosenPoints = {
  BQ: [-68.27, 12.15],
  BV: [3.4, -54.42],
  CC: [96.92, -12.17],
  CX: [105.72, -10.42],
  GF: [-53.1, 3.95],
  GI: [-5.35, 36.13],
  GP: [-61.53, 16.23],
  KI: [173, 1.42],
  MQ: [-61.02, 14.65],
  RE: [55.53, -21.12],
  SJ: [16, 78],
  TK: [-171.8, -9.2],
  UM: [-177.37, 28.21],
  YT: [45.15, -12.82],
}

const cldr = process.argv[2]
if (!cldr) throw new Error('usage: node scripts/make-countries.mjs FOLDER_OF_CLDR_CORE')
const read = path => JSON.parse(readFileSync(path, 'utf8'))
const { codeMappings } = read(`${cldr}/supplemental/codeMappings.json`).supplemental
const { territoryContainment } = read(`${cldr}/supplemental/territoryContainment.json`).supplemental

const regions = {}
const countries = []
const displayNames = Object.fromEntries(
  [...locales, 'pt-PT', 'es-MX', 'en-AU'].map(locale => [locale, names(locale, 'long')]),
)
const shortNames = Object.fromEntries(locales.map(locale => [locale, names(locale, 'short')]))
const centroids = atlasCentroids()

for (const region of ['002', '019', '142', '150', '009']) walk(region, [])
countries.push(country('AQ', []))
countries.sort((a, b) => (a.code < b.code ? -1 : 1))
if (countries.length !== 250)
  throw new Error(`expected the 249 codes of ISO 3166-1 and XK, found ${countries.length}`)

const head = {
  source:
    'Codes, UN M49 groups and names: Unicode CLDR 48 (cldr-core codeMappings and territoryContainment; Intl.DisplayNames of ICU 78), some names after the UN short names (UNTERM, M49). Centroids: Natural Earth 1:10m by world-atlas 2.0.2, IANA zone.tab for what it does not draw apart.',
  licence: 'Unicode License V3 (CLDR); public domain (Natural Earth, IANA time zone database)',
  retrieved: '2026-11-22',
  note: 'Made by scripts/make-countries.mjs. Names after the UN were typed into that script, not downloaded. XK (Kosovo) is a user-assigned code; its alpha-3 XKX is the one of the European Commission and the World Bank. m49 holds the ISO numeric code, which for the UN’s own areas is the M49 one; the groups of TW and XK are CLDR’s. at is [latitude, longitude] in degrees.',
}
const lines = rows => rows.map(row => `    ${JSON.stringify(row)}`).join(',\n')
const headText = JSON.stringify(head, null, 2).slice(0, -2)
const regionText = Object.entries(regions)
  .map(([code, names]) => `    "${code}": ${JSON.stringify(names)}`)
  .join(',\n')
writeFileSync(
  'reference/countries.json',
  `${headText},\n  "regions": {\n${regionText}\n  },\n  "countries": [\n${lines(countries)}\n  ]\n}\n`,
)
console.log(`${countries.length} countries, ${Object.keys(regions).length} regions`)

function walk(region, path) {
  const names = Object.fromEntries(locales.map(locale => [locale, displayNames[locale].of(region)]))
  regions[region] = names
  for (const child of territoryContainment[region]._contains) {
    if (/^\d/.test(child)) walk(child, [...path, region])
    else if (!['EA', 'IC', 'CQ', 'QO'].includes(child)) countries.push(country(child, [...path, region]))
  }
}

function country(code, [region, ...rest]) {
  const { _alpha3, _numeric } = codeMappings[code]
  const subregion = rest.at(-1)
  const name = Object.fromEntries(
    locales.map(locale => [
      locale,
      unitedNationsNames[locale][code] ?? plain(displayNames[locale].of(code), locale),
    ]),
  )
  const known = new Set(Object.values(name))
  const also = new Set([
    ...Object.values(displayNames).map(names => names.of(code)),
    ...Object.values(shortNames).map(names => names.of(code)),
  ])
  const at = chosenPoints[code] ?? centroids.get(_numeric)
  if (!at) throw new Error(`no centroid for ${code}`)
  return {
    code,
    alpha3: code === 'XK' ? 'XKX' : _alpha3,
    m49: code === 'XK' ? null : _numeric,
    continent: continent(region, subregion),
    region: region ?? null,
    subregion: subregion ?? null,
    at: [round(at[1]), round(at[0])],
    names: name,
    also: [...also].filter(text => !known.has(text)),
  }
}

/** UN English writes out what CLDR abbreviates. */
function plain(text, locale) {
  return locale === 'en' ? text.replaceAll(' & ', ' and ').replace(/^St\. /, 'Saint ') : text
}

function continent(region, subregion) {
  if (region === '019') return subregion === '005' ? 'SA' : 'NA'
  return { '002': 'AF', 142: 'AS', 150: 'EU', '009': 'OC' }[region] ?? 'AN'
}

function names(locale, style) {
  return new Intl.DisplayNames(locale, { type: 'region', style, fallback: 'none' })
}

/**
 * Centroid of the largest polygon, [longitude, latitude] by numeric code: the centroid of a whole country with distant
 * islands falls into the sea. Where even that is outside (a crescent), the inner point nearest to it.
 */
function atlasCentroids() {
  const atlas = read('node_modules/world-atlas/countries-10m.json')
  const centroids = new Map()
  for (const shape of feature(atlas, atlas.objects.countries).features) {
    const id = shape.id ?? (shape.properties.name === 'Kosovo' ? codeMappings.XK._numeric : undefined)
    if (!id || centroids.has(id)) continue
    const polygons =
      shape.geometry.type === 'Polygon' ? [shape.geometry.coordinates] : shape.geometry.coordinates
    const largest = polygons
      .map(coordinates => ({ type: 'Polygon', coordinates }))
      .sort((a, b) => geoArea(b) - geoArea(a))[0]
    centroids.set(id, inside(largest))
  }
  return centroids
}

function inside(polygon) {
  const centre = geoCentroid(polygon)
  if (geoContains(polygon, centre)) return centre
  const ring = polygon.coordinates[0]
  const [west, east] = [Math.min(...ring.map(p => p[0])), Math.max(...ring.map(p => p[0]))]
  const [south, north] = [Math.min(...ring.map(p => p[1])), Math.max(...ring.map(p => p[1]))]
  const steps = 24
  let best = ring[0]
  let bestDistance = Infinity
  for (let i = 1; i < steps; i++)
    for (let j = 1; j < steps; j++) {
      const point = [west + ((east - west) * i) / steps, south + ((north - south) * j) / steps]
      const distance = Math.hypot(point[0] - centre[0], point[1] - centre[1])
      if (distance < bestDistance && geoContains(polygon, point)) [best, bestDistance] = [point, distance]
    }
  return best
}

function round(degrees) {
  return Math.round(degrees * 100) / 100
}
