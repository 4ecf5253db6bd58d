import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type AppContext, type AppEnv, clientAddress, originOf } from '#http/context.ts'
import { redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type CalendarEvent, calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import {
  calendarReader,
  calendarSince,
  closeCalendar,
  type FeedScope,
  feedEvents,
  openCalendar,
} from '#modules/meetings/calendar/feeds.ts'
import { OwnMeetingsPage } from '#modules/meetings/calendar/views/own-meetings-page.tsx'
import { groupsWithMeetings, listMeetings, openMeeting } from '#modules/meetings/meetings.ts'
import { entryOf, inLanguage, openPage } from '#modules/network/index.ts'

export function openCalendarPages(app: Hono<AppEnv>): void {
  openPage(app, 'ownMeetings', { GET: c => showOwnMeetings(c) })
  openPage(app, 'calendarAddress', { POST: postCalendarAddress })
  openPage(app, 'calendarAddressRemoval', { POST: postCalendarAddressRemoval })
  openPage(app, 'publicCalendar', { GET: showPublicCalendar })
  openPage(app, 'calendar', { GET: showCalendar })
  openPage(app, 'meetingFile', { GET: showMeetingFile })
}

async function showOwnMeetings(c: AppContext, token: string | null = null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, personId } = entry
  if (personId === null) throw new AppError('forbidden')
  const past = c.req.query('when') === 'past'
  const now = new Date()
  const read = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listMeetings(trx, entry, {
      ofPerson: personId,
      ...(past ? { until: now, latestFirst: true } : { from: now }),
      after: c.req.query('after'),
    })),
    groups: await groupsWithMeetings(trx, entry, { own: true }),
    since: await calendarSince(trx, network.id, personId),
  }))
  return page(c, OwnMeetingsPage, { network, past, token, ...read })
}

/** A new address, shown this once; the former one leads nowhere any more. */
async function postCalendarAddress(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const token = await inTenant(c.var.services.db, entry.tenant, trx => openCalendar(trx, entry))
  return showOwnMeetings(c, token)
}

async function postCalendarAddressRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => closeCalendar(trx, entry))
  return redirectDone(
    c,
    href('ownMeetings', { locale: c.var.locale, network: entry.network.slug }),
    'calendar-closed',
  )
}

/** What everyone may know: of the network, or of one of its groups. */
async function showPublicCalendar(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const scope = scopeOf(c, 'public')
  c.set('shared', { networkId: network.id })
  const visitor = {
    networkId: network.id,
    timeZone: network.timeZone,
    personId: null,
    role: 'visitor',
  } as const
  const events = await readTenant(c.var.services.db, { networkId: network.id, audience: 'public' }, trx =>
    feedEvents(trx, visitor, scope, { slug: network.slug, locale: c.var.locale }),
  )
  return answerCalendar(c, events)
}

/** Whoever has the address reads what its person may read, for as long as they are at home in the network. */
async function showCalendar(c: AppContext): Promise<Response> {
  const { db, rateLimits } = c.var.services
  const { network } = entryOf(c)
  const scope = scopeOf(c, 'network')
  const events = await readTenant(db, { networkId: network.id, audience: 'network' }, async trx => {
    const reader = await calendarReader(trx, network, c.req.param('token') ?? '')
    return reader && feedEvents(trx, reader, scope, { slug: network.slug, locale: c.var.locale })
  })
  if (events === null) {
    await rateLimits.spend('token', clientAddress(c))
    throw new AppError('not-found')
  }
  c.header('cache-control', 'private, no-cache')
  c.header('x-robots-tag', 'noindex')
  return answerCalendar(c, events)
}

/** One meeting, to be put into any calendar by hand. */
async function showMeetingFile(c: AppContext): Promise<Response> {
  if (c.req.param('file') !== 'meeting.ics') throw new AppError('not-found')
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { meeting } = await readTenant(c.var.services.db, tenant, trx =>
    openMeeting(trx, entry, c.req.param('meeting') ?? '', 'read'),
  )
  const url =
    originOf(c) + href('meeting', { locale: c.var.locale, network: network.slug, meeting: meeting.id })
  c.header('content-disposition', 'attachment; filename="meeting.ics"')
  c.header('cache-control', 'private, no-cache')
  return answerCalendar(c, [{ ...meeting, url }])
}

function answerCalendar(c: AppContext, events: CalendarEvent[]): Response {
  const { network } = entryOf(c)
  const name = inLanguage(network.name, c.var.locale, network.locale).text
  c.header('content-type', 'text/calendar; charset=utf-8')
  return c.body(
    calendarFile(events, {
      method: 'PUBLISH',
      name,
      organiser: organiserOf({ name, contactEmail: network.contactEmail }, originOf(c)),
      ...(events.length === 1 ? {} : { source: originOf(c) + new URL(c.req.url).pathname }),
    }),
  )
}

/** `mine.ics`, `network.ics`, `group-slug.ics`; `public.ics` and `slug.ics` for everyone. */
function scopeOf(c: AppContext, door: 'public' | 'network'): FeedScope {
  const name = /^([a-z0-9-]{1,100})\.ics$/.exec(c.req.param('file') ?? '')?.[1]
  if (name === undefined) throw new AppError('not-found')
  if (door === 'public') return name === 'public' ? { kind: 'network' } : { kind: 'group', slug: name }
  if (name === 'mine' || name === 'network') return { kind: name }
  if (name.startsWith('group-')) return { kind: 'group', slug: name.slice('group-'.length) }
  throw new AppError('not-found')
}
