import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { groupChoices } from '#modules/groups/index.ts'
import { dayAfter, localTime } from '#modules/meetings/local-time.ts'
import {
  type HostNames,
  hostNames,
  organisationNamed,
  organisationsProposed,
  peopleProposed,
  personNamed,
} from '#modules/meetings/people-choice.ts'
import { readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { changeSeries, endSeries, extendSeries, foreseeChange } from '#modules/meetings/series/changing.ts'
import { follows } from '#modules/meetings/series/following.ts'
import { confirmHosting, withdrawHosting } from '#modules/meetings/series/receiving.ts'
import {
  registerForSeries,
  seriesRegistrationInput,
  withdrawFromSeries,
} from '#modules/meetings/series/registering.ts'
import { rhythmWords } from '#modules/meetings/series/rhythm-words.ts'
import { endInput, extensionInput, seriesChangeForm, seriesForm } from '#modules/meetings/series/schema.ts'
import {
  createSeries,
  datesIn,
  datesOf,
  knowsSeries,
  listSeries,
  openSeries,
  rhythmOf,
  type Series,
  type SeriesDate,
} from '#modules/meetings/series/series.ts'
import { SeriesChangePage } from '#modules/meetings/series/views/series-change-page.tsx'
import { SeriesFormPage } from '#modules/meetings/series/views/series-form.tsx'
import { SeriesListPage } from '#modules/meetings/series/views/series-list-page.tsx'
import { SeriesPage } from '#modules/meetings/series/views/series-page.tsx'
import { type Entry, entryOf, unlessRefused } from '#modules/network/index.ts'

export async function showSeriesList(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  c.set('shared', { networkId: network.id })
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    ...(await listSeries(trx, entry, { after: c.req.query('after') })),
    mayMake: await mayMake(trx, entry),
  }))
  return page(c, SeriesListPage, { network, ...found })
}

export async function newSeries(c: AppContext): Promise<Response> {
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
      startsOn: dayAfter(localTime(new Date(), network.timeZone).day, 7),
      from: '18:00',
      to: '20:00',
      every: '1',
      repeats: 'month',
      by: 'weekday',
      timeZone: network.timeZone,
      guests: '0',
      language: c.var.locale,
    }),
  )
}

/** Shows the dates first, and makes them when they were seen. */
export async function postSeries(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, seriesForm, ['skipped'])
  if (!value) return formPage(c, form)
  if (value.step === 'create') {
    const result = await unlessRefused(c.var.i18n, form, () =>
      inTenant(db, entry.tenant, async trx =>
        createSeries(trx, entry, await withHosts(trx, entry, value), linkOrigin),
      ),
    )
    if (result.form) return formPage(c, result.form)
    return redirectDone(c, addressOf(c, result.done), 'series-created')
  }
  const foreseen = await unlessRefused(c.var.i18n, form, async () => {
    await readTenant(db, entry.tenant, trx => withHosts(trx, entry, value))
    return datesIn(value, network.timeZone)
  })
  if (foreseen.form) return formPage(c, foreseen.form)
  const rhythm = rhythmOf(value, network.timeZone)
  return formPage(c, form, {
    occurrences: foreseen.done,
    timeZone: rhythm.timeZone,
    rhythm: rhythmWords(c.var.i18n, rhythm),
  })
}

export async function showSeries(c: AppContext): Promise<Response> {
  return seriesPage(c)
}

export async function showSeriesDetails(c: AppContext): Promise<Response> {
  const { series, coming, hosts } = await openedToChange(c)
  const [next] = coming
  if (!next) return redirectDone(c, addressOf(c, series.id))
  const form = detailsOf(series, hosts, next, coming, c.req.query('since') ?? '')
  return changePage(c, series, coming, form, null)
}

