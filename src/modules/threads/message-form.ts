import type { AppContext } from '#http/context.ts'
import { type FormState, parseForm, readForm, withError } from '#http/form.ts'
import { readUploads } from '#http/uploads.ts'
import type { Entry } from '#modules/network/index.ts'
import { receiveEnclosure } from '#modules/threads/enclosures.ts'
import { longestBody, type MessageInput, messageInput, mostFiles } from '#modules/threads/schema.ts'
import { fileName } from '#platform/files/file-name.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits } from '#platform/files/receiving.ts'

const lists = ['called', 'files'] as const

/**
 * Reads what somebody wants to say, and takes its files in: those stay with the form when it comes back, and go after a day
 * if nothing is said.
 * @throws AppError 'too-large', 'bad-request'
 */
export async function readMessageForm(
  c: AppContext,
  entry: Entry,
): Promise<{ value: MessageInput | null; form: FormState }> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
    return readForm(c, messageInput, lists)
  const { i18n, services } = c.var
  const added: string[] = []
  const refused: string[] = []
  const limits = {
    files: mostFiles,
    bytes: mostFiles * defaultLimits.fileBytes + 2 ** 20,
    fields: 200,
    text: 8 * longestBody,
  }
  const { all, tooMany } = await readUploads(c, limits, async ({ name, content }) => {
    try {
      added.push((await receiveEnclosure(services, entry, name, content)).id)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      refused.push(i18n.t('threads.error.file', { name: fileName(name), why: fileProblem(i18n, error) }))
    }
  })
  const values = Object.fromEntries(
    Object.entries(all).map(([name, given]) => [
      name,
      given.map(text => text.replace(/\r\n?/g, '\n').replaceAll('\0', '')),
    ]),
  )
  values.files = [...(values.files ?? []), ...added]
  const { value, form } = parseForm(c, values, messageInput, lists)
  if (tooMany || values.files.length > mostFiles) refused.push(i18n.t('files.too-many', { most: mostFiles }))
  if (refused.length === 0) return { value, form }
  return { value: null, form: withError(form, 'files', refused.join(' ')) }
}
