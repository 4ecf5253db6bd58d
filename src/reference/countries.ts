import type { Locale } from '#kernel/locale.ts'
import countryFile from '../../reference/countries.json' with { type: 'json' }
import aliasFile from '../../reference/country-aliases.json' with { type: 'json' }

export type Country = {
  /** ISO 3166-1 alpha-2; `XK` (user-assigned) for Kosovo. */
  code: string
  alpha3: string
  /** ISO 3166-1 numeric, three digits, the same as UN M49. */
  m49: string | null
  continent: 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA'
  /** UN M49 region (`002` Africa, `019` Americas, `142` Asia, `150` Europe, `009` Oceania) and its finest group (`011` Western Africa). */
  region: string | null
  subregion: string | null
  names: Record<Locale, string>
}

/**
 * The ISO 3166-1 alpha-2 code of a country as somebody wrote it, in any of the interface's languages, or null.
 *
 * Accents, case, punctuation and articles do not count; long official forms (`Republic of X`, `X (Kingdom of)`) are
 * undone by rule. Never a guess: what could be two countries (`Korea`, `Virgin Islands`) and what is none is null.
 * Codes are accepted in capitals only, since `no` and `it` are words.
 */
export function resolveCountry(written: string): string | null {
  const text = written.trim()
  if (/^[A-Z]{2}$/.test(text) && byCode.has(text)) return text
  if (/^[A-Z]{3}$/.test(text) && byAlpha3.has(text)) return byAlpha3.get(text) ?? null
  return fromKey(normalise(text)) ?? fromReordered(text) ?? null
}

/** Whether the text is one of the ways to say "no country" (`Null Island`, `Global`), rather than one not understood. */
export function isKnownNonCountry(written: string): boolean {
  return nonCountries.has(normalise(written))
}

/** Name in the reader's language; the code itself when it is not one of ours, so that nothing shown is ever blank. */
export function countryName(code: string, locale: Locale): string {
  return byCode.get(code)?.names[locale] ?? code
}

/** Every country and territory, in the alphabetical order of the language. */
export function countriesByName(locale: Locale): readonly { code: string; name: string }[] {
  const known = sorted.get(locale)
  if (known) return known
  const collator = new Intl.Collator(locale)
  const list = countries
    .map(({ code, names }) => ({ code, name: names[locale] }))
    .sort((a, b) => collator.compare(a.name, b.name))
  sorted.set(locale, list)
  return list
}

export function country(code: string): Country | null {
  return byCode.get(code) ?? null
}

/** A point well inside the country's largest part, in degrees (WGS 84). */
export function centroid(code: string): { lat: number; lng: number } | null {
  return centroids.get(code) ?? null
}

export function alpha3(code: string): string | null {
  return byCode.get(code)?.alpha3 ?? null
}

/** Name of a UN M49 region or subregion, for instance `011`. */
export function regionName(m49: string, locale: Locale): string | null {
  return regions[m49]?.[locale] ?? null
}

/** Keys that mean two countries, as met while building the index; exported for the test that keeps the list empty. */
export function ambiguousKeys(): string[] {
  return [...keys].filter(([, code]) => code === null).map(([key]) => key)
}

/**
 * Official forms that only say what kind of state it is. Not here, since they tell countries apart or name a part of one:
 * `Democratic Republic of` (Congo), `Democratic People's Republic of` (Korea), `State of` (Georgia, of the USA).
 */
const officialForm = new RegExp(
  [
    '^(?:(?:the )?(?:(?:islamic|federal|federative|socialist|democratic socialist|federal democratic|arab|co ?operative|oriental|united|bolivarian|peoples|hashemite) )?(?:republic|kingdom) of(?: the)?',
    '(?:the )?(?:commonwealth|principality|sultanate|grand duchy|union|independent state|plurinational state|federated states) of(?: the)?',
    '(?:la |le |l )?(?:republique|royaume|principaute|sultanat|grand duche|union|commonwealth|etat plurinational)(?: (?:islamique|federale|populaire|unie|bolivarienne|hachemite|socialiste|cooperative|orientale))? (?:de la|de l|des|du|de|d)',
    '(?:la |el |o |a )?(?:republica|reino|principado|sultanato|gran ducado|union|uniao|estado plurinacional)(?: (?:islamica|federal|federativa|popular|unida|bolivariana|socialista|cooperativa|oriental))? (?:de los|de las|de la|del|de|do|da|dos|das)) (.+)$',
  ].join('|'),
)

/** Names under which the plain form and `Republic of` are different countries: only the listed forms count. */
const tooShortToStrip = new Set(['china', 'korea', 'coree', 'corea', 'coreia', 'congo'])

const leadingArticle = /^(?:the|la|le|les|l|el|los|las|o|os|as) (?=.)/

const countries = countryFile.countries as unknown as (Country & { at: [number, number]; also: string[] })[]
const regions: Record<string, Record<Locale, string> | undefined> = countryFile.regions
const aliases: Record<string, string[] | undefined> = aliasFile.aliases
const byCode = new Map<string, Country>(countries.map(row => [row.code, row]))
const byAlpha3 = new Map(countries.map(row => [row.alpha3, row.code]))
const centroids = new Map(countries.map(({ code, at: [lat, lng] }) => [code, { lat, lng }]))
const nonCountries = new Set(aliasFile.notCountries.map(normalise))
const sorted = new Map<Locale, readonly { code: string; name: string }[]>()
const keys = indexOfNames()

function fromKey(key: string): string | undefined {
  const exact = keys.get(key)
  if (exact !== undefined) return exact ?? undefined
  const rest = officialForm
    .exec(key)
    ?.slice(1)
    .find(group => group !== undefined)
  if (rest === undefined) return undefined
  const short = rest.replace(leadingArticle, '')
  return tooShortToStrip.has(short) ? undefined : (keys.get(short) ?? undefined)
}

/** `Iran (Islamic Republic of)` and `Tanzania, United Republic of` are read as `Islamic Republic of Iran`. */
function fromReordered(text: string): string | undefined {
  const match = /^([^(),]+?)\s*[(,]\s*([^()]+?)\s*\)?$/.exec(text)
  if (!match) return undefined
  const [, name = '', form = ''] = match
  const key = normalise(form)
  if (/^(?:the|l|la|le|les|el|los|las)$/.test(key)) return fromKey(normalise(name))
  return fromKey(`${key} ${normalise(name)}`)
}

/** Normal form of a name → its country, or null when two countries share it. */
function indexOfNames(): Map<string, string | null> {
  const index = new Map<string, string | null>()
  for (const { code, names, also } of countries)
    for (const text of [...Object.values(names), ...also, ...(aliases[code] ?? [])]) {
      const key = normalise(text)
      const before = index.get(key)
      index.set(key, before === undefined || before === code ? code : null)
    }
  return index
}

/** Lower-case ASCII words: `The St. Kitts & Nevis` and `Saint Kitts and Nevis` become the same. */
function normalise(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('ı', 'i')
    .replaceAll('ø', 'o')
    .replace(/(?<=people)['’‘](?=s\b)/g, '')
    .replaceAll('&', ' and ')
    .replace(/(?<=\b[a-z])\.(?=[a-z]\b)/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replace(/^st (?=.)/, 'saint ')
    .replace(/^ste (?=.)/, 'sainte ')
    .replace(leadingArticle, '')
}
