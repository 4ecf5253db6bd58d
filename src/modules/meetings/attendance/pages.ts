import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { visibleGroups } from '#modules/groups/index.ts'
import {
  type AttendanceQuery,
  attendanceTotals,
  countAttendance,
  countings,
  listAttendance,
} from '#modules/meetings/attendance/attendance.ts'
import { attendanceFormats, type ReadAttendance } from '#modules/meetings/attendance/attendance-export.ts'
import { attendanceManuscript, mostPrinted } from '#modules/meetings/attendance/attendance-manuscript.ts'
import { letterheadOf, pdfResponse } from '#modules/meetings/attendance/pdf-response.ts'
import { AttendancePage } from '#modules/meetings/attendance/views/attendance-page.tsx'
import { localTime } from '#modules/meetings/local-time.ts'
import { readerOf } from '#modules/meetings/reading-rights.ts'
import { day as calendarDay } from '#modules/meetings/schema.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'

export const views = [...countings, 'presences', 'absences'] as const
export type AttendanceView = (typeof views)[number]

/** The numbers, and what the one that was chosen counts. */
export async function showAttendance(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const query = attendanceQuery(c, entry)
  const view = views.find(one => one === c.req.query('show')) ?? 'meetings'
  const after = c.req.query('after')
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const reader = readerOf(entry)
    const list =
      view === 'presences' || view === 'absences'
        ? {
            counted: null,
            ...(await listAttendance(trx, reader, query, { after, absent: view === 'absences' })),
          }
        : { attendance: null, ...(await countAttendance(trx, reader, query, view, { after })) }
    return {
      totals: await attendanceTotals(trx, reader, query),
      groups: await groupsFor(trx, entry),
      names: await namesOf(trx, network.id, query),
      ...list,
    }
  })
  return page(c, AttendancePage, { network, query, view, ...found })
}

export async function exportAttendance(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const entry = entryOf(c)
  const { network, tenant } = entry
  const extension = /^attendance\.(csv|xlsx|pdf)$/.exec(c.req.param('file') ?? '')?.[1]
  if (!extension) throw new AppError('not-found')
  const query = attendanceQuery(c, entry)
  if (extension === 'pdf') return attendancePdf(c, query)
  const { mediaType, write } = attendanceFormats[extension as keyof typeof attendanceFormats]
  const read: ReadAttendance = after =>
    readTenant(c.var.services.db, tenant, trx =>
      listAttendance(trx, readerOf(entry), query, { after, limit: 500 }),
    )
  c.header('content-type', mediaType)
  c.header('content-disposition', contentDisposition('attachment', `${network.slug}-attendance.${extension}`))
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  return c.body(write(read, c.var.i18n))
}

async function attendancePdf(c: AppContext, query: AttendanceQuery): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { i18n } = c.var
  const { letterhead, names, ...found } = await readTenant(c.var.services.db, tenant, async trx => {
    const reader = readerOf(entry)
    const { attendance, next } = await listAttendance(trx, reader, query, { limit: mostPrinted })
    // Half a list would say less than it seems to.
    if (next) throw tooLong(i18n.t('attendance.error.long', { most: mostPrinted }))
    return {
      attendance,
      totals: await attendanceTotals(trx, reader, query),
      meetings: (await countAttendance(trx, reader, query, 'meetings', { limit: mostPrinted })).counted,
      names: await namesOf(trx, network.id, query),
      letterhead: await letterheadOf(trx, network, i18n),
    }
  })
  const today = localTime(new Date(), network.timeZone).day
  const about = { query, group: names.group, today }
  return pdfResponse(
    c,
    attendanceManuscript(about, found, letterhead, i18n),
    `${network.slug}-attendance.pdf`,
  )
}

function tooLong(message: string): AppError {
  return new AppError('invalid-input', { fields: [{ field: 'from', message }] })
}

/** This year's, unless something else is asked for; what is not understood counts as not asked. */
export function attendanceQuery(c: AppContext, { network }: Pick<Entry, 'network'>): AttendanceQuery {
  const given = (name: string) => (c.req.query(name) ?? '').trim()
  const day = (name: string) => calendarDay.safeParse(given(name)).data ?? null
  const id = (name: string) => (isId(given(name)) ? given(name) : null)
  const beginning = `${localTime(new Date(), network.timeZone).day.slice(0, 4)}-01-01`
  return {
    from: c.req.query('from') === undefined ? beginning : day('from'),
    until: day('until'),
    groupId: id('group'),
    meetingId: id('meeting'),
    organisation: given('organisation').slice(0, 200) || null,
    person: given('person').slice(0, 254) || null,
  }
}

async function groupsFor(trx: Trx, entry: Entry): Promise<{ id: string; name: string }[]> {
  return trx
    .selectFrom('network_group')
    .select(['id', 'name'])
    .where('network_id', '=', entry.network.id)
    .where('id', 'in', visibleGroups(trx, entry))
    .orderBy('name')
    .limit(500)
    .execute()
}

/** How what was chosen is called; null for what is not there. */
async function namesOf(
  trx: Trx,
  networkId: string,
  { groupId, meetingId, organisation, person }: AttendanceQuery,
): Promise<{
  group: string | null
  meeting: string | null
  organisation: string | null
  person: string | null
}> {
  const known = (id: string | null) => (id !== null && isId(id) ? id : null)
  const named = async (id: string | null, find: (id: string) => Promise<{ name: string } | undefined>) =>
    id === null ? null : ((await find(id))?.name ?? null)
  return {
    group: await named(groupId, id =>
      trx
        .selectFrom('network_group')
        .select('name')
        .where('network_id', '=', networkId)
        .where('id', '=', id)
        .executeTakeFirst(),
    ),
    meeting: await named(meetingId, id =>
      trx
        .selectFrom('meeting')
        .select('title as name')
        .where('network_id', '=', networkId)
        .where('id', '=', id)
        .executeTakeFirst(),
    ),
    organisation:
      (await named(known(organisation), id =>
        trx.selectFrom('organisation').select('name').where('id', '=', id).executeTakeFirst(),
      )) ?? organisation,
    person:
      (await named(known(person), id =>
        trx
          .selectFrom('person')
          .select('name')
          .where('network_id', '=', networkId)
          .where('id', '=', id)
          .executeTakeFirst(),
      )) ?? person,
  }
}
