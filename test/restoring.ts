import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { TestApp } from './app.ts'

/** A moment of a database and of its files, to which they can be brought back any number of times. */
export interface Moment {
  restore(): Promise<void>
  close(): Promise<void>
}

/**
 * Notes which tables are written to from now on: bringing them back costs what those few hold, and nothing is left of
 * what was done, whoever did it. Keys and triggers rest meanwhile: what a cascade took was written to as well.
 */
export async function momentOf({ database, services }: TestApp): Promise<Moment> {
  const client = new pg.Client({ ...database.server.owner, user: 'postgres' })
  await client.connect()
  await client.query(keeping)
  const files = join(services.config.dataFolder, 'files')
  const kept = join(services.config.dataFolder, 'files-kept')
  if (existsSync(files)) cpSync(files, kept, { recursive: true })
  const held = existsSync(kept) ? readdirSync(kept, { recursive: true, encoding: 'utf8' }) : []
  return {
    async restore() {
      await client.query('select kept.restore()')
      // Bytes are never changed, but taken away.
      for (const path of held)
        if (!existsSync(join(files, path))) cpSync(join(kept, path), join(files, path), { recursive: true })
    },
    close: () => client.end(),
  }
}

/** Partitions are kept with the table that they are parts of. */
const keeping = `
  create schema kept;
  create table kept.written (name text not null);
  create table kept.moment (name text primary key, copy text not null, columns text not null);
  create function kept.note() returns trigger language plpgsql security definer as $$
  begin
    insert into kept.written values (tg_argv[0]);
    return null;
  end $$;
  create function kept.restore() returns void language plpgsql as $$
  declare one record;
  begin
    perform set_config('session_replication_role', 'replica', true);
    for one in select * from kept.moment where name in (select name from kept.written) loop
      execute format('delete from %s', one.name);
      execute format('insert into %s (%s) overriding system value select %2$s from %s', one.name, one.columns, one.copy);
    end loop;
    delete from kept.written;
  end $$;
  do $$
  declare one record;
  begin
    for one in
      select c.oid::regclass as name, coalesce(pg_partition_root(c.oid), c.oid)::regclass as root, row_number() over ()
      from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace,
        'kept'::regnamespace, 'pg_toast'::regnamespace)
    loop
      execute format('create trigger kept after insert or update or delete on %s execute function kept.note(%L)',
        one.name, one.root);
      continue when one.name <> one.root;
      execute format('create table kept.copy_%s as table %s', one.row_number, one.name);
      insert into kept.moment
      select one.name, format('kept.copy_%s', one.row_number), string_agg(quote_ident(attname), ', ')
      from pg_attribute where attrelid = one.name and attnum > 0 and not attisdropped and attgenerated = '';
    end loop;
  end $$`
