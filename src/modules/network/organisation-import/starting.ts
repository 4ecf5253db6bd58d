import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { Services } from '#http/context.ts'
import { newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/door.ts'
import { bookOf } from '#modules/network/organisation-import/checking.ts'
import {
  changeImport,
  discardImports,
  findImport,
  type Inviting,
  keepImport,
  type OrganisationImport,
  rememberedWords,
} from '#modules/network/organisation-import/imports.ts'
import { type ImportWork, importQueue, workOn } from '#modules/network/organisation-import/job.ts'
import { decideAll } from '#modules/network/organisation-import/keeping.ts'
import { firstReading, previewOf, readingOf } from '#modules/network/organisation-import/previews.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { attachFile, removeFile, removeObjects } from '#platform/files/files.ts'
import { defaultLimits, receiveFile } from '#platform/files/receiving.ts'
import type { Heading } from '#platform/spreadsheets/heading.ts'
import { type Book, sheetLimits } from '#platform/spreadsheets/sheet.ts'

/** What so few lines need is done while one waits; more is done in the background. */
const linesAtOnce = 1_000

/**
 * Takes a file in and looks at it: which sheet, which headings, what the columns are. Nothing of it is imported.
 * @returns the id of the import
 * @throws SheetError, FileError: nothing is kept then
 */
export async function takeFile(
  { db, storage }: Pick<Services, 'db' | 'storage'>,
  entry: Entry,
  file: { name: string; content: AsyncIterable<Uint8Array> },
): Promise<string> {
  const { network, tenant } = entry
  const name = nameOf(file.name)
  const upload = {
    name,
    purpose: 'import',
    visibility: 'network',
    uploadedBy: tenant.accountId ?? null,
  } as const
  const limits = { ...defaultLimits, importBytes: sheetLimits.fileBytes }
  const { id: fileId } = await receiveFile(db, storage, tenant, upload, file.content, limits)
  try {
    const book = await bookOf(storage, network.id, { fileId, name })
    return await inTenant(db, tenant, trx =>
      beginImport(trx, network.id, { name, fileId, book, createdBy: entry.personId }),
    )
  } catch (error) {
    await forgetFiles({ db, storage }, tenant, [fileId])
    throw error
  }
}

/** What is known of a file from looking at it is written down. @returns the id of the import */
export async function beginImport(
  trx: Trx,
  networkId: string,
  file: { name: string; fileId: string | null; book: Book; createdBy: string | null },
): Promise<string> {
  const { name, fileId, book, createdBy } = file
  const id = newId()
  const reading = firstReading(book, await rememberedWords(trx, networkId))
  await keepImport(trx, networkId, {
    id,
    name,
    fileId,
    reading,
    preview: previewOf(book, reading),
    createdBy,
  })
  // Something refers to it now: it is not swept away.
  if (fileId !== null) await attachFile(trx, networkId, fileId)
  return id
}

/** The same file by another sheet, another heading, or other columns. @throws SheetError, Refusal */
export async function readAgain(
  { db, storage }: Pick<Services, 'db' | 'storage'>,
  { network, tenant }: Pick<Entry, 'network' | 'tenant'>,
  one: OrganisationImport,
  choice:
    | { sheet: number; heading: Heading | null }
    | Pick<OrganisationImport['reading'], 'columns' | 'words'>,
): Promise<OrganisationImport> {
  const book = await bookOf(storage, network.id, one)
  return inTenant(db, tenant, async trx => {
    const before = await openForMapping(trx, network.id, one.id)
    const remembered = await rememberedWords(trx, network.id)
    const reading = 'sheet' in choice ? readingOf(book, choice, remembered) : { ...before.reading, ...choice }
    const preview = previewOf(book, reading)
    await changeImport(trx, network.id, one.id, { state: 'mapping', reading, preview, failure: null })
    return { ...before, state: 'mapping', reading, preview, failure: null }
  })
}

/** Compares the whole file with the network, at once where it is small. @throws Refusal while no column names anything */
export async function startChecking(
  services: Pick<Services, 'db' | 'storage' | 'jobs'>,
  entry: Entry,
  id: string,
): Promise<void> {
  const { network, tenant } = entry
  const one = await inTenant(services.db, tenant, async trx => {
    const found = await openForMapping(trx, network.id, id)
    if (!found.reading.columns.includes('name'))
      throw new Refusal({ field: '', message: 'organisation-import.error.no-name-column' })
    await changeImport(trx, network.id, id, { state: 'checking', failure: null })
    return found
  })
  await begin(services, entry, one)
}

/** @throws Refusal while something is to be decided, or nothing is to be done */
export async function startCarryingOut(
  services: Pick<Services, 'db' | 'storage' | 'jobs'>,
  entry: Entry,
  id: string,
  inviting: Inviting | null,
): Promise<void> {
  const { network, tenant } = entry
  const one = await inTenant(services.db, tenant, trx => approve(trx, network.id, id, inviting))
  await begin(services, entry, one)
}

/** From here on it is to be carried out. @throws Refusal */
export async function approve(
  trx: Trx,
  networkId: string,
  id: string,
  inviting: Inviting | null,
): Promise<OrganisationImport> {
  const found = await findImport(trx, networkId, id, true)
  if (found.state !== 'checked')
    throw new Refusal({ field: '', message: 'organisation-import.error.not-checked' })
  const { undecided, created, changed, unchanged, merged } = found.counts
  if (undecided > 0)
    throw new Refusal({
      field: '',
      message: 'organisation-import.error.undecided',
      values: { count: undecided },
    })
  if (created + changed + unchanged + merged === 0)
    throw new Refusal({ field: '', message: 'organisation-import.error.nothing' })
  await changeImport(trx, networkId, id, { state: 'importing', inviting, failure: null })
  return found
}

export async function discard(
  services: Pick<Services, 'db' | 'storage'>,
  { network, tenant }: Pick<Entry, 'network' | 'tenant'>,
  id: string | null,
): Promise<void> {
  const files = await inTenant(services.db, tenant, trx => discardImports(trx, network.id, id))
  await forgetFiles(services, tenant, files)
}

/** For doors without a page: what is undecided is decided alike for all. */
export async function decideRest(
  db: Db,
  tenant: Tenant,
  id: string,
  near: 'new' | 'complete' | 'overwrite' | 'leave' | null,
): Promise<void> {
  if (near !== null)
    await inTenant(db, tenant, trx => decideAll(trx, tenant.networkId, id, near, 'undecided'))
}

async function begin(
  { db, storage, jobs }: Pick<Services, 'db' | 'storage' | 'jobs'>,
  { network, tenant, actor }: Pick<Entry, 'network' | 'tenant' | 'actor'>,
  one: OrganisationImport,
): Promise<void> {
  const work: ImportWork = {
    networkId: network.id,
    slug: network.slug,
    importId: one.id,
    actor,
  }
  if (one.preview.lines > linesAtOnce) await jobs.send(importQueue, work)
  else await workOn({ db, storage }, work, tenant)
}

async function openForMapping(trx: Trx, networkId: string, id: string): Promise<OrganisationImport> {
  const found = await findImport(trx, networkId, id, true)
  if (!['mapping', 'checked', 'failed'].includes(found.state))
    throw new Refusal({ field: '', message: 'organisation-import.error.under-way' })
  return found
}

async function forgetFiles(
  { db, storage }: Pick<Services, 'db' | 'storage'>,
  tenant: Tenant,
  files: string[],
): Promise<void> {
  const keys = await inTenant(db, tenant, async trx => {
    const removable: string[] = []
    for (const file of files) removable.push(...(await removeFile(trx, tenant.networkId, file)))
    return removable
  })
  await removeObjects(storage, keys)
}

/** Without the folders some browsers tell. */
function nameOf(sent: string): string {
  const name = sent
    .replace(/^.*[/\\]/, '')
    .replace(/\p{Cc}/gu, '')
    .trim()
  return (name || 'organisations').slice(-200)
}
