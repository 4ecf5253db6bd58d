import type { Hono } from 'hono'
import { readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type FormState, formOf, readForm } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import { addStep, proposeStep, type StepAddition } from '#modules/programmes/course/adding-step.ts'
import { changeMode, type ModeChange, proposeMode } from '#modules/programmes/course/changing-mode.ts'
import { change, idIn, shownIn, statusOf } from '#modules/programmes/course/course-page.ts'
import { usualHour } from '#modules/programmes/course/meeting-terms.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { modeForm, stepForm } from '#modules/programmes/course/step-schema.ts'
import { ModePage, StepAddingPage } from '#modules/programmes/course/views/step-change-pages.tsx'
import { addDays, latest } from '#modules/programmes/planning/days.ts'
import { stepsOf } from '#modules/programmes/programme.ts'

export function openStepPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeSteps', { GET: showStepAdding, POST: postStep })
  openPage(app, 'programmeStepMode', { GET: c => modePage(c, null, null), POST: postMode })
}

/** Behind the step that was asked for, else behind the last one; a week after that. */
async function showStepAdding(c: AppContext): Promise<Response> {
  const { capsules, programme } = await shownIn(c, async () => ({}))
  const steps = stepsOf(capsules)
  const behind = steps.find(({ id }) => id === c.req.query('after')) ?? steps.at(-1)
  const today = todayOf(programme)
  const day = addDays(latest(today, behind?.dueOn ?? today), 7)
  const form = formOf({ after: behind?.id, day, mode: 'in_person', time: usualHour, minutes: '120' })
  return addingPage(c, form, null)
}

async function postStep(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, stepForm)
  if (!value) return addingPage(c, form, null)
  if (value.step === 'add') {
    const id = newId()
    return change(
      c,
      form,
      'programme-step-added',
      (trx, entry, linkOrigin) => addStep(trx, entry, idIn(c), value, linkOrigin, id),
      wrong => addingPage(c, wrong, null),
      stepAddress(c, id),
    )
  }
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeStep(trx, entry, idIn(c), value)),
  )
  return addingPage(c, result.form ?? form, result.done)
}

async function addingPage(c: AppContext, form: FormState, found: StepAddition | null): Promise<Response> {
  const props = await shownIn(c, async () => ({}))
  return page(c, StepAddingPage, { ...props, form, found }, statusOf(form))
}

async function postMode(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, modeForm)
  if (!value) return modePage(c, form, null)
  const step = c.req.param('step') ?? ''
  const kinds = c.var.services.expectations
  if (value.step === 'change')
    return change(
      c,
      form,
      'programme-mode-changed',
      (trx, entry, linkOrigin) => changeMode(trx, entry, kinds, idIn(c), step, value, linkOrigin),
      wrong => modePage(c, wrong, null),
      stepAddress(c, step),
    )
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeMode(trx, entry, kinds, idIn(c), step, value)),
  )
  return modePage(c, result.form ?? form, result.done)
}

async function modePage(c: AppContext, sent: FormState | null, found: ModeChange | null): Promise<Response> {
  const props = await shownIn(c, async (_trx, { capsules }) => {
    const step = stepsOf(capsules).find(({ id }) => id === c.req.param('step'))
    if (!step) throw new AppError('not-found')
    return { step }
  })
  const { mode, dueOn, opensOn, beginsAt, minutes } = props.step
  const form =
    sent ??
    formOf({
      ...{ mode, day: dueOn, time: beginsAt ?? usualHour, minutes: String(minutes) },
      opens: opensOn < dueOn ? opensOn : latest(todayOf(props.programme), addDays(dueOn, -14)),
    })
  return page(c, ModePage, { ...props, form, found }, statusOf(form))
}

function stepAddress(c: AppContext, step: string): string {
  const { network } = entryOf(c)
  return href('programmeStep', { locale: c.var.locale, network: network.slug, programme: idIn(c), step })
}
