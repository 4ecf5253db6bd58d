/** One item of the commons as a plain value, ready to be written in any format. Queries fill it, writers read it. */
export type ItemRecord = {
  /** UUID. */
  id: string
  slug: string
  /** Under which the page was imported, for instance `Active listening.md`. */
  fileName: string
  /** Absolute address of the item's page. */
  url: string
  type: string | null
  title: string
  summary: string
  /** BCP 47. */
  language: string | null
  years: number[]
  /** ISO 8601, a day or an instant. */
  date: string | null
  /** ISO 3166-1 alpha-2 code when it could be resolved, and always what was written. */
  countries: { code: string | null; written: string }[]
  sdgs: number[]
  stages: string[]
  themes: string[]
  methods: string[]
  datasources: string[]
  /** WGS 84 degrees. */
  place: { lat: number; lng: number } | null
  /** The Markdown page, byte for byte. */
  source: string
  /** ISO 8601 instant. */
  updatedAt: string
  licence: string | null
}

/** What a caller may say about the whole; every writer takes what concerns it. Texts come translated. */
export type ExportOptions = {
  /** CSV: begin with a byte order mark, without which spreadsheets read UTF-8 as Latin-1. Default true. */
  bom?: boolean
  /** Name of the sheet (xlsx) or title of the feed (atom). */
  title?: string
  /** Atom: absolute addresses of the feed itself and of the page it follows; its author and language. */
  feed?: { self: string; home: string; author: string; language: string; updatedAt?: string }
}

export type Writer = (items: AsyncIterable<ItemRecord>, options?: ExportOptions) => ReadableStream<Uint8Array>

/**
 * The columns shared by spreadsheets and maps: stable English names, in this order. The Markdown itself is left to
 * `json` and `markdown`: a page can be a hundred times longer than a cell may be.
 */
export const columns = [
  'id',
  'slug',
  'file_name',
  'url',
  'type',
  'title',
  'summary',
  'language',
  'years',
  'date',
  'country_codes',
  'countries',
  'sdgs',
  'stages',
  'themes',
  'methods',
  'datasources',
  'latitude',
  'longitude',
  'updated_at',
  'licence',
] as const

export type Column = (typeof columns)[number]

export type Value = string | number | null | readonly (string | number)[]

/** The values of a record by column. */
export function valuesOf(item: ItemRecord): Record<Column, Value> {
  return {
    id: item.id,
    slug: item.slug,
    file_name: item.fileName,
    url: item.url,
    type: item.type,
    title: item.title,
    summary: item.summary,
    language: item.language,
    years: item.years,
    date: item.date,
    country_codes: item.countries.flatMap(country => country.code ?? []),
    countries: item.countries.map(country => country.written),
    sdgs: item.sdgs,
    stages: item.stages,
    themes: item.themes,
    methods: item.methods,
    datasources: item.datasources,
    latitude: item.place?.lat ?? null,
    longitude: item.place?.lng ?? null,
    updated_at: item.updatedAt,
    licence: item.licence,
  }
}
