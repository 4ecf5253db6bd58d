import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { listDeliverables } from '#modules/groups/deliverables.ts'
import { faceOf } from '#modules/groups/face.ts'
import { archiveGroup, changeGroup, foundGroup, groupInput, reopenGroup } from '#modules/groups/founding.ts'
import { countWaiting, ownRequest } from '#modules/groups/joining.ts'
import { groupKinds } from '#modules/groups/kinds.ts'
import { type GroupsQuery, groupsOfPerson, listGroups, surroundingsOf } from '#modules/groups/listing.ts'
import { type Group, groupChoices, openGroup } from '#modules/groups/opening.ts'
import { runsAll } from '#modules/groups/seeing.ts'
import { listTasks } from '#modules/groups/tasks.ts'
import { ArchivalPage, GroupForm } from '#modules/groups/views/group-form.tsx'
import { GroupPage } from '#modules/groups/views/group-page.tsx'
import { GroupsPage } from '#modules/groups/views/groups-page.tsx'
import { entryOf, sectionsOf, unlessRefused } from '#modules/network/index.ts'
import { threadOf } from '#modules/threads/index.ts'

export async function showGroups(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, role } = entry
  c.set('shared', { networkId: network.id })
  const query = groupsQuery(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listGroups(trx, entry, query, { after: c.req.query('after') })),
    mine: c.req.query('after') ? [] : await groupsOfPerson(trx, entry, entry.personId),
  }))
  return page(c, GroupsPage, { network, query, founds: runsAll(entry), inside: role !== 'visitor', ...found })
}

export async function showGroup(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, role } = entry
  c.set('shared', { networkId: network.id })
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'read')
    const { group } = opened
    const work =
      role === 'visitor'
        ? null
        : {
            tasks: (await listTasks(trx, entry, { groupId: group.id, state: 'open' }, { limit: 5 })).tasks,
            deliverables: (await listDeliverables(trx, entry, group.id, { limit: 5 })).deliverables,
            asked: (await ownRequest(trx, entry, group.id)) !== null,
            asking: opened.mayRun ? await countWaiting(trx, network.id, group.id) : 0,
            personId: entry.personId,
          }
    return {
      opened,
      face: await faceOf(trx, entry, group.id),
      ...(await surroundingsOf(trx, entry, group)),
      work,
      thread: await threadOf(c, trx, { type: 'group', id: group.id }),
      ...(await sectionsOf(c, 'group', trx, { id: group.id })),
    }
  })
  return page(c, GroupPage, { network, ...found })
}

export async function newGroup(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const parent = c.req.query('parent')
  const into = parent
    ? await readTenant(c.var.services.db, entry.tenant, trx => openGroup(trx, entry, parent, 'run'))
    : null
  if (!into && !runsAll(entry)) throw new AppError('forbidden')
  const form = formOf({
    kind: into ? 'working_group' : 'club',
    parent: into?.group.id ?? '',
    visibility: into?.group.visibility ?? 'network',
    joining: into?.group.visibility === 'group' ? 'invitation' : 'request',
    facilitates: true,
  })
  return answerForm(c, null, form, 200)
}

export async function postGroup(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(
    c,
    groupInput.and(z.object({ facilitates: z.string().optional().transform(Boolean) })),
  )
  if (!value) return answerForm(c, null, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => foundGroup(trx, entry, value, value.facilitates)),
  )
  if (result.form) return answerForm(c, null, result.form, 422)
  return redirectDone(c, groupPage(c, result.done.slug), 'group-founded')
}

export async function showGroupDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { group } = await readTenant(c.var.services.db, entry.tenant, trx =>
    openGroup(trx, entry, slugOf(c), 'run'),
  )
  const form = formOf({
    kind: group.kind,
    name: group.name,
    parent: group.parentId ?? '',
    summary: group.summary,
    charter: group.charter,
    objectives: group.objectives,
    visibility: group.visibility,
    joining: group.joining,
    questions: group.questions.join('\n'),
    starts: group.startsOn,
    ends: group.endsOn,
  })
  return answerForm(c, group, form, 200)
}

export async function postGroupDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const { group } = await readTenant(db, entry.tenant, trx => openGroup(trx, entry, slugOf(c), 'run'))
  const { value, form } = await readForm(c, groupInput)
  if (!value) return answerForm(c, group, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => changeGroup(trx, entry, group.id, value)),
  )
  if (result.form) return answerForm(c, group, result.form, 422)
  return redirectDone(c, groupPage(c, group.slug), 'group-changed')
}

export async function showArchival(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { group } = await readTenant(c.var.services.db, entry.tenant, trx =>
    openGroup(trx, entry, slugOf(c), 'run'),
  )
  return page(c, ArchivalPage, { network: entry.network, group })
}

export async function postArchival(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const group = await inTenant(c.var.services.db, entry.tenant, trx => archiveGroup(trx, entry, slugOf(c)))
  return redirectDone(c, groupPage(c, group.slug), 'group-archived')
}

export async function postReopening(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const group = await inTenant(c.var.services.db, entry.tenant, trx => reopenGroup(trx, entry, slugOf(c)))
  return redirectDone(c, groupPage(c, group.slug), 'group-reopened')
}

export function slugOf(c: AppContext): string {
  return c.req.param('group') ?? ''
}

export function groupPage(c: AppContext, slug: string): string {
  return href('group', { locale: c.var.locale, network: entryOf(c).network.slug, group: slug })
}

async function answerForm(
  c: AppContext,
  group: Group | null,
  form: FormState,
  status: 200 | 422,
): Promise<Response> {
  const entry = entryOf(c)
  const choices = await readTenant(c.var.services.db, entry.tenant, trx => groupChoices(trx, entry))
  const props = {
    network: entry.network,
    group,
    // What it is in already it may stay in, whoever runs that.
    parents: withCurrent(choices, group).filter(({ id }) => id !== group?.id),
    top: runsAll(entry) || group?.parentId === null,
    form,
  }
  return page(c, GroupForm, props, { status })
}

function withCurrent(choices: { id: string; name: string }[], group: Group | null) {
  const parent = group?.parentId
  return !parent || choices.some(({ id }) => id === parent)
    ? choices
    : [...choices, { id: parent, name: '…' }]
}

/** What is not understood counts as not chosen. */
function groupsQuery(c: AppContext): GroupsQuery {
  return {
    q: (c.req.query('q') ?? '').slice(0, 200).trim(),
    kind: groupKinds.find(kind => kind === c.req.query('kind')) ?? null,
    archived: c.req.query('archived') === '1' && entryOf(c).role !== 'visitor',
  }
}
