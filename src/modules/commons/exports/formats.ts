import { writeAtom } from './atom.ts'
import { writeCsv } from './csv.ts'
import { writeGeoJson } from './geojson.ts'
import { writeJson } from './json.ts'
import { writePages } from './pages.ts'
import type { Writer } from './record.ts'
import { writeXlsx } from './xlsx.ts'

export type Format = 'markdown' | 'json' | 'csv' | 'xlsx' | 'geojson' | 'atom'

/** Every way the commons leaves the platform. `extension` is without the dot. */
export const formats: Record<Format, { mediaType: string; extension: string; write: Writer }> = {
  markdown: { mediaType: 'application/zip', extension: 'zip', write: writePages },
  json: { mediaType: 'application/json', extension: 'json', write: writeJson },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', extension: 'csv', write: writeCsv },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
    write: writeXlsx,
  },
  geojson: { mediaType: 'application/geo+json', extension: 'geojson', write: writeGeoJson },
  atom: { mediaType: 'application/atom+xml; charset=utf-8', extension: 'atom', write: writeAtom },
}
