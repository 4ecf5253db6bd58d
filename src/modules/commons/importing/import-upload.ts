import { inTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { AppError } from '#kernel/errors.ts'
import { type ImportPayload, importQueue } from '#modules/commons/importing/import-job.ts'
import { announceImport } from '#modules/commons/importing/importing.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import type { Entry } from '#modules/network/index.ts'
import { removeFile } from '#platform/files/files.ts'
import { FileError } from '#platform/files/problem.ts'
import { defaultLimits, receiveFile } from '#platform/files/receiving.ts'

/** A zip of the whole public corpus has about 40 MB. */
export const mostUploadBytes = 200 * 1024 * 1024
const limits = { ...defaultLimits, importBytes: mostUploadBytes }

/**
 * Takes in what is sent, to be imported in the background. What it is shows in its first bytes, not in what it is called.
 * @returns the id of the import, which can be followed from now on
 * @throws AppError 'too-large', 'unsupported-type' or 'invalid-input'; nothing is kept then
 */
export async function receiveUpload(
  c: AppContext,
  entry: Entry,
  input: { name: string; visibility: Visibility },
): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > mostUploadBytes)
    throw new FileError('too-large', { megabytes: mostUploadBytes / 2 ** 20 })
  const body = c.req.raw.body
  if (!body) throw new AppError('bad-request')
  // The types of browsers do not know that their streams can be gone through.
  const upload = await takeIn(c, entry, input.name, body as unknown as AsyncIterable<Uint8Array>)
  return sendToImport(c, entry, upload, input)
}

/**
 * Keeps what is sent for a day at most, until it is sent to be imported.
 * @returns the id of the file
 * @throws AppError 'too-large', 'unsupported-type' or 'invalid-input'; nothing is kept then
 */
export async function takeIn(
  c: AppContext,
  entry: Entry,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  if (/[/\\\0]/.test(name))
    throw new AppError('invalid-input', {
      fields: [{ field: 'name', message: 'field.file-name' }],
    })
  const { db, storage } = c.var.services
  const file = {
    name,
    purpose: 'import',
    visibility: 'network',
    uploadedBy: entry.tenant.accountId ?? null,
  } as const
  const { id } = await receiveFile(db, storage, entry.tenant, file, inspected(content), limits)
  return id
}

/** Has what was taken in imported. @returns the id of the import; where that fails, nothing is kept */
export async function sendToImport(
  c: AppContext,
  entry: Entry,
  upload: string,
  input: { name: string; visibility: Visibility },
): Promise<string> {
  const { db, jobs } = c.var.services
  const { network, tenant, actor } = entry
  try {
    const importId = await inTenant(db, tenant, trx =>
      announceImport(trx, network.id, { origin: input.name, visibility: input.visibility }),
    )
    await jobs.send(importQueue, {
      networkId: network.id,
      importId,
      upload,
      origin: input.name,
      visibility: input.visibility,
      actor,
    } satisfies ImportPayload)
    return importId
  } catch (error) {
    await dropUpload(c, entry, upload)
    throw error
  }
}

/** Forgets what was taken in and will not be imported. */
export async function dropUpload(c: AppContext, { network, tenant }: Entry, upload: string): Promise<void> {
  const { db } = c.var.services
  const keys = await inTenant(db, tenant, trx => removeFile(trx, network.id, upload))
  await removeBytes(c, keys)
}

/** Lets text and zips pass. */
async function* inspected(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    if (bytes === 0 && !looksRight(chunk))
      throw new AppError('unsupported-type', { params: { types: 'text/markdown, application/zip' } })
    bytes += chunk.length
    yield chunk
  }
}

/** A zip begins with PK; text has no NUL. What is not UTF-8 is refused page by page, with the line. */
function looksRight(start: Uint8Array): boolean {
  return (start[0] === 0x50 && start[1] === 0x4b) || !start.subarray(0, 512).includes(0)
}
