import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { locales } from '#kernel/locale.ts'
import { agendaOf } from '#modules/meetings/agenda/agenda.ts'
import { type ListedMeeting, listMeetings, type Meeting, openMeeting } from '#modules/meetings/meetings.ts'
import {
  register,
  registrationInput,
  registrationsOf,
  withdraw,
} from '#modules/meetings/registrations/registrations.ts'
import { inTurn } from '#modules/meetings/registrations/turn.ts'
import { cancelMeeting, changeMeeting, scheduleMeeting } from '#modules/meetings/scheduling.ts'
import { meetingInput, meetingStates, meetingVisibilities } from '#modules/meetings/schema.ts'
import { apiRoute, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const networkParam = z.object({ network: z.string() })
const meetingParam = z.object({ network: z.string(), meeting: z.uuid() })
const named = z.object({ id: z.uuid(), name: z.string() }).nullable()

const meetingSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    group: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }).nullable(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    timeZone: z.string().openapi({ description: 'Of the place, as in the tz database.' }),
    place: z.string(),
    address: z.string(),
    hasVideo: z.boolean(),
    hostOrganisation: named,
    hostPerson: named,
    state: z.enum(meetingStates),
    visibility: z.enum(meetingVisibilities),
    capacity: z.number().int().nullable(),
    places: z
      .object({
        registered: z.number().int(),
        waiting: z.number().int(),
        left: z.number().int().nullable().openapi({ description: 'Null without a limit.' }),
      })
      .openapi({ description: 'Those who come, and those who wait.' }),
    registrationUntil: z.iso.datetime().nullable(),
    sequence: z.number().int().openapi({ description: 'Grows with what calendars must hear of (RFC 5545).' }),
  })
  .openapi('Meeting')

