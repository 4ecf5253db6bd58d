import { z } from 'zod'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { arrive, findByDoorKey, meetingAtDoor } from '#modules/meetings/door/arriving.ts'
import { doorHours, isDoorCode, isDoorOpen } from '#modules/meetings/door/door-code.ts'
import { findByCode, markPresence } from '#modules/meetings/door/presences.ts'
import { ArrivalPage } from '#modules/meetings/door/views/arrival-page.tsx'
import { CheckInPage } from '#modules/meetings/door/views/check-in-page.tsx'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'

/**
 * What somebody's code leads to. Those who run the meeting see a button; everyone else is told to show it at the door.
 * Looking changes nothing: phones look by themselves.
 */
export async function showCheckIn(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const code = c.req.param('token') ?? ''
  // Whoever has the code need not be at home in the network: the code says who they are.
  const found = await readTenant(db, atTheDoor(entry), async trx => {
    const held = await findByCode(trx, entry.network.id, code)
    return held && { held, meeting: await meetingAtDoor(trx, entry, held.meetingId) }
  })
  if (!found) throw new AppError('not-found')
  const { held, meeting } = found
  const runs = await mayRun(c, entry, meeting.id)
  const address =
    originOf(c) + href('checkIn', { locale: c.var.locale, network: entry.network.slug, token: code })
  c.header('cache-control', 'no-store')
  return page(c, CheckInPage, { network: entry.network, meeting, held, runs, address })
}

/** Marks them as there; only those who run the meeting may. */
export async function postCheckIn(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  // The link alone opens the page; what is done there is for those inside, who know that the network is there.
  if (entry.role === 'visitor' && entry.network.visibility === 'private') throw new AppError('not-found')
  if (entry.actor.accountId === null) throw new AppError('unauthenticated')
  const code = c.req.param('token') ?? ''
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const held = await findByCode(trx, entry.network.id, code)
    // To those outside the network nothing is said of what the code is.
    if (!held) throw new AppError(entry.role === 'visitor' ? 'forbidden' : 'not-found')
    const { meeting } = await openMeeting(trx, entry, held.meetingId, 'run')
    await markPresence(trx, entry, meeting, {
      registrationId: held.registrationId,
      present: true,
      by: 'code',
    })
  })
  return c.redirect(href('checkIn', { locale: c.var.locale, network: entry.network.slug, token: code }), 303)
}

/** The poster's QR code leads here: one says that one has come. `?code=` where the screen at the door told it. */
export async function showArrival(c: AppContext): Promise<Response> {
  const code = (c.req.query('code') ?? '').slice(0, 10)
  return answerArrival(c, formOf({ code, self: entryOf(c).personId !== null }), 200)
}

const arrivalInput = z.object({
  code: z.string().trim().min(1).max(20),
  who: z.string().trim().max(254).default(''),
  /** Whoever is signed in need not write who they are. */
  self: z.literal('on').optional(),
})

export async function postArrival(c: AppContext): Promise<Response> {
  // A room full of people has one address: the limit is wide, the code changes, and guessing it would gain little.
  await limitAddress(c, 'search')
  const entry = entryOf(c)
  const { t } = c.var.i18n
  const { value, form } = await readForm(c, arrivalInput)
  if (!value) return answerArrival(c, form, 422)
  const { db, secret } = c.var.services
  const isSelf = value.self === 'on' && entry.personId !== null
  if (!isSelf && value.who === '')
    return answerArrival(c, withError(form, 'who', t('form.error.required')), 422)
  const door = await readTenant(db, atTheDoor(entry), trx =>
    findByDoorKey(trx, entry.network.id, c.req.param('token') ?? ''),
  )
  if (!door) throw new AppError('not-found')
  const now = new Date()
  if (!isDoorOpen(door, now)) return answerArrival(c, form, 422)
  if (!isDoorCode(secret, door.id, now, value.code))
    return answerArrival(c, withError(form, 'code', t('arrival.error.code')), 422)
  const arrival = await inTenant(db, atTheDoor(entry), async trx =>
    arrive(trx, entry, await meetingAtDoor(trx, entry, door.id), isSelf ? null : value.who),
  )
  if (arrival === 'unknown') return answerArrival(c, withError(form, 'who', t('arrival.error.unknown')), 422)
  if (arrival === 'several') return answerArrival(c, withError(form, 'who', t('arrival.error.several')), 422)
  if (arrival === 'waiting') return answerArrival(c, withError(form, 'who', t('arrival.error.waiting')), 422)
  return answerArrival(c, emptyForm, 200, arrival)
}

async function answerArrival(
  c: AppContext,
  form: FormState,
  status: 200 | 422,
  arrival: { name: string; again: boolean } | null = null,
): Promise<Response> {
  const entry = entryOf(c)
  const key = c.req.param('token') ?? ''
  const meeting = await readTenant(c.var.services.db, atTheDoor(entry), trx =>
    findByDoorKey(trx, entry.network.id, key),
  )
  if (!meeting) throw new AppError('not-found')
  const open = isDoorOpen(meeting, new Date())
  c.header('cache-control', 'no-store')
  const props = {
    network: entry.network,
    meeting,
    doorKey: key,
    open,
    hours: doorHours(meeting),
    form,
    arrival,
  }
  return page(c, ArrivalPage, { ...props, signedIn: entry.personId !== null }, { status })
}

/** Who stands at the door of a meeting may be nobody of the network: what is done there is done inside. */
function atTheDoor({ tenant }: Entry): Tenant {
  return { ...tenant, audience: 'network' }
}

async function mayRun(c: AppContext, entry: Entry, meetingId: string): Promise<boolean> {
  if (entry.personId === null) return false
  return readTenant(c.var.services.db, entry.tenant, trx => openMeeting(trx, entry, meetingId, 'run')).then(
    () => true,
    error => {
      if (error instanceof AppError) return false
      throw error
    },
  )
}
