import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { doorKeyOf } from '#modules/meetings/door/arriving.ts'
import { closeMeeting } from '#modules/meetings/door/closing.ts'
import { doorCode, doorHours } from '#modules/meetings/door/door-code.ts'
import {
  checks,
  type DoorQuery,
  doorCounts,
  expectedAt,
  markPresence,
  presencesOf,
} from '#modules/meetings/door/presences.ts'
import { DoorPage } from '#modules/meetings/door/views/door-page.tsx'
import { PosterPage } from '#modules/meetings/door/views/poster-page.tsx'
import { organisationNames } from '#modules/meetings/door/walk-in-choices.ts'
import { letIn, walkInInput } from '#modules/meetings/door/walk-ins.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'

/** Who is expected, with a button each: by list, on a phone, several people at several doors. */
export async function showDoor(c: AppContext): Promise<Response> {
  return answerDoor(c, emptyForm, 200)
}

/** What each phone asks every few seconds: the counts, and who is there. */
export async function showPresences(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return {
      counts: await doorCounts(trx, entry.network.id, meeting.id),
      people: await presencesOf(trx, entry.network.id, meeting.id),
    }
  })
  c.header('cache-control', 'no-store')
  return c.json(found)
}

export const presenceInput = z.object({
  registration: z.uuid(),
  present: z.enum(['yes', 'no', 'unknown']),
  by: z.enum(checks).default('list'),
})

export async function postPresences(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, presenceInput)
  if (!value) return answerDoor(c, form, 422)
  const { counts, changed } = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    const changed = await markPresence(trx, entry, meeting, {
      registrationId: value.registration,
      present: value.present === 'unknown' ? null : value.present === 'yes',
      by: value.by,
    })
    return { changed, counts: await doorCounts(trx, entry.network.id, meeting.id) }
  })
  if (/\bjson\b/.test(c.req.header('accept') ?? '')) return c.json({ changed, counts })
  // Back to where the button was, in the same list.
  const address = doorAddress(c, new URLSearchParams(new URL(c.req.url).searchParams))
  return c.redirect(`${address}#r-${value.registration}`, 303)
}

export async function postWalkIns(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, walkInInput)
  if (!value) return answerDoor(c, form, 422)
  const { known, over } = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return letIn(trx, entry, meeting, value)
  })
  const done = over ? 'door-let-in-over' : known ? 'door-let-in-known' : 'door-let-in'
  return redirectDone(c, doorAddress(c), done)
}

/** One QR code for all, read with one's own phone; the code beside it changes. */
export async function showPoster(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { meeting, key } = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return { meeting, key: await doorKeyOf(trx, network.id, meeting.id) }
  })
  const code = doorCode(c.var.services.secret, meeting.id, new Date())
  const address =
    originOf(c) + href('arrival', { locale: meeting.language, network: network.slug, token: key })
  c.header('cache-control', 'no-store')
  return page(c, PosterPage, {
    network,
    meeting,
    code,
    address,
    hours: doorHours(meeting),
    still: c.req.query('still') !== undefined,
  })
}

export async function postClosure(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
      await closeMeeting(trx, entry, meeting)
    }),
  )
  if (result.form) return answerDoor(c, result.form, 422)
  return redirectDone(c, doorAddress(c), 'meeting-closed')
}

async function answerDoor(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const query = doorQuery(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return {
      meeting,
      ...(await expectedAt(trx, network.id, meeting.id, query)),
      counts: await doorCounts(trx, network.id, meeting.id),
      organisations: await organisationNames(trx, network.id),
    }
  })
  c.header('cache-control', 'no-store')
  return page(c, DoorPage, { network, query, form, ...found }, { status })
}

function doorQuery(c: AppContext): DoorQuery {
  const show = (['expected', 'present'] as const).find(one => one === c.req.query('show')) ?? 'all'
  return { q: (c.req.query('q') ?? '').slice(0, 100).trim(), show, after: c.req.query('after') }
}

function doorAddress(c: AppContext, query?: URLSearchParams): string {
  const meeting = c.req.param('meeting') ?? ''
  return href('meetingDoor', { locale: c.var.locale, network: entryOf(c).network.slug, meeting }, query)
}
