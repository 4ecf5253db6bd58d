import type { Hono } from 'hono'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { namesOf, readHistory } from '#modules/commons/history/changes.ts'
import { showItemComparison } from '#modules/commons/history/item-comparison-page.ts'
import { readStates, writersBetween } from '#modules/commons/history/reading-states.ts'
import { planRestoration, restore } from '#modules/commons/history/restoration.ts'
import { rowNames } from '#modules/commons/history/rows.ts'
import { happenings } from '#modules/commons/history/sittings.ts'
import { differing } from '#modules/commons/history/states.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { ComparisonPage } from '#modules/commons/history/views/comparison-page.tsx'
import { HistoryPage } from '#modules/commons/history/views/history-page.tsx'
import { RestorationPage } from '#modules/commons/history/views/restoration-page.tsx'
import type { Template } from '#modules/commons/templates/template.ts'
import {
  type CommonsDocument,
  isShared,
  mayWrite,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'

/** What was written when and by whom, compared and brought back; and versions of items side by side. */
export function openHistoryPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingHistory', { GET: showHistory })
  openPage(app, 'writingComparison', { GET: showComparison })
  openPage(app, 'writingRestoration', { GET: showRestoration, POST: postRestoration })
  openPage(app, 'itemComparison', { GET: showItemComparison })
}

/** Answers that are compared on one page; the rest is said to be there. */
const mostAnswers = 300

async function showHistory(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const before = revisionIn(c, 'before')
  return reading(c, async (trx, document, template) => {
    const { changes, publications, next } = await readHistory(trx, document, before)
    const all = happenings(changes, publications)
    const names = await namesOf(
      trx,
      network.id,
      [...changes, ...publications].map(({ personId }) => personId),
    )
    return page(c, HistoryPage, { network, document, template, happenings: all, names, next })
  })
}

async function showComparison(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  return reading(c, async (trx, document, template) => {
    const to = Math.min(revisionIn(c, 'to') ?? document.revision, document.revision)
    const from = revisionIn(c, 'from') ?? 0
    if (from > to) throw new AppError('not-found')
    const states = await readStates(trx, document, template, [from, to])
    const all = differing(template, states.from, states.to)
    const answers = all.slice(0, mostAnswers)
    const writers = await writersBetween(trx, document, [from, to])
    const names = await namesOf(trx, network.id, [...writers.values()].flat())
    return page(c, ComparisonPage, {
      network,
      document,
      template,
      from,
      to,
      moments: states.moments,
      answers,
      rows: rowNames(template, states.from, states.to),
      rest: all.length - answers.length,
      writers,
      names,
    })
  })
}

async function showRestoration(c: AppContext): Promise<Response> {
  const revision = revisionIn(c, 'revision')
  if (revision === null) throw new AppError('not-found')
  return restorationPage(c, { revision, path: c.req.query('path') ?? null }, emptyForm, 200)
}

async function postRestoration(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, restorationForm)
  if (!value) throw new AppError('bad-request')
  const restored = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await waitForTurn(trx, await openDocument(trx, entry, documentIn(c), 'write'))
    return restore(trx, entry, document, await templateOfDocument(trx, document), value)
  })
  if (restored === null)
    return restorationPage(c, value, withError(form, '', c.var.i18n.t('history.restoration.meanwhile')), 409)
  const here = { locale: c.var.locale, network: entry.network.slug, document: documentIn(c) }
  return redirectDone(c, href('writingHistory', here), restored > 0 ? 'answers-restored' : undefined)
}

const restorationForm = z.object({
  revision: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  seen: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  path: z
    .string()
    .max(300)
    .optional()
    .transform(path => path ?? null),
})

async function restorationPage(
  c: AppContext,
  { revision, path }: { revision: number; path: string | null },
  form: FormState,
  status: 200 | 409,
): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, documentIn(c), 'write')
    if (revision > document.revision) throw new AppError('not-found')
    const template = await templateOfDocument(trx, document)
    const plan = await planRestoration(trx, document, template, { revision, path })
    return { document, template, answers: plan.differences, rows: plan.rows, moment: plan.moment }
  })
  return page(c, RestorationPage, { network: entry.network, ...found, revision, path, form }, { status })
}

/**
 * For those who write the page, and those who review a draft. What was written and never published is for nobody else:
 * readers have the versions.
 */
async function reading(
  c: AppContext,
  work: (trx: Trx, document: CommonsDocument, template: Template) => Promise<Response>,
): Promise<Response> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, documentIn(c), 'read')
    if (!seesHistory(entry, document)) {
      if (document.slug === null) throw new AppError('not-found')
      const here = { locale: c.var.locale, network: entry.network.slug, slug: document.slug }
      return c.redirect(href('itemVersions', here), 303)
    }
    return work(trx, document, await templateOfDocument(trx, document))
  })
}

function seesHistory(entry: Entry, document: CommonsDocument): boolean {
  return mayWrite(entry, document) || !isShared(document)
}

/** @throws AppError 'not-found' for what is no revision */
function revisionIn(c: AppContext, name: string): number | null {
  const given = c.req.query(name)
  if (given === undefined) return null
  if (!/^\d{1,15}$/.test(given)) throw new AppError('not-found')
  return Number(given)
}

function documentIn(c: AppContext): string {
  return c.req.param('document') ?? ''
}
