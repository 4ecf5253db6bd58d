import { z } from 'zod'

/**
 * A backup is a zip archive, which every system opens:
 *
 *     manifest.json            first: what this is, and from where
 *     database/<table>.copy    rows as PostgreSQL's COPY writes them in text format, columns as in the manifest
 *     files/<key>              each file of a row, and its previews, by the key it has in storage, local or S3
 *     checksums.json           last: bytes and SHA-256 of each entry before it, rows of each table
 *
 * The checksums stand last because what is streamed is known only when it has passed, and a file cut off has none.
 */
export const backupFormat = 1

export const manifestName = 'manifest.json'
export const checksumsName = 'checksums.json'

const filePrefix = 'files/'
/** Of an earlier Cordée: what waited to be imported, which a restore gives up anyway. */
const formerPrefix = 'uploads/'

export function fileEntry(key: string): string {
  return filePrefix + key
}

/** The key of what is kept as a file; null for an entry that is none. */
export function keyOfEntry(name: string): string | null {
  return name.startsWith(filePrefix) ? name.slice(filePrefix.length) : null
}

export function isFileEntry(name: string): boolean {
  return name.startsWith(filePrefix) || name.startsWith(formerPrefix)
}

/** A picture made small counts as no file of its own. */
export function isPreview(key: string): boolean {
  return /-\d{3}$/.test(key)
}

export function tableEntry(table: string): string {
  return `database/${table}.copy`
}

export const manifestSchema = z.object({
  kind: z.literal('cordee-backup'),
  format: z.number().int(),
  /** Of Cordée. */
  version: z.string(),
  /** Of PostgreSQL. */
  postgres: z.string(),
  createdAt: z.iso.datetime(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  /** In an order in which what is referred to comes first. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
})

export type Manifest = z.infer<typeof manifestSchema>

const checksum = z.object({
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of tables. */
  rows: z.number().int().nonnegative().optional(),
})

export type Checksum = z.infer<typeof checksum>

export const checksumsSchema = z.object({ entries: z.array(checksum) })

/** What of a manifest can be read whatever its format: enough to say what is needed instead. */
export const anyManifestSchema = z.object({
  kind: z.literal('cordee-backup'),
  format: z.number().int(),
  version: z.string().optional(),
})
