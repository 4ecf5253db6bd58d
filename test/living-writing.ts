import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** The item of a slug as it is written in: by a person, shared with the network, and waiting for its review. */
export async function writingIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, slug, template, person }: { own: string; slug: string; template: string; person: string },
): Promise<string> {
  // What was taken back keeps its name, and the item that came in its place has it too.
  await database.asOwner(`delete from commons_document where network_id = $1 and state = 'withdrawn'`, [
    network.id,
  ])
  const [row] = await database.asOwner<{ id: string }>(
    `with item as (
       select id, file_name, title from commons_item where network_id = $1 and slug = $2
     ), document as (
       insert into commons_document (network_id, id, template_key, template_version, state, file_name, language, title, revision, person_id)
       select $1, id, $3, 1, 'network', file_name, 'fr', title, 1, $4 from item on conflict do nothing
     ), author as (
       insert into commons_author (network_id, document_id, person_id) select $1, id, $4 from item
     ), answer as (
       insert into commons_answer (network_id, document_id, path, value, revision, person_id)
       select $1, id, 'title', to_jsonb($5::text), 1, $4 from item on conflict do nothing
     ), change as (
       insert into commons_change (network_id, document_id, path, after, revision, person_id)
       select $1, id, 'title', to_jsonb($5::text), 1, $4 from item on conflict do nothing
     ), review as (
       insert into commons_review (network_id, id, document_id, visibility, revision, asked_by, reason)
       select $1, $6, id, 'public', 1, $4, $5 from item on conflict do nothing
     )
     select id from item`,
    [network.id, slug, template, person, own, newId()],
  )
  return row?.id ?? ''
}

/** Somebody whom the page speaks of has agreed. @returns the id of the consent */
export async function consentIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, document }: { own: string; document: string },
): Promise<string> {
  const id = newId()
  // Another address may have taken the page itself out before.
  if (document === '') return id
  await database.asOwner(
    `insert into commons_consent (network_id, id, document_id, about, scope, given_on, valid_until, link_origin)
     values ($1, $2, $3, $4, $4, '2026-01-01', '2099-01-01', 'https://cordee.example')`,
    [network.id, id, document, own],
  )
  return id
}
