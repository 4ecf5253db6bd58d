import type { Hono } from 'hono'
import { Fragment, h } from 'preact'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { groupChoices } from '#modules/groups/index.ts'
import { agendaOf, copyAgenda } from '#modules/meetings/agenda/agenda.ts'
import { answerAsHost } from '#modules/meetings/hosting.ts'
import { dayAfter, localTime, startOfDay } from '#modules/meetings/local-time.ts'
import {
  groupsWithMeetings,
  knowsMeeting,
  listMeetings,
  type Meeting,
  openMeeting,
} from '#modules/meetings/meetings.ts'
import {
  organisationNamed,
  organisationsProposed,
  peopleProposed,
  personNamed,
} from '#modules/meetings/people-choice.ts'
import { readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import {
  announceMeeting,
  cancelMeeting,
  changeMeeting,
  removeDraft,
  scheduleMeeting,
} from '#modules/meetings/scheduling.ts'
import { type MeetingInput, meetingInput } from '#modules/meetings/schema.ts'
import { CancellationPage, MeetingForm } from '#modules/meetings/views/meeting-form.tsx'
import { MeetingPage } from '#modules/meetings/views/meeting-page.tsx'
import { MeetingsPage, type MeetingsSearch, monthBeside } from '#modules/meetings/views/meetings-page.tsx'
import {
  type Entry,
  entryOf,
  openPage,
  Refusal,
  readCoordinates,
  sectionsOf,
  unlessRefused,
} from '#modules/network/index.ts'
import { ThreadSection, threadOf } from '#modules/threads/index.ts'

export function openMeetingPages(app: Hono<AppEnv>): void {
  openPage(app, 'meetings', { GET: showMeetings, POST: postMeeting })
  openPage(app, 'newMeeting', { GET: newMeeting })
  openPage(app, 'meeting', { GET: c => answerMeeting(c) })
  openPage(app, 'meetingDetails', { GET: showDetails, POST: postDetails })
  openPage(app, 'meetingAnnouncement', { POST: postAnnouncement })
  openPage(app, 'meetingCancellation', { GET: showCancellation, POST: postCancellation })
  openPage(app, 'meetingRemoval', { POST: postRemoval })
  openPage(app, 'meetingHost', { POST: postHost })
}

async function showMeetings(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, role } = entry
  if (role === 'visitor') c.set('shared', { networkId: network.id })
  const read = await readTenant(c.var.services.db, tenant, async trx => {
    const groups = await groupsWithMeetings(trx, entry)
    const search = searchOf(c, groups)
    const found = await listMeetings(trx, entry, {
      ...spanOf(search, network.timeZone),
      ...(search.group && { groupId: search.group.id }),
      q: search.q,
      after: c.req.query('after'),
    })
    const mayMake =
      role !== 'visitor' && (runsAll(readerOf(entry)) || (await groupChoices(trx, entry)).length > 0)
    return { ...found, groups, search, mayMake }
  })
  const now = localTime(new Date(), network.timeZone).day.slice(0, 7)
  return page(c, MeetingsPage, { network, inside: role !== 'visitor', now, ...read })
}

/** @param problem why what was just asked for was not done */
export async function answerMeeting(c: AppContext, problem?: string): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, role, personId } = entry
  if (role === 'visitor' && problem === undefined) c.set('shared', { networkId: network.id })
  const read = await readTenant(c.var.services.db, tenant, async trx => {
    const opened = await openMeeting(trx, entry, meetingIdOf(c), 'read')
    const { meeting, mayRun } = opened
    const agenda = await agendaOf(trx, network.id, meeting, { personId, mayRun })
    const sections = await sectionsOf(c, 'meeting', trx, { id: meeting.id })
    const thread = await threadOf(c, trx, { type: 'meeting', id: meeting.id })
    return { opened, agenda, sections, thread }
  })
  const { opened, agenda, sections, thread } = read
  return page(
    c,
    MeetingPage,
    {
      network,
      opened,
      ...agenda,
      personId,
      problem,
      scripts: sections.scripts,
      children: h(Fragment, null, sections.children, h(ThreadSection, { network, thread })),
    },
    { status: problem === undefined ? 200 : 422 },
  )
}

