import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Path, Value } from '#modules/commons/templates/template.ts'
import type { CommonsDocument, DocumentState } from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'

/** What happened on a page since someone last looked. */
export interface News {
  /** Of the document, now. */
  revision: number
  /** Answers written since, by others and by oneself, as they now are; the rows of groups among them. */
  answers: { path: Path; value: Value | null; revision: number; by: string | null }[]
  /** Others who have the page open, and where they are. */
  present: { name: string; path: Path | null }[]
  state: DocumentState
  /** Version of the item; 0 before there is one. */
  version: number
}

/** For so long after one was last heard of, one counts as there. */
const presentSeconds = 60

/** Notes that someone has the page open. @param at the answer they are at */
export async function notePresence(
  trx: Trx,
  { personId }: Entry,
  { networkId, id }: CommonsDocument,
  at: Path | null,
): Promise<void> {
  if (personId === null) return
  await sql`
    insert into commons_presence (network_id, document_id, person_id, path)
    values (${networkId}::uuid, ${id}::uuid, ${personId}::uuid, ${at})
    on conflict (network_id, document_id, person_id) do update set path = excluded.path, seen_at = now()`.execute(
    trx,
  )
}

/** What is new, in one statement. @param since the revision last seen */
export async function newsOf(
  trx: Trx,
  { personId }: Entry,
  document: CommonsDocument,
  since: number,
): Promise<News> {
  const { networkId, id } = document
  const { rows } = await sql<Pick<News, 'revision' | 'answers' | 'present'>>`
    select document.revision,
      (
        select coalesce(json_agg(json_build_object('path', latest.path, 'value', latest.after,
          'revision', latest.revision, 'by', person.name)), '[]')
        from (
          select distinct on (path) path, after, revision, person_id from commons_change change
          where change.network_id = ${networkId}::uuid and change.document_id = ${id}::uuid
            and change.revision > ${since}::bigint
          order by path, revision desc
        ) latest
        left join person on person.network_id = ${networkId}::uuid and person.id = latest.person_id
      ) as answers,
      (
        select coalesce(json_agg(json_build_object('name', person.name, 'path', presence.path)
          order by person.name), '[]')
        from commons_presence presence
        join person on person.network_id = presence.network_id and person.id = presence.person_id
        where presence.network_id = ${networkId}::uuid and presence.document_id = ${id}::uuid
          and presence.person_id is distinct from ${personId}::uuid
          and presence.seen_at > now() - make_interval(secs => ${presentSeconds})
      ) as present
    from commons_document document
    where document.network_id = ${networkId}::uuid and document.id = ${id}::uuid`.execute(trx)
  const [row] = rows
  return {
    revision: Number(row?.revision ?? document.revision),
    answers: row?.answers ?? [],
    present: row?.present ?? [],
    state: document.state,
    version: document.version,
  }
}
