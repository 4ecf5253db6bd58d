import type { Hono } from 'hono'
import { readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import {
  addCapsule,
  type CapsuleAddition,
  proposeCapsule,
  templateOf,
} from '#modules/programmes/course/adding-capsule.ts'
import { change, idIn, shownIn, statusOf } from '#modules/programmes/course/course-page.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { proposeOrder, reorderCapsules } from '#modules/programmes/course/ordering.ts'
import { capsuleForm, orderForm, shorteningForm } from '#modules/programmes/course/schema.ts'
import { proposeShortening, shortenProgramme } from '#modules/programmes/course/shortening.ts'
import {
  CapsuleAddingPage,
  OrderPage,
  ShorteningPage,
} from '#modules/programmes/course/views/structure-pages.tsx'
import { addDays } from '#modules/programmes/planning/days.ts'
import type { ProposedMove } from '#modules/programmes/planning/plan.ts'
import type { Shortening } from '#modules/programmes/planning/shortening.ts'
import { textIn } from '#modules/programmes/templates/words.ts'

export function openStructurePages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeShortening', { GET: c => shorteningPage(c, emptyForm, null), POST: postShortening })
  openPage(app, 'programmeOrder', { GET: c => orderPage(c, emptyForm, null), POST: postOrder })
  openPage(app, 'programmeCapsules', { GET: showCapsuleAdding, POST: postCapsule })
}

async function postShortening(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, shorteningForm, ['left'])
  if (!value) return shorteningPage(c, form, null)
  if (value.step === 'shorten')
    return change(
      c,
      form,
      'programme-shortened',
      (trx, entry, linkOrigin) => shortenProgramme(trx, entry, idIn(c), value, linkOrigin),
      wrong => shorteningPage(c, wrong, null),
    )
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeShortening(trx, entry, idIn(c), value)),
  )
  return shorteningPage(c, result.form ?? form, result.done)
}

async function shorteningPage(c: AppContext, form: FormState, found: Shortening | null): Promise<Response> {
  const props = await shownIn(c, async (_trx, { programme }) => ({ today: todayOf(programme) }))
  return page(c, ShorteningPage, { ...props, form, found }, statusOf(form))
}

async function postOrder(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, orderForm, ['capsule', 'place'])
  if (!value) return orderPage(c, form, null)
  const order = value.capsule
    .map((id, index) => {
      const place = value.place[index] ?? index + 1
      // What others stand in the place of makes room: behind whoever comes up, before whoever goes down.
      return { id, place: place + Math.sign(place - index - 1) / 2 }
    })
    .sort((a, b) => a.place - b.place)
    .map(({ id }) => id)
  if (value.step === 'reorder')
    return change(
      c,
      form,
      'programme-reordered',
      (trx, entry, linkOrigin) => reorderCapsules(trx, entry, idIn(c), { ...value, order }, linkOrigin),
      wrong => orderPage(c, wrong, null),
    )
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeOrder(trx, entry, idIn(c), order)),
  )
  return orderPage(c, result.form ?? form, result.done?.moves ?? null)
}

async function orderPage(c: AppContext, form: FormState, moves: ProposedMove[] | null): Promise<Response> {
  const props = await shownIn(c, async () => ({}))
  return page(c, OrderPage, { ...props, form, moves }, statusOf(form))
}

async function showCapsuleAdding(c: AppContext): Promise<Response> {
  const { capsules, programme } = await shownIn(c, async () => ({}))
  const last = capsules.at(-1)
  const ends = last?.steps
    .map(({ dueOn }) => dueOn)
    .sort()
    .at(-1)
  const today = todayOf(programme)
  const startsOn = addDays(ends !== undefined && ends > today ? ends : today, 7)
  return capsulePage(c, formOf({ after: last?.id, startsOn, mode: 'in_person' }), null)
}

async function postCapsule(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, capsuleForm)
  if (!value) return capsulePage(c, form, null)
  if (value.step === 'add')
    return change(
      c,
      form,
      'programme-capsule-added',
      (trx, entry, linkOrigin) => addCapsule(trx, entry, idIn(c), value, linkOrigin),
      wrong => capsulePage(c, wrong, null),
    )
  const entry = entryOf(c)
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(c.var.services.db, entry.tenant, trx => proposeCapsule(trx, entry, idIn(c), value)),
  )
  return capsulePage(c, result.form ?? form, result.done)
}

async function capsulePage(c: AppContext, form: FormState, found: CapsuleAddition | null): Promise<Response> {
  const props = await shownIn(c, async (trx, { network, programme }) => {
    const template = await templateOf(trx, network.id, programme.id)
    return {
      sources: (template?.capsules ?? []).map(({ key, title }) => ({
        key,
        title: textIn(title, programme.language),
      })),
    }
  })
  return page(c, CapsuleAddingPage, { ...props, form, found }, statusOf(form))
}
