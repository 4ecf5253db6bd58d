import type { Hono } from 'hono'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { rank } from '#http/policies.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { facetOf } from '#modules/commons/facets.ts'
import { findItem, type Item, itemsByFacet, readItem } from '#modules/commons/items.ts'
import { itemFormats } from '#modules/commons/publication/document-response.ts'
import { translatedExport } from '#modules/commons/publication/item-export.ts'
import { progressOf } from '#modules/commons/translations/comparison.ts'
import { editSheet, fieldsOf } from '#modules/commons/translations/edit-sheet.ts'
import { isLanguage, languagesToOffer } from '#modules/commons/translations/languages.ts'
import { readingParts } from '#modules/commons/translations/reading-parts.ts'
import { translatedJson, translatedMarkdown } from '#modules/commons/translations/translated-page.ts'
import {
  beginTranslation,
  comparisonOf,
  findTranslation,
  removeTranslation,
  saveTranslation,
  shareTranslation,
  type Translation,
  translationsOf,
  translatorsOf,
} from '#modules/commons/translations/translations.ts'
import { TranslatedItemPage } from '#modules/commons/translations/views/translated-item-page.tsx'
import { TranslationPage } from '#modules/commons/translations/views/translation-page.tsx'
import { TranslationsPage } from '#modules/commons/translations/views/translations-page.tsx'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export function openTranslationPages(app: Hono<AppEnv>): void {
  openPage(app, 'itemIn', { GET: showItemIn })
  openPage(app, 'itemInFile', { GET: showItemInFile })
  openPage(app, 'itemTranslations', { GET: showTranslations, POST: postTranslations })
  openPage(app, 'translation', { GET: showTranslation, POST: postTranslation })
  openPage(app, 'translationSharing', { POST: postSharing })
  openPage(app, 'translationRemoval', { POST: postRemoval })
}

/** An item in another language, as those who translated it put it. */
async function showItemIn(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const language = languageOf(c)
  c.set('shared', { networkId: network.id })
  return readTenant(c.var.services.db, tenant, async trx => {
    const item = await requiredItem(c, trx)
    const translation = await requiredTranslation(trx, network.id, item, language)
    if (translation.state !== 'shared') throw new AppError('not-found')
    const comparison = await comparisonOf(trx, network.id, item, language)
    const parts = readingParts(comparison.passages)
    const number = Number(c.req.query('part') ?? 1)
    const passages = parts[number - 1]
    if (!passages) throw new AppError('not-found')
    const { facts } = readItem(item)
    return page(c, TranslatedItemPage, {
      network,
      item,
      translation,
      comparison,
      passages,
      part: { number, of: parts.length },
      facts,
      families: await itemsByFacet(trx, network.id, [
        ...item.facets,
        ...facts.tags.map(tag => facetOf(tag.kind, tag.family)),
      ]),
      translators: await translatorsOf(trx, network.id, item.id, language),
      others: await translationsOf(trx, network.id, item.id),
    })
  })
}

/** The translation to take away: as it is kept, or as a document, which takes longer to make. */
async function showItemInFile(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const language = languageOf(c)
  const format = itemFormats.find(one => c.req.param('file') === `page.${one}`)
  if (!format) throw new AppError('not-found')
  if (format === 'pdf' || format === 'docx') await limitAddress(c, 'export')
  const answer = await readTenant(c.var.services.db, tenant, async trx => {
    const item = await requiredItem(c, trx)
    const translation = await requiredTranslation(trx, network.id, item, language)
    if (translation.state !== 'shared') throw new AppError('not-found')
    const { passages } = await comparisonOf(trx, network.id, item, language)
    if (format === 'json') {
      const body = JSON.stringify(translatedJson(item, translation, passages))
      return c.body(body, 200, { 'content-type': 'application/json' })
    }
    const source = translatedMarkdown(item, language, passages)
    if (format === 'md') return c.body(source, 200, { 'content-type': 'text/markdown; charset=utf-8' })
    const title = translation.title ?? item.title
    return translatedExport(c, trx, { ...item, source, language, title }, format)
  })
  return answer instanceof Response ? answer : answer()
}

async function showTranslations(c: AppContext): Promise<Response> {
  return translationsPage(c, emptyForm)
}

async function translationsPage(c: AppContext, form: FormState): Promise<Response> {
  const { network, tenant } = entryOf(c)
  return readTenant(c.var.services.db, tenant, async trx => {
    const item = await requiredItem(c, trx)
    const translations = await translationsOf(trx, network.id, item.id)
    const offered = languagesToOffer(
      item.language,
      translations.map(({ language }) => language),
    )
    return page(
      c,
      TranslationsPage,
      { network, item, translations, offered, form },
      { status: Object.keys(form.errors).length > 0 ? 422 : 200 },
    )
  })
}

const beginning = z.object({ language: z.string().refine(isLanguage, { error: 'form.error.choose' }) })

