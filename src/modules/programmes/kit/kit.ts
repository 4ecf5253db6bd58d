import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { type AgendaItem, agendaOf, localTime, type Meeting, openMeeting } from '#modules/meetings/index.ts'
import type { Entry } from '#modules/network/index.ts'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, currentStep, type Step, structureOf } from '#modules/programmes/programme.ts'
import { type Named, ownOrganisations } from '#modules/programmes/progress/acting.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'
import { detailsOf } from '#modules/programmes/sheets/views/sheet.tsx'

/** What somebody needs in the next step of a programme, to be taken along. */
export interface ProgrammeKit extends OpenedProgramme {
  /** The one asked for, else the next one, else one that is late; null where nothing is left to do. */
  next: StepOfKit | null
  /** What can be taken along besides: the next one, and those one's organisations are late with. */
  others: (StepOfKit & { late: boolean })[]
  meeting: { meeting: Meeting; agenda: (AgendaItem & { startsAt: Date | null })[] } | null
  own: Named[]
  pages: KitPage[]
  /** Readings that live elsewhere: they are not taken along. */
  elsewhere: { title: string; url: string }[]
}

/** Beyond, one catches up from the page of the programme. */
const mostLate = 5

export interface StepOfKit {
  capsule: Capsule
  step: Step
}

export interface KitPage {
  kind: 'step' | 'say' | 'task' | 'meeting' | 'sheet' | 'reading' | 'kit'
  title: string
  /** A path of this site, in the language and network of the kit. */
  url: string
}

/**
 * @param options.origins where the site is reached: readings there can be taken along
 * @param options.asked a step
 * @throws AppError 'not-found' for a step that is not there
 */
export async function openKit(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  { locale, origins, asked = '' }: { locale: Locale; origins: readonly string[]; asked?: string },
): Promise<ProgrammeKit> {
  const opened = await openProgramme(trx, entry, programmeId, 'read')
  const { programme, group, mayTakePart } = opened
  const own = await ownOrganisations(trx, entry, group.id)
  const capsules = await structureOf(trx, entry.network.id, programme.id)
  const today = localTime(new Date(), programme.timeZone).day
  const all = capsules.flatMap(capsule => capsule.steps.map(step => ({ capsule, step })))
  const ahead = currentStep(capsules, today)
  const lateIds = await lateSteps(trx, kinds, entry.network.id, programme.id, own)
  const late = all.filter(({ step }) => lateIds.has(step.id)).slice(-mostLate)
  const found = asked === '' ? (ahead ?? late.at(-1)) : all.find(({ step }) => step.id === asked)
  if (asked !== '' && !found) throw new AppError('not-found')
  const next = found ?? null
  if (!next) return { ...opened, next: null, others: [], meeting: null, own, pages: [], elsewhere: [] }
  const { step } = next
  const others = [
    ...late.map(one => ({ ...one, late: true })),
    ...(ahead && !lateIds.has(ahead.step.id) ? [{ ...ahead, late: false }] : []),
  ].filter(one => one.step.id !== step.id)
  const search = asked === '' ? undefined : new URLSearchParams({ step: step.id })
  const meeting = await meetingFor(trx, entry, step)
  const here = { locale, network: entry.network.slug, programme: programme.id, step: step.id }
  const links = step.expectations.flatMap(one => detailsOf(one).links)
  const inside = links.map(link => ({ ...link, path: pathHere(link.url, origins, here) }))
  const [only] = own
  const said = mayTakePart && only ? step.expectations.filter(({ kind }) => kinds[kind]?.said) : []
  return {
    ...opened,
    next,
    others,
    meeting,
    own,
    pages: [
      { kind: 'step', title: step.title, url: href('programmeStep', here) },
      ...said.map(
        ({ id, title }): KitPage => ({
          kind: 'say',
          title,
          url: href(
            'programmeFulfilments',
            here,
            new URLSearchParams({ expectation: id, organisation: only?.id ?? '' }),
          ),
        }),
      ),
      ...(await tasksFor(trx, entry.network.id, step, own)).map(
        ({ id, title }): KitPage => ({ kind: 'task', title, url: href('task', { ...here, task: id }) }),
      ),
      ...(meeting
        ? [
            {
              kind: 'meeting' as const,
              title: meeting.meeting.title,
              url: href('meeting', { ...here, meeting: meeting.meeting.id }),
            },
          ]
        : []),
      ...inside.flatMap(({ title, path }): KitPage[] =>
        path === null ? [] : [{ kind: 'reading', title, url: path }],
      ),
      ...(mayTakePart
        ? [{ kind: 'sheet' as const, title: step.title, url: href('programmeSheet', here) }]
        : []),
      { kind: 'kit', title: programme.name, url: href('programmeKit', here, search) },
    ],
    elsewhere: inside.filter(({ path }) => path === null).map(({ title, url }) => ({ title, url })),
  }
}

