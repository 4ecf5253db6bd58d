import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, parseForm, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import { change, idIn, shownIn, statusOf } from '#modules/programmes/course/course-page.ts'
import { moveSteps, type ProposedMoves, proposeMoves, todayOf } from '#modules/programmes/course/moving.ts'
import {
  endProgramme,
  pauseProgramme,
  proposeResumption,
  resumeProgramme,
} from '#modules/programmes/course/pausing.ts'
import {
  movesForm,
  pauseForm,
  resumptionForm,
  revisionField,
  revisionForm,
  wishForm,
} from '#modules/programmes/course/schema.ts'
import {
  changesOf,
  toldOfRemoval,
  touchedIn,
  undoChange,
  undoneNext,
  undoProgramme,
} from '#modules/programmes/course/undoing.ts'
import { MovesPage } from '#modules/programmes/course/views/moves-page.tsx'
import {
  EndPage,
  PausePage,
  ResumptionPage,
  UndoingPage,
} from '#modules/programmes/course/views/pause-pages.tsx'
import type { ProposedMove } from '#modules/programmes/planning/plan.ts'

export function openChangePages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeMoves', { GET: showMoves, POST: postMoves })
  openPage(app, 'programmePause', { GET: c => pausePage(c, emptyForm), POST: postPause })
  openPage(app, 'programmeResumption', { GET: showResumption, POST: postResumption })
  openPage(app, 'programmeEnd', { GET: c => endPage(c, emptyForm), POST: postEnd })
  openPage(app, 'programmeUndoing', { GET: c => undoingPage(c, emptyForm), POST: postUndoing })
}

/** What is asked for stands in the address; what moves along is proposed. */
async function showMoves(c: AppContext): Promise<Response> {
  const asked = Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name, [value]]))
  const wished = asked.capsule || asked.day
  const { value, form } = parseForm(c, asked, wishForm)
  if (!wished) return movesPage(c, { values: form.values, errors: {} }, null)
  if (!value) return movesPage(c, form, null)
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeMoves(trx, entry, idIn(c), value)),
  )
  return movesPage(c, result.form ?? form, result.done)
}

async function postMoves(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, movesForm, ['move'])
  if (!value) return movesPage(c, form, null)
  return change(
    c,
    form,
    'programme-moved',
    (trx, entry, linkOrigin) => moveSteps(trx, entry, idIn(c), value, linkOrigin),
    wrong => movesPage(c, wrong, null),
  )
}

async function movesPage(c: AppContext, form: FormState, proposed: ProposedMoves | null): Promise<Response> {
  const props = await shownIn(c, async (_trx, { programme }) => ({ today: todayOf(programme) }))
  return page(c, MovesPage, { ...props, form, proposed }, statusOf(form))
}

async function postPause(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, pauseForm)
  if (!value) return pausePage(c, form)
  return change(
    c,
    form,
    'programme-paused',
    (trx, entry, linkOrigin) => pauseProgramme(trx, entry, idIn(c), value, linkOrigin),
    wrong => pausePage(c, wrong),
  )
}

async function pausePage(c: AppContext, form: FormState): Promise<Response> {
  const props = await shownIn(c, async (_trx, { programme, capsules }) => {
    const today = todayOf(programme)
    return {
      ahead: capsules.flatMap(({ title, steps }) =>
        steps
          .filter(({ dueOn, meetingId }) => meetingId !== null && dueOn >= today)
          .map(step => ({ capsule: title, step })),
      ),
    }
  })
  return page(c, PausePage, { ...props, form }, statusOf(form))
}

async function showResumption(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  return resumptionPage(c, formOf({ resumesOn: todayOf(network) }), null)
}

async function postResumption(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, resumptionForm)
  if (!value) return resumptionPage(c, form, null)
  if (value.step === 'resume')
    return change(
      c,
      form,
      'programme-resumed',
      (trx, entry, linkOrigin) => resumeProgramme(trx, entry, idIn(c), value, linkOrigin),
      wrong => resumptionPage(c, wrong, null),
    )
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx =>
      proposeResumption(trx, entry, idIn(c), value.resumesOn),
    ),
  )
  return resumptionPage(c, result.form ?? form, result.done?.moves ?? null)
}

async function resumptionPage(
  c: AppContext,
  form: FormState,
  moves: ProposedMove[] | null,
): Promise<Response> {
  const props = await shownIn(c, async () => ({}))
  return page(c, ResumptionPage, { ...props, form, moves }, statusOf(form))
}

async function postEnd(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, revisionForm)
  if (!value) return endPage(c, form)
  return change(
    c,
    form,
    'programme-ended',
    (trx, entry, linkOrigin) => endProgramme(trx, entry, idIn(c), value.revision, linkOrigin),
    wrong => endPage(c, wrong),
  )
}

async function endPage(c: AppContext, form: FormState): Promise<Response> {
  const props = await shownIn(c, async () => ({}))
  return page(c, EndPage, { ...props, form }, statusOf(form))
}

const undoingForm = z.object({ revision: revisionField, what: z.enum(['change', 'making']) })

async function postUndoing(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, undoingForm)
  if (!value) return undoingPage(c, form)
  const { locale, services } = c.var
  const entry = entryOf(c)
  if (value.what === 'change')
    return change(
      c,
      form,
      'programme-undone',
      (trx, entry, linkOrigin) => undoChange(trx, entry, idIn(c), value.revision, linkOrigin),
      wrong => undoingPage(c, wrong),
    )
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(services.db, entry.tenant, trx =>
      undoProgramme(trx, entry, idIn(c), value.revision, services.linkOrigin),
    ),
  )
  if (result.form) return undoingPage(c, result.form)
  return redirectDone(c, href('programmes', { locale, network: entry.network.slug }), 'programme-removed')
}

async function undoingPage(c: AppContext, form: FormState): Promise<Response> {
  const props = await shownIn(
    c,
    async (trx, { network, programme }) => {
      const changes = await changesOf(trx, network.id, programme.id)
      return {
        changes,
        next: undoneNext(changes),
        touched: await touchedIn(trx, network.id, programme.id),
        told: await toldOfRemoval(trx, entryOf(c), programme),
        timeZone: programme.timeZone,
      }
    },
    'read',
  )
  return page(c, UndoingPage, { ...props, form }, statusOf(form))
}
