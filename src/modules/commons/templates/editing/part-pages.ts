import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { placeOf } from '#modules/commons/templates/editing/door.ts'
import { changeDraft, findDraft, type TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import {
  frameForm,
  frameOf,
  partErrors,
  questionForm,
  questionOf,
  sectionForm,
  sectionOf,
} from '#modules/commons/templates/editing/part-form.ts'
import {
  keysBeside,
  type PartAddress,
  placed,
  questionAt,
  readPartAddress,
  sectionAt,
} from '#modules/commons/templates/editing/parts.ts'
import type { Sent } from '#modules/commons/templates/editing/texts-form.ts'
import type { Template, TemplateQuestion, TemplateSection } from '#modules/commons/templates/template.ts'
import { PartPage } from '#modules/commons/templates/views/part-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

export function openPartPages(app: Hono<AppEnv>): void {
  openPage(app, 'templatePart', { GET: showPart, POST: postPart })
}

/** A part of a template being changed, or the place a new one goes to. */
interface OpenPart {
  draft: TemplateDraft
  address: PartAddress
  isNew: 'section' | 'question' | null
  /** Null for a new part, and for the template itself. */
  part: TemplateSection | TemplateQuestion | null
}

async function showPart(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const { draft, address, isNew, part } = await openPart(c)
  return page(c, PartPage, { network, draft, address, isNew, form: formFor(draft, isNew, part) })
}

function formFor(draft: TemplateDraft, isNew: OpenPart['isNew'], part: OpenPart['part']): FormState {
  if (isNew) return isNew === 'section' ? sectionForm(null) : questionForm(null)
  if (part === null) return frameForm(draft.template)
  return 'heading' in part ? sectionForm(part) : questionForm(part)
}

/** Every field as it is typed: what they mean together, `part-form.ts` says. */
const sentPart = z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional())

async function postPart(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const { i18n, locale } = c.var
  const { draft, address, isNew, part: known } = await openPart(c)
  const { value, form } = await readForm(c, sentPart, ['when'])
  if (!value) throw new AppError('bad-request')
  const { when, ...fields } = value
  const sent = fields as Sent
  const again = (shown: FormState) =>
    page(c, PartPage, { network, draft, address, isNew, form: shown }, { status: 422 })

  if (address.length === 0 && !isNew) {
    const frame = frameOf(sent, draft.template)
    if (Object.keys(frame.name).length === 0)
      return again(withError(form, `name-${locale}`, i18n.t('form.error.required')))
    return keep(c, form, sent, template => ({ ...frame, sections: template.sections }), [])
  }
  const isSection = isNew ? isNew === 'section' : address.length === 1
  // What a kind of answer needs can be said only once its fields are there.
  if (!isSection && sent.kind !== sent.shown && needy.has(sent.kind ?? ''))
    return again(withError(form, '', i18n.t('templates.error.kind-needs')))
  const part = isSection
    ? sectionOf(sent, locale, known as TemplateSection | null)
    : questionOf(sent, [when ?? []].flat(), locale, known as TemplateQuestion | null)
  const target = isNew ? [...address, part.key] : address
  const errors = partErrors(i18n, part, { inner: target.length === 3, reader: locale })
  if (Object.keys(errors).length > 0) return again({ values: form.values, errors })
  const taken = keysBeside(draft.template, target).some(key => key === part.key && key !== known?.key)
  if (taken) return again(withError(form, 'key', i18n.t('templates.error.key-taken', { key: part.key })))
  const anchor = isNew ? target : [...address.slice(0, -1), part.key]
  return keep(c, form, sent, template => placed(template, target, part), anchor)
}

/** Kinds of answers that must be described further, or say little without: a number of what. */
const needy: ReadonlySet<string> = new Set(['choice', 'shares', 'scale', 'tags', 'number'])

/** What somebody else changed meanwhile is told, and what was typed stays: saved again, this part is as it says. */
async function keep(
  c: AppContext,
  form: FormState,
  sent: Sent,
  change: (template: Template) => Template,
  anchor: PartAddress,
): Promise<Response> {
  const entry = entryOf(c)
  const key = keyIn(c)
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => changeDraft(trx, entry, key, Number(sent.seen), change)),
  )
  if (result.form) {
    const { draft, address, isNew } = await openPart(c)
    const props = { network: entry.network, draft, address, isNew, form: result.form }
    return page(c, PartPage, props, { status: 422 })
  }
  const address = href('templateDraft', { ...placeOf(c), template: key })
  return redirectDone(c, anchor.length > 0 ? `${address}#${anchor.join('.')}` : address)
}

async function openPart(c: AppContext): Promise<OpenPart> {
  const { network, tenant } = entryOf(c)
  const address = readPartAddress(c.req.param('part') ?? '')
  const draft = await readTenant(c.var.services.db, tenant, trx => findDraft(trx, network.id, keyIn(c)))
  if (!draft || !address) throw new AppError('not-found')
  const asked = c.req.query('new')
  const part = partAt(draft.template, address)
  if (address.length > 0 && !part) throw new AppError('not-found')
  if (asked === 'section' && address.length === 0) return { draft, address, isNew: 'section', part: null }
  const holds = part && ('heading' in part || (address.length === 2 && part.answer.kind === 'group'))
  if (asked === 'question' && holds) return { draft, address, isNew: 'question', part: null }
  if (asked !== undefined) throw new AppError('not-found')
  return { draft, address, isNew: null, part }
}

function partAt(template: Template, address: PartAddress): OpenPart['part'] {
  if (address.length === 0) return null
  return (address.length === 1 ? sectionAt(template, address) : questionAt(template, address)) ?? null
}

function keyIn(c: AppContext): string {
  return c.req.param('template') ?? ''
}
