import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { keepInDocument } from '#modules/commons/writing/attachments.ts'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { receiveAttachment } from '#modules/files/index.ts'
import { entryOf } from '#modules/network/index.ts'
import type { StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits } from '#platform/files/receiving.ts'

/**
 * Takes in a picture for a page being written, from its editor of rich text, and says where it is: without the name of the
 * host, which may come to have another. 422 with why it was not taken.
 */
export async function postPicture(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const id = c.req.param('document') ?? ''
  // Whoever may not write here need not send anything first.
  await readTenant(db, entry.tenant, trx => openDocument(trx, entry, id, 'write'))
  await limitAddress(c, 'import')
  const received: StoredFile[] = []
  try {
    await readUploads(
      c,
      { files: 1, bytes: defaultLimits.fileBytes + 2 ** 20 },
      async ({ name, content }) => {
        received.push(await receiveAttachment(c, entry, name, content))
      },
    )
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return c.json({ why: fileProblem(c.var.i18n, error) }, 422)
  }
  const [file] = received
  if (!file) throw new AppError('bad-request')
  await inTenant(db, entry.tenant, async trx => {
    await openDocument(trx, entry, id, 'write')
    await keepInDocument(trx, entry, id, received)
  })
  return c.json(
    { src: href('file', { locale: c.var.locale, network: entry.network.slug, id: file.id }) },
    201,
  )
}
