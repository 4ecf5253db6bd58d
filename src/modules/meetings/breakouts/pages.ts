import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  breakoutScore,
  breakoutsOf,
  drawBreakouts,
  drawInput,
  moveSeat,
  removeBreakouts,
  seatablesOf,
} from '#modules/meetings/breakouts/breakouts.ts'
import { BreakoutsPage } from '#modules/meetings/breakouts/views/breakouts-page.tsx'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'

/** Those who run the meeting draw and move; those who are registered see where they sit. */
export async function showBreakouts(c: AppContext): Promise<Response> {
  return answer(c, null, 200)
}

export async function postBreakouts(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, drawInput)
  if (!value) return answer(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
      await drawBreakouts(trx, entry, meeting, value, randomInt(1, 1_000_000))
    }),
  )
  if (result.form) return answer(c, result.form, 422)
  return redirectDone(c, addressOf(c), 'tables-drawn')
}

export const seatInput = z.object({
  guest: z.uuid(),
  round: z.coerce.number().int().min(1).max(6),
  table: z.coerce.number().int().min(1).max(500),
  locked: z.enum(['yes', 'no']).default('yes'),
})

export async function postSeats(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, seatInput)
  if (!value) return answer(c, form, 422)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    await moveSeat(trx, entry, meeting, { ...value, locked: value.locked === 'yes' })
  })
  return c.redirect(`${addressOf(c)}#s-${value.round}-${value.guest}`, 303)
}

export async function postBreakoutRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    await removeBreakouts(trx, entry, meeting)
  })
  return redirectDone(c, addressOf(c), 'tables-removed')
}

async function answer(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting, mayRun, registration } = await openMeeting(
      trx,
      entry,
      c.req.param('meeting') ?? '',
      'take-part',
    )
    if (!mayRun && registration?.state !== 'registered') throw new AppError('forbidden')
    const guests = await seatablesOf(trx, network.id, meeting.id)
    const breakouts = await breakoutsOf(trx, network.id, meeting.id)
    const score =
      mayRun && breakouts ? await breakoutScore(trx, network.id, meeting, guests, breakouts) : null
    return { meeting, mayRun, own: registration?.id ?? null, guests, breakouts, score }
  })
  const { breakouts } = found
  const shown =
    form ??
    formOf({ by: 'tables', number: String(breakouts?.tables ?? 4), rounds: String(breakouts?.rounds ?? 1) })
  return page(c, BreakoutsPage, { network, form: shown, ...found }, { status })
}

function addressOf(c: AppContext): string {
  const meeting = c.req.param('meeting') ?? ''
  return href('meetingBreakouts', { locale: c.var.locale, network: entryOf(c).network.slug, meeting })
}
