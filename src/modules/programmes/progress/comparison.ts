import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Reader, visibleGroups } from '#modules/groups/index.ts'
import { inLanguage } from '#modules/network/index.ts'
import type { Share } from '#modules/programmes/progress/progress.ts'
import { type Completion, completionOf, type Kinds } from '#modules/programmes/progress/progress-of.ts'

/** Of fewer organisations, a number would say what one of them does. */
export const fewest = 5

const mostPrograms = 200

/** A programme beside others: numbers, and nothing of any organisation or person. */
export interface Compared {
  programmeId: string
  name: string
  /** Of the network that runs it; null: this one. */
  network: { slug: string; name: string } | null
  state: string
  startsOn: string
  endsOn: string
  /** How far it is: steps that are over, of all. */
  steps: Share
  /** Null where they are too few to be told. */
  organisations: number | null
  completion: Share | null
  presence: Share | null
  /** When another network wrote it down; null: just now. */
  countedAt: Date | null
}

export interface Comparison {
  own: Compared[]
  /** Of networks that belong to this one today, and share them. */
  affiliated: Compared[]
}

/** Programmes side by side: those of the groups that the reader may know of, and what affiliated networks share. */
export async function compare(trx: Trx, kinds: Kinds, reader: Reader, sortIn: Locale): Promise<Comparison> {
  const networkId = reader.network.id
  const programmes = await trx
    .selectFrom('programme')
    .select(['id', 'name', 'state', 'starts_on', 'ends_on'])
    .where('network_id', '=', networkId)
    .where('state', 'in', ['running', 'paused'])
    .where('group_id', 'in', visibleGroups(trx, reader))
    .orderBy(sql`name collate name_order`)
    .orderBy('id')
    .limit(mostPrograms)
    .execute()
  const counted = await completionOf(
    trx,
    kinds,
    networkId,
    programmes.map(({ id }) => id),
  )
  const known = new Map(counted.map(one => [one.programmeId, one]))
  const own = programmes.map((row): Compared => {
    const one = known.get(row.id)
    return {
      ...{ programmeId: row.id, name: row.name, network: null, state: row.state },
      ...{ startsOn: row.starts_on, endsOn: row.ends_on, steps: one?.steps ?? { count: 0, of: 0 } },
      ...{ organisations: one?.organisations ?? 0, completion: one?.completion ?? null },
      ...{ presence: one?.presence ?? null, countedAt: null },
    }
  })
  return { own, affiliated: await affiliatedProgrammes(trx, sortIn) }
}

/** What a network lets those see that it belongs to: nothing that could tell what one organisation does. */
export function told(completion: Completion): {
  organisations: number | null
  done: number | null
  due: number | null
  present: number | null
  held: number | null
} {
  const { organisations, completion: steps, presence } = completion
  // Those who came yesterday are in no number yet: the others would stand behind it alone.
  if (Math.min(organisations, completion.counted) < fewest)
    return { organisations: null, done: null, due: null, present: null, held: null }
  return { organisations, done: steps.count, due: steps.of, present: presence.count, held: presence.of }
}

interface AffiliatedRow {
  programme_id: string
  slug: string
  network_name: Record<string, string>
  locale: Locale
  name: string
  state: string
  starts_on: string
  ends_on: string
  organisations: number | null
  steps: number
  steps_over: number
  done: number | null
  due: number | null
  present: number | null
  held: number | null
  counted_at: Date
}

async function affiliatedProgrammes(trx: Trx, sortIn: Locale): Promise<Compared[]> {
  const { rows } = await sql<AffiliatedRow>`
    select counted.programme_id, network.slug, network.name as network_name, network.locale, counted.name, counted.state,
      counted.starts_on, counted.ends_on, counted.organisations, counted.steps, counted.steps_over, counted.done,
      counted.due, counted.present, counted.held, counted.counted_at
    from affiliated_programmes() counted
    join network on network.id = counted.network_id
    order by coalesce(network.name ->> ${sortIn}, network.name ->> network.locale) collate name_order, counted.starts_on,
      counted.programme_id
    limit ${mostPrograms}`.execute(trx)
  return rows.map(row => ({
    programmeId: row.programme_id,
    name: row.name,
    network: { slug: row.slug, name: inLanguage(row.network_name, sortIn, row.locale).text },
    state: row.state,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    steps: { count: row.steps_over, of: row.steps },
    organisations: row.organisations,
    completion: shareOf(row.done, row.due),
    presence: shareOf(row.present, row.held),
    countedAt: row.counted_at,
  }))
}

function shareOf(count: number | null, of: number | null): Share | null {
  return count === null || of === null ? null : { count, of }
}