async function newMeeting(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const copied = c.req.query('copy')
  const form = await readTenant(c.var.services.db, entry.tenant, async trx => {
    if (copied !== undefined) {
      const { meeting } = await openMeeting(trx, entry, copied, 'run')
      return formOf({
        ...fieldsOf(meeting, network.timeZone),
        day: '',
        untilDay: '',
        registrationUntil: '',
        state: 'scheduled',
        copy: meeting.id,
      })
    }
    const wanted = c.req.query('group')
    const group = (await groupChoices(trx, entry)).find(({ slug }) => slug === wanted)
    return formOf({
      groupId: group?.id ?? '',
      visibility: group ? 'group' : 'network',
      language: c.var.locale,
      state: 'scheduled',
      from: '14:00',
      to: '16:00',
      timeZone: network.timeZone,
    })
  })
  return answerForm(c, null, form)
}

/** What a form says: host and organisation by their names. */
const sentInput = meetingInput.extend({
  hostPerson: z.string().trim().max(400).default(''),
  hostOrganisation: z.string().trim().max(200).default(''),
  /** “43.2965, 5.3698”, as maps give it. */
  coordinates: z.string().trim().max(60).default(''),
  copy: z.string().default(''),
})

async function postMeeting(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, sentInput)
  if (!value) return answerForm(c, null, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const input = await named(trx, entry, value)
      const id = await scheduleMeeting(trx, entry, input, c.var.services.linkOrigin)
      if (value.copy) await copyAgenda(trx, entry, value.copy, id)
      return id
    }),
  )
  if (result.form) return answerForm(c, null, result.form, 422)
  return redirectDone(
    c,
    addressOf(c, result.done),
    value.state === 'draft' ? 'meeting-drafted' : 'meeting-added',
  )
}

async function showDetails(c: AppContext): Promise<Response> {
  const meeting = await runMeeting(c)
  return answerForm(c, meeting, formOf(fieldsOf(meeting, entryOf(c).network.timeZone)))
}

async function postDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const meeting = await runMeeting(c)
  const { value, form } = await readForm(c, sentInput)
  if (!value) return answerForm(c, meeting, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx =>
      changeMeeting(trx, entry, meeting.id, {
        ...(await named(trx, entry, value)),
        // Whoever writes another address and leaves these as they were has moved the meeting, not its old place.
        ...(value.address !== meeting.address &&
          value.coordinates === coordinatesOf(meeting) && { latitude: null, longitude: null }),
      }),
    ),
  )
  if (result.form) return answerForm(c, meeting, result.form, 422)
  return redirectDone(c, addressOf(c, meeting.id), 'meeting-changed')
}

async function postAnnouncement(c: AppContext): Promise<Response> {
  return doing(c, 'meeting-announced', (trx, entry) => announceMeeting(trx, entry, meetingIdOf(c)))
}

async function showCancellation(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  return page(c, CancellationPage, { network, meeting: await runMeeting(c), form: emptyForm })
}

const wordsForm = z.object({ words: z.string().trim().max(2000).default('') })

async function postCancellation(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const { value, form } = await readForm(c, wordsForm)
  if (!value)
    return page(c, CancellationPage, { network, meeting: await runMeeting(c), form }, { status: 422 })
  return doing(c, 'meeting-cancelled', (trx, entry) => cancelMeeting(trx, entry, meetingIdOf(c), value.words))
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, trx => removeDraft(trx, entry, meetingIdOf(c))),
  )
  if (result.form) return answerMeeting(c, result.form.errors[''])
  return redirectDone(
    c,
    href('meetings', { locale: c.var.locale, network: entry.network.slug }),
    'meeting-removed',
  )
}

const hostForm = z.object({ answer: z.enum(['confirmed', 'withdrew']) })

async function postHost(c: AppContext): Promise<Response> {
  const { value } = await readForm(c, hostForm)
  if (!value) throw new AppError('bad-request')
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      await answerAsHost(trx, entry, meetingIdOf(c), value.answer)
      return knowsMeeting(trx, entry, meetingIdOf(c))
    }),
  )
  if (result.form) return answerMeeting(c, Object.values(result.form.errors)[0])
  // Whoever knew of it as its host alone has no place there any more.
  const here = { locale: c.var.locale, network: entry.network.slug }
  const address = result.done ? addressOf(c, meetingIdOf(c)) : href('ownMeetings', here)
  return redirectDone(c, address, value.answer === 'confirmed' ? 'host-confirmed' : 'host-withdrew')
}

/** Does one thing to the meeting and leads back to it, or says there why it was not done. */
export async function doing(
  c: AppContext,
  done: Parameters<typeof redirectDone>[2],
  work: (trx: Trx, entry: Entry) => Promise<unknown>,
): Promise<Response> {
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry)),
  )
  if (result.form) return answerMeeting(c, Object.values(result.form.errors)[0])
  return redirectDone(c, addressOf(c, meetingIdOf(c)), done)
}

