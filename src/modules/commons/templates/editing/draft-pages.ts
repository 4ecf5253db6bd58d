import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { lossesOf, templateOf } from '#modules/commons/templates/catalogue.ts'
import { checkDefinition } from '#modules/commons/templates/definition.ts'
import type { DefinitionProblem } from '#modules/commons/templates/definition-problem.ts'
import { placeOf } from '#modules/commons/templates/editing/door.ts'
import {
  beginDraft,
  changeDraft,
  discardDraft,
  findDraft,
  publishDraft,
} from '#modules/commons/templates/editing/drafts.ts'
import { openPartPages } from '#modules/commons/templates/editing/part-pages.ts'
import { moved, readPartAddress, removed } from '#modules/commons/templates/editing/parts.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { DraftPage } from '#modules/commons/templates/views/draft-page.tsx'
import { PublicationPage } from '#modules/commons/templates/views/publication-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

export function openDraftPages(app: Hono<AppEnv>): void {
  openPage(app, 'templateDraft', { GET: showDraft, POST: postDraft })
  openPage(app, 'templatePublication', { GET: showPublication, POST: postPublication })
  openPartPages(app)
}

async function showDraft(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const draft = await readTenant(c.var.services.db, tenant, trx => findDraft(trx, network.id, keyIn(c)))
  if (!draft) throw new AppError('not-found')
  return page(c, DraftPage, { network, draft, problems: problemsOf(draft.template) })
}

const draftAct = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('begin'),
    version: z.coerce.number().int().positive().optional(),
    replace: z.literal('on').optional(),
  }),
  z.object({ act: z.literal('discard') }),
  z.object({ act: z.enum(['up', 'down', 'remove']), part: z.string() }),
])

/** Begins to change a template, changes the order or takes a part away, or lets it all be. */
async function postDraft(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { db } = c.var.services
  const key = keyIn(c)
  const { value } = await readForm(c, draftAct)
  if (!value) throw new AppError('bad-request')
  const here = { ...placeOf(c), template: key }
  if (value.act === 'begin') {
    await inTenant(db, tenant, async trx => {
      const template = await templateOf(trx, network.id, key, value.version)
      if (!template) throw new AppError('not-found')
      await beginDraft(trx, entry, template, { replace: value.replace === 'on' })
    })
    return redirectDone(c, href('templateDraft', here))
  }
  if (value.act === 'discard') {
    const inUse = await inTenant(db, tenant, async trx => {
      await discardDraft(trx, entry, key)
      return templateOf(trx, network.id, key)
    })
    const address = inUse ? href('template', here) : href('templates', here)
    return redirectDone(c, address, 'template-draft-discarded')
  }
  const address = readPartAddress(value.part)
  if (!address || address.length === 0) throw new AppError('bad-request')
  const { act } = value
  await inTenant(db, tenant, trx =>
    changeDraft(trx, entry, key, null, template =>
      act === 'remove' ? removed(template, address) : moved(template, address, act === 'up' ? -1 : 1),
    ),
  )
  // Back to where one was: what moved, or the section that has it no more.
  const anchor = act === 'remove' ? address.slice(0, -1) : address
  return redirectDone(c, `${href('templateDraft', here)}${anchor.length > 0 ? `#${anchor.join('.')}` : ''}`)
}

function showPublication(c: AppContext): Promise<Response> {
  return publicationPage(c, emptyForm)
}

const publicationForm = z.object({ seen: z.coerce.number().int(), confirmed: z.literal('on').optional() })

async function postPublication(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const key = keyIn(c)
  const { value, form } = await readForm(c, publicationForm)
  if (!value) throw new AppError('bad-request')
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      publishDraft(trx, entry, key, { seen: value.seen, confirmed: value.confirmed === 'on' }),
    ),
  )
  if (result.form) {
    // Which answers, and how many, the page says above.
    const unconfirmed = result.form.errors.confirmed !== undefined
    const hint = c.var.i18n.t('templates.publication.confirm.hint')
    return publicationPage(c, unconfirmed ? withError(form, 'confirmed', hint) : result.form)
  }
  return redirectDone(c, href('template', { ...placeOf(c), template: key }), 'template-in-use')
}

async function publicationPage(c: AppContext, form: FormState): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const props = await readTenant(c.var.services.db, tenant, async trx => {
    const draft = await findDraft(trx, network.id, keyIn(c))
    if (!draft) throw new AppError('not-found')
    const current = (await templateOf(trx, network.id, keyIn(c))) ?? null
    const lost = await lossesOf(trx, network.id, draft.template)
    return { draft, current, lost, problems: problemsOf(draft.template) }
  })
  const wrong = Object.keys(form.errors).length > 0
  return page(c, PublicationPage, { network, form, ...props }, { status: wrong ? 422 : 200 })
}

/** What keeps it from being put into use. */
function problemsOf(template: Template): DefinitionProblem[] {
  const reading = checkDefinition(template)
  return 'problems' in reading ? reading.problems : []
}

function keyIn(c: AppContext): string {
  return c.req.param('template') ?? ''
}
