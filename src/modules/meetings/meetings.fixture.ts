import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { scheduleMeeting } from '#modules/meetings/scheduling.ts'
import { type MeetingFields, meetingInput } from '#modules/meetings/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import type { TestDatabase } from '../../../test/database.ts'
import { anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

export const origin = 'https://cordee.example'

/** A day so far from today, as forms write it. */
export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

/** What a form would say of a meeting in a month's time. */
export function someMeeting(fields: Partial<MeetingFields> = {}): MeetingFields {
  return {
    title: 'Rencontre du printemps',
    day: dayAhead(30),
    from: '14:00',
    to: '16:00',
    place: 'La Bouillonnante',
    address: '12 rue des Filatiers, Toulouse',
    ...fields,
  }
}

/** @returns its id */
export function aMeeting(
  database: TestDatabase,
  entry: Entry,
  fields: Partial<MeetingFields> = {},
): Promise<string> {
  return inTenant(database.db, entry.tenant, trx =>
    scheduleMeeting(trx, entry, meetingInput.parse(someMeeting(fields)), origin),
  )
}

/** A group, with these people in it. @returns its id */
export async function aGroup(
  database: TestDatabase,
  network: TestNetwork,
  people: { person: TestPerson; role?: 'member' | 'facilitator' | 'coordinator' }[] = [],
  visibility: 'group' | 'network' | 'public' = 'network',
): Promise<{ id: string; slug: string }> {
  const id = newId()
  const slug = `groupe-${id.slice(-8)}`
  await database.asOwner(
    `insert into network_group (network_id, id, slug, kind, name, visibility) values ($1, $2, $3, 'club', $4, $5)`,
    [network.id, id, slug, `Groupe ${slug}`, visibility],
  )
  for (const { person, role = 'member' } of people)
    await database.asOwner(
      `insert into group_member (network_id, group_id, person_id, role, valid_from) values ($1, $2, $3, $4, current_date - 30)`,
      [network.id, id, person.personId, role],
    )
  return { id, slug }
}

/** So many members, let into their network. */
export async function someMembers(
  database: TestDatabase,
  network: TestNetwork,
  count: number,
): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let made = 0; made < count; made++)
    entries.push(await anEntry(database, network, await aPerson(database, network, 'member')))
  return entries
}

/** The mail written so far, past the policies: to whom, which, and what of it. */
export function mailOf(database: TestDatabase, network: TestNetwork) {
  return database.asOwner<{
    address: string
    template: string
    params: Record<string, string>
    secrets: { url?: string; calendar?: { method: string; content: string } | null } | null
  }>(
    'select address, template, params, secrets from mail_message where network_id = $1 order by created_at, id',
    [network.id],
  )
}

export async function forgetMail(database: TestDatabase): Promise<void> {
  await database.asOwner('delete from mail_message')
}
