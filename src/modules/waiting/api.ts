import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import type { AppEnv } from '#http/context.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { mostUsefulFirst } from '#modules/waiting/order.ts'
import { waitingFor } from '#modules/waiting/waiting.ts'
import { acts, addressOf, sentenceOf } from '#modules/waiting/words.ts'

const waitingSchema = z
  .object({
    kind: z.string().openapi({ example: 'task' }),
    act: z.enum(acts).openapi({ description: 'What one does about it.' }),
    subject: z.uuid().openapi({ description: 'What it is about: of a task the task, of a poll the poll…' }),
    text: z.string().openapi({ description: 'In the language of the request.' }),
    title: z.string().nullable(),
    place: z.string().nullable().openapi({ description: 'Where it is at home, or who asks.' }),
    number: z.number().int().nullable().openapi({ description: 'How many, of what is counted.' }),
    dueAt: z.iso.datetime().nullable().openapi({ description: 'The last moment; of a day its last second.' }),
    since: z.iso.datetime().nullable(),
    address: z.string().openapi({ description: 'The path of the page where it is done.' }),
    silenced: z.boolean().openapi({ description: 'Of a kind its reader does not want to see.' }),
  })
  .openapi('Waiting')

const waiting = apiRoute('waiting:own', {
  method: 'get',
  path: '/networks/{network}/waiting',
  tags: ['Waiting'],
  summary: 'What waits for the person the key is of, the most useful first',
  description: 'A few hundred of each kind at most. For a key of the network itself nothing waits.',
  request: { params: z.object({ network: z.string() }) },
  responses: {
    200: {
      description: 'What waits',
      content: { 'application/json': { schema: z.object({ waiting: z.array(waitingSchema) }) } },
    },
  },
})

export function waitingApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(waiting, async c => {
    const { network, tenant, personId } = entryOf(c)
    const { db, waiting: sources } = c.var.services
    const { i18n, locale } = c.var
    const now = new Date()
    const rows = await readTenant(db, tenant, trx =>
      waitingFor(trx, sources, personId === null ? [] : [personId], now),
    )
    const here = { locale, network: network.slug }
    const answer = mostUsefulFirst(rows, now).map(row => ({
      kind: row.kind,
      act: row.act,
      subject: row.subjectId,
      text: sentenceOf(i18n, row),
      title: row.title,
      place: row.place,
      number: row.number,
      dueAt: row.dueAt?.toISOString() ?? null,
      since: row.since?.toISOString() ?? null,
      address: addressOf(sources, here, row),
      silenced: row.silenced,
    }))
    return c.json({ waiting: answer }, 200)
  })
}
