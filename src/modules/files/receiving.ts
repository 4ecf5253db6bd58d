import { inTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readUploads } from '#http/uploads.ts'
import { keepFiles } from '#modules/files/files.ts'
import type { Entry } from '#modules/network/index.ts'
import { fileName } from '#platform/files/file-name.ts'
import type { FileVisibility, StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits, receiveFile } from '#platform/files/receiving.ts'

/** How many files one form may bring. */
export const mostFiles = 10
const mostBytes = mostFiles * defaultLimits.fileBytes + 2 ** 20

export interface Received {
  added: StoredFile[]
  /** What was not taken, and why, in the reader's language. */
  refused: { name: string; why: string }[]
}

/**
 * Takes in the files of a form, and keeps those that can be kept. Who may read them is known at the end of the form: until
 * then they are for the network alone, and swept away if the end never comes.
 * @throws AppError 'too-large', 'bad-request'
 */
export async function receiveForm(c: AppContext, entry: Entry): Promise<Received> {
  const { i18n, services } = c.var
  const added: StoredFile[] = []
  const refused: Received['refused'] = []
  const { fields, tooMany } = await readUploads(c, { files: mostFiles, bytes: mostBytes }, async upload => {
    try {
      added.push(await receiveAttachment(c, entry, upload.name, upload.content))
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      refused.push({ name: fileName(upload.name), why: fileProblem(i18n, error) })
    }
  })
  const visibility = permitted(entry, fields.visibility)
  await inTenant(services.db, entry.tenant, trx => keepFiles(trx, entry, added, visibility))
  if (tooMany) refused.push({ name: '…', why: i18n.t('files.too-many', { most: mostFiles }) })
  return { added: added.map(file => ({ ...file, visibility })), refused }
}

/** Takes in one file that is the whole of what was sent. @throws FileError */
export async function receiveBody(
  c: AppContext,
  entry: Entry,
  input: { name: string; visibility: FileVisibility },
): Promise<StoredFile> {
  const content = (c.req.raw.body ?? []) as unknown as AsyncIterable<Uint8Array>
  if (Number(c.req.header('content-length') ?? 0) > defaultLimits.fileBytes)
    throw new FileError('too-large', { megabytes: defaultLimits.fileBytes / 2 ** 20 })
  const file = await receiveAttachment(c, entry, input.name, content)
  const visibility = permitted(entry, input.visibility)
  await inTenant(c.var.services.db, entry.tenant, trx => keepFiles(trx, entry, [file], visibility))
  return { ...file, visibility }
}

/** For the network alone, and swept away after a day if nobody keeps it. @throws FileError */
export function receiveAttachment(
  c: AppContext,
  entry: Entry,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<StoredFile> {
  const { db, storage } = c.var.services
  const uploadedBy = entry.actor.accountId
  return receiveFile(
    db,
    storage,
    entry.tenant,
    { name, purpose: 'attachment', visibility: 'network', uploadedBy },
    content,
  )
}

/** What was not asked for is not shown to everyone, and in a private network nothing is. */
function permitted({ network }: Entry, asked: string | undefined): FileVisibility {
  return asked === 'public' && network.visibility === 'public' ? 'public' : 'network'
}