async function postTranslations(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, beginning)
  if (!value) return translationsPage(c, form)
  const { language } = value
  try {
    await inTenant(c.var.services.db, entry.tenant, async trx => {
      const item = await requiredItem(c, trx)
      await beginTranslation(trx, entry, item, language)
    })
  } catch (error) {
    return translationsPage(c, refused(c, form, error))
  }
  return c.redirect(addressOf(c, 'translation', language), 303)
}

async function showTranslation(c: AppContext): Promise<Response> {
  return translationPage(c, emptyForm)
}

/** @param form what was sent and not kept, with why */
async function translationPage(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const language = languageOf(c)
  return readTenant(c.var.services.db, tenant, async trx => {
    const item = await requiredItem(c, trx)
    const translation = await requiredTranslation(trx, network.id, item, language)
    const comparison = await comparisonOf(trx, network.id, item, language)
    const sheet = editSheet(comparison, c.req.query('from'))
    return page(
      c,
      TranslationPage,
      {
        network,
        item,
        translation,
        sheet,
        left: comparison.left,
        progress: progressOf(comparison),
        tends: tends(entry, translation),
        form,
      },
      { status: Object.keys(form.errors).length > 0 ? 409 : 200 },
    )
  })
}

/** Names of the fields are those of the passages: a schema cannot name them beforehand. */
const fields = z.record(z.string().max(400), z.string().max(200_000))

async function postTranslation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const language = languageOf(c)
  const { value, form } = await readForm(c, fields)
  if (!value) return translationPage(c, form)
  const { t } = c.var.i18n
  const result = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const item = await requiredItem(c, trx)
    await requiredTranslation(trx, entry.network.id, item, language)
    return saveTranslation(trx, entry, item, language, fieldsOf(value))
  })
  let again = form
  for (const { path, theirs } of result.conflicts)
    again = withError(again, `text:${path}`, t('translations.error.conflict', { theirs }))
  for (const path of result.outdated)
    again = withError(again, `text:${path}`, t('translations.error.outdated'))
  if (again !== form) return translationPage(c, again)
  const from = value.next ?? value.from ?? ''
  const place = /^\d{1,6}$/.test(from) ? `?from=${from}` : ''
  return redirectDone(c, `${addressOf(c, 'translation', language)}${place}`, 'translation-saved')
}

const sharing = z.object({ state: z.enum(['draft', 'shared']) })

async function postSharing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const language = languageOf(c)
  const { value, form } = await readForm(c, sharing)
  if (!value) return translationPage(c, form)
  const { state } = value
  try {
    await inTenant(c.var.services.db, entry.tenant, async trx => {
      const item = await requiredItem(c, trx)
      const translation = await requiredTranslation(trx, entry.network.id, item, language)
      if (state === 'draft' && !tends(entry, translation)) throw new AppError('forbidden')
      await shareTranslation(trx, entry, item, language, state)
    })
  } catch (error) {
    return translationPage(c, refused(c, emptyForm, error))
  }
  return state === 'shared'
    ? redirectDone(c, addressOf(c, 'itemIn', language), 'translation-shared')
    : redirectDone(c, addressOf(c, 'translation', language), 'translation-taken-back')
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const language = languageOf(c)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const item = await requiredItem(c, trx)
    const translation = await requiredTranslation(trx, network.id, item, language)
    if (!tends(entry, translation)) throw new AppError('forbidden')
    await removeTranslation(trx, entry, item, language)
  })
  const here = { locale: c.var.locale, network: network.slug, slug: c.req.param('slug') ?? '' }
  return redirectDone(c, href('itemTranslations', here), 'translation-removed')
}

/** Who began it, and those who look after the network, take it back or away. */
function tends(entry: Entry, { personId }: Translation): boolean {
  return (personId !== null && personId === entry.personId) || rank(entry.role) >= rank('facilitator')
}

/** What the domain would not do, as the page says it. @throws anything else */
function refused(c: AppContext, form: FormState, error: unknown): FormState {
  if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
  return error.fields.reduce(
    (so, { field, message }) => withError(so, field, c.var.i18n.t(message as MessageKey)),
    form,
  )
}

async function requiredItem(c: AppContext, trx: Trx): Promise<Item> {
  const item = await findItem(trx, entryOf(c).network.id, c.req.param('slug') ?? '')
  if (!item) throw new AppError('not-found')
  return item
}

async function requiredTranslation(
  trx: Trx,
  networkId: string,
  item: Item,
  language: string,
): Promise<Translation> {
  const found = await findTranslation(trx, networkId, item.id, language)
  if (!found) throw new AppError('not-found')
  return found
}

function languageOf(c: AppContext): string {
  const language = c.req.param('language') ?? ''
  if (!isLanguage(language)) throw new AppError('not-found')
  return language
}

function addressOf(c: AppContext, route: 'translation' | 'itemIn', language: string): string {
  const slug = c.req.param('slug') ?? ''
  return href(route, { locale: c.var.locale, network: entryOf(c).network.slug, slug, language })
}
