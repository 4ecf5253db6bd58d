import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href, routes } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { isLocale, locales } from '#kernel/locale.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { postAnswers, showAnswers } from '#modules/commons/writing/answer-endpoint.ts'
import { openAuthorPages } from '#modules/commons/writing/author-pages.ts'
import { createDocument, listDocuments } from '#modules/commons/writing/documents.ts'
import { postPicture } from '#modules/commons/writing/picture-endpoint.ts'
import { openRenewalPages } from '#modules/commons/writing/renewal-pages.ts'
import { openReviewPages } from '#modules/commons/writing/review/review-pages.ts'
import { mayReview, reviewTerms } from '#modules/commons/writing/review/reviewers.ts'
import { openSharingPages } from '#modules/commons/writing/sharing-pages.ts'
import { keepWhatWasTyped } from '#modules/commons/writing/typed-again.ts'
import { WritingListPage } from '#modules/commons/writing/views/writing-list-page.tsx'
import { postWriting, showWriting } from '#modules/commons/writing/writing-form.ts'
import { entryOf, openPage } from '#modules/network/index.ts'

/** Where members write in the commons. */
export function openWritingPages(app: Hono<AppEnv>): void {
  app.on('POST', routes.writingPage, keepWhatWasTyped)
  openPage(app, 'writing', { GET: showMine, POST: postNew })
  openPage(app, 'writingPage', { GET: showWriting, POST: postWriting })
  openPage(app, 'writingAnswers', { GET: showAnswers, POST: postAnswers })
  openPage(app, 'writingPictures', { POST: postPicture })
  openAuthorPages(app)
  openSharingPages(app)
  openRenewalPages(app)
  openReviewPages(app)
}

export function showMine(c: AppContext): Promise<Response> {
  const { locale } = c.var
  // A template's page leads here with it chosen already.
  return minePage(c, formOf({ template: c.req.query('template') ?? null, language: locale, title: '' }), 200)
}

async function postNew(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, newPageForm)
  if (!value) return minePage(c, form, 422)
  const id = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const template = (await templatesOf(trx, entry.network.id)).find(({ key }) => key === value.template)
    return template ? createDocument(trx, entry, { ...value, template }) : null
  })
  if (id === null)
    return minePage(c, { ...form, errors: { template: c.var.i18n.t('form.error.choose') } }, 422)
  const { locale } = c.var
  return redirectDone(
    c,
    href('writingPage', { locale, network: entry.network.slug, document: id }),
    'page-begun',
  )
}

const newPageForm = z.object({
  template: z.string().min(1).max(100),
  language: z.enum(locales),
  title: z.string().trim().min(1).max(500),
})

async function minePage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, personId } = entry
  const after = positionOf(c.req.query('after'))
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    templates: await templatesOf(trx, network.id),
    reviews: mayReview(await reviewTerms(trx, network.id), entry),
    mine:
      personId === null
        ? { documents: [], more: false }
        : await listDocuments(trx, network.id, personId, { after }),
  }))
  const last = found.mine.more ? found.mine.documents.at(-1) : undefined
  return page(
    c,
    WritingListPage,
    {
      network,
      form,
      templates: found.templates,
      reviews: found.reviews,
      documents: found.mine.documents,
      next: last ? `${last.writtenAt.toISOString()}_${last.id}` : null,
      first: after === null,
      languages: [...new Set([...network.languages, ...locales])].filter(isLocale),
    },
    { status },
  )
}

/** What is no position of ours is nowhere. @throws AppError 'not-found' */
function positionOf(text: string | undefined): { writtenAt: Date; id: string } | null {
  if (text === undefined) return null
  const [time = '', id = ''] = text.split('_')
  const writtenAt = new Date(time)
  if (Number.isNaN(writtenAt.getTime()) || !isId(id)) throw new AppError('not-found')
  return { writtenAt, id }
}
