import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { attendanceTotals, listAttendance } from '#modules/meetings/attendance/attendance.ts'
import { checks, doorCounts, expectedAt, markPresence } from '#modules/meetings/door/presences.ts'
import { letIn, walkInInput } from '#modules/meetings/door/walk-ins.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { decisionsOf } from '#modules/meetings/minutes/decisions.ts'
import { readMinutes } from '#modules/meetings/minutes/minutes.ts'
import { readerOf } from '#modules/meetings/reading-rights.ts'
import { day } from '#modules/meetings/schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const meetingParam = z.object({ network: z.string(), meeting: z.uuid() })
const after = z.uuid().optional().openapi({ description: 'The `next` of the answer before.' })
const next = z.uuid().nullable().openapi({ description: 'To be given as `after`; null on the last page.' })

const counts = z
  .object({
    expected: z.number().int(),
    present: z.number().int(),
    absent: z.number().int(),
    waiting: z.number().int(),
    listed: z.number().int(),
    unseen: z.number().int(),
    missing: z.number().int(),
  })
  .openapi('PresenceCounts')

const presences = apiRoute('meetings:run', {
  method: 'get',
  path: '/networks/{network}/meetings/{meeting}/presences',
  tags: ['Meetings'],
  summary: 'Who is expected at a meeting and who has come, by name',
  request: {
    params: meetingParam,
    query: z.object({
      q: z.string().max(100).default(''),
      after,
      limit: z.coerce.number().int().min(1).max(500).default(200),
    }),
  },
  responses: {
    200: {
      description: 'Those expected',
      content: {
        'application/json': {
          schema: z.object({
            counts,
            people: z.array(
              z.object({
                id: z.uuid(),
                name: z.string(),
                organisation: z.string(),
                state: z.enum(['registered', 'waiting']),
                attends: z.enum(['place', 'video']),
                present: z.boolean().nullable().openapi({ description: 'Null until somebody says so.' }),
                arrivedAt: z.iso.datetime().nullable(),
                checkedBy: z.enum(checks).nullable(),
              }),
            ),
            next,
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const marking = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/meetings/{meeting}/presences',
  tags: ['Meetings'],
  summary: 'Says of somebody who is expected that they are there, or are not',
  description:
    'Said twice, it is said once. With `name` instead of `registration`, lets in somebody who had not registered.',
  request: {
    params: meetingParam,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.union([
            z.object({
              registration: z.uuid(),
              present: z
                .boolean()
                .nullable()
                .default(true)
                .openapi({ description: 'Null takes back what was said.' }),
            }),
            walkInInput,
          ]),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Said',
      content: {
        'application/json': { schema: z.object({ registration: z.uuid(), changed: z.boolean(), counts }) },
      },
    },
    ...problemResponses(409, 422),
  },
})

const attendance = apiRoute('meetings:run', {
  method: 'get',
  path: '/networks/{network}/attendance',
  tags: ['Meetings'],
  summary: 'Who was at which meeting, the latest first, and what it comes to',
  request: {
    params: z.object({ network: z.string() }),
    query: z.object({
      from: day.optional(),
      until: day.optional(),
      group: z.uuid().optional(),
      meeting: z.uuid().optional(),
      organisation: z.uuid().optional(),
      person: z.uuid().optional(),
      absent: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Those who did not come, instead.' }),
      after,
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
  responses: {
    200: {
      description: 'Attendance',
      content: {
        'application/json': {
          schema: z.object({
            totals: z.object({
              meetings: z.number().int(),
              presences: z.number().int(),
              people: z.number().int().openapi({ description: 'Distinct.' }),
              organisations: z.number().int().openapi({ description: 'Distinct.' }),
              minutes: z.number().int(),
              absences: z.number().int(),
            }),
            attendance: z.array(
              z.object({
                registration: z.uuid(),
                meeting: z.object({ id: z.uuid(), title: z.string(), startsAt: z.iso.datetime() }),
                person: z.object({ id: z.uuid().nullable(), name: z.string() }),
                organisation: z.object({ id: z.uuid().nullable(), name: z.string() }),
                arrivedAt: z.iso.datetime().nullable(),
                minutes: z.number().int(),
              }),
            ),
            next,
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const minutes = apiRoute('meetings:read', {
  method: 'get',
  path: '/networks/{network}/meetings/{meeting}/minutes',
  tags: ['Meetings'],
  summary: 'The minutes of a meeting as published last, and what was decided',
  request: { params: meetingParam },
  responses: {
    200: {
      description: 'Minutes',
      content: {
        'application/json': {
          schema: z.object({
            version: z.number().int(),
            publishedAt: z.iso.datetime(),
            text: z.string().openapi({ description: 'Markdown.' }),
            decisions: z
              .array(
                z.object({ text: z.string(), dueOn: z.iso.date().nullable(), task: z.uuid().nullable() }),
              )
              .openapi({ description: 'For those at home in the network.' }),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

export function dayApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(presences, async c => {
    const entry = entryOf(c)
    const { q, after, limit } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.valid('param').meeting, 'run')
      return {
        counts: await doorCounts(trx, entry.network.id, meeting.id),
        ...(await expectedAt(trx, entry.network.id, meeting.id, { q, after, limit })),
      }
    })
    const people = found.people.map(
      ({ id, name, organisation, state, attends, present, arrivedAt, checkedBy }) => ({
        id,
        name,
        organisation,
        state,
        attends,
        present,
        arrivedAt: arrivedAt?.toISOString() ?? null,
        checkedBy,
      }),
    )
    return c.json({ counts: found.counts, people, next: found.next }, 200)
  })

  api.openapi(marking, async c => {
    const entry = entryOf(c)
    const said = c.req.valid('json')
    const answer = await inTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.valid('param').meeting, 'run')
      if ('registration' in said) {
        const { registration, present } = said
        const changed = await markPresence(trx, entry, meeting, {
          registrationId: registration,
          present,
          by: 'list',
        })
        return { registration, changed, counts: await doorCounts(trx, entry.network.id, meeting.id) }
      }
      const { registrationId, known } = await letIn(trx, entry, meeting, said)
      const counts = await doorCounts(trx, entry.network.id, meeting.id)
      return { registration: registrationId, changed: !known, counts }
    })
    return c.json(answer, 200)
  })

  api.openapi(attendance, async c => {
    const entry = entryOf(c)
    const { from, until, group, meeting, organisation, person, absent, after, limit } = c.req.valid('query')
    const query = {
      from: from ?? null,
      until: until ?? null,
      groupId: group ?? null,
      meetingId: meeting ?? null,
      organisation: organisation ?? null,
      person: person ?? null,
    }
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => ({
      totals: await attendanceTotals(trx, readerOf(entry), query),
      ...(await listAttendance(trx, readerOf(entry), query, { after, limit, absent: absent === 'true' })),
    }))
    const rows = found.attendance.map(row => ({
      registration: row.registrationId,
      meeting: { id: row.meetingId, title: row.meeting, startsAt: row.startsAt.toISOString() },
      person: { id: row.personId, name: row.name },
      organisation: { id: row.organisationId, name: row.organisation },
      arrivedAt: row.arrivedAt?.toISOString() ?? null,
      minutes: row.minutes,
    }))
    return c.json({ totals: found.totals, attendance: rows, next: found.next }, 200)
  })

  api.openapi(minutes, async c => {
    const entry = entryOf(c)
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.valid('param').meeting, 'read')
      const minutes = await readMinutes(trx, entry, meeting.id)
      if (!minutes) throw new AppError('not-found')
      const inside = entry.role !== 'visitor' || entry.scopes !== null
      return { minutes, decisions: inside ? await decisionsOf(trx, entry.network.id, meeting.id) : [] }
    })
    const { version, publishedAt, text } = found.minutes
    const decisions = found.decisions.map(({ text, dueOn, task }) => ({
      text,
      dueOn,
      task: task?.id ?? null,
    }))
    return c.json({ version, publishedAt: publishedAt.toISOString(), text, decisions }, 200)
  })
}
