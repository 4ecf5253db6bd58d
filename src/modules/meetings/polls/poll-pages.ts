import type { Trx } from '#db/database.ts'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { groupChoices, groupPeople } from '#modules/groups/index.ts'
import { dayAfter, localTime } from '#modules/meetings/local-time.ts'
import {
  type Answer,
  answerAsVisitor,
  answerPoll,
  answersOf,
  optionsOf,
  withdrawAnswer,
} from '#modules/meetings/polls/answers.ts'
import { bestDates } from '#modules/meetings/polls/best-dates.ts'
import { createPoll, listPolls, openPoll, type Poll } from '#modules/meetings/polls/polls.ts'
import { answerForm, pollForm, returningForm, visitorForm } from '#modules/meetings/polls/schema.ts'
import { sendAnswerLink } from '#modules/meetings/polls/telling.ts'
import { PollFormPage } from '#modules/meetings/polls/views/poll-form.tsx'
import { PollPage } from '#modules/meetings/polls/views/poll-page.tsx'
import { PollsPage } from '#modules/meetings/polls/views/polls-page.tsx'
import { readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { type Entry, entryOf, unlessRefused } from '#modules/network/index.ts'

export async function showPolls(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const past = c.req.query('past') === 'yes'
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    ...(await listPolls(trx, entry, { past, after: c.req.query('after') })),
    mayPropose: await mayPropose(trx, entry),
  }))
  return page(c, PollsPage, { network: entry.network, past, ...found })
}

export async function newPoll(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const groups = await readTenant(c.var.services.db, entry.tenant, trx => groupChoices(trx, entry))
  const wanted = c.req.query('group') ?? ''
  const group = groups.find(({ id, slug }) => wanted === id || wanted === slug)
  return formPage(
    c,
    formOf({
      groupId: group?.id ?? '',
      visibility: group ? 'group' : 'network',
      minutes: '120',
      timeZone: network.timeZone,
      closesOn: dayAfter(localTime(new Date(), network.timeZone).day, 10),
      openAnswers: true,
      remind: true,
    }),
  )
}

const rowLists = ['day', 'time'] as const

export async function postPoll(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, pollForm, rowLists)
  if (form.values.step?.[0] === 'rows') return formPage(c, withMoreRows(form))
  if (!value) return formPage(c, form)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => createPoll(trx, entry, value, linkOrigin)),
  )
  if (result.form) return formPage(c, result.form)
  const done = value.groupId ? 'date-poll-opened' : 'date-poll-opened-network'
  return redirectDone(c, addressOf(c, result.done), done)
}

export async function showPoll(c: AppContext): Promise<Response> {
  return pollPage(c)
}

export async function postAnswer(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  if (entry.personId === null) return postVisitorAnswer(c)
  const { value, form } = await readForm(c, answerForm)
  if (!value) return pollPage(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => answerPoll(trx, entry, idIn(c), value)),
  )
  if (result.form) return pollPage(c, result.form)
  return redirectDone(c, addressOf(c, idIn(c)), 'date-poll-answered')
}

export async function postAnswerRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, formOf({}), () =>
    inTenant(c.var.services.db, entry.tenant, trx => withdrawAnswer(trx, entry, idIn(c))),
  )
  if (result.form) return pollPage(c, result.form)
  return redirectDone(c, addressOf(c, idIn(c)), 'date-poll-answer-withdrawn')
}

/** Shown again with what is wrong in one of its forms. */
export async function pollPage(
  c: AppContext,
  answering: FormState | null = null,
  closing: FormState | null = null,
): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const token = tokenIn(c)
  const poll = await readTenant(c.var.services.db, entry.tenant, trx => openPoll(trx, entry, idIn(c), 'read'))
  const found = await readTenant(c.var.services.db, insideOf(entry, poll), trx =>
    everyAnswer(trx, entry, poll, token),
  )
  const { options, answers } = found
  const own = answers.find(answer => answer.own) ?? null
  const open = poll.openAnswers || poll.mayRun
  const member = entry.role !== 'visitor'
  const props = {
    network,
    poll,
    options,
    // Of the public nobody learns who of the network said what.
    answers: open && member ? answers : answers.filter(answer => answer.own),
    best: open ? bestDates(options, answers) : null,
    total: answers.length,
    own,
    missing: poll.mayRun ? found.missing : [],
    readerZone: c.var.viewer?.timeZone ?? null,
    token: own ? token : null,
    member,
    form: answering ?? filled(own),
    closing: closing ?? formOf({ closesOn: localTime(poll.closesAt, poll.timeZone).day }),
  }
  return page(c, PollPage, props, { status: answering || closing ? 422 : 200 })
}

