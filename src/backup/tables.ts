import type pg from 'pg'
import type { Manifest } from '#/backup/format.ts'
import { BackupError } from '#/backup/problem.ts'

export interface Table {
  name: string
  /** Without generated ones, which PostgreSQL computes again. */
  columns: string[]
  /** Tables it refers to. */
  refersTo: string[]
}

/**
 * The tables whose rows are kept, from the catalogue, in an order in which what is referred to comes first. Unlogged
 * tables (counters of the rate limiter) are left out: a crash empties them, so nothing that matters lies there. So is
 * the job queue, in a schema of its own: what was waiting when the backup was made is to be asked for again.
 * @throws BackupError hidden-rows, circular-tables
 */
export async function readTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table & { hidden: boolean }>(`
    select class.relname as name,
      array(
        select attname::text from pg_attribute
        where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum
      ) as columns,
      array(
        select distinct other.relname::text from pg_constraint
        join pg_class other on other.oid = confrelid
        where conrelid = class.oid and contype = 'f' and confrelid <> class.oid
      ) as "refersTo",
      -- Row-level security is forced on the owner too, and a policy lets the owner see all. Should a table lack that
      -- policy, COPY would write fewer rows without a word.
      row_security_active(class.oid) and (
        not exists (
          select from pg_policy
          where polrelid = class.oid and polpermissive and polcmd in ('*', 'r')
            and polroles && array[0::oid, current_user::regrole::oid]
            and pg_get_expr(polqual, polrelid) = 'true'
        )
        or exists (
          select from pg_policy
          where polrelid = class.oid and not polpermissive and polcmd in ('*', 'r')
            and polroles && array[0::oid, current_user::regrole::oid]
        )
      ) as hidden
    from pg_class class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relpersistence = 'p'
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = class.oid and deptype = 'e')
    order by relname`)
  const hidden = rows.filter(row => row.hidden).map(row => row.name)
  if (hidden.length > 0) throw new BackupError('hidden-rows', { tables: hidden.join(', ') })
  return inReferenceOrder(rows.map(({ name, columns, refersTo }) => ({ name, columns, refersTo })))
}

/** @throws BackupError circular-tables */
export function inReferenceOrder(tables: Table[]): Table[] {
  const ordered: Table[] = []
  const placed = new Set<string>()
  let waiting = tables
  while (waiting.length > 0) {
    const names = new Set(waiting.map(table => table.name))
    const ready = waiting.filter(
      table => !table.refersTo.some(name => names.has(name) && name !== table.name),
    )
    if (ready.length === 0) throw new BackupError('circular-tables', { tables: [...names].join(', ') })
    for (const table of ready) placed.add(table.name)
    ordered.push(...ready)
    waiting = waiting.filter(table => !placed.has(table.name))
  }
  return ordered
}

/** Read after the snapshot was taken, a sequence is never behind the rows in it. */
export async function readSequences(client: pg.ClientBase): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by 1`,
  )
  const sequences = []
  for (const { name } of rows) {
    const state = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from public.${client.escapeIdentifier(name)}`,
    )
    sequences.push({ name, value: state.rows[0]?.value ?? '1', called: state.rows[0]?.called ?? false })
  }
  return sequences
}

/** `public."table" ("column", …)`, of names that may come from a file. */
export function columnList(
  client: pg.ClientBase,
  table: { name: string; columns: string[] },
): { table: string; columns: string } {
  return {
    table: `public.${client.escapeIdentifier(table.name)}`,
    columns: table.columns.map(column => client.escapeIdentifier(column)).join(', '),
  }
}

/** How values are written and read as text, the same on every server; and no limit of time for a long copy. */
export async function settleText(client: pg.ClientBase): Promise<void> {
  await client.query(
    `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';
     set local extra_float_digits = 1; set local bytea_output = 'hex'; set local client_encoding = 'UTF8';
     set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0`,
  )
}
