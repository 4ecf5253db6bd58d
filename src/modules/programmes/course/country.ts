import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/**
 * Whose holidays are meant, most likely: where more than half of the network's organisations are; nobody's where they are
 * all over the world; by its clocks where no organisation says.
 */
export async function countryOf(trx: Trx, network: { id: string; timeZone: string }): Promise<string | null> {
  const { rows } = await sql<{ country: string; most: boolean }>`
    select organisation.country, count(*) * 2 > sum(count(*)) over () as most from membership
    join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${network.id}::uuid and organisation.country is not null
    group by organisation.country order by count(*) desc, organisation.country limit 1`.execute(trx)
  if (rows[0]) return rows[0].most ? rows[0].country : null
  return byClocks[network.timeZone] ?? null
}

/** Where organisations of the network are: the most frequent twenty. */
export async function countriesIn(trx: Trx, networkId: string): Promise<string[]> {
  const { rows } = await sql<{ country: string }>`
    select organisation.country from membership
    join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${networkId}::uuid and organisation.country is not null
    group by organisation.country order by count(*) desc, organisation.country limit 20`.execute(trx)
  return rows.map(({ country }) => country)
}

/** Where a zone of the tz database is one country's, of those that speak our languages. */
const byClocks: Record<string, string> = {
  'Europe/Paris': 'FR',
  'Europe/Brussels': 'BE',
  'Europe/Zurich': 'CH',
  'Europe/Luxembourg': 'LU',
  'Europe/London': 'GB',
  'Europe/Dublin': 'IE',
  'Europe/Madrid': 'ES',
  'Europe/Lisbon': 'PT',
  'America/Toronto': 'CA',
  'America/Sao_Paulo': 'BR',
  'America/Mexico_City': 'MX',
  'America/Bogota': 'CO',
  'America/Argentina/Buenos_Aires': 'AR',
  'America/Santiago': 'CL',
  'America/Lima': 'PE',
  'Africa/Abidjan': 'CI',
  'Africa/Dakar': 'SN',
  'Africa/Tunis': 'TN',
  'Africa/Casablanca': 'MA',
  'Africa/Algiers': 'DZ',
}
