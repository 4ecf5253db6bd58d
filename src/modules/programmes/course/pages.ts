import type { Hono } from 'hono'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { groupChoices, groupPeople } from '#modules/groups/index.ts'
import { type ListedMeeting, openMeeting } from '#modules/meetings/index.ts'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'
import { announceProgramme } from '#modules/programmes/course/announcing.ts'
import { openChangePages } from '#modules/programmes/course/change-pages.ts'
import { openDetailsPages } from '#modules/programmes/course/details-pages.ts'
import { meetingsOf } from '#modules/programmes/course/differing.ts'
import { stepsWithoutTutor, tasksWithoutOwner } from '#modules/programmes/course/handing-over.ts'
import { groupsWithProgrammes, listProgrammes } from '#modules/programmes/course/listing.ts'
import { newProgramme, postProgramme } from '#modules/programmes/course/making-pages.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import {
  addOrganisationTasks,
  lacksOrganisationTasks,
} from '#modules/programmes/course/organisation-tasks.ts'
import { revisionForm } from '#modules/programmes/course/schema.ts'
import { openStepPages } from '#modules/programmes/course/step-pages.ts'
import { openStructurePages } from '#modules/programmes/course/structure-pages.ts'
import {
  type Awaited,
  ProgrammePage,
  type ProgrammePageProps,
} from '#modules/programmes/course/views/programme-page.tsx'
import { ProgrammesPage } from '#modules/programmes/course/views/programmes-page.tsx'
import { StepPage } from '#modules/programmes/course/views/step-page.tsx'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, stepsOf, structureOf } from '#modules/programmes/programme.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import { fulfilmentSection } from '#modules/programmes/progress/fulfilment-section.ts'
import { comparedNetworks } from '#modules/programmes/progress/home-section.ts'
import type { Progress } from '#modules/programmes/progress/progress.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'
import { ropeFrom } from '#modules/programmes/progress/rope-section.ts'
import { quotesSection } from '#modules/programmes/report/quotes-section.ts'

export function openCoursePages(app: Hono<AppEnv>): void {
  openPage(app, 'programmes', { GET: showProgrammes, POST: postProgramme })
  openPage(app, 'newProgramme', { GET: newProgramme })
  openPage(app, 'programme', { GET: showProgramme })
  openPage(app, 'programmeAnnouncement', { POST: postAnnouncement })
  openPage(app, 'programmeStep', { GET: showStep })
  openChangePages(app)
  openStructurePages(app)
  openStepPages(app)
  openDetailsPages(app)
}

async function showProgrammes(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const wanted = c.req.query('state')
  const state = (['running', 'paused', 'ended'] as const).find(one => one === wanted)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const groups = await groupsWithProgrammes(trx, entry)
    const slug = c.req.query('group')
    const group = groups.find(one => one.slug === slug || one.id === slug)
    const query = { state, groupId: group?.id, after: c.req.query('after') }
    return {
      groups,
      query,
      ...(await listProgrammes(trx, entry, query)),
      comparedNetworks: await comparedNetworks(trx, network.id),
      mayMake: (await groupChoices(trx, entry)).length > 0,
    }
  })
  return page(c, ProgrammesPage, { network, ...found })
}

async function showProgramme(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const { db, expectations } = c.var.services
  const props = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, c.req.param('programme') ?? '', 'read')
    const { programme, group, mayRun, mayTakePart } = opened
    const capsules = await structureOf(trx, network.id, programme.id)
    const today = todayOf(programme)
    const [progress] = await progressOf(trx, expectations, network.id, [programme.id])
    const own = await ownOrganisations(trx, entry, group.id)
    const ids = own.map(({ id }) => id)
    const named = mayTakePart || mayRun || own.length > 0
    return {
      opened,
      capsules,
      today,
      rope: progress && progress.steps.length > 0 ? ropeFrom(progress, capsules, ids, named) : null,
      awaited: progress && programme.state === 'running' ? awaitedIn(progress, capsules, ids) : [],
      own: own.slice(0, 5),
      care: mayRun ? await careOf(trx, network.id, opened, capsules) : null,
      // An organisation that has just joined does not wait for the next hour.
      lacksTasks: (mayRun || mayTakePart) && (await lacksOrganisationTasks(trx, network.id, programme.id)),
      quotes: await quotesSection(trx, entry, opened, null),
    }
  })
  if (props.lacksTasks)
    await inTenant(db, entry.tenant, trx => addOrganisationTasks(trx, network.id, props.opened.programme.id))
  return page(c, ProgrammePage, { network, ...props })
}

async function careOf(
  trx: Trx,
  networkId: string,
  { programme, group }: OpenedProgramme,
  capsules: readonly Capsule[],
): Promise<ProgrammePageProps['care']> {
  const people = await groupPeople(trx, networkId, group.id)
  return {
    ...(await meetingsOf(trx, networkId, stepsOf(capsules), todayOf(programme))),
    withoutTutor: stepsWithoutTutor(programme, capsules, people).length,
    tasksWithoutOwner: (await tasksWithoutOwner(trx, networkId, programme, people)).length,
  }
}

/** What organisations of the reader's have still to do: the oldest first. */
function awaitedIn(progress: Progress, capsules: readonly Capsule[], own: readonly string[]): Awaited[] {
  const steps = new Map(stepsOf(capsules).map(step => [step.id, step]))
  return progress.organisations
    .filter(({ id }) => own.includes(id))
    .flatMap(organisation =>
      organisation.steps.flatMap(({ stepId, state, lacking }) => {
        const step = steps.get(stepId)
        if (!step || !['open', 'part', 'late', 'missed', 'catching-up'].includes(state)) return []
        const titles = step.expectations.filter(({ id }) => lacking.includes(id)).map(({ title }) => title)
        const late = state === 'late' || state === 'missed'
        return titles.length === 0 ? [] : [{ organisation: organisation.name, step, late, titles }]
      }),
    )
}

async function showStep(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const { db, expectations } = c.var.services
  const props = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, c.req.param('programme') ?? '', 'read')
    const capsules = await structureOf(trx, network.id, opened.programme.id)
    const steps = stepsOf(capsules)
    const at = steps.findIndex(({ id }) => id === c.req.param('step'))
    const step = steps[at]
    const capsule = capsules.find(one => one.steps.some(({ id }) => id === step?.id))
    if (!step || !capsule) throw new AppError('not-found')
    return {
      opened,
      capsules,
      capsule,
      step,
      before: steps[at - 1] ?? null,
      after: steps[at + 1] ?? null,
      meeting: step.meetingId === null ? null : await meetingFor(trx, entry, step.meetingId),
      section: await fulfilmentSection(trx, expectations, entry, opened, step, c.var.locale),
      quotes: await quotesSection(trx, entry, opened, step.id),
    }
  })
  return page(c, StepPage, { network, ...props })
}

/** Null where the reader does not see it: a draft, for instance. */
async function meetingFor(trx: Trx, entry: Entry, id: string): Promise<ListedMeeting | null> {
  try {
    const { meeting, registration } = await openMeeting(trx, entry, id, 'read')
    return { ...meeting, registered: registration?.state ?? null }
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null
    throw error
  }
}

async function postAnnouncement(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const programme = c.req.param('programme') ?? ''
  const { value } = await readForm(c, revisionForm)
  if (!value) throw new AppError('bad-request')
  await inTenant(db, entry.tenant, trx =>
    announceProgramme(trx, entry, programme, value.revision, linkOrigin),
  )
  return redirectDone(
    c,
    href('programme', { locale: c.var.locale, network: entry.network.slug, programme }),
    'programme-announced',
  )
}
