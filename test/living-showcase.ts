import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** What an organisation says of itself to the members of the network, with a picture. */
export async function showcaseIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, organisation, file }: { own: string; organisation: string; file: string },
): Promise<void> {
  await database.asOwner(
    `insert into organisation_showcase
       (network_id, organisation_id, state, about, offers, links, contact_email, picture_file_id)
     values ($1, $2, 'members', $3, $3, jsonb_build_array(jsonb_build_object('url', 'https://exemple.org/', 'label', $3::text)),
       'bonjour@exemple.org', $4)
     on conflict (network_id, organisation_id) do nothing`,
    [network.id, organisation, own, file],
  )
}
