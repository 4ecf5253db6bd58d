import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'

const described = z.record(
  z.string(),
  z.array(
    z.object({
      /** The group it is about, by its address. */
      group: z.string(),
      messages: z.array(
        z.object({
          by: z.email(),
          daysAgo: z.int().min(1),
          at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
          origin: z.enum(['page', 'mail']).default('page'),
          /** Place of the message it answers; the first is 1. */
          answers: z.int().min(1).optional(),
          calls: z.array(z.email()).default([]),
          body: z.string(),
        }),
      ),
    }),
  ),
)

type Described = z.output<typeof described>[string][number]

/** Brings what people of the demonstration say to each other. Done again, it changes nothing; nobody is written to. */
export async function bringThreads({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'threads.yaml')
  if (!existsSync(file)) return
  const all = described.parse(parse(readFileSync(file, 'utf8')))
  const now = new Date()
  for (const [slug, { id }] of networks)
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      const people = await peopleOf(trx, id)
      for (const thread of all[slug] ?? []) await bringThread(trx, id, people, thread, now)
    })
}

async function bringThread(
  trx: Trx,
  networkId: string,
  people: Map<string, string>,
  { group, messages }: Described,
  now: Date,
): Promise<void> {
  const threadId = newId()
  const { rows } = await sql`
    insert into thread (network_id, id, subject_type, subject_id)
    select network_id, ${threadId}, 'group', id from network_group where network_id = ${networkId} and slug = ${group}
    on conflict do nothing returning id`.execute(trx)
  if (rows.length === 0) return
  const ids: string[] = []
  for (const message of messages) {
    const at = momentOf(now, message)
    const id = newId(at.getTime())
    ids.push(id)
    await sql`
      insert into thread_message
        (network_id, thread_id, id, parent_id, person_id, body, origin, link_origin, created_at, told_at)
      values (${networkId}, ${threadId}, ${id}, ${ids[(message.answers ?? 0) - 1] ?? null}::uuid,
        ${people.get(message.by) ?? null}::uuid, ${message.body.trim()}, ${message.origin}, 'http://localhost', ${at}, ${at})`.execute(
      trx,
    )
    const called = message.calls.flatMap(address => people.get(address) ?? [])
    await sql`
      insert into thread_mention (network_id, message_id, person_id)
      select ${networkId}, ${id}, unnest(${called}::uuid[])`.execute(trx)
  }
}

function momentOf(now: Date, { daysAgo, at }: { daysAgo: number; at: string }): Date {
  const day = new Date(now.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10)
  return new Date(`${day}T${at}:00Z`)
}

async function peopleOf(trx: Trx, networkId: string): Promise<Map<string, string>> {
  const rows = await trx
    .selectFrom('person')
    .select(['id', 'email'])
    .where('network_id', '=', networkId)
    .where('email', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, email }) => [email ?? '', id]))
}
