import { APIError } from 'better-auth/api'
import { z } from 'zod'
import { inTenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { allNetworks, foundNetwork, invite, networkSlug, usualDays } from '#modules/network/index.ts'
import { demonstrationPeople } from '#modules/platform/demonstration.ts'
import {
  isAccount,
  isStartCode,
  isStarted,
  startInput,
  startInstallation,
} from '#modules/platform/starting.ts'
import { DemonstrationPage } from '#modules/platform/views/demonstration-page.tsx'
import { PlatformPage } from '#modules/platform/views/platform-page.tsx'
import { StartPage } from '#modules/platform/views/start-page.tsx'
import { passwordWeakness } from '#platform/auth/passwords.ts'

export async function showDemonstration(c: AppContext): Promise<Response> {
  const people = await demonstrationPeople(c.var.services.db)
  if (people.length === 0) throw new AppError('not-found')
  return page(c, DemonstrationPage, { people })
}

export async function enterDemonstration(c: AppContext): Promise<Response> {
  const { value } = await readForm(
    c,
    z.object({ account: z.uuid(), network: z.string().max(63).default('') }),
  )
  const people = value ? await demonstrationPeople(c.var.services.db) : []
  const person = people.find(({ accountId }) => accountId === value?.account)
  if (!person) throw new AppError('not-found')
  const auth = c.var.services.auth(originOf(c))
  const { headers } = await auth.api.signInDemonstration({
    body: { accountId: person.accountId },
    headers: c.req.raw.headers,
    returnHeaders: true,
  })
  for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
  const { locale } = c.var
  const home = person.mandates.find(({ network }) => network === value?.network) ?? person.mandates[0]
  if (home) return c.redirect(href('network', { locale, network: home.network }), 303)
  return c.redirect(href(person.platformAdministrator ? 'platform' : 'home', { locale }), 303)
}

export async function showStart(c: AppContext): Promise<Response> {
  if (await c.var.services.asOwner(isStarted)) throw new AppError('not-found')
  const code = c.req.query('code') ?? ''
  return startPage(
    c,
    formOf({
      code,
      locale: c.var.locale,
      timeZone: 'Europe/Paris',
      visibility: 'private',
      demonstration: 'erase',
    }),
  )
}

/** First the account, by the one who keeps accounts; then all the rest at once, as the owner. */
export async function start(c: AppContext): Promise<Response> {
  await limitAddress(c, 'start')
  const { t } = c.var.i18n
  const { asOwner, secret } = c.var.services
  if (await asOwner(isStarted)) throw new AppError('not-found')
  const { value, form } = await readForm(c, startInput)
  if (!value) return startPage(c, form, 422)
  if (!isStartCode(secret, value.code))
    return startPage(c, withError(form, 'code', t('start.wrong-code')), 422)
  const { name, email, password } = value
  const weakness = passwordWeakness(password, email)
  if (weakness) return startPage(c, withError(form, 'password', t(weakness)), 422)
  const auth = c.var.services.auth(originOf(c))
  const made = await auth.api
    .signUpEmail({
      body: { name, email, password, locale: value.locale, timeZone: value.timeZone },
      headers: c.req.raw.headers,
      returnHeaders: true,
    })
    .catch((error: unknown) => {
      if (error instanceof APIError) return null
      throw error
    })
  const accountId = made?.response.user.id
  const taken = accountId === undefined || !(await asOwner(owner => isAccount(owner, accountId)))
  if (taken) return startPage(c, withError(form, 'email', t('start.wrong-email')), 422)
  try {
    await asOwner(owner => startInstallation(owner, accountId, value))
  } catch (error) {
    await asOwner(owner => owner.query('delete from account where id = $1', [accountId]))
    if (error instanceof AppError && error.code === 'taken') {
      return startPage(c, withError(form, 'slug', t('start.taken')), 422)
    }
    throw error
  }
  const entered = await auth.api.signInEmail({
    body: { email, password },
    headers: c.req.raw.headers,
    returnHeaders: true,
  })
  for (const cookie of entered.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
  return redirectDone(c, href('network', { locale: c.var.locale, network: value.slug }), 'started')
}

export async function showPlatform(c: AppContext): Promise<Response> {
  return platformPage(c, formOf({ locale: c.var.locale, timeZone: 'Europe/Paris', visibility: 'private' }))
}

const networkForm = z.object({
  name: z.string().trim().min(1).max(120),
  slug: networkSlug,
  visibility: z.enum(['public', 'private']),
  locale: z.enum(locales),
  timeZone: z.string().refine(isTimeZone, { error: 'form.error.time-zone' }),
  administrator: z.email().max(254).toLowerCase(),
})

/** Whoever runs the installation founds networks, and invites who will administer each; they need not be in it. */
export async function foundByPlatform(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, networkForm)
  if (!value) return platformPage(c, form, 422)
  const { asOwner, db, linkOrigin } = c.var.services
  const { viewer } = c.var
  if (!viewer) throw new AppError('unauthenticated')
  const { accountId } = viewer
  let id: string
  try {
    id = await asOwner(owner =>
      foundNetwork(
        owner,
        { ...value, name: { [value.locale]: value.name }, summary: {} },
        // What an invented person founds is invented too: else any visitor could take the installation over.
        viewer.demonstration ? 'loaded' : null,
      ),
    )
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'taken')) throw error
    return platformPage(c, withError(form, 'slug', c.var.i18n.t('start.taken')), 422)
  }
  const actor: Actor = { accountId, mandateId: null, tokenId: null, origin: 'page' }
  const terms = {
    role: 'administrator' as const,
    organisation: null,
    title: '',
    locale: value.locale,
    days: usualDays,
  }
  await inTenant(db, { networkId: id, audience: 'network', accountId }, trx =>
    invite(
      trx,
      { id, slug: value.slug },
      { actor, inviter: viewer.name, linkOrigin },
      terms,
      value.administrator,
    ),
  )
  return redirectDone(c, href('platform', { locale: c.var.locale }), 'network-founded')
}

async function platformPage(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const networks = await allNetworks(c.var.services.db)
  return page(c, PlatformPage, { networks, form }, { status })
}

function startPage(c: AppContext, form: FormState, status: 200 | 422 = 200): Response {
  return page(c, StartPage, { form }, { status })
}
