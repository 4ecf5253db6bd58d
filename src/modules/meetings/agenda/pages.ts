import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type Done, emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  addAgendaItem,
  agendaItemInput,
  agendaOf,
  changeAgendaItem,
  decideContribution,
  decisionInput,
  moveAgendaItem,
  proposeContribution,
  removeAgendaItem,
  takeBackContribution,
} from '#modules/meetings/agenda/agenda.ts'
import { AgendaPage, ItemPage } from '#modules/meetings/agenda/views/agenda-page.tsx'
import { type Need, openMeeting } from '#modules/meetings/meetings.ts'
import { addressOf, doing, meetingIdOf } from '#modules/meetings/pages.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'

export function openAgendaPages(app: Hono<AppEnv>): void {
  openPage(app, 'meetingAgenda', { GET: c => answerAgenda(c, emptyForm), POST: postItem })
  openPage(app, 'agendaItem', { GET: showItem, POST: postItemChange })
  openPage(app, 'agendaItemPosition', { POST: postPosition })
  openPage(app, 'agendaItemRemoval', { POST: postItemRemoval })
  openPage(app, 'agendaItemDecision', { POST: postDecision })
  openPage(app, 'contributions', { GET: c => answerContribution(c, emptyForm), POST: postContribution })
  openPage(app, 'contributionRemoval', { POST: postContributionRemoval })
}

async function answerAgenda(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const { network, meeting, items } = await read(c, 'run')
  return page(c, AgendaPage, { network, meeting, items, form }, { status })
}

async function postItem(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, agendaItemInput)
  if (!value) return answerAgenda(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => addAgendaItem(trx, entry, meetingIdOf(c), value)),
  )
  if (result.form) return answerAgenda(c, result.form, 422)
  return toAgenda(c, 'agenda-changed', result.done)
}

async function showItem(c: AppContext): Promise<Response> {
  const { network, meeting, items, proposals } = await read(c, 'run')
  const item = [...items, ...proposals].find(({ id }) => id === itemOf(c))
  if (!item) throw new AppError('not-found')
  const { title, details, speaker, minutes } = item
  const form = formOf({ title, details, speaker, minutes: minutes === null ? '' : String(minutes) })
  return page(c, ItemPage, { network, meeting, item, form })
}

async function postItemChange(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, agendaItemInput)
  if (!value) {
    const { network, meeting } = await read(c, 'run')
    return page(c, ItemPage, { network, meeting, item: { id: itemOf(c) }, form }, { status: 422 })
  }
  await inTenant(c.var.services.db, entry.tenant, trx =>
    changeAgendaItem(trx, entry, meetingIdOf(c), itemOf(c), value),
  )
  return toAgenda(c, 'agenda-changed', itemOf(c))
}

const positionForm = z.object({ direction: z.enum(['earlier', 'later']) })

async function postPosition(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, positionForm)
  if (!value) throw new AppError('bad-request')
  await inTenant(c.var.services.db, entry.tenant, trx =>
    moveAgendaItem(trx, entry, meetingIdOf(c), itemOf(c), value.direction),
  )
  return toAgenda(c, 'agenda-changed', itemOf(c))
}

async function postItemRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    removeAgendaItem(trx, entry, meetingIdOf(c), itemOf(c)),
  )
  return toAgenda(c, 'agenda-changed')
}

async function postDecision(c: AppContext): Promise<Response> {
  const { value } = await readForm(c, decisionInput)
  if (!value) throw new AppError('bad-request')
  return doing(c, 'contribution-decided', (trx, entry) =>
    decideContribution(trx, entry, meetingIdOf(c), itemOf(c), value),
  )
}

async function answerContribution(
  c: AppContext,
  form: FormState,
  status: 200 | 422 = 200,
): Promise<Response> {
  const { network, meeting } = await read(c, 'take-part')
  return page(c, ItemPage, { network, meeting, item: null, form }, { status })
}

async function postContribution(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, agendaItemInput)
  if (!value) return answerContribution(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => proposeContribution(trx, entry, meetingIdOf(c), value)),
  )
  if (result.form) return answerContribution(c, result.form, 422)
  return redirectDone(c, addressOf(c, meetingIdOf(c)), 'contribution-proposed')
}

async function postContributionRemoval(c: AppContext): Promise<Response> {
  return doing(c, 'contribution-taken-back', (trx, entry) =>
    takeBackContribution(trx, entry, meetingIdOf(c), itemOf(c)),
  )
}

async function read(c: AppContext, need: Need) {
  const entry = entryOf(c)
  const { network, personId } = entry
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting, mayRun } = await openMeeting(trx, entry, meetingIdOf(c), need)
    return { network, meeting, ...(await agendaOf(trx, network.id, meeting, { personId, mayRun })) }
  })
}

/** To one item among the others: what moved is where one looks. */
function toAgenda(c: AppContext, done: Done, item?: string): Response {
  const { network } = entryOf(c)
  const address = href('meetingAgenda', {
    locale: c.var.locale,
    network: network.slug,
    meeting: meetingIdOf(c),
  })
  return c.redirect(`${address}?done=${done}${item ? `#item-${item}` : ''}`, 303)
}

function itemOf(c: AppContext): string {
  return c.req.param('item') ?? ''
}