export function idIn(c: AppContext): string {
  return c.req.param('poll') ?? ''
}

export function addressOf(c: AppContext, poll: string, query?: URLSearchParams): string {
  return href('datePoll', { locale: c.var.locale, network: entryOf(c).network.slug, poll }, query)
}

/** As many rows again, for dates that did not fit. */
export function withMoreRows(form: FormState): FormState {
  const rows = Math.min(30, Math.max(5, form.values.day?.length ?? 0) + 5)
  const filledTo = (values: string[] | undefined) =>
    [...(values ?? []), ...Array<string>(rows).fill('')].slice(0, rows)
  return {
    values: { ...form.values, day: filledTo(form.values.day), time: filledTo(form.values.time) },
    errors: {},
  }
}

async function postVisitorAnswer(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const poll = await readTenant(db, entry.tenant, trx => openPoll(trx, entry, idIn(c), 'read'))
  const token = tokenIn(c)
  // Whoever comes by the link of their mail need not give their address again.
  const known = token !== null
  const { value, form } = known ? await readForm(c, returningForm) : await readForm(c, visitorForm)
  if (!value) return pollPage(c, form)
  await limitAddress(c, 'mail')
  const email = 'email' in value ? String(value.email) : ''
  const given = { votes: value.votes, remark: value.remark, name: value.name, email, locale: c.var.locale }
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, insideOf(entry, poll), async trx => {
      const answered = await answerAsVisitor(trx, entry, poll, given, token)
      if (!known)
        await sendAnswerLink(trx, entry.network, { ...poll, linkOrigin }, { ...given, token: answered.token })
      return answered
    }),
  )
  if (result.form) return pollPage(c, result.form)
  if (!result.done.kept) return pollPage(c, withError(form, 'email', c.var.i18n.t('poll.error.answered')))
  const query = new URLSearchParams({ answer: result.done.token })
  return redirectDone(c, addressOf(c, poll.id, query), 'date-poll-answered')
}

async function formPage(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const groups = await readTenant(c.var.services.db, entry.tenant, trx => groupChoices(trx, entry))
  const ofNetwork = runsAll(readerOf(entry))
  if (groups.length === 0 && !ofNetwork) throw new AppError('forbidden')
  const props = { network: entry.network, groups, ofNetwork, form }
  return page(c, PollFormPage, props, { status: Object.keys(form.errors).length > 0 ? 422 : 200 })
}

async function everyAnswer(
  trx: Trx,
  entry: Entry,
  poll: Poll,
  token: string | null,
): Promise<{ options: Awaited<ReturnType<typeof optionsOf>>; answers: Answer[]; missing: string[] }> {
  const options = await optionsOf(trx, entry.network.id, poll)
  const answers = await answersOf(trx, entry, poll.id, token)
  const answered = new Set(answers.map(({ personId }) => personId))
  const asked = poll.mayRun && poll.groupId ? await groupPeople(trx, entry.network.id, poll.groupId) : []
  const missing = asked.filter(({ personId }) => !answered.has(personId)).map(({ name }) => name)
  return { options, answers, missing }
}

/** Row-level security shows answers to those inside alone; of a poll the public may see, it is told what they come to. */
function insideOf(entry: Entry, poll: Poll): Tenant {
  if (entry.tenant.audience === 'network') return entry.tenant
  if (poll.visibility !== 'public') throw new AppError('not-found')
  return { ...entry.tenant, audience: 'network' }
}

function filled(own: Answer | null): FormState {
  if (!own) return formOf({})
  const given = [...own.votes].map(([id, vote]) => [`vote-${id}`, vote] as const)
  return formOf({ name: own.name, remark: own.remark, ...Object.fromEntries(given) })
}

function tokenIn(c: AppContext): string | null {
  const token = c.req.query('answer') ?? ''
  return /^[\w-]{32}$/.test(token) ? token : null
}

async function mayPropose(trx: Trx, entry: Entry): Promise<boolean> {
  return runsAll(readerOf(entry)) || (await groupChoices(trx, entry)).length > 0
}
