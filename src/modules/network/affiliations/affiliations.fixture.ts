import { newId } from '#kernel/ids.ts'
import type { TestDatabase } from '../../../../test/database.ts'
import type { TestNetwork } from '../../../../test/factories.ts'

/** One network belongs to another, as both agreed; it was the member that asked. @returns its id */
export async function anAffiliation(
  database: TestDatabase,
  member: TestNetwork,
  parent: TestNetwork,
  options: { mandate?: string; from?: string; until?: string | null; state?: string; level?: string } = {},
): Promise<string> {
  const id = newId()
  await database.asOwner(
    `insert into affiliation (network_id, id, address, other_id, asked_as, kind, level, mandate, valid_from, valid_until, state)
     values ($1, $2, $3, $4, 'member', 'region', $5, $6, coalesce($7, current_date - 100), $8, $9)`,
    [
      member.id,
      id,
      parent.slug,
      parent.id,
      options.level ?? 'regional',
      options.mandate ?? '',
      options.from ?? null,
      options.until ?? null,
      options.state ?? 'accepted',
    ],
  )
  return id
}

export async function sharing(
  database: TestDatabase,
  network: TestNetwork,
  organisations: boolean,
  numbers: string[] = [],
): Promise<void> {
  await database.asOwner(
    `insert into network_sharing (network_id, organisations, numbers) values ($1, $2, $3)
     on conflict (network_id) do update set organisations = $2, numbers = $3`,
    [network.id, organisations, numbers],
  )
}
