import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { fileResponse } from '#http/file-response.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { locales } from '#kernel/locale.ts'
import { accentFor } from '#modules/network/colour.ts'
import { entryOf } from '#modules/network/door.ts'
import { waitingRequests } from '#modules/network/join-requests.ts'
import type { Network } from '#modules/network/networks.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import {
  changeLogo,
  changeSettings,
  changeVisibility,
  logoVisibility,
  settingsForm,
} from '#modules/network/settings.ts'
import { AdministrationPage } from '#modules/network/views/administration-page.tsx'
import { SettingsPage } from '#modules/network/views/settings-page.tsx'
import { VisibilityPage } from '#modules/network/views/visibility-page.tsx'
import { findFile, type StoredFile, usage } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { receiveFile } from '#platform/files/receiving.ts'

export async function showAdministration(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const requests = await readTenant(c.var.services.db, tenant, trx => waitingRequests(trx, network.id))
  return page(c, AdministrationPage, { network, waiting: requests.length })
}

export function showSettings(c: AppContext): Promise<Response> {
  return settingsPage(c, filled(entryOf(c).network))
}

export async function postSettings(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value, form } = await readForm(c, settingsForm, ['languages'])
  if (!value) return settingsPage(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => changeSettings(trx, network, actor, value)),
  )
  if (result.form) return settingsPage(c, result.form, 422)
  return redirectDone(c, settingsAddress(c), 'settings-changed')
}

export function showVisibility(c: AppContext): Response {
  const { network } = entryOf(c)
  return page(c, VisibilityPage, { network })
}

const visibilityForm = z.object({ visibility: z.enum(['public', 'private']) })

export async function postVisibility(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value } = await readForm(c, visibilityForm)
  if (!value) throw new AppError('bad-request')
  await inTenant(c.var.services.db, tenant, trx => changeVisibility(trx, network, actor, value.visibility))
  return redirectDone(c, settingsAddress(c), 'visibility-changed')
}

const logoBytes = 5 * 2 ** 20

export async function postLogo(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db, storage } = c.var.services
  const refused = (message: string) => settingsPage(c, { ...filled(network), errors: { logo: message } }, 422)
  const { visibility } = network
  const details = {
    purpose: 'logo',
    visibility: logoVisibility(visibility),
    uploadedBy: actor.accountId,
  } as const
  const received: StoredFile[] = []
  try {
    await readUploads(c, { files: 1, bytes: logoBytes }, async ({ name, content }) => {
      received.push(await receiveFile(db, storage, tenant, { name, ...details }, content))
    })
  } catch (error) {
    if (error instanceof FileError) return refused(fileProblem(c.var.i18n, error))
    throw error
  }
  const [stored] = received
  if (!stored) return refused(c.var.i18n.t('form.error.required'))
  const gone = await inTenant(db, tenant, trx => changeLogo(trx, network, actor, stored.id))
  await removeBytes(c, gone)
  return redirectDone(c, settingsAddress(c), 'logo-changed')
}

export async function postLogoRemoval(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db } = c.var.services
  const gone = await inTenant(db, tenant, trx => changeLogo(trx, network, actor, null))
  await removeBytes(c, gone)
  return redirectDone(c, settingsAddress(c), 'logo-removed')
}

export async function showLogo(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { logoFileId } = network
  const file = logoFileId
    ? await readTenant(c.var.services.db, tenant, trx => findFile(trx, network.id, logoFileId))
    : null
  if (!file) throw new AppError('not-found')
  return fileResponse(c, file, { preview: 320 })
}

/** The colour of a network over ours: a stylesheet of its own, since pages carry no style within them. */
export function showTheme(c: AppContext): Response {
  const { network } = entryOf(c)
  if (!network.accent) throw new AppError('not-found')
  const { light, dark } = accentFor(network.accent)
  const css = `:root{--green:light-dark(${light.colour},${dark.colour});--green-soft:light-dark(${light.soft},${dark.soft})}\n`
  // Its address names the colour: another colour has another address.
  const kept = c.req.query('v') === network.accent.slice(1)
  const whose = network.visibility === 'public' ? 'public' : 'private'
  return c.body(css, 200, {
    'content-type': 'text/css; charset=utf-8',
    'cache-control': kept ? `${whose}, max-age=31536000, immutable` : 'no-cache',
  })
}

async function settingsPage(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { db, config, storage } = c.var.services
  const files = await readTenant(db, tenant, trx => usage(trx, network.id))
  const services = { mailFrom: config.smtp?.from ?? null, storage: storage.kind, files }
  return page(c, SettingsPage, { network, form, services }, { status })
}

function filled(network: Network): FormState {
  const texts = locales.flatMap(locale => [
    [`name-${locale}`, network.name[locale] ?? ''],
    [`summary-${locale}`, network.summary[locale] ?? ''],
  ])
  return formOf({
    ...Object.fromEntries(texts),
    languages: network.languages,
    locale: network.locale,
    'time-zone': network.timeZone,
    'contact-email': network.contactEmail,
    'sign-up': network.signUp,
    'sign-up-domains': network.signUpDomains.join('\n'),
    coloured: network.accent !== null,
    accent: network.accent ?? usualAccent,
  })
}

/** Our own green, as a place to start from. */
const usualAccent = '#005a3a'

function settingsAddress(c: AppContext): string {
  return href('settings', { locale: c.var.locale, network: entryOf(c).network.slug })
}
