import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { mostFiles, receiveAttachment } from '#modules/files/index.ts'
import { keepGroupFiles, listGroupFiles } from '#modules/groups/group-files.ts'
import { openGroup } from '#modules/groups/opening.ts'
import { slugOf } from '#modules/groups/pages.ts'
import { GroupFilesPage, type Refused } from '#modules/groups/views/files-page.tsx'
import { entryOf } from '#modules/network/index.ts'
import { fileName } from '#platform/files/file-name.ts'
import type { StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits } from '#platform/files/receiving.ts'

export async function showGroupFiles(c: AppContext): Promise<Response> {
  return answerFiles(c, null)
}

/** What is received belongs to the group before anybody else could see it: both are one transaction. */
export async function postGroupFiles(c: AppContext): Promise<Response> {
  await limitAddress(c, 'import')
  const entry = entryOf(c)
  const { db } = c.var.services
  const { group } = await readTenant(db, entry.tenant, trx => openGroup(trx, entry, slugOf(c), 'take-part'))
  const added: StoredFile[] = []
  const refused: Refused[] = []
  const limits = { files: mostFiles, bytes: mostFiles * defaultLimits.fileBytes + 2 ** 20 }
  const { tooMany } = await readUploads(c, limits, async upload => {
    try {
      added.push(await receiveAttachment(c, entry, upload.name, upload.content))
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      refused.push({ name: fileName(upload.name), why: fileProblem(c.var.i18n, error) })
    }
  })
  await inTenant(db, entry.tenant, async trx => {
    await openGroup(trx, entry, group.id, 'take-part')
    await keepGroupFiles(trx, entry, group, added)
  })
  if (tooMany) refused.push({ name: '…', why: c.var.i18n.t('files.too-many', { most: mostFiles }) })
  if (added.length === 0 || refused.length > 0) return answerFiles(c, refused)
  const here = { locale: c.var.locale, network: entry.network.slug, group: group.slug }
  return redirectDone(c, href('groupFiles', here), 'files-added')
}

async function answerFiles(c: AppContext, refused: Refused[] | null): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'read')
    const after = c.req.query('after')
    return { opened, ...(await listGroupFiles(trx, entry.network.id, opened.group.id, { after })) }
  })
  return page(
    c,
    GroupFilesPage,
    { network: entry.network, ...found, refused },
    { status: refused ? 422 : 200 },
  )
}
