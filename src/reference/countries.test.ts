import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locales } from '#kernel/locale.ts'
import {
  alpha3,
  ambiguousKeys,
  centroid,
  countriesByName,
  country,
  countryName,
  isKnownNonCountry,
  regionName,
  resolveCountry,
} from './countries.ts'

const sample = new URL('../../../shared/commons-sample/', import.meta.url)

describe('resolveCountry', () => {
  it.each([
    ['Ivory Coast', 'CI'],
    ['Côte d’Ivoire', 'CI'],
    ["COTE D'IVOIRE", 'CI'],
    ['Cote dIvoire', 'CI'],
    ['République de Côte d’Ivoire', 'CI'],
    ["People's Republic of China", 'CN'],
    ['People’s Republic of China', 'CN'],
    ['Republic of China', 'TW'],
    ['Federation of Bosnia and Herzegovina', 'BA'],
    ['Lao PDR', 'LA'],
    ['Republic of Moldova', 'MD'],
    ['Turkey', 'TR'],
    ['Türkiye', 'TR'],
    ['Viet Nam', 'VN'],
    ['Cape Verde', 'CV'],
    ['Cabo Verde', 'CV'],
    ['Swaziland', 'SZ'],
    ['Kingdom of Eswatini', 'SZ'],
    ['Macedonia', 'MK'],
    ['State of Palestine', 'PS'],
    ['DRC', 'CD'],
    ['Kosovo', 'XK'],
    ['Cook Islands', 'CK'],
    ['The Gambia', 'GM'],
    ['Gambia (the)', 'GM'],
    ['Bahamas, The', 'BS'],
    ['St. Lucia', 'LC'],
    ['St Kitts & Nevis', 'KN'],
    ['Iran (Islamic Republic of)', 'IR'],
    ['Tanzania, United Republic of', 'TZ'],
    ['Bolivie (État plurinational de)', 'BO'],
    ['Kingdom of the Netherlands', 'NL'],
    ['República de Colombia', 'CO'],
    ['U.S.A.', 'US'],
    ['CIV', 'CI'],
    ['England', 'GB'],
  ])('%s is %s', (written, code) => {
    expect(resolveCountry(written)).toBe(code)
  })

  it.each([
    ['Congo', 'CG'],
    ['Republic of the Congo', 'CG'],
    ['Congo, the Democratic Republic of the', 'CD'],
    ['Democratic Republic of Congo', 'CD'],
    ['République démocratique du Congo', 'CD'],
    ['Guinea', 'GN'],
    ['Republic of Guinea', 'GN'],
    ['Guinea Bissau', 'GW'],
    ['Guinée équatoriale', 'GQ'],
    ['Papua New Guinea', 'PG'],
    ['Niger', 'NE'],
    ['Republic of Niger', 'NE'],
    ['Nigeria', 'NG'],
    ['Dominica', 'DM'],
    ['Commonwealth of Dominica', 'DM'],
    ['Dominican Republic', 'DO'],
    ['Republic of Korea', 'KR'],
    ['Korea, Republic of', 'KR'],
    ["Democratic People's Republic of Korea", 'KP'],
    ["Korea (Democratic People's Republic of)", 'KP'],
    ['Sudan', 'SD'],
    ['South Sudan', 'SS'],
    ['Republic of South Sudan', 'SS'],
    ['Samoa', 'WS'],
    ['American Samoa', 'AS'],
  ])('does not confuse %s: %s', (written, code) => {
    expect(resolveCountry(written)).toBe(code)
  })

  it.each([
    'Null Island',
    'Korea',
    'Papua',
    'Virgin Islands',
    'State of Georgia',
    'Georgia (US)',
    'Islamic Republic of Congo',
    'Democratic Republic of Guinea',
    'no',
    'it',
    '',
    '{the country}',
    'Pante Makassar Subdistrict',
  ])('does not guess: %j', written => {
    expect(resolveCountry(written)).toBeNull()
  })

  it('has no spelling that belongs to two countries', () => {
    expect(ambiguousKeys()).toEqual([])
  })

  it('finds every country by each of its own names, however they are typed', () => {
    const named = locales.flatMap(locale => countriesByName(locale))
    fc.assert(
      fc.property(fc.constantFrom(...named), fc.boolean(), fc.boolean(), ({ code, name }, capitals, bare) => {
        const typed = bare ? name.normalize('NFD').replace(/\p{M}/gu, '') : name
        expect(resolveCountry(`  ${capitals ? typed.toUpperCase() : typed.toLowerCase()} `)).toBe(code)
      }),
      { numRuns: 1500 },
    )
  })

  it('never throws, and gives only known codes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const code = resolveCountry(text)
        expect(code === null || country(code) !== null).toBe(true)
      }),
    )
  })

  it.skipIf(!existsSync(sample))(
    'resolves every country of the sample, but what is none (skipped without ../shared)',
    () => {
      const written = new Set<string>()
      for (const file of readdirSync(sample))
        for (const match of readFileSync(new URL(encodeURIComponent(file), sample), 'utf8').matchAll(
          /\[\[country:(.*?)\]\]/g,
        ))
          written.add(match[1] ?? '')
      expect(written.size).toBeGreaterThan(90)
      const unresolved = [...written].filter(
        text => resolveCountry(text) === null && !isKnownNonCountry(text),
      )
      expect(unresolved).toEqual(['Pante Makassar Subdistrict'])
    },
  )
})

describe('the country list', () => {
  it('has the 249 codes of ISO 3166-1 and Kosovo, each named, placed and grouped', () => {
    const list = countriesByName('fr')
    expect(list).toHaveLength(250)
    for (const { code } of list) {
      const row = country(code)
      expect(row?.alpha3).toMatch(/^[A-Z]{3}$/)
      for (const locale of locales) expect(countryName(code, locale).length).toBeGreaterThan(2)
      const at = centroid(code)
      expect(Math.abs(at?.lat ?? 999)).toBeLessThanOrEqual(90)
      expect(Math.abs(at?.lng ?? 999)).toBeLessThanOrEqual(180)
    }
    expect(new Set(list.map(({ code }) => alpha3(code))).size).toBe(250)
  })

  it('sorts as the language does', () => {
    const names = countriesByName('fr').map(({ name }) => name)
    expect(names.indexOf('Égypte')).toBeGreaterThan(names.indexOf('Djibouti'))
    expect(names.indexOf('Égypte')).toBeLessThan(names.indexOf('El Salvador'))
  })

  it('knows the facts of one country', () => {
    expect(country('CI')).toMatchObject({
      alpha3: 'CIV',
      m49: '384',
      continent: 'AF',
      region: '002',
      subregion: '011',
    })
    expect(regionName('011', 'fr')).toBe('Afrique occidentale')
    expect(countryName('CI', 'pt')).toBe('Costa do Marfim')
    expect(countryName('QQ', 'fr')).toBe('QQ')
    expect(centroid('QQ')).toBeNull()
  })

  it('tells "no country" from what it does not understand', () => {
    expect(isKnownNonCountry('Null Island')).toBe(true)
    expect(isKnownNonCountry('NULL ISLAND')).toBe(true)
    expect(isKnownNonCountry('Togo')).toBe(false)
    expect(isKnownNonCountry('Atlantis')).toBe(false)
  })
})
