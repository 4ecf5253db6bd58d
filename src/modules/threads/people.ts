import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Callable } from '#modules/threads/mentions.ts'
import type { SubjectRef, ThreadSubjects } from '#modules/threads/opening.ts'

/** Of how many people those may be who can be called by name. */
const mostPeople = 2_000

/** Those who hear of a thread, by name: who can be called in it. */
export async function callable(
  trx: Trx,
  subjects: ThreadSubjects,
  networkId: string,
  { type, id }: SubjectRef,
): Promise<Callable[]> {
  const audience = (await subjects[type]?.audience(trx, networkId, id)) ?? []
  if (audience.length === 0) return []
  const { rows } = await sql<Callable>`
    select id as "personId", name from person
    where network_id = ${networkId} and id = any(${audience.slice(0, mostPeople)}::uuid[]) and erased_at is null
    order by name collate name_order, id`.execute(trx)
  return rows
}