export function meetingIdOf(c: AppContext): string {
  return c.req.param('meeting') ?? ''
}

export function addressOf(c: AppContext, meeting: string): string {
  return href('meeting', { locale: c.var.locale, network: entryOf(c).network.slug, meeting })
}

async function runMeeting(c: AppContext): Promise<Meeting> {
  const entry = entryOf(c)
  const { meeting } = await readTenant(c.var.services.db, entry.tenant, trx =>
    openMeeting(trx, entry, meetingIdOf(c), 'run'),
  )
  return meeting
}

async function answerForm(
  c: AppContext,
  meeting: Meeting | null,
  form: FormState,
  status: 200 | 422 = 200,
): Promise<Response> {
  const entry = entryOf(c)
  const read = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const groups = await groupChoices(trx, entry)
    const own = meeting?.group && !groups.some(({ id }) => id === meeting.groupId) ? [meeting.group] : []
    return {
      groups: [...own, ...groups],
      people: await peopleProposed(trx, entry, form.values.groupId?.[0] || null),
      organisations: await organisationsProposed(trx, entry),
    }
  })
  const ofNetwork = runsAll(readerOf(entry)) || meeting?.groupId === null
  // Who runs nothing has nothing to fill in.
  if (!ofNetwork && read.groups.length === 0) throw new AppError('forbidden')
  return page(c, MeetingForm, { network: entry.network, meeting, ofNetwork, form, ...read }, { status })
}

async function named(trx: Trx, entry: Entry, sent: z.output<typeof sentInput>): Promise<MeetingInput> {
  const { hostPerson, hostOrganisation, coordinates, copy: _, ...input } = sent
  const at = readCoordinates(coordinates)
  if (!at) throw new Refusal({ field: 'coordinates', message: 'organisation.error.coordinates' })
  return {
    ...input,
    ...at,
    hostPersonId: await personNamed(trx, entry, hostPerson, 'hostPerson'),
    hostOrganisationId: await organisationNamed(trx, entry, hostOrganisation, 'hostOrganisation'),
  }
}

function coordinatesOf({ latitude, longitude }: Pick<Meeting, 'latitude' | 'longitude'>): string {
  return latitude === null ? '' : `${latitude}, ${longitude}`
}

/** A meeting as its form has it. */
function fieldsOf(meeting: Meeting, networkZone: string) {
  const { timeZone } = meeting
  const [starts, ends] = [localTime(meeting.startsAt, timeZone), localTime(meeting.endsAt, timeZone)]
  const usual = ends.day === starts.day || (ends.day === dayAfter(starts.day) && ends.time <= starts.time)
  return {
    title: meeting.title,
    groupId: meeting.groupId ?? '',
    about: meeting.about,
    preparation: meeting.preparation,
    language: meeting.language,
    day: starts.day,
    from: starts.time,
    to: ends.time,
    untilDay: usual ? '' : ends.day,
    timeZone: timeZone || networkZone,
    place: meeting.place,
    address: meeting.address,
    coordinates: coordinatesOf(meeting),
    videoUrl: meeting.videoUrl ?? '',
    hostOrganisation: meeting.hostOrganisation?.name ?? '',
    hostPerson: meeting.hostPerson?.name ?? '',
    visibility: meeting.visibility,
    capacity: meeting.capacity === null ? '' : String(meeting.capacity),
    guests: String(meeting.guests),
    photos: meeting.photos,
    registrationUntil: meeting.registrationUntil
      ? dayAfter(localTime(meeting.registrationUntil, timeZone).day, -1)
      : '',
    state: meeting.state === 'draft' ? 'draft' : 'scheduled',
  }
}

function searchOf(c: AppContext, groups: { id: string; slug: string; name: string }[]): MeetingsSearch {
  const month = c.req.query('month') ?? ''
  return {
    q: (c.req.query('q') ?? '').slice(0, 200).trim(),
    when: c.req.query('when') === 'past' ? 'past' : 'coming',
    // Four figures from 1900 on: what is no month counts as not chosen.
    month: /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(month) ? month : null,
    group: groups.find(({ slug }) => slug === c.req.query('group')) ?? null,
  }
}

function spanOf({ when, month }: MeetingsSearch, timeZone: string) {
  if (month !== null)
    return {
      from: startOfDay(`${month}-01`, timeZone),
      until: startOfDay(`${monthBeside(month, 1)}-01`, timeZone),
    }
  return when === 'past' ? { until: new Date(), latestFirst: true } : { from: new Date() }
}
