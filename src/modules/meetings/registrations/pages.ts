import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, type AppEnv, clientAddress } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { addressOf, answerMeeting, doing, meetingIdOf } from '#modules/meetings/pages.ts'
import { peopleProposed, personNamed } from '#modules/meetings/people-choice.ts'
import {
  ownFields,
  register,
  registrationInput,
  registrationsOf,
  withdraw,
} from '#modules/meetings/registrations/registrations.ts'
import { inTurn } from '#modules/meetings/registrations/turn.ts'
import {
  ConfirmationPage,
  HeldRegistrationPage,
} from '#modules/meetings/registrations/views/held-registration-page.tsx'
import { RegistrationPage, VisitPage } from '#modules/meetings/registrations/views/registration-page.tsx'
import { RegistrationsPage } from '#modules/meetings/registrations/views/registrations-page.tsx'
import {
  askToCome,
  changeBy,
  confirmComing,
  heldInput,
  registrationBy,
  requestedMeeting,
  visitorInput,
  withdrawBy,
} from '#modules/meetings/registrations/visitors.ts'
import { type Entry, entryOf, openPage, sectionsOf, unlessRefused } from '#modules/network/index.ts'

export function openRegistrationPages(app: Hono<AppEnv>): void {
  openPage(app, 'meetingRegistration', { GET: c => answerOwn(c, null), POST: postOwn })
  openPage(app, 'meetingRegistrationRemoval', { POST: postOwnRemoval })
  openPage(app, 'meetingRegistrations', { GET: c => answerAll(c, emptyForm), POST: postOther })
  openPage(app, 'registrationRemoval', { POST: postOtherRemoval })
  openPage(app, 'visit', { GET: c => answerVisit(c, null), POST: postVisit })
  openPage(app, 'registrationConfirmation', { GET: c => answerConfirmation(c), POST: postConfirmation })
  openPage(app, 'ownRegistration', { GET: c => answerHeld(c), POST: postHeld })
  openPage(app, 'ownRegistrationRemoval', { POST: postHeldRemoval })
}

async function answerOwn(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, mandates } = entry
  const read = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openMeeting(trx, entry, meetingIdOf(c), 'take-part')
    return {
      opened,
      own:
        opened.registration && (await ownFields(trx, network.id, opened.meeting.id, opened.registration.id)),
    }
  })
  const organisations = [
    ...new Map(
      mandates.flatMap(({ organisationId, organisation }) =>
        organisationId ? [[organisationId, { id: organisationId, name: organisation ?? '' }] as const] : [],
      ),
    ).values(),
  ]
  const acting = mandates.find(({ id }) => id === entry.actor.mandateId)?.organisationId
  const shown =
    form ?? formOf(read.own ? shownFields(read.own) : { organisationId: acting ?? '', attends: 'place' })
  return page(
    c,
    RegistrationPage,
    { network, opened: read.opened, organisations, form: shown },
    { status: form ? 422 : 200 },
  )
}

/** What somebody said, as their form has it. */
function shownFields({ photoConsent, ...fields }: NonNullable<Awaited<ReturnType<typeof ownFields>>>) {
  return { ...fields, photoConsent: photoConsent === null ? '' : photoConsent ? 'yes' : 'no' }
}

async function postOwn(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, registrationInput, ['guests'])
  if (!value) return answerOwn(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTurn(meetingIdOf(c), () =>
      inTenant(c.var.services.db, entry.tenant, trx =>
        register(trx, entry, meetingIdOf(c), { ...value, locale: c.var.locale }),
      ),
    ),
  )
  if (result.form) {
    // What stands against the whole is said where one comes from; what is wrong with a field, beside it.
    const { '': problem } = result.form.errors
    return problem === undefined ? answerOwn(c, result.form) : answerMeeting(c, problem)
  }
  const { state, waitingGuests } = result.done
  return redirectDone(
    c,
    addressOf(c, meetingIdOf(c)),
    state === 'waiting'
      ? 'meeting-waiting'
      : waitingGuests > 0
        ? 'meeting-guests-waiting'
        : 'meeting-registered',
  )
}

async function postOwnRemoval(c: AppContext): Promise<Response> {
  return inTurn(meetingIdOf(c), () =>
    doing(c, 'registration-withdrawn', async (trx, entry) => {
      const { registration } = await openMeeting(trx, entry, meetingIdOf(c), 'take-part')
      // Pressed twice, it is done once.
      if (registration) await withdraw(trx, entry, meetingIdOf(c), registration.id)
    }),
  )
}

async function answerAll(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const after = Number(c.req.query('after') ?? 0)
  if (!Number.isSafeInteger(after) || after < 0 || after > 2_147_483_647) throw new AppError('not-found')
  const read = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, meetingIdOf(c), 'run')
    return {
      meeting,
      ...(await registrationsOf(trx, network.id, meeting.id, { after, limit: 200 })),
      people: await peopleProposed(trx, entry, meeting.groupId),
    }
  })
  return page(c, RegistrationsPage, { network, form, ...read }, { status })
}

const otherForm = z.object({ person: z.string().trim().min(1).max(400) })

async function postOther(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, otherForm)
  if (!value) return answerAll(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      // Whom one may not register, one does not look up either.
      await openMeeting(trx, entry, meetingIdOf(c), 'run')
      const person = await personNamed(trx, entry, value.person, 'person')
      // Nobody was asked about pictures: that is no yes.
      const input = registrationInput.parse({ photoConsent: false })
      return register(trx, entry, meetingIdOf(c), input, person)
    }),
  )
  if (result.form) return answerAll(c, result.form, 422)
  return redirectDone(c, registrationsAddress(c), 'registration-added')
}

