import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { inTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { importQueue, uploadFolder } from '#modules/commons/importing/import-job.ts'
import { announceImport } from '#modules/commons/importing/importing.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import type { Entry } from '#modules/network/index.ts'

/** A zip of the whole public corpus has about 40 MB. */
const mostUploadBytes = 200 * 1024 * 1024

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
  if (/[/\\\0]/.test(input.name))
    throw new AppError('invalid-input', {
      fields: [{ field: 'name', message: 'A file name, without folders' }],
    })
  if (Number(c.req.header('content-length') ?? 0) > mostUploadBytes) throw tooLarge()
  const body = c.req.raw.body
  if (!body) throw new AppError('bad-request')
  const { db, config, jobs } = c.var.services
  const folder = uploadFolder(config.dataFolder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const upload = newId()
  const path = join(folder, upload)
  try {
    await pipeline(
      Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
      inspected(),
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    )
    const { network, tenant } = entry
    const importId = await inTenant(db, tenant, trx =>
      announceImport(trx, network.id, { origin: input.name, visibility: input.visibility }),
    )
    await jobs.send(importQueue, {
      networkId: network.id,
      importId,
      upload,
      origin: input.name,
      visibility: input.visibility,
    })
    return importId
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

/** Lets text and zips pass, up to the limit. */
function inspected(): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytes === 0 && !looksRight(chunk))
        return done(new AppError('unsupported-type', { params: { types: 'text/markdown, application/zip' } }))
      bytes += chunk.length
      if (bytes > mostUploadBytes) return done(tooLarge())
      done(null, chunk)
    },
    flush(done) {
      done(bytes === 0 ? new AppError('bad-request') : null)
    },
  })
}

/** A zip begins with PK; text has no NUL. What is not UTF-8 is refused page by page, with the line. */
function looksRight(start: Buffer): boolean {
  return (start[0] === 0x50 && start[1] === 0x4b) || !start.subarray(0, 512).includes(0)
}

function tooLarge(): AppError {
  return new AppError('too-large', { params: { megabytes: mostUploadBytes / 2 ** 20 } })
}