/** Shows what would become of each date, and changes them when that was seen. */
export async function postSeriesDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { series, coming } = await openedToChange(c)
  const { value, form } = await readForm(c, seriesChangeForm, ['skipped'])
  if (!value) return changePage(c, series, coming, form, null)
  if (value.step === 'change') {
    const result = await unlessRefused(c.var.i18n, form, () =>
      inTenant(db, entry.tenant, async trx =>
        changeSeries(trx, entry, series.id, await withHosts(trx, entry, value), linkOrigin),
      ),
    )
    if (result.form) return changePage(c, series, coming, result.form, null)
    return redirectDone(c, addressOf(c, series.id), 'series-changed')
  }
  const foreseen = await unlessRefused(c.var.i18n, form, () =>
    readTenant(db, entry.tenant, async trx =>
      foreseeChange(trx, entry, series.id, await withHosts(trx, entry, value)),
    ),
  )
  if (foreseen.form) return changePage(c, series, coming, foreseen.form, null)
  return changePage(c, series, coming, form, foreseen.done)
}

export async function postSeriesExtension(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  await readTenant(db, entry.tenant, trx => openSeries(trx, entry, idIn(c), 'run'))
  const { value, form } = await readForm(c, extensionInput)
  if (!value) return seriesPage(c, { extending: form })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => extendSeries(trx, entry, idIn(c), value, linkOrigin)),
  )
  if (result.form) return seriesPage(c, { extending: result.form })
  return redirectDone(c, addressOf(c, idIn(c)), 'series-extended')
}

export async function postSeriesEnd(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  await readTenant(db, entry.tenant, trx => openSeries(trx, entry, idIn(c), 'run'))
  const { value, form } = await readForm(c, endInput)
  if (!value) return seriesPage(c, { ending: form })
  await inTenant(db, entry.tenant, trx => endSeries(trx, entry, idIn(c), value))
  return redirectDone(c, addressOf(c, idIn(c)), 'series-ended')
}

export async function postSeriesRegistration(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, seriesRegistrationInput, ['guests'])
  if (!value) return seriesPage(c, { registering: form })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      registerForSeries(trx, entry, idIn(c), value, c.var.locale),
    ),
  )
  if (result.form) return seriesPage(c, { registering: result.form })
  return redirectDone(
    c,
    addressOf(c, idIn(c)),
    result.done.waiting > 0 ? 'series-joined-waiting' : 'series-joined',
  )
}

export async function postSeriesRegistrationRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => withdrawFromSeries(trx, entry, idIn(c)))
  return redirectDone(c, addressOf(c, idIn(c)), 'series-left')
}

const hostForm = z.object({ answer: z.enum(['confirmed', 'withdrew']) })

export async function postSeriesHost(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, hostForm)
  if (!value) throw new AppError('bad-request')
  const confirmed = value.answer === 'confirmed'
  const known = await inTenant(c.var.services.db, entry.tenant, async trx => {
    await (confirmed ? confirmHosting : withdrawHosting)(trx, entry, idIn(c))
    return knowsSeries(trx, entry, idIn(c))
  })
  // Whoever knew of it as its host alone has no place there any more.
  const here = { locale: c.var.locale, network: entry.network.slug }
  const address = known ? addressOf(c, idIn(c)) : href('ownMeetings', here)
  return redirectDone(c, address, confirmed ? 'host-confirmed' : 'host-withdrew')
}

type Forms = Partial<Record<'registering' | 'extending' | 'ending', FormState>>

async function seriesPage(c: AppContext, forms: Forms = {}): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const wrong = Object.keys(forms).length > 0
  if (!wrong) c.set('shared', { networkId: network.id })
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    series: await openSeries(trx, entry, idIn(c), 'read'),
    dates: await datesOf(trx, entry, idIn(c)),
    following: await follows(trx, network.id, idIn(c), entry.personId),
  }))
  const { until, times } = found.series.rhythm
  const props = {
    network,
    ...found,
    // Drafts, and what a member may not see on its own, are not shown here either.
    dates: found.dates.filter(({ state }) => found.series.mayRun || state !== 'draft'),
    now: new Date(),
    readerZone: c.var.viewer?.timeZone ?? null,
    member: entry.personId !== null,
    registering: forms.registering ?? formOf({ attends: 'place' }),
    extending: forms.extending ?? formOf({ until, times: times === null ? '' : String(times) }),
    ending: forms.ending ?? emptyForm,
  }
  return page(c, SeriesPage, props, { status: wrong ? 422 : 200 })
}