async function postOtherRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      await openMeeting(trx, entry, meetingIdOf(c), 'run')
      await withdraw(trx, entry, meetingIdOf(c), c.req.param('registration') ?? '')
    }),
  )
  if (result.form) return answerAll(c, result.form, 422)
  return redirectDone(c, registrationsAddress(c), 'registration-withdrawn')
}

async function answerVisit(c: AppContext, form: FormState | null): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const opened = await readTenant(c.var.services.db, entry.tenant, trx =>
    openMeeting(trx, entry, meetingIdOf(c), 'read'),
  )
  if (opened.meeting.visibility !== 'public') throw new AppError('not-found')
  const sent = c.req.query('sent') === 'yes'
  return page(
    c,
    VisitPage,
    { network, opened, form: form ?? formOf({ attends: 'place' }), sent },
    { status: form ? 422 : 200 },
  )
}

/** Says the same of every address: who is known and who comes already is told by mail alone. */
async function postVisit(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, rateLimits } = c.var.services
  const { value, form } = await readForm(c, visitorInput, ['guests'])
  if (!value) return answerVisit(c, form)
  await limitAddress(c, 'mail')
  await rateLimits.spend('mail-account', `meeting ${value.email}`)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, insideOf(entry), trx => askToCome(trx, entry.network, meetingIdOf(c), value, c.var.locale)),
  )
  if (result.form) {
    const { '': problem } = result.form.errors
    return problem === undefined ? answerVisit(c, result.form) : answerMeeting(c, problem)
  }
  const here = { locale: c.var.locale, network: entry.network.slug, meeting: meetingIdOf(c) }
  return c.redirect(href('visit', here, new URLSearchParams({ sent: 'yes' })), 303)
}

async function answerConfirmation(c: AppContext, problem?: string): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const token = tokenOf(c)
  const meeting = await readTenant(c.var.services.db, insideOf(entry), trx =>
    requestedMeeting(trx, network, token),
  )
  if (!meeting) {
    await c.var.services.rateLimits.spend('token', clientAddress(c))
    // Of a private network a link that leads nowhere tells nothing either.
    if (network.visibility === 'private') throw new AppError('not-found')
  }
  const status = problem === undefined ? (meeting ? 200 : 404) : 422
  c.header('referrer-policy', 'no-referrer')
  return page(c, ConfirmationPage, { network, meeting, token, problem }, { status })
}

async function postConfirmation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    // Which meeting it is, the link alone knows.
    inTurn(network.id, () =>
      inTenant(c.var.services.db, insideOf(entry), trx => confirmComing(trx, network, tokenOf(c))),
    ),
  )
  if (result.form) return answerConfirmation(c, Object.values(result.form.errors)[0])
  const token = result.done
  return redirectDone(c, href('ownRegistration', { locale: c.var.locale, network: network.slug, token }))
}

/** @param sent the form as it was sent, where something is wrong with it */
async function answerHeld(c: AppContext, problem?: string, sent?: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const token = tokenOf(c)
  const held = await readTenant(c.var.services.db, insideOf(entry), async trx => {
    const found = await registrationBy(trx, network, token)
    const { id, meetingId, name } = found.registration
    const own = await ownFields(trx, network.id, meetingId, id)
    const { children } = await sectionsOf(c, 'registration', trx, found.registration)
    return { ...found, form: sent ?? formOf({ ...(own && shownFields(own)), name }), children }
  }).catch(async error => {
    if (error instanceof AppError && error.code === 'not-found')
      await c.var.services.rateLimits.spend('token', clientAddress(c))
    throw error
  })
  c.header('referrer-policy', 'no-referrer')
  c.header('cache-control', 'private, no-store')
  return page(
    c,
    HeldRegistrationPage,
    { network, token, problem, ...held },
    { status: problem === undefined && sent === undefined ? 200 : 422 },
  )
}

async function postHeld(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const { value, form } = await readForm(c, heldInput, ['guests'])
  if (!value) return answerHeld(c, undefined, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTurn(network.id, () =>
      inTenant(c.var.services.db, insideOf(entry), trx => changeBy(trx, network, tokenOf(c), value)),
    ),
  )
  if (result.form) {
    const { '': problem } = result.form.errors
    return problem === undefined ? answerHeld(c, undefined, result.form) : answerHeld(c, problem)
  }
  const here = { locale: c.var.locale, network: network.slug, token: tokenOf(c) }
  return redirectDone(c, href('ownRegistration', here), 'registration-changed')
}

async function postHeldRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTurn(network.id, () =>
      inTenant(c.var.services.db, insideOf(entry), trx => withdrawBy(trx, network, tokenOf(c))),
    ),
  )
  if (result.form) return answerHeld(c, Object.values(result.form.errors)[0])
  const here = { locale: c.var.locale, network: network.slug, token: tokenOf(c) }
  return redirectDone(c, href('ownRegistration', here), 'registration-withdrawn')
}

/** The network, for what somebody without an account does by a link or to a public meeting. */
function insideOf({ network }: Entry): Tenant {
  return { networkId: network.id, audience: 'network' }
}

function registrationsAddress(c: AppContext): string {
  const { network } = entryOf(c)
  return href('meetingRegistrations', {
    locale: c.var.locale,
    network: network.slug,
    meeting: meetingIdOf(c),
  })
}

function tokenOf(c: AppContext): string {
  return c.req.param('token') ?? ''
}
