import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { candidates, inviteAuthor, removeAuthor } from '#modules/commons/writing/authors.ts'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { spendLetter } from '#modules/commons/writing/letters.ts'
import { AuthorsPage } from '#modules/commons/writing/views/authors-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

/** Who writes in a page. */
export function openAuthorPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingAuthors', { GET: c => authorsPage(c, emptyForm, 200), POST: postAuthor })
  openPage(app, 'writingAuthorRemoval', { POST: postRemoval })
}

async function postAuthor(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, z.object({ person: z.uuid({ error: 'form.error.choose' }) }))
  if (!value) return authorsPage(c, form, 422)
  await spendLetter(c, entry)
  await inTenant(db, entry.tenant, trx => inviteAuthor(trx, entry, documentId(c), value.person, linkOrigin))
  return redirectDone(c, address(c), 'author-added')
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const person = c.req.param('person') ?? ''
  try {
    await inTenant(c.var.services.db, entry.tenant, trx => removeAuthor(trx, entry, documentId(c), person))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    return authorsPage(c, withError(emptyForm, '', c.var.i18n.t('writing.authors.last')), 409)
  }
  // Who left a draft reads it no more.
  const { locale } = c.var
  const left = person === entry.personId
  return redirectDone(
    c,
    left ? href('writing', { locale, network: entry.network.slug }) : address(c),
    'author-removed',
  )
}

async function authorsPage(c: AppContext, form: FormState, status: 200 | 409 | 422): Promise<Response> {
  const entry = entryOf(c)
  const q = (c.req.query('q') ?? '').slice(0, 200).trim()
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, documentId(c), 'write')
    return { document, people: await candidates(trx, document, q) }
  })
  return page(c, AuthorsPage, { network: entry.network, ...found, q, form, own: entry.personId }, { status })
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}

function address(c: AppContext): string {
  const { network } = entryOf(c)
  return href('writingAuthors', {
    locale: c.var.locale,
    network: network.slug,
    document: documentId(c),
  })
}
