import { sql } from 'kysely'
import { kept, type Trx } from '#db/database.ts'
import type { WaitingKind, WaitingSource } from '#http/module.ts'

/** Something that waits for somebody: a row of `waiting_row`, with what its module says of its kind. */
export interface Waiting {
  personId: string
  kind: string
  act: WaitingKind['act']
  weight: WaitingKind['weight']
  /** What it is about. */
  subjectId: string
  slug: string | null
  title: string | null
  /** Where it is at home, or who asks. */
  place: string | null
  /** How many, of what is counted. */
  number: number | null
  /** The last moment; of a day, its last second. */
  dueAt: Date | null
  /** Of what is counted, since the latest. */
  since: Date | null
  /** Of a kind that the account at work does not want to see. */
  silenced: boolean
}

/**
 * All that waits for these people in the network of the transaction, in one statement; in no order. Of each kind a few
 * hundred at most for each. Whoever is not at home in the network any more waits for nothing.
 */
export async function waitingFor(
  trx: Trx,
  sources: readonly WaitingSource[],
  personIds: readonly string[],
  now = new Date(),
): Promise<Waiting[]> {
  if (personIds.length === 0 || sources.length === 0) return []
  const told = sources.map(
    ({ source }) => sql`select * from ${sql.id(source)}(${personIds}::uuid[], ${now}::timestamptz)`,
  )
  const { rows } = await sql<Omit<Waiting, 'act' | 'weight'>>`${kept}
    select person_id as "personId", kind, subject_id as "subjectId", slug, title, place, number, due_at as "dueAt", since,
      kind = any(array(select silent.kind from waiting_silence silent where silent.account_id = app_account())) as silenced
    from (${sql.join(told, sql` union all `)}) row`.execute(trx)
  const kinds = kindsOf(sources)
  return rows.flatMap(row => {
    const kind = kinds[row.kind]
    return kind ? [{ ...row, act: kind.act, weight: kind.weight }] : []
  })
}

/** Of all modules, by name. */
export function kindsOf(sources: readonly WaitingSource[]): Record<string, WaitingKind> {
  return Object.assign({}, ...sources.map(({ kinds }) => kinds))
}
