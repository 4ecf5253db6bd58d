import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { asNetwork, type OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import { coreName, type Reason } from '#modules/network/organisation-import/duplicates.ts'
import { nearNames } from '#modules/network/organisation-import/near-names.ts'
import { foldedWords } from '#modules/network/organisation-import/words.ts'

/** A line that would make a new organisation, and the one of an affiliated network that it seems to be. */
export interface Resembling {
  /** As a spreadsheet numbers it. */
  line: number
  name: string
  organisation: { id: string; name: string; town: string }
  network: OtherNetwork
  reason: Reason
}

/** How many are shown at once; once they are decided, others follow. */
const mostShown = 50

/** So many lines are compared by names nearly the same: lists that people keep by hand, and look at line by line. */
const mostCompared = 2_000

/** Where the affiliation is in force and organisations are shared: proposed, with the reason, and never taken by itself. */
export async function resemblingAffiliated(
  trx: Trx,
  networkId: string,
  importId: string,
): Promise<Resembling[]> {
  const { rows } = await sql<Row>`
    select found.line, found.name, found.id, found.offered, found.town, found.reason, found.value,
      network.id as network_id, network.slug, network.name as network_name, network.locale, network.visibility
    from affiliated_resembling(${importId}::uuid, ${mostShown}) found
    join network on network.id = found.network_id
    order by found.line`.execute(trx)
  const same = rows.map(row => asResembling(row, reasonOf(row)))
  if (same.length === mostShown) return same
  const near = await nearlyAffiliated(trx, networkId, importId, same)
  return [...same, ...near].slice(0, mostShown).sort((a, b) => a.line - b.line)
}

/** Those that are called nearly the same, as names are compared within a network. @param same what was found already */
async function nearlyAffiliated(
  trx: Trx,
  networkId: string,
  importId: string,
  same: readonly Resembling[],
): Promise<Resembling[]> {
  const { rows: lines } = await sql<{ line: number; name: string; town: string }>`
    select line, entry -> 'organisation' ->> 'name' as name, entry -> 'organisation' ->> 'town' as town
    from organisation_import_line
    where network_id = ${networkId} and import_id = ${importId}::uuid and state = 'ready' and decision = 'new'
    order by position limit ${mostCompared + 1}`.execute(trx)
  if (lines.length === 0 || lines.length > mostCompared) return []
  const { rows: offered } = await sql<Omit<Row, 'line' | 'name' | 'reason' | 'value'>>`
    select distinct on (offered.id) offered.id, offered.name as offered, offered.town, network.id as network_id,
      network.slug, network.name as network_name, network.locale, network.visibility
    from affiliated_organisations() offered join network on network.id = offered.network_id
    order by offered.id, network.id`.execute(trx)
  const names = nearNames<number>([
    ...offered.map(one => coreName(one.offered)),
    ...lines.map(one => coreName(one.name)),
  ])
  for (const [place, one] of offered.entries()) names.add(place, coreName(one.offered), foldedWords(one.town))
  const settled = new Set(same.map(({ line }) => line))
  const taken = new Set(same.map(({ organisation }) => organisation.id))
  return lines.flatMap(({ line, name, town }) => {
    if (settled.has(line)) return []
    for (const { key, likeness, sameTown } of names.find(coreName(name), foldedWords(town))) {
      const one = offered[key]
      if (!one || taken.has(one.id)) continue
      const percent = Math.floor(likeness * 100)
      return [
        asResembling({ ...one, line, name }, { code: 'near-name', percent, town: sameTown ? town : '' }),
      ]
    }
    return []
  })
}

function asResembling(row: Omit<Row, 'reason' | 'value'>, reason: Reason): Resembling {
  const { network_id, network_name, slug, locale, visibility } = row
  return {
    line: row.line,
    name: row.name,
    organisation: { id: row.id, name: row.offered, town: row.town },
    network: asNetwork({ id: network_id, slug, name: network_name, locale, visibility }),
    reason,
  }
}

function reasonOf({ reason, value }: Row): Reason {
  if (reason === 'name') return { code: 'name' }
  if (reason === 'website') return { code: 'website', domain: value }
  return { code: 'identifier', scheme: reason, value }
}

interface Row {
  line: number
  name: string
  id: string
  offered: string
  town: string
  reason: string
  value: string
  network_id: string
  slug: string
  network_name: unknown
  locale: string
  visibility: string
}
