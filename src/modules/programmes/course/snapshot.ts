import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What a change of course may touch, row by row as the tables have it. */
export interface Snapshot {
  programme: Row[]
  programme_capsule: Row[]
  programme_step: Row[]
  programme_dependency: Row[]
  programme_expectation: Row[]
}

type Row = Record<string, unknown>
type Table = keyof Snapshot

/** What is put back to undo a change: rows as they were, and which of today's go. */
export type Restoration = Partial<Record<Table, { rows: Row[]; added: Row[] }>>

/** Parents before children: rows are put back in this order, and go in the other. */
const keys = {
  programme: ['id'],
  programme_capsule: ['id'],
  programme_step: ['id'],
  programme_dependency: ['step_id', 'after_id'],
  programme_expectation: ['id'],
} as const satisfies Record<Table, readonly string[]>

const tables = Object.keys(keys) as Table[]

export async function takeSnapshot(trx: Trx, networkId: string, programmeId: string): Promise<Snapshot> {
  const rowsOf = (table: Table) =>
    sql`(select coalesce(jsonb_agg(to_jsonb(one)), '[]') from ${sql.table(table)} one
      where one.network_id = ${networkId}::uuid and one.programme_id = ${programmeId}::uuid)`
  const { rows } = await sql<{ taken: Snapshot }>`
    select jsonb_build_object(
      'programme', (
        select jsonb_agg(to_jsonb(one) - 'template' - 'revision' - 'updated_at' - 'shared' - 'meeting_terms') from programme one
        where one.network_id = ${networkId}::uuid and one.id = ${programmeId}::uuid),
      'programme_capsule', ${rowsOf('programme_capsule')},
      'programme_step', ${rowsOf('programme_step')},
      'programme_dependency', ${rowsOf('programme_dependency')},
      'programme_expectation', ${rowsOf('programme_expectation')}
    ) as taken`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('A statement without from gives one row')
  return row.taken
}

/** What leads back from `after` to `before`. */
export function restorationOf(before: Snapshot, after: Snapshot): Restoration {
  const restoration: Restoration = {}
  for (const table of tables) {
    const then = keyed(table, before[table])
    const now = keyed(table, after[table])
    const rows = [...then].flatMap(([key, row]) => (same(row, now.get(key)) ? [] : [row]))
    const added = [...now].flatMap(([key, row]) => (then.has(key) ? [] : [keyOf(table, row)]))
    if (rows.length > 0 || added.length > 0) restoration[table] = { rows, added }
  }
  return restoration
}

/** Whoever calls has locked the programme, and seen to it that nothing hangs on what goes. */
export async function putBack(
  trx: Trx,
  networkId: string,
  programmeId: string,
  restoration: Restoration,
): Promise<void> {
  for (const table of [...tables].reverse()) {
    const { added = [] } = restoration[table] ?? {}
    if (added.length === 0 || table === 'programme') continue
    const matching = keys[table].map(key => sql`one.${sql.ref(key)} = gone.${sql.ref(key)}`)
    await sql`
      delete from ${sql.table(table)} one using jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(added)}::jsonb) gone
      where one.network_id = ${networkId}::uuid and one.programme_id = ${programmeId}::uuid
        and ${sql.join(matching, sql` and `)}`.execute(trx)
  }
  for (const table of tables) {
    const { rows = [] } = restoration[table] ?? {}
    const [first] = rows
    if (!first) continue
    if (table === 'programme') await restoreProgramme(trx, networkId, programmeId, first)
    else await restoreRows(trx, networkId, table, rows)
  }
}

async function restoreProgramme(trx: Trx, networkId: string, programmeId: string, row: Row): Promise<void> {
  const columns = ['name', 'about', 'starts_on', 'ends_on', 'closures', 'state', 'paused_on']
  await sql`
    update programme set (${sql.join(columns.map(column => sql.ref(column)))}) =
      (select ${sql.join(columns.map(column => sql.ref(`was.${column}`)))}
        from jsonb_populate_record(null::programme, ${JSON.stringify(row)}::jsonb) was)
    where network_id = ${networkId}::uuid and id = ${programmeId}::uuid`.execute(trx)
}

async function restoreRows(
  trx: Trx,
  networkId: string,
  table: Exclude<Table, 'programme'>,
  rows: Row[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  // Whom and what it named may be gone since.
  const standing: Record<string, ReturnType<typeof sql>> = {
    tutor_id: sql`(select id from person where network_id = ${networkId}::uuid and id = was.tutor_id)`,
    // The one it has by now, if that takes place: no change undone leaves a meeting without its step.
    meeting_id: sql`coalesce(
      (select meeting.id from programme_step step
        join meeting on meeting.network_id = step.network_id and meeting.id = step.meeting_id
        where step.network_id = ${networkId}::uuid and step.id = was.id and meeting.state <> 'cancelled'),
      (select id from meeting where network_id = ${networkId}::uuid and id = was.meeting_id))`,
  }
  const own = keys[table] as readonly string[]
  const changed = columns.filter(
    column => column !== 'network_id' && column !== 'programme_id' && !own.includes(column),
  )
  await sql`
    insert into ${sql.table(table)} (${sql.join(columns.map(column => sql.ref(column)))})
    select ${sql.join(columns.map(column => standing[column] ?? sql.ref(`was.${column}`)))}
    from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb) was
    on conflict (network_id, programme_id, ${sql.join(own.map(key => sql.ref(key)))}) do update
      set ${sql.join(changed.map(column => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`))}`.execute(
    trx,
  )
}

function keyed(table: Table, rows: Row[]): Map<string, Row> {
  return new Map(rows.map(row => [JSON.stringify(keyOf(table, row)), row]))
}

function keyOf(table: Table, row: Row): Row {
  return Object.fromEntries(keys[table].map(key => [key, row[key]]))
}

/** Both come from the database, which always gives a row's columns in one order. */
function same(one: Row, other: Row | undefined): boolean {
  return other !== undefined && JSON.stringify(one) === JSON.stringify(other)
}
