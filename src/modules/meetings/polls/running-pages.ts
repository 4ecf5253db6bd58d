import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { answersOf, optionsOf } from '#modules/meetings/polls/answers.ts'
import { bestDates } from '#modules/meetings/polls/best-dates.ts'
import { cancelPoll, choiceInput, chooseDate } from '#modules/meetings/polls/choosing.ts'
import { addressOf, idIn, pollPage, withMoreRows } from '#modules/meetings/polls/poll-pages.ts'
import { addOptions, moveClosing, openPoll } from '#modules/meetings/polls/polls.ts'
import { datesForm } from '#modules/meetings/polls/schema.ts'
import { ChoicePage } from '#modules/meetings/polls/views/choice-page.tsx'
import { DatesPage } from '#modules/meetings/polls/views/dates-page.tsx'
import { momentIn } from '#modules/meetings/series/recurrence.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'

export async function showDates(c: AppContext): Promise<Response> {
  return datesPage(c, emptyForm)
}

export async function postDates(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const poll = await readTenant(db, entry.tenant, trx => openPoll(trx, entry, idIn(c), 'run'))
  const { value, form } = await readForm(c, datesForm(poll.timeZone), ['day', 'time'])
  if (form.values.step?.[0] === 'rows') return datesPage(c, withMoreRows(form))
  if (!value) return datesPage(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => addOptions(trx, entry, poll.id, value)),
  )
  if (result.form) return datesPage(c, result.form)
  return redirectDone(c, addressOf(c, poll.id), 'date-poll-dates-added')
}

const closingForm = z.object({ closesOn: z.iso.date({ error: 'form.error.date' }) })

export async function postClosing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const poll = await readTenant(db, entry.tenant, trx => openPoll(trx, entry, idIn(c), 'run'))
  const { value, form } = await readForm(c, closingForm)
  if (!value) return pollPage(c, null, form)
  const closesAt = momentIn(value.closesOn, '23:59', poll.timeZone)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => moveClosing(trx, entry, poll.id, closesAt)),
  )
  if (result.form) return pollPage(c, null, result.form)
  return redirectDone(c, addressOf(c, poll.id), 'date-poll-closing-moved')
}

export async function showChoice(c: AppContext): Promise<Response> {
  return choicePage(c, null)
}

export async function postChoice(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  await readTenant(db, entry.tenant, trx => openPoll(trx, entry, idIn(c), 'run'))
  const { value, form } = await readForm(c, choiceInput)
  if (!value) return choicePage(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => chooseDate(trx, entry, idIn(c), value, linkOrigin)),
  )
  if (result.form) return choicePage(c, result.form)
  const here = { locale: c.var.locale, network: entry.network.slug }
  return redirectDone(c, href('meeting', { ...here, meeting: result.done }), 'date-poll-settled')
}

export async function postCancellation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(db, entry.tenant, trx => cancelPoll(trx, entry, idIn(c), linkOrigin)),
  )
  if (result.form) return pollPage(c, null, result.form)
  return redirectDone(c, addressOf(c, idIn(c)), 'date-poll-cancelled')
}

async function datesPage(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const poll = await openPoll(trx, entry, idIn(c), 'run')
    return { poll, options: await optionsOf(trx, entry.network.id, poll) }
  })
  const wrong = Object.keys(form.errors).length > 0
  return page(c, DatesPage, { network: entry.network, ...found, form }, { status: wrong ? 422 : 200 })
}

/** The best date is proposed. */
async function choicePage(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const poll = await openPoll(trx, entry, idIn(c), 'run')
    const options = await optionsOf(trx, entry.network.id, poll)
    return { poll, options, best: bestDates(options, await answersOf(trx, entry, poll.id)) }
  })
  const proposed = formOf({ option: found.best.standings[0]?.id })
  const props = { network: entry.network, ...found, form: form ?? proposed }
  return page(c, ChoicePage, props, { status: form ? 422 : 200 })
}