async function formPage(
  c: AppContext,
  form: FormState,
  preview: Parameters<typeof SeriesFormPage>[0]['preview'] = null,
): Promise<Response> {
  const props = { ...(await choicesFor(c, form)), form, preview }
  return page(c, SeriesFormPage, props, { status: Object.keys(form.errors).length > 0 ? 422 : 200 })
}

async function changePage(
  c: AppContext,
  series: Series,
  dates: SeriesDate[],
  form: FormState,
  foreseen: Parameters<typeof SeriesChangePage>[0]['foreseen'],
): Promise<Response> {
  const props = { ...(await choicesFor(c, form)), series, dates, form, foreseen }
  return page(c, SeriesChangePage, props, { status: Object.keys(form.errors).length > 0 ? 422 : 200 })
}

/** @throws AppError 'forbidden' for those who could make none */
async function choicesFor(c: AppContext, form: FormState) {
  const entry = entryOf(c)
  const { groups, people, organisations } = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    groups: await groupChoices(trx, entry),
    people: await peopleProposed(trx, entry, form.values.groupId?.[0] || null),
    organisations: await organisationsProposed(trx, entry),
  }))
  const ofNetwork = runsAll(readerOf(entry))
  if (groups.length === 0 && !ofNetwork) throw new AppError('forbidden')
  return { network: entry.network, ofNetwork, groups, people, organisations }
}

/** What a form says of hosts by their names, by their ids. @throws Refusal for a name that nobody has, or several have */
async function withHosts<Sent extends { hostPerson: string; hostOrganisation: string }>(
  trx: Trx,
  entry: Entry,
  { hostPerson, hostOrganisation, ...input }: Sent,
) {
  return {
    ...input,
    hostPersonId: await personNamed(trx, entry, hostPerson, 'hostPerson'),
    hostOrganisationId: await organisationNamed(trx, entry, hostOrganisation, 'hostOrganisation'),
  }
}

async function openedToChange(
  c: AppContext,
): Promise<{ series: Series; coming: SeriesDate[]; hosts: HostNames }> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const series = await openSeries(trx, entry, idIn(c), 'run')
    const now = new Date()
    const dates = await datesOf(trx, entry, series.id)
    const hosts = await hostNames(trx, entry, series.terms)
    return { series, coming: dates.filter(({ startsAt }) => startsAt > now), hosts }
  })
}

/** The series as it is, from the date on from which it may be changed. */
function detailsOf(
  series: Series,
  hosts: HostNames,
  next: SeriesDate,
  coming: SeriesDate[],
  since: string,
): FormState {
  const { terms, rhythm } = series
  const first = coming.find(({ date }) => date === since) ?? next
  const left = coming.filter(({ date }) => date >= first.date).length
  const text = (value: number | null) => (value === null ? '' : String(value))
  const from = rhythm.startsAt
  const to = new Date(Date.parse(`1970-01-01T${from}Z`) + rhythm.minutes * 60_000).toISOString().slice(11, 16)
  return formOf({
    title: terms.title,
    groupId: terms.groupId,
    about: terms.about,
    preparation: terms.preparation,
    language: terms.language,
    place: terms.place,
    address: terms.address,
    latitude: text(terms.latitude),
    longitude: text(terms.longitude),
    videoUrl: terms.videoUrl,
    ...hosts,
    visibility: terms.visibility,
    capacity: text(terms.capacity),
    guests: text(terms.guests),
    photos: terms.photos,
    timeZone: rhythm.timeZone,
    since: first === next ? '' : first.date,
    startsOn: first.date,
    from,
    to,
    repeats: rhythm.repeats,
    every: String(rhythm.every),
    by: rhythm.by,
    until: rhythm.until,
    times: rhythm.times === null ? '' : String(left),
    skipped: rhythm.skipped.filter(day => day >= first.date),
  })
}

function idIn(c: AppContext): string {
  return c.req.param('series') ?? ''
}

function addressOf(c: AppContext, series: string): string {
  return href('oneSeries', { locale: c.var.locale, network: entryOf(c).network.slug, series })
}

async function mayMake(trx: Trx, entry: Entry): Promise<boolean> {
  return runsAll(readerOf(entry)) || (await groupChoices(trx, entry)).length > 0
}