const wholeMeeting = meetingSchema
  .extend({
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    about: z.string().openapi({ description: 'Markdown.' }),
    preparation: z.string(),
    language: z.enum(locales),
    videoUrl: z.string().nullable().openapi({ description: 'For those registered and those who run it.' }),
    cancellation: z.string(),
    agenda: z.array(
      z.object({
        id: z.uuid(),
        title: z.string(),
        details: z.string(),
        minutes: z.number().int().nullable(),
        speaker: z.string(),
        startsAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .openapi('WholeMeeting')

const list = apiRoute('meetings:read', {
  method: 'get',
  path: '/networks/{network}/meetings',
  tags: ['Meetings'],
  summary: 'Meetings by time, those that the key may know of',
  request: {
    params: networkParam,
    query: z.object({
      q: z.string().max(200).optional(),
      group: z.uuid().optional(),
      from: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Those that end after this moment.' }),
      until: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Those that begin before it.' }),
      after: z.uuid().optional().openapi({ description: 'The `next` of the answer before.' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: {
      description: 'Meetings',
      content: {
        'application/json': {
          schema: z.object({
            meetings: z.array(meetingSchema),
            next: z
              .uuid()
              .nullable()
              .openapi({ description: 'To be given as `after`; null on the last page.' }),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const one = apiRoute('meetings:read', {
  method: 'get',
  path: '/networks/{network}/meetings/{meeting}',
  tags: ['Meetings'],
  summary: 'One meeting, with its agenda',
  request: { params: meetingParam },
  responses: {
    200: { description: 'The meeting', content: { 'application/json': { schema: wholeMeeting } } },
    ...problemResponses(422),
  },
})

const body = { required: true, content: { 'application/json': { schema: meetingInput } } } as const
const written = z.object({ id: z.uuid(), sequence: z.number().int() })

const create = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/meetings',
  tags: ['Meetings'],
  summary: 'Plans a meeting',
  description:
    'Day and times are those of the clocks at the place. A time that they skip is refused with the two beside it; one that they show twice asks for `pass`.',
  request: { params: networkParam, body },
  responses: {
    201: { description: 'Planned', content: { 'application/json': { schema: written } } },
    ...problemResponses(422),
  },
})

const change = apiRoute('meetings:run', {
  method: 'put',
  path: '/networks/{network}/meetings/{meeting}',
  tags: ['Meetings'],
  summary: 'Says a meeting anew; those who come are told of what their calendars must know',
  request: { params: meetingParam, body },
  responses: {
    200: { description: 'Changed', content: { 'application/json': { schema: written } } },
    ...problemResponses(422),
  },
})

const cancellation = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/meetings/{meeting}/cancellation',
  tags: ['Meetings'],
  summary: 'Cancels a meeting and tells those who were to come',
  request: {
    params: meetingParam,
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ words: z.string().max(2000).default('') }) } },
    },
  },
  responses: { 204: { description: 'Cancelled' }, ...problemResponses(422) },
})

const registrations = apiRoute('meetings:run', {
  method: 'get',
  path: '/networks/{network}/meetings/{meeting}/registrations',
  tags: ['Meetings'],
  summary: 'Who comes and who waits, in the order in which they came',
  request: {
    params: meetingParam,
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .default(0)
        .openapi({ description: 'The `next` of the answer before.' }),
      limit: z.coerce.number().int().min(1).max(500).default(200),
    }),
  },
  responses: {
    200: {
      description: 'Registrations',
      content: {
        'application/json': {
          schema: z.object({
            registrations: z.array(
              z
                .object({
                  id: z.uuid(),
                  number: z.number().int(),
                  personId: z.uuid().nullable(),
                  name: z.string(),
                  email: z.string().nullable(),
                  organisationId: z.uuid().nullable(),
                  organisation: z.string().nullable(),
                  guestOf: z.uuid().nullable(),
                  state: z.enum(['registered', 'waiting', 'withdrawn']),
                  attends: z.enum(['place', 'video']),
                  accessNeeds: z.string(),
                  photoConsent: z.boolean().nullable(),
                  present: z.boolean().nullable(),
                })
                .openapi('Registration'),
            ),
            next: z.number().int().nullable(),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const ownRegistration = apiRoute('meetings:take-part', {
  method: 'put',
  path: '/networks/{network}/meetings/{meeting}/registration',
  tags: ['Meetings'],
  summary: 'Registers the person of the key, or changes what they said',
  request: {
    params: meetingParam,
    body: { required: true, content: { 'application/json': { schema: registrationInput } } },
  },
  responses: {
    200: {
      description: 'Registered, or waiting',
      content: {
        'application/json': {
          schema: z.object({ id: z.uuid(), state: z.enum(['registered', 'waiting']) }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const withdrawal = apiRoute('meetings:take-part', {
  method: 'delete',
  path: '/networks/{network}/meetings/{meeting}/registration',
  tags: ['Meetings'],
  summary: 'Withdraws the registration of the person of the key',
  request: { params: meetingParam },
  responses: { 204: { description: 'Withdrawn, or there was none' }, ...problemResponses(422) },
})

export function meetingsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = entryOf(c)
    const { group, from, until, ...query } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, trx =>
      listMeetings(trx, entry, {
        ...query,
        groupId: group,
        from: from ? new Date(from) : undefined,
        until: until ? new Date(until) : undefined,
      }),
    )
    return c.json({ meetings: found.meetings.map(asAnswer), next: found.next }, 200)
  })

  api.openapi(one, async c => {
    const entry = entryOf(c)
    const { network, personId } = entry
    const { meeting: id } = c.req.valid('param')
    const { meeting, items } = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting, mayRun } = await openMeeting(trx, entry, id, 'read')
      return { meeting, ...(await agendaOf(trx, network.id, meeting, { personId, mayRun })) }
    })
    const { latitude, longitude, about, preparation, language, videoUrl, cancellation } = meeting
    const texts = { about, preparation, language, videoUrl, cancellation }
    const agenda = items.map(({ id, title, details, minutes, speaker, startsAt }) => ({
      ...{ id, title, details, minutes, speaker },
      startsAt: startsAt?.toISOString() ?? null,
    }))
    return c.json({ ...asAnswer(meeting), latitude, longitude, ...texts, agenda }, 200)
  })

  api.openapi(create, async c => {
    const entry = entryOf(c)
    const { db, linkOrigin } = c.var.services
    const id = await inTenant(db, entry.tenant, trx =>
      scheduleMeeting(trx, entry, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, sequence: 0 }, 201)
  })

  api.openapi(change, async c => {
    const entry = entryOf(c)
    const { meeting: id } = c.req.valid('param')
    const { sequence } = await inTenant(c.var.services.db, entry.tenant, trx =>
      changeMeeting(trx, entry, id, c.req.valid('json')),
    ).catch(error => refused(c, error))
    return c.json({ id, sequence }, 200)
  })

  api.openapi(cancellation, async c => {
    const entry = entryOf(c)
    const { words } = c.req.valid('json')
    await inTenant(c.var.services.db, entry.tenant, trx =>
      cancelMeeting(trx, entry, c.req.valid('param').meeting, words),
    ).catch(error => refused(c, error))
    return c.body(null, 204)
  })

  api.openapi(registrations, async c => {
    const entry = entryOf(c)
    const { meeting: id } = c.req.valid('param')
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      await openMeeting(trx, entry, id, 'run')
      return registrationsOf(trx, entry.network.id, id, c.req.valid('query'))
    })
    const shown = found.registrations.map(({ createdAt: _, ...registration }) => registration)
    return c.json({ registrations: shown, next: found.next }, 200)
  })

  api.openapi(ownRegistration, async c => {
    const entry = entryOf(c)
    const { meeting } = c.req.valid('param')
    const { id, state } = await inTurn(meeting, () =>
      inTenant(c.var.services.db, entry.tenant, trx => register(trx, entry, meeting, c.req.valid('json'))),
    ).catch(error => refused(c, error))
    return c.json({ id, state }, 200)
  })

  api.openapi(withdrawal, async c => {
    const entry = entryOf(c)
    const { meeting: id } = c.req.valid('param')
    await inTurn(id, () =>
      inTenant(c.var.services.db, entry.tenant, async trx => {
        const { registration } = await openMeeting(trx, entry, id, 'take-part')
        if (registration) await withdraw(trx, entry, id, registration.id)
      }),
    ).catch(error => refused(c, error))
    return c.body(null, 204)
  })
}

function asAnswer(meeting: ListedMeeting | Meeting): z.infer<typeof meetingSchema> {
  return {
    id: meeting.id,
    title: meeting.title,
    group: meeting.group,
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    timeZone: meeting.timeZone,
    place: meeting.place,
    address: meeting.address,
    hasVideo: meeting.hasVideo,
    hostOrganisation: meeting.hostOrganisation,
    hostPerson: meeting.hostPerson,
    state: meeting.state,
    visibility: meeting.visibility,
    capacity: meeting.capacity,
    places: meeting.places,
    registrationUntil: meeting.registrationUntil?.toISOString() ?? null,
    sequence: meeting.sequence,
  }
}

function refused(c: AppContext, error: unknown): never {
  throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
}
