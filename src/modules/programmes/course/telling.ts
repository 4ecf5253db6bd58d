import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Entry } from '#modules/network/index.ts'
import { whenWords } from '#modules/programmes/course/views/names.ts'
import { type Capsule, type Programme, type Step, structureOf } from '#modules/programmes/programme.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import { type MailInput, queueMails, type Recipient } from '#platform/mail/index.ts'

type Told = Recipient & { personId: string; organisationId: string | null }

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
  const here = { locale: network.locale, network: network.slug }
  const dated = stepsByDay(await structureOf(trx, network.id, programmeId))
  const calendar = linkOrigin + href('ownMeetings', here)
  await writeTo(trx, entry, await toldIn(trx, network.id, row.groupId), linkOrigin, i18n => ({
    template: 'programme-begun',
    params: {
      programme: row.name,
      group: row.group,
      day: row.startsOn,
      meetings: row.meetings,
      dates: datesIn(i18n, dated, calendar),
      url: linkOrigin + href('programme', { ...here, programme: programmeId }),
    },
  }))
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
  const here = { locale: network.locale, network: network.slug, group: group.slug }
  const url = linkOrigin + href('group', here)
  await writeTo(trx, entry, await toldIn(trx, network.id, programme.groupId), linkOrigin, () => ({
    template: 'programme-removed',
    params: { programme: programme.name, group: group.name, day: programme.startsOn, url },
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
  await queueMails(
    trx,
    network.id,
    people.map(({ personId: _, organisationId: __, ...to }) => ({
      to,
      template: 'programme-entrusted',
      params: {
        programme: programme.name,
        count,
        url:
          linkOrigin +
          href('programme', { locale: network.locale, network: network.slug, programme: programme.id }),
      },
      baseUrl: linkOrigin,
    })),
  )
}

export interface MovedMeeting {
  meetingId: string
  title: string
  /** By the clocks of where it is. */
  was: LocalTime
  is: LocalTime
}

/** Work of one's own that is due on another day. */
export interface MovedDeadline {
  title: string
  was: string
  is: string
}

interface LocalTime {
  day: string
  time: string
}

/**
 * To all of the group but whoever did it, once of all that moved, and why; who is registered for a meeting has that in their
 * calendar.
 */
export async function tellMoved(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  { meetings, deadlines, reason }: { meetings: MovedMeeting[]; deadlines: MovedDeadline[]; reason: string },
  linkOrigin: string,
): Promise<void> {
  const count = meetings.length + deadlines.length
  if (count === 0) return
  const { network } = entry
  const registered =
    meetings.length === 0
      ? new Set()
      : await registeredFor(
          trx,
          network.id,
          meetings.map(({ meetingId }) => meetingId),
        )
  const people = (await toldIn(trx, network.id, programme.groupId)).filter(
    ({ personId }) => !registered.has(personId),
  )
  const listed = [
    ...meetings.map(({ title, was, is }) => ({ title, was, is, meeting: true })),
    ...deadlines.map(({ title, was, is }) => ({
      title,
      was: atNoHour(was),
      is: atNoHour(is),
      meeting: false,
    })),
  ]
    .toSorted((a, b) => (a.is.day < b.is.day ? -1 : 1))
    .slice(0, mostListed)
  const url =
    linkOrigin + href('programme', { locale: network.locale, network: network.slug, programme: programme.id })
  await writeTo(trx, entry, people, linkOrigin, i18n => ({
    template: 'programme-moved',
    params: {
      programme: programme.name,
      count,
      more: count - listed.length,
      moves: [reason && `> ${reason.replaceAll(/\s+/g, ' ')}`, movesIn(i18n, listed)]
        .filter(Boolean)
        .join('\n\n'),
      url,
    },
  }))
}

function atNoHour(day: string): LocalTime {
  return { day, time: '' }
}

/** A list in Markdown: from which to which day; of the same day, at which hours. */
function movesIn(
  i18n: I18n,
  moved: readonly { title: string; was: LocalTime; is: LocalTime; meeting: boolean }[],
): string {
  return moved
    .map(({ title, was, is, meeting }) => {
      const say = ({ day, time }: LocalTime) =>
        meeting && was.day === is.day
          ? i18n.t('programme.when.meeting', { day: i18n.day(day), time })
          : i18n.day(day)
      const key = meeting ? 'mail.programme-moved.one' : 'mail.programme-moved.deadline'
      return `- ${i18n.t(key, { title, was: say(was), day: say(is) })}`
    })
    .join('\n')
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

type Letter = {
  [Name in 'programme-begun' | 'programme-moved' | 'programme-removed']: Pick<
    MailInput<Name>,
    'template' | 'params'
  >
}['programme-begun' | 'programme-moved' | 'programme-removed']

/** To these but whoever does it, in the language of each. */
async function writeTo(
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

async function registeredFor(
  trx: Trx,
  networkId: string,
  meetingIds: readonly string[],
): Promise<Set<string | null>> {
  const rows = await trx
    .selectFrom('registration')
    .select('person_id')
    .distinct()
    .where('network_id', '=', networkId)
    .where('meeting_id', 'in', meetingIds)
    .where('state', '<>', 'withdrawn')
    .execute()
  return new Set(rows.map(({ person_id }) => person_id))
}

const mostListed = 40
const mostDates = 20

/** People of a group who can be written to. @param only these of them */
export async function toldIn(
  trx: Trx,
  networkId: string,
  groupId: string,
  only: readonly string[] | null = null,
): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select person.id as "personId", person.account_id as "accountId", person.email as address, person.name,
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
  return rows
}
