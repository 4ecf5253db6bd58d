import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads, type Upload } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import {
  dropUpload,
  mostUploadBytes,
  sendToImport,
  takeIn,
} from '#modules/commons/importing/import-upload.ts'
import { findImport, listImports, listProblems } from '#modules/commons/importing/imports.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import { ImportPage } from '#modules/commons/views/import-page.tsx'
import { ImportsPage } from '#modules/commons/views/imports-page.tsx'
import { type Entry, entryOf } from '#modules/network/index.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'

/** As long as the API takes; the name is how a page is known from one import to the next, so it is not cut. */
const longestName = 200

/** What surrounds the file in a form. */
const formBytes = 2 ** 20

export async function showImports(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  return importsPage(c, formOf({ visibility: network.visibility === 'public' ? 'public' : 'network' }), 200)
}

/** One page or one zip, sent by a form. */
export async function postImports(c: AppContext): Promise<Response> {
  await limitAddress(c, 'import')
  const entry = entryOf(c)
  const { locale } = c.var
  const { upload, form, visibility } = await receiveForm(c, entry)
  if (!upload || Object.keys(form.errors).length > 0) {
    if (upload) await dropUpload(c, entry, upload.id)
    return importsPage(c, form, 422)
  }
  const id = await sendToImport(c, entry, upload.id, { name: upload.name, visibility })
  return c.redirect(href('commonsImport', { locale, network: entry.network.slug, id }), 303)
}

export async function showImport(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const id = c.req.param('id') ?? ''
  if (!isId(id)) throw new AppError('not-found')
  const after = positionOf(c.req.query('after'))
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const one = await findImport(trx, network.id, id)
    if (!one) throw new AppError('not-found')
    return { one, ...(await listProblems(trx, network.id, id, after)) }
  })
  return page(c, ImportPage, {
    network,
    ...found,
    // Whoever reads on in the list is not thrown about in it.
    still: c.req.query('still') !== undefined || after >= 0,
  })
}

async function importsPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const imports = await readTenant(c.var.services.db, tenant, trx => listImports(trx, network.id))
  return page(c, ImportsPage, { network, form, imports }, { status })
}

/** Who may read is known at the end of the form; until then what came is kept, and imported by nobody. */
async function receiveForm(
  c: AppContext,
  entry: Entry,
): Promise<{ upload: { id: string; name: string } | null; form: FormState; visibility: Visibility }> {
  const { i18n } = c.var
  let upload: { id: string; name: string } | null = null
  let problem: string | null = null
  const take = async ({ name, content }: Upload) => {
    try {
      problem = refusedName(c, name)
      if (problem === null) upload = { id: await takeIn(c, entry, name, content), name }
    } catch (error) {
      problem = said(c, name, error)
    }
  }
  const limits = { files: 1, bytes: mostUploadBytes + formBytes }
  const { fields, tooMany } = await readUploads(c, limits, take).catch(error => {
    if (!(error instanceof AppError) || error.code !== 'too-large') throw error
    // What was sent with it was not read to its end.
    problem = tooLarge(c)
    return { fields: {} as Record<string, string>, tooMany: false }
  })
  if (tooMany) problem ??= i18n.t('commons.imports.one-file')
  if (!upload) problem ??= i18n.t('commons.imports.no-file')
  const visibility = permitted(entry, fields.visibility)
  const form = formOf({ visibility })
  return { upload, visibility, form: problem === null ? form : withError(form, 'file', problem) }
}

function refusedName(c: AppContext, name: string): string | null {
  const { t } = c.var.i18n
  if (!/\.(?:md|zip)$/i.test(name)) return t('commons.imports.wrong-type', { name })
  return name.length > longestName ? t('commons.imports.name-too-long', { most: longestName }) : null
}

/** Why it is not taken in. @throws what is nobody's mistake */
function said(c: AppContext, name: string, error: unknown): string {
  const { i18n } = c.var
  if (error instanceof FileError) return fileProblem(i18n, error)
  const code = error instanceof AppError ? error.code : null
  if (code === 'unsupported-type' || code === 'invalid-input')
    return i18n.t('commons.imports.wrong-type', { name })
  throw error
}

function tooLarge(c: AppContext): string {
  return fileProblem(c.var.i18n, new FileError('too-large', { megabytes: mostUploadBytes / 2 ** 20 }))
}

/** What was not asked for is not shown to everyone, and in a private network nothing is. */
function permitted({ network }: Entry, asked: string | undefined): Visibility {
  return asked === 'public' && network.visibility === 'public' ? 'public' : 'network'
}

/** What is not understood counts as the beginning. */
function positionOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1
}
