import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'
import { type Call, callsFor, peopleFor } from '#modules/programmes/progress/attention.ts'
import { nudge, nudgeForm, nudgesOf, senderOf } from '#modules/programmes/progress/nudges.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'
import { stepValues } from '#modules/programmes/progress/views/calls.tsx'
import { NudgesPage } from '#modules/programmes/progress/views/nudges-page.tsx'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'

export async function showNudges(c: AppContext): Promise<Response> {
  return answer(c, null, 200)
}

export async function postNudges(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const programme = c.req.param('programme') ?? ''
  const { value, form } = await readForm(c, nudgeForm, ['people'])
  if (!value) return answer(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => nudge(trx, entry, programme, value, linkOrigin)),
  )
  if (result.form) return answer(c, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, programme }
  return redirectDone(c, href('programmeProgress', here), 'nudge-sent')
}

async function answer(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const { db, expectations: kinds, linkOrigin } = c.var.services
  const found = await readTenant(db, entry.tenant, async trx => {
    const { programme } = await openProgramme(trx, entry, c.req.param('programme') ?? '', 'run')
    const [progress] = await progressOf(trx, kinds, network.id, [programme.id])
    if (!progress) throw new AppError('not-found')
    const calls = callsFor(progress, await peopleFor(trx, network.id, programme))
    return {
      programme,
      capsules: await structureOf(trx, network.id, programme.id),
      calls: calls.filter(({ people }) => people.length > 0),
      sent: await nudgesOf(trx, network.id, programme.id),
      sender: await senderOf(trx, entry),
    }
  })
  const asked = found.calls.filter(({ organisation }) => organisation.id === c.req.query('organisation'))
  const here = { locale: network.locale, network: network.slug, programme: found.programme.id }
  const [one] = asked
  const path = one
    ? href('programmeCatchUp', { ...here, organisation: one.organisation.id })
    : href('programme', here)
  const known = formOf({
    people: asked.flatMap(({ people }) => people.filter(one => one.hasAccount).map(({ id }) => id)),
    // Mail is in the language of the network: what is proposed is too.
    message: proposedMessage(asked[0] ?? null, found, linkOrigin + path, i18nFor(network.locale)),
    answers: 'on',
  })
  return page(c, NudgesPage, { network, ...found, form: form ?? known }, { status })
}

export interface Proposing {
  programme: Programme
  capsules: readonly Capsule[]
  /** Who signs it; null for a key of the network. */
  sender: { name: string; email: string | null } | null
}

/** Says why, so that nobody has to ask; whoever sends it writes it anew as they like. */
export function proposedMessage(
  call: Call | null,
  { programme, capsules, sender }: Proposing,
  page: string,
  i18n: I18n,
): string {
  const { t } = i18n
  const values = { programme: programme.name }
  if (!call) return t('nudge.proposed.all', values)
  const why = call.reasons.flatMap(reason => {
    if (reason.why === 'late') return t('nudge.why.late', stepValues(reason.steps, capsules, i18n))
    if (reason.why === 'absent') return t('nudge.why.absent', { count: reason.count })
    if (reason.why === 'not-begun') return t('nudge.why.not-begun', { count: reason.steps.length })
    return []
  })
  if (why.length === 0) return t('nudge.proposed.all', values)
  const seen = t('nudge.proposed.page', { url: page })
  const closing = t('nudge.proposed.closing')
  const all = [t('nudge.proposed.opening', values), ...why, closing, seen, ...(sender ? [sender.name] : [])]
  return all.join('\n\n')
}
