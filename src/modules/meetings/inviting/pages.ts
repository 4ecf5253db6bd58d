import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import {
  groupFor,
  invitableGroups,
  invitablePeople,
  inviteToMeeting,
  invitingState,
  meetingInvitingInput,
} from '#modules/meetings/inviting/inviting.ts'
import { MeetingInvitingPage } from '#modules/meetings/inviting/views/inviting-page.tsx'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { meetingIdOf } from '#modules/meetings/pages.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'

export function openInvitingPages(app: Hono<AppEnv>): void {
  openPage(app, 'meetingInvitations', { GET: c => answer(c, emptyForm), POST: postInvitations })
}

const invitingForm = meetingInvitingInput.extend({ whole: z.string().optional() })

async function postInvitations(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, invitingForm, ['people'])
  if (!value) return answer(c, form, 422)
  const { whole, people, ...input } = value
  if (!whole && !people?.length)
    return answer(c, withError(form, 'people', c.var.i18n.t('form.error.choose')), 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      inviteToMeeting(trx, entry, meetingIdOf(c), { ...input, people: whole ? null : people }),
    ),
  )
  if (result.form) return answer(c, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, meeting: meetingIdOf(c) }
  const chosen = new URLSearchParams(value.group ? { group: value.group } : {})
  return redirectDone(c, href('meetingInvitations', here, chosen), 'meeting-invited')
}

async function answer(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const entry = entryOf(c)
  const q = (c.req.query('q') ?? '').slice(0, 200)
  const wanted = form.values.group?.[0] || c.req.query('group')
  const read = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, meetingIdOf(c), 'run')
    const groups = await invitableGroups(trx, entry, meeting)
    const chosen = groups.find(({ id }) => id === wanted)?.id ?? meeting.groupId
    if (chosen === null) return { meeting, groups, of: null }
    const groupId = await groupFor(trx, entry, meeting, chosen)
    return {
      meeting,
      groups,
      of: {
        groupId,
        state: await invitingState(trx, entry, meeting, groupId),
        people: await invitablePeople(trx, entry, meeting, groupId, q),
      },
    }
  })
  return page(c, MeetingInvitingPage, { network: entry.network, q, form, ...read }, { status })
}