/** With which one of these organisations is late, or catches up. */
async function lateSteps(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeId: string,
  own: readonly Named[],
): Promise<ReadonlySet<string>> {
  if (own.length === 0) return new Set()
  const [progress] = await progressOf(trx, kinds, networkId, [programmeId])
  const theirs = progress?.organisations.filter(({ id }) => own.some(one => one.id === id)) ?? []
  const late = theirs.flatMap(({ steps }) =>
    steps.filter(({ state }) => state === 'late' || state === 'catching-up'),
  )
  return new Set(late.map(({ stepId }) => stepId))
}

/** Those that stand for what the step expects of these organisations, and are still to be done. */
async function tasksFor(
  trx: Trx,
  networkId: string,
  step: Step,
  own: readonly Named[],
): Promise<{ id: string; title: string }[]> {
  if (own.length === 0) return []
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from task
    where network_id = ${networkId}::uuid and state = 'open'
      and origin_id = any (${step.expectations.map(({ id }) => id)}::uuid[])
      and organisation_id = any (${own.map(({ id }) => id)}::uuid[])
    order by id limit 20`.execute(trx)
  return rows
}

/** What the reader may not see of it is not taken along; nor is a meeting that does not take place. */
async function meetingFor(trx: Trx, entry: Entry, { meetingId }: Step): Promise<ProgrammeKit['meeting']> {
  if (meetingId === null) return null
  const opened = await openMeeting(trx, entry, meetingId, 'read').catch(error => {
    if (error instanceof AppError && ['not-found', 'forbidden'].includes(error.code)) return null
    throw error
  })
  if (!opened || opened.meeting.state === 'cancelled') return null
  const { meeting, mayRun } = opened
  const { items } = await agendaOf(trx, entry.network.id, meeting, { personId: entry.personId, mayRun })
  return { meeting, agenda: items }
}

/** The same page in the language of the kit, where it is one of this network; null for all others. */
function pathHere(
  address: string,
  origins: readonly string[],
  { locale, network }: { locale: Locale; network: string },
): string | null {
  const url = URL.parse(address, origins[0])
  if (!url || !origins.includes(url.origin)) return null
  const [, language, slug, ...rest] = url.pathname.split('/')
  if (!isLocale(language) || slug !== network || rest.length === 0) return null
  return `/${locale}/${network}/${rest.join('/')}${url.search}`
}

/** What one had said of a step when the kit was packed, by expectation and organisation. */
export async function marksOf(
  trx: Trx,
  { network, personId }: Pick<Entry, 'network' | 'personId'>,
  programmeId: string,
  stepId: string,
): Promise<Record<string, string>> {
  const { rows } = await sql<Said & { expectationId: string; organisationId: string }>`
    select fulfilment.expectation_id as "expectationId", fulfilment.organisation_id as "organisationId",
      fulfilment.done_on as "doneOn", fulfilment.minutes, fulfilment.note, fulfilment.url
    from programme_fulfilment fulfilment
    join programme_expectation expectation on expectation.network_id = fulfilment.network_id
      and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
    where fulfilment.network_id = ${network.id}::uuid and fulfilment.programme_id = ${programmeId}::uuid
      and expectation.step_id = ${stepId}::uuid and fulfilment.person_id = ${personId}::uuid
    limit 1000`.execute(trx)
  return Object.fromEntries(rows.map(row => [`${row.expectationId}:${row.organisationId}`, markOf(row)]))
}

/** What is said of something done, as far as a phone can say it. */
export interface Said {
  doneOn: string
  minutes: number | null
  note: string
  url: string | null
}

/** The same for the same words: enough to see that something has changed meanwhile. */
export function markOf({ doneOn, minutes, note, url }: Said): string {
  return createHash('sha256')
    .update(JSON.stringify([doneOn, minutes, note, url]))
    .digest('base64url')
    .slice(0, 16)
}
