import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { entryOf } from '#modules/network/door.ts'
import {
  changeEngagementWords,
  engagementForm,
  engagementWords,
} from '#modules/network/organisations/engagement.ts'
import { engagementLevels } from '#modules/network/organisations/input.ts'
import { EngagementPage } from '#modules/network/organisations/views/engagement-page.tsx'

export async function showEngagement(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const words = await readTenant(c.var.services.db, tenant, trx => engagementWords(trx, network.id))
  const values = locales.flatMap(locale =>
    engagementLevels.map(level => [`${locale}-${level}`, words[locale]?.[level - 1] ?? '']),
  )
  return answer(c, formOf(Object.fromEntries(values)))
}

export async function postEngagement(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value, form } = await readForm(c, engagementForm)
  if (!value) return answer(c, form, 422)
  await inTenant(c.var.services.db, tenant, trx => changeEngagementWords(trx, network.id, actor, value))
  const address = href('settingsEngagement', { locale: c.var.locale, network: network.slug })
  return redirectDone(c, address, 'settings-changed')
}

function answer(c: AppContext, form: FormState, status: 200 | 422 = 200): Response {
  return page(c, EngagementPage, { network: entryOf(c).network, form }, { status })
}
