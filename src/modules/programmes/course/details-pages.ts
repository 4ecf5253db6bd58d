import type { Hono } from 'hono'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { groupPeople } from '#modules/groups/index.ts'
import { entryOf, openPage } from '#modules/network/index.ts'
import { change, idIn, type Shown, shownIn, statusOf } from '#modules/programmes/course/course-page.ts'
import { changeCapsule, changeDetails, changeStep } from '#modules/programmes/course/details.ts'
import { addExpectation, removeExpectation } from '#modules/programmes/course/expecting.ts'
import {
  handOverSteps,
  stepsWithoutTutor,
  tasksWithoutOwner,
} from '#modules/programmes/course/handing-over.ts'
import {
  capsuleDetailsForm,
  detailsForm,
  expectationForm,
  revisionForm,
  stepDetailsForm,
  tutorsForm,
} from '#modules/programmes/course/schema.ts'
import {
  CapsulePage,
  DetailsPage,
  StepDetailsPage,
  TutorsPage,
} from '#modules/programmes/course/views/details-pages.tsx'
import { type Capsule, type Step, stepsOf } from '#modules/programmes/programme.ts'

export function openDetailsPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeDetails', { GET: c => detailsPage(c, null), POST: postDetails })
  openPage(app, 'programmeCapsule', { GET: c => capsulePage(c, null), POST: postCapsule })
  openPage(app, 'programmeStepDetails', { GET: c => stepPage(c, null, null), POST: postStep })
  openPage(app, 'programmeExpectations', { POST: postExpectation })
  openPage(app, 'programmeExpectationRemoval', { POST: postExpectationRemoval })
  openPage(app, 'programmeTutors', { GET: c => tutorsPage(c, emptyForm), POST: postTutors })
}

async function postDetails(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, detailsForm)
  if (!value) return detailsPage(c, form)
  return change(
    c,
    form,
    'programme-changed',
    (trx, entry, linkOrigin) => changeDetails(trx, entry, idIn(c), value, linkOrigin),
    wrong => detailsPage(c, wrong),
  )
}

async function detailsPage(c: AppContext, sent: FormState | null): Promise<Response> {
  const props = await shownIn(c, async () => ({}))
  const { name, about } = props.programme
  const form = sent ?? formOf({ name, about })
  return page(c, DetailsPage, { ...props, form }, statusOf(form))
}

async function postCapsule(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, capsuleDetailsForm)
  if (!value) return capsulePage(c, form)
  const capsule = c.req.param('capsule') ?? ''
  return change(
    c,
    form,
    'programme-changed',
    (trx, entry, linkOrigin) => changeCapsule(trx, entry, idIn(c), capsule, value, linkOrigin),
    wrong => capsulePage(c, wrong),
  )
}

async function capsulePage(c: AppContext, sent: FormState | null): Promise<Response> {
  const props = await shownIn(c, async (_trx, { capsules }) => ({ capsule: capsuleIn(c, capsules) }))
  const { title, theme, aim } = props.capsule
  const form = sent ?? formOf({ title, theme, aim })
  return page(c, CapsulePage, { ...props, form }, statusOf(form))
}

async function postStep(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, stepDetailsForm)
  if (!value) return stepPage(c, form, null)
  const step = c.req.param('step') ?? ''
  return change(
    c,
    form,
    'programme-changed',
    (trx, entry, linkOrigin) => changeStep(trx, entry, idIn(c), step, value, linkOrigin),
    wrong => stepPage(c, wrong, null),
    stepAddress(c, 'programmeStep'),
  )
}

async function postExpectation(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, expectationForm)
  if (!value) return stepPage(c, null, form)
  const step = c.req.param('step') ?? ''
  const { expectations } = c.var.services
  return change(
    c,
    form,
    'programme-changed',
    (trx, entry, linkOrigin) => addExpectation(trx, entry, expectations, idIn(c), step, value, linkOrigin),
    wrong => stepPage(c, null, wrong),
    stepAddress(c, 'programmeStepDetails'),
  )
}

async function postExpectationRemoval(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, revisionForm)
  if (!value) return stepPage(c, null, form)
  const [step, expectation] = [c.req.param('step') ?? '', c.req.param('expectation') ?? '']
  const kinds = c.var.services.expectations
  return change(
    c,
    form,
    'programme-changed',
    (trx, entry, linkOrigin) =>
      removeExpectation(
        trx,
        entry,
        kinds,
        ...([idIn(c), step, expectation] as const),
        value.revision,
        linkOrigin,
      ),
    wrong => stepPage(c, null, wrong),
    stepAddress(c, 'programmeStepDetails'),
  )
}

/** @param sent of the step itself; @param asked of one expectation, with what is wrong with that */
async function stepPage(c: AppContext, sent: FormState | null, asked: FormState | null): Promise<Response> {
  const props = await shownIn(c, async (trx, { network, group, capsules }: Shown) => ({
    step: stepIn(c, capsules),
    people: (await groupPeople(trx, network.id, group.id)).slice(0, 500),
    kinds: Object.keys(c.var.services.expectations),
  }))
  const { title, aim, minutes, tutor } = props.step
  const form = sent ?? formOf({ title, aim, minutes: String(minutes), tutor: tutor?.id })
  const expecting = asked ?? emptyForm
  const wrong = Object.keys(expecting.errors).length > 0 || statusOf(form).status === 422
  return page(c, StepDetailsPage, { ...props, form, expecting }, { status: wrong ? 422 : 200 })
}

async function postTutors(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, tutorsForm)
  if (!value) return tutorsPage(c, form)
  return change(
    c,
    form,
    'programme-entrusted',
    (trx, entry, linkOrigin) => handOverSteps(trx, entry, idIn(c), value, linkOrigin),
    wrong => tutorsPage(c, wrong),
  )
}

async function tutorsPage(c: AppContext, form: FormState): Promise<Response> {
  const props = await shownIn(c, async (trx, { network, group, programme, capsules }) => {
    const people = await groupPeople(trx, network.id, group.id)
    return {
      people: people.slice(0, 500),
      steps: stepsWithoutTutor(programme, capsules, people),
      tasks: (await tasksWithoutOwner(trx, network.id, programme, people)).length,
    }
  })
  return page(c, TutorsPage, { ...props, form }, statusOf(form))
}

function capsuleIn(c: AppContext, capsules: readonly Capsule[]): Capsule {
  const capsule = capsules.find(({ id }) => id === c.req.param('capsule'))
  if (!capsule) throw new AppError('not-found')
  return capsule
}

function stepIn(c: AppContext, capsules: readonly Capsule[]): Step {
  const step = stepsOf(capsules).find(({ id }) => id === c.req.param('step'))
  if (!step) throw new AppError('not-found')
  return step
}

function stepAddress(c: AppContext, name: 'programmeStep' | 'programmeStepDetails'): string {
  const { network } = entryOf(c)
  const here = { locale: c.var.locale, network: network.slug, programme: idIn(c) }
  return href(name, { ...here, step: c.req.param('step') ?? '' })
}
