import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type Done, type FormState, redirectDone } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type Entry, entryOf, type Network, unlessRefused } from '#modules/network/index.ts'
import { isAnnounced } from '#modules/programmes/course/meeting-terms.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'

/** What pages that change a course have in common. */
export interface Shown {
  network: Network
  programme: Programme
  group: { id: string }
  capsules: Capsule[]
  /** Whether the group has heard of it. */
  announced: boolean
}

export function idIn(c: AppContext): string {
  return c.req.param('programme') ?? ''
}

/** @throws AppError 'forbidden' for those who do not run it */
export async function shownIn<T>(
  c: AppContext,
  more: (trx: Trx, shown: Shown) => Promise<T>,
  need: 'run' | 'read' = 'run',
): Promise<Shown & T> {
  const entry = entryOf(c)
  const { network } = entry
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const { programme, group, mayRun } = await openProgramme(trx, entry, idIn(c), need)
    if (!mayRun) throw new AppError('forbidden')
    const capsules = await structureOf(trx, network.id, programme.id)
    const announced = await isAnnounced(trx, network.id, programme.id)
    const shown = { network, programme, group, capsules, announced }
    return { ...shown, ...(await more(trx, shown)) }
  })
}

/** Does it and leads on, or gives the form back with what stands against it. */
export async function change(
  c: AppContext,
  form: FormState,
  done: Done,
  work: (trx: Trx, entry: Entry, linkOrigin: string) => Promise<unknown>,
  back: (form: FormState) => Promise<Response>,
  address = addressOf(c),
): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => work(trx, entry, linkOrigin)),
  )
  return result.form ? back(result.form) : redirectDone(c, address, done)
}

export function addressOf(c: AppContext): string {
  return href('programme', { locale: c.var.locale, network: entryOf(c).network.slug, programme: idIn(c) })
}

export function statusOf(form: FormState): { status: 200 | 422 } {
  return { status: Object.keys(form.errors).length > 0 ? 422 : 200 }
}
