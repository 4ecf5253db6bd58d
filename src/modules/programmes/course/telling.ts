import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Addressee, type Entry, recipientsOf } from '#modules/network/index.ts'
import { whenWords } from '#modules/programmes/course/views/names.ts'
import { type Capsule, type Programme, type Step, structureOf } from '#modules/programmes/programme.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import { type MailInput, queueMails, type Recipient } from '#platform/mail/index.ts'

export type Told = Recipient & { personId: string; organisationId: string | null }

/** To all of the group but whoever made it: that it begins, and when its steps are. Once. */
export async function tellBegun(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  const { rows } = await sql<{
    name: string
    startsOn: string
    group: string
    groupId: string
    meetings: number
  }>`
    select programme.name, programme.starts_on::text as "startsOn", network_group.name as "group",
      network_group.id as "groupId", (
        select count(*)::integer from programme_step step where step.network_id = programme.network_id
          and step.programme_id = programme.id and step.meeting_id is not null) as meetings
    from programme
    join network_group on network_group.network_id = programme.network_id and network_group.id = programme.group_id
    where programme.network_id = ${network.id}::uuid and programme.id = ${programmeId}::uuid`.execute(trx)
  const [row] = rows
  if (!row) return
  const dated = stepsByDay(await structureOf(trx, network.id, programmeId))
  await writeTo(trx, entry, await toldIn(trx, network.id, row.groupId), linkOrigin, i18n => {
    const here = { locale: i18n.locale, network: network.slug }
    return {
      template: 'programme-begun',
      params: {
        programme: row.name,
        group: row.group,
        day: row.startsOn,
        meetings: row.meetings,
        dates: datesIn(i18n, dated, linkOrigin + href('ownMeetings', here)),
        url: linkOrigin + href('programme', { ...here, programme: programmeId }),
      },
    }
  })
}

/** To all of the group but whoever did it: that what they were told of is not to be. */
export async function tellRemoved(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  group: { name: string; slug: string },
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  await writeTo(trx, entry, await toldIn(trx, network.id, programme.groupId), linkOrigin, ({ locale }) => ({
    template: 'programme-removed',
    params: {
      programme: programme.name,
      group: group.name,
      day: programme.startsOn,
      url: linkOrigin + href('group', { locale, network: network.slug, group: group.slug }),
    },
  }))
}

/** How many of a group others can write to. */
export async function countTold(trx: Trx, entry: Entry, groupId: string): Promise<number> {
  const told = await toldIn(trx, entry.network.id, groupId)
  return told.filter(({ personId }) => personId !== entry.personId).length
}

/** To whoever takes over steps, unless they did it themselves. */
export async function tellEntrusted(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  tutorId: string,
  count: number,
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  if (tutorId === entry.personId) return
  const people = await toldIn(trx, network.id, programme.groupId, [tutorId])
  await writeTo(trx, entry, people, linkOrigin, ({ locale }) => ({
    template: 'programme-entrusted',
    params: {
      programme: programme.name,
      count,
      url: linkOrigin + href('programme', { locale, network: network.slug, programme: programme.id }),
    },
  }))
}

function stepsByDay(capsules: readonly Capsule[]): { title: string; step: Step }[] {
  return capsules
    .flatMap(({ title, steps }) => steps.map(step => ({ title: `${title} – ${step.title}`, step })))
    .toSorted((one, other) =>
      one.step.dueOn < other.step.dueOn ? -1 : one.step.dueOn > other.step.dueOn ? 1 : 0,
    )
}

/** A list in Markdown of the first steps, and where to find them all. */
function datesIn(i18n: I18n, dated: readonly { title: string; step: Step }[], calendar: string): string {
  const listed = dated.slice(0, mostDates)
  const more = dated.length - listed.length
  return [
    listed.map(({ title, step }) => `- ${whenWords(i18n, step)} – ${title}`).join('\n'),
    more > 0 && i18n.t('mail.programme-begun.more', { more }),
    i18n.t('mail.programme-begun.calendar', { url: calendar }),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** A letter about a programme, as one language has it. */
export type Letter = {
  [Name in (typeof letterNames)[number]]: Pick<MailInput<Name>, 'template' | 'params'>
}[(typeof letterNames)[number]]

const letterNames = [
  'programme-begun',
  'programme-moved',
  'programme-changed',
  'programme-paused',
  'programme-resumed',
  'programme-ended',
  'programme-entrusted',
  'programme-removed',
] as const

/** To these but whoever does it, in the language of each. */
export async function writeTo(
  trx: Trx,
  { network, personId: own }: Entry,
  people: readonly Told[],
  linkOrigin: string,
  letter: (i18n: I18n) => Letter,
): Promise<void> {
  const letters = new Map(
    [...new Set(people.map(({ locale }) => locale))].map(locale => [locale, letter(i18nFor(locale))]),
  )
  await queueMails(
    trx,
    network.id,
    people.flatMap(({ personId, organisationId: _, ...to }) => {
      const written = letters.get(to.locale)
      return written && personId !== own ? [{ to, ...written, baseUrl: linkOrigin }] : []
    }),
  )
}

const mostDates = 20

/** People of a group who can be written to, each in their language. @param only these of them */
export async function toldIn(
  trx: Trx,
  networkId: string,
  groupId: string,
  only: readonly string[] | null = null,
): Promise<Told[]> {
  const { rows } = await sql<Addressee & { organisationId: string | null; locale: Locale }>`
    select person.id as "personId", person.account_id as "accountId", person.email, person.name,
      member.organisation_id as "organisationId", network.locale
    from group_member member
    join network on network.id = member.network_id
    join person on person.network_id = member.network_id and person.id = member.person_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and ${only === null ? sql`true` : sql`person.id = any (${only}::uuid[])`}
      and person.account_id is not null and person.email is not null and person.erased_at is null
      and (now() at time zone network.time_zone)::date between member.valid_from and coalesce(member.valid_until, 'infinity')
      and exists (
        select from mandate where mandate.network_id = member.network_id and mandate.person_id = person.id
          and (now() at time zone network.time_zone)::date
            between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
    order by person.id limit 20000`.execute(trx)
  const [first] = rows
  if (!first) return []
  const recipients = new Map(
    (await recipientsOf(trx, first, rows)).map(recipient => [recipient.accountId, recipient]),
  )
  return rows.flatMap(({ personId, accountId, organisationId }) => {
    const recipient = recipients.get(accountId)
    return recipient ? [{ ...recipient, personId, organisationId }] : []
  })
}
