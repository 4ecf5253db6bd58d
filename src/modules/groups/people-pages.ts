import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  depart,
  departureForm,
  departureOf,
  type Leaver,
  roleInput,
  setRole,
} from '#modules/groups/leaving.ts'
import { countMembers } from '#modules/groups/listing.ts'
import { groupPerson, openGroup } from '#modules/groups/opening.ts'
import {
  addGroupOrganisation,
  addGroupOrganisations,
  findOrganisations,
  organisationsForm,
  proposedPeople,
} from '#modules/groups/organisations.ts'
import { groupPage, slugOf } from '#modules/groups/pages.ts'
import { formerStays, listRoll, withoutAccount } from '#modules/groups/roll.ts'
import { rollFormats, writeRoll } from '#modules/groups/roll-export.ts'
import { DeparturePage, MemberPage } from '#modules/groups/views/departure-page.tsx'
import { OrganisationAddingPage } from '#modules/groups/views/inviting-page.tsx'
import { RollPage } from '#modules/groups/views/roll-page.tsx'
import { entryOf, unlessRefused } from '#modules/network/index.ts'

export async function showGroupMembers(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const networkId = entry.network.id
  const q = searched(c)
  const after = c.req.query('after')
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'read')
    const { lines, next } = await listRoll(trx, networkId, opened.group.id, { after, q })
    return {
      opened,
      counts: await countMembers(trx, networkId, opened.group.id),
      former: after || q ? [] : await formerStays(trx, networkId, opened.group.id),
      lines,
      next,
      // Of concern to those who can do something about it.
      accountless: opened.mayRun ? await withoutAccount(trx, networkId, lines) : new Map<string, null>(),
    }
  })
  const mayInvite = entry.role === 'administrator'
  return page(c, RollPage, { network: entry.network, q, mayInvite, ...found })
}

export async function exportGroupMembers(c: AppContext): Promise<Response> {
  const format = rollFormats.find(one => c.req.param('file') === `members.${one}`)
  if (!format) throw new AppError('not-found')
  await limitAddress(c, 'export')
  const entry = entryOf(c)
  const { db } = c.var.services
  const { group } = await readTenant(db, entry.tenant, trx => openGroup(trx, entry, slugOf(c), 'read'))
  const q = searched(c)
  const { body, type } = writeRoll(
    after =>
      readTenant(db, entry.tenant, trx =>
        listRoll(trx, entry.network.id, group.id, { after, q, limit: 500 }),
      ),
    format,
    c.var.i18n,
    group.name,
  )
  c.header('content-type', type)
  c.header('content-disposition', `attachment; filename="${group.slug}-members.${format}"`)
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  return c.body(body)
}

export async function showGroupMember(c: AppContext): Promise<Response> {
  return answerMember(c, null, 200)
}

export async function postGroupMember(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, roleInput)
  if (!value) return answerMember(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx =>
      setRole(trx, entry, slugOf(c), c.req.param('person') ?? '', value.role, linkOrigin),
    ),
  )
  if (result.form) return answerMember(c, result.form, 422)
  return redirectDone(c, membersAddress(c), 'group-role-changed')
}

export async function showDeparture(c: AppContext): Promise<Response> {
  return answerDeparture(c, emptyForm, 200)
}

export async function postDeparture(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, departureForm)
  if (!value) return answerDeparture(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => depart(trx, entry, slugOf(c), leaverOf(c), value, linkOrigin)),
  )
  if (result.form) return answerDeparture(c, result.form, 422)
  const own = c.req.param('person') === entry.personId
  const { group } = result.done.opened
  // Who has left a closed group no longer finds it.
  const listed = href('groups', { locale: c.var.locale, network: entry.network.slug })
  const back = own ? (group.visibility === 'group' ? listed : groupPage(c, group.slug)) : membersAddress(c)
  return redirectDone(c, back, own ? 'group-left' : 'group-departed')
}

export async function showOrganisationAdding(c: AppContext): Promise<Response> {
  return answerAdding(c, null, 200)
}

export async function postOrganisationAdding(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, organisationsForm, ['organisations', 'people'])
  if (!value) return answerAdding(c, form, 422)
  const { organisation, organisations, people } = value
  if (organisation === null && organisations.length === 0)
    return answerAdding(c, withError(form, 'organisations', c.var.i18n.t('form.error.choose')), 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, async trx => {
      if (organisation === null) await addGroupOrganisations(trx, entry, slugOf(c), organisations, linkOrigin)
      else await addGroupOrganisation(trx, entry, slugOf(c), { organisation, people }, linkOrigin)
    }),
  )
  if (result.form) return answerAdding(c, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, group: slugOf(c) }
  const done = organisation === null ? 'group-organisations-added' : 'group-organisation-added'
  return redirectDone(c, href('groupOrganisations', here), done)
}

async function answerMember(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'run')
    const person = await groupPerson(trx, entry.network.id, opened.group.id, c.req.param('person') ?? '')
    return { opened, person }
  })
  const { opened, person } = found
  if (!person) throw new AppError('not-found')
  const props = { network: entry.network, opened, person, form: form ?? formOf({ role: person.role }) }
  return page(c, MemberPage, props, { status })
}

async function answerDeparture(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const departure = await readTenant(c.var.services.db, entry.tenant, trx =>
    departureOf(trx, entry, slugOf(c), leaverOf(c)),
  )
  const own = c.req.param('person') === entry.personId
  const action = new URL(c.req.url).pathname
  return page(c, DeparturePage, { network: entry.network, departure, own, action, form }, { status })
}

async function answerAdding(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const networkId = entry.network.id
  const q = searched(c)
  const chosen = form?.values.organisation?.[0] ?? c.req.query('organisation') ?? ''
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'run')
    const { id } = opened.group
    const proposed = chosen ? await proposedPeople(trx, networkId, id, chosen) : null
    const listed = proposed ? { found: [], more: false } : await findOrganisations(trx, networkId, id, q)
    return { opened, proposed, ...listed }
  })
  const all = formOf({ people: found.proposed?.people.map(({ id }) => id) ?? [] })
  return page(
    c,
    OrganisationAddingPage,
    { network: entry.network, q, ...found, form: form ?? all },
    { status },
  )
}

function leaverOf(c: AppContext): Leaver {
  const person = c.req.param('person')
  return person === undefined ? { organisation: c.req.param('organisation') ?? '' } : { person }
}

function membersAddress(c: AppContext): string {
  return href('groupMembers', { locale: c.var.locale, network: entryOf(c).network.slug, group: slugOf(c) })
}

export function searched(c: AppContext): string {
  return (c.req.query('q') ?? '').slice(0, 200).trim()
}
