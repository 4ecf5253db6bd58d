import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { fileResponse } from '#http/file-response.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf } from '#modules/network/door.ts'
import { findOrganisation, type Organisation } from '#modules/network/organisations/organisations.ts'
import { showcaseForm } from '#modules/network/organisations/showcase-input.ts'
import {
  changeShowcase,
  changeShowcasePicture,
  contactsOf,
  findShowcase,
  listShowcases,
  readShowcase,
  type Showcase,
  writesShowcase,
} from '#modules/network/organisations/showcases.ts'
import { ShowcaseFormPage } from '#modules/network/organisations/views/showcase-form.tsx'
import { ShowcasePage } from '#modules/network/organisations/views/showcase-page.tsx'
import { ShowcasesPage } from '#modules/network/organisations/views/showcases-page.tsx'
import { unlessRefused } from '#modules/network/refusal.ts'
import { findFile, type StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { receiveFile } from '#platform/files/receiving.ts'

export async function showShowcases(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  c.set('shared', { networkId: network.id })
  const q = (c.req.query('q') ?? '').slice(0, 200).trim()
  const found = await readTenant(c.var.services.db, tenant, trx =>
    listShowcases(trx, network.id, q, { after: c.req.query('after') }),
  )
  return page(c, ShowcasesPage, { network, q, ...found })
}

export async function showShowcase(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const id = c.req.param('organisation') ?? ''
  const writes = writesShowcase(entry, id)
  c.set('shared', { networkId: network.id })
  const showcase = await readTenant(c.var.services.db, tenant, trx =>
    readShowcase(trx, network.id, id, { whole: writes }),
  )
  if (!showcase) throw new AppError('not-found')
  return page(c, ShowcasePage, { network, showcase, writes, member: entry.role !== 'visitor' })
}

export async function showShowcaseDetails(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const organisation = await writtenOrganisation(c)
  const showcase = await readTenant(c.var.services.db, tenant, trx =>
    findShowcase(trx, network.id, organisation.id),
  )
  return answer(c, organisation, filled(showcase))
}

export async function postShowcaseDetails(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const organisation = await writtenOrganisation(c)
  const { value, form } = await readForm(c, showcaseForm, ['shown'])
  if (!value) return answer(c, organisation, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => changeShowcase(trx, network, actor, organisation.id, value)),
  )
  if (result.form) return answer(c, organisation, result.form, 422)
  return redirectDone(c, address(c, 'showcase', organisation.id), 'showcase-changed')
}

const pictureBytes = 10 * 2 ** 20

export async function postShowcasePicture(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db, storage } = c.var.services
  const organisation = await writtenOrganisation(c)
  const refused = async (message: string) => {
    const showcase = await readTenant(db, tenant, trx => findShowcase(trx, network.id, organisation.id))
    return answer(c, organisation, { ...filled(showcase), errors: { picture: message } }, 422)
  }
  const details = { purpose: 'logo', visibility: 'network', uploadedBy: actor.accountId } as const
  const received: StoredFile[] = []
  try {
    await readUploads(c, { files: 1, bytes: pictureBytes }, async ({ name, content }) => {
      received.push(await receiveFile(db, storage, tenant, { name, ...details }, content))
    })
  } catch (error) {
    if (error instanceof FileError) return refused(fileProblem(c.var.i18n, error))
    throw error
  }
  const [stored] = received
  if (!stored) return refused(c.var.i18n.t('form.error.required'))
  const gone = await inTenant(db, tenant, trx =>
    changeShowcasePicture(trx, network.id, actor, organisation.id, stored.id),
  )
  await removeBytes(c, gone)
  return redirectDone(c, address(c, 'showcaseDetails', organisation.id), 'showcase-picture-changed')
}

export async function postShowcasePictureRemoval(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db } = c.var.services
  const organisation = await writtenOrganisation(c)
  const gone = await inTenant(db, tenant, trx =>
    changeShowcasePicture(trx, network.id, actor, organisation.id, null),
  )
  await removeBytes(c, gone)
  return redirectDone(c, address(c, 'showcaseDetails', organisation.id), 'showcase-picture-removed')
}

/** For those who may read the showcase that it belongs to. */
export async function showShowcasePicture(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const id = c.req.param('organisation') ?? ''
  const file = await readTenant(c.var.services.db, tenant, async trx => {
    const showcase = await readShowcase(trx, network.id, id, { whole: writesShowcase(entry, id) })
    return showcase?.pictureFileId ? findFile(trx, network.id, showcase.pictureFileId) : null
  })
  if (!file) throw new AppError('not-found')
  return fileResponse(c, file, { preview: c.req.query('width') === '960' ? 960 : 320 })
}

async function answer(
  c: AppContext,
  organisation: Organisation,
  form: FormState,
  status: 200 | 422 = 200,
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const around = await readTenant(c.var.services.db, tenant, async trx => ({
    contacts: await contactsOf(trx, network.id, organisation.id),
    showcase: await findShowcase(trx, network.id, organisation.id),
  }))
  return page(c, ShowcaseFormPage, { network, organisation, form, ...around }, { status })
}

async function writtenOrganisation(c: AppContext): Promise<Organisation> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const organisation = await readTenant(c.var.services.db, tenant, trx =>
    findOrganisation(trx, network.id, c.req.param('organisation') ?? ''),
  )
  if (!organisation) throw new AppError('not-found')
  if (!writesShowcase(entry, organisation.id)) throw new AppError('forbidden')
  return organisation
}

function filled(showcase: Showcase): FormState {
  return formOf({
    state: showcase.state,
    about: showcase.about,
    offers: showcase.offers,
    seeks: showcase.seeks,
    links: showcase.links.map(({ url, label }) => `${url} ${label}`.trim()).join('\n'),
    shown: showcase.shown,
    'contact-person': showcase.contactPersonId,
    'contact-email': showcase.contactEmail,
    'contact-phone': showcase.contactPhone,
    'picture-text': showcase.pictureText,
  })
}

function address(c: AppContext, name: 'showcase' | 'showcaseDetails', organisation: string): string {
  return href(name, { locale: c.var.locale, network: entryOf(c).network.slug, organisation })
}
