import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { inviteToMeeting, meetingInvitingInput } from '#modules/meetings/inviting/inviting.ts'
import { apiRoute, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const invite = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/meetings/{meeting}/invitations',
  tags: ['Meetings'],
  summary: 'Proposes the meeting by mail to the people of its group, or to some of them',
  description:
    'To each once, and to nobody who is registered, waits or withdrew. `group` says whose people: of a meeting of a group, its own unless another is said; one that is for its group alone invites nobody else.',
  request: {
    params: z.object({ network: z.string(), meeting: z.uuid() }),
    body: { required: true, content: { 'application/json': { schema: meetingInvitingInput } } },
  },
  responses: {
    200: {
      description: 'So many were written to',
      content: { 'application/json': { schema: z.object({ invited: z.number().int() }) } },
    },
    ...problemResponses(422),
  },
})

export function invitingApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(invite, async c => {
    const entry = entryOf(c)
    const { meeting } = c.req.valid('param')
    const invited = await inTenant(c.var.services.db, entry.tenant, trx =>
      inviteToMeeting(trx, entry, meeting, c.req.valid('json')),
    ).catch(error => {
      throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
    })
    return c.json({ invited }, 200)
  })
}
