import type pg from 'pg'
import type { Manifest } from '#/backup/format.ts'
import { BackupError } from '#/backup/problem.ts'
import type { Migration } from '#db/migrate.ts'

/**
 * The program's migrations, parted into those the backup was made under and those that came since.
 * @throws BackupError newer-cordee, other-history
 */
export function partMigrations(
  manifest: Manifest,
  known: Migration[],
): { before: Migration[]; since: Migration[] } {
  const wanted = new Map(manifest.migrations.map(({ name, checksum }) => [name, checksum]))
  const before = known.filter(({ name }) => wanted.has(name))
  const names = new Set(before.map(({ name }) => name))
  const unknown = [...wanted.keys()].filter(name => !names.has(name))
  if (unknown.length > 0) {
    throw new BackupError('newer-cordee', { version: manifest.version, migrations: unknown.join(', ') })
  }
  const changed = before.filter(({ name, checksum }) => wanted.get(name) !== checksum)
  if (changed.length > 0) {
    throw new BackupError('other-history', { migrations: changed.map(({ name }) => name).join(', ') })
  }
  return { before, since: known.filter(({ name }) => !wanted.has(name)) }
}

/**
 * Empties the schema of all but extensions and the table of migrations, and drops the job queue, which the next start
 * makes again. Within the caller's transaction. What a newer Cordée had added goes too, so that the same steps serve
 * for any state of the database: there is no way back through migrations that only go forward.
 */
export async function emptySchema(client: pg.ClientBase): Promise<void> {
  await client.query(`
    do $$
    declare
      object record;
    begin
      -- Members of extensions are not ours; what is part of another object goes with it.
      for object in
        select (pg_identify_object(classid, objid, objsubid)).*
        from pg_depend member
        where refclassid = 'pg_namespace'::regclass and refobjid = 'public'::regnamespace and deptype = 'n'
          and not exists (
            select from pg_depend whole
            where whole.classid = member.classid and whole.objid = member.objid and whole.deptype in ('e', 'i')
          )
      loop
        -- Dropping one may have taken others along, a view with its table: those have no identity any more.
        if object.identity is not null and object.type not in ('extension', 'default acl')
          and object.identity <> 'public.schema_migration' then
          execute format('drop %s if exists %s cascade', object.type, object.identity);
        end if;
      end loop;
    end
    $$`)
  await client.query('delete from public.schema_migration')
  await client.query('drop schema if exists pgboss cascade')
}

/** Applies migrations within the caller's transaction, one after the other. */
export async function applyAll(client: pg.ClientBase, migrations: Migration[]): Promise<void> {
  for (const { name, sql, checksum } of migrations) {
    await client.query(sql)
    await client.query('insert into public.schema_migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ])
  }
}
