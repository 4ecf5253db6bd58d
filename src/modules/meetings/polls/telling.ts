import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import { presentIds } from '#modules/groups/index.ts'
import { whenOf, whereOf } from '#modules/meetings/meeting-words.ts'
import { reached } from '#modules/meetings/telling/recipients.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMail, queueMails, type Recipient } from '#platform/mail/index.ts'

export const pollsQueue = 'meetings.polls'

/** So many are written to in one transaction. */
const batchPeople = 200
const batchPolls = 100

/** Writes to those of a group that they are asked when they can meet and, once, to those who have not answered. */
export function pollsJob({ db }: JobContext): Job<never> {
  return {
    queue: pollsQueue,
    expireSeconds: 1800,
    retries: 2,
    schedule: '*/10 * * * *',
    async run(_payload, signal) {
      const now = new Date()
      await sql`select date_polls_forget(${now})`.execute(db)
      await tellOfPolls(db, now, signal)
    },
  }
}

/** A batch of people at a time, so that what was written stays written whatever comes between. */
export async function tellOfPolls(db: Db, now: Date, signal?: AbortSignal): Promise<void> {
  const failures = new Map<string, unknown>()
  for (;;) {
    const { rows } = await sql<Due>`select * from date_polls_due(${now}, ${batchPolls}::integer)`.execute(db)
    // One that fails must not keep the others waiting.
    const next = rows.filter(({ id }) => !failures.has(id))
    if (next.length === 0) break
    for (const due of next) {
      if (signal?.aborted) return
      await inTenant(db, { networkId: due.network_id, audience: 'network' }, trx =>
        tellSome(trx, due, now),
      ).catch(error => failures.set(due.id, error))
    }
  }
  if (failures.size > 0) throw new AggregateError(failures.values(), 'Of some polls people could not be told')
}

/** Whoever answered or was asked, and has not a place already, hears which date it is. */
export async function tellOfChoice(
  trx: Trx,
  network: Told,
  poll: { id: string; title: string; timeZone: string; place: string; videoUrl: string | null },
  choice: { startsAt: Date; endsAt: Date; meetingId: string; linkOrigin: string },
  people: string[],
): Promise<void> {
  const { startsAt, endsAt, meetingId, linkOrigin } = choice
  const told = [...(await reached(trx, people)), ...(await visitorsOf(trx, network.id, poll.id))]
  await queueMails(
    trx,
    network.id,
    told.map(to => {
      const i18n = i18nFor(to.locale)
      const { place, timeZone } = poll
      const meeting = { place, address: '', hasVideo: poll.videoUrl !== null, hostOrganisation: null }
      return {
        to,
        template: 'date-poll-settled',
        params: {
          title: poll.title,
          when: whenOf(i18n, { startsAt, endsAt, timeZone }),
          where: whereOf(i18n, meeting),
          url: linkOrigin + href('meeting', { locale: to.locale, network: network.slug, meeting: meetingId }),
        },
        baseUrl: linkOrigin,
      }
    }),
  )
}

/** Whoever answered hears that nothing comes of it. */
export async function tellOfCancellation(
  trx: Trx,
  network: Told,
  poll: { id: string; title: string; linkOrigin: string },
  people: string[],
): Promise<void> {
  const told = [...(await reached(trx, people)), ...(await visitorsOf(trx, network.id, poll.id))]
  await queueMails(
    trx,
    network.id,
    told.map(to => ({
      to,
      template: 'date-poll-cancelled',
      params: { title: poll.title, url: addressOf(network, poll, to.locale) },
      baseUrl: poll.linkOrigin,
    })),
  )
}

/** By the link in it somebody of the public finds their answer again. */
export async function sendAnswerLink(
  trx: Trx,
  network: Told,
  poll: { id: string; title: string; linkOrigin: string },
  visitor: { name: string; email: string; locale: Locale; token: string },
): Promise<void> {
  const { name, email, locale, token } = visitor
  await queueMail(trx, {
    networkId: network.id,
    to: { accountId: null, address: email, name, locale },
    template: 'date-poll-answer',
    params: { title: poll.title, url: `${addressOf(network, poll, locale)}?answer=${token}` },
    baseUrl: poll.linkOrigin,
  })
}

type Told = { id: string; slug: string }

interface Due {
  network_id: string
  id: string
  about: 'asked' | 'reminded'
}

async function tellSome(trx: Trx, due: Due, now: Date): Promise<void> {
  const { network_id: networkId, id, about } = due
  const [at, through] = [sql.ref(`${about}_at`), sql.ref(`${about}_through`)]
  // Another worker may be here: the lock makes them take turns, and what is done is not due any more.
  const { rows } = await sql<DuePoll>`
    select poll.id, poll.title, poll.group_id, poll.closes_at, poll.time_zone, poll.link_origin, poll.created_by,
      poll.${through} as through, network.slug, coalesce(person.name, '') as organiser
    from date_poll poll
    join network on network.id = poll.network_id
    left join person on person.network_id = poll.network_id and person.id = poll.created_by
    where poll.network_id = ${networkId}::uuid and poll.id = ${id}::uuid and poll.state = 'open'
      and poll.${at} is null and poll.closes_at > ${now}
    for no key update of poll`.execute(trx)
  const [poll] = rows
  if (!poll) return
  const left = await leftToTell(trx, networkId, poll, about)
  const people = left.slice(0, batchPeople)
  const network = { id: networkId, slug: poll.slug }
  await queueMails(
    trx,
    networkId,
    (await reached(trx, people)).map(to => ({
      to,
      template: about === 'asked' ? 'date-poll-asked' : 'date-poll-reminder',
      params: {
        person: poll.organiser,
        title: poll.title,
        closesAt: poll.closes_at.toISOString(),
        url: addressOf(network, { id, linkOrigin: poll.link_origin }, to.locale),
      },
      baseUrl: poll.link_origin,
      now,
    })),
  )
  const done = left.length <= batchPeople
  await sql`
    update date_poll set ${through} = ${people.at(-1) ?? poll.through}, ${at} = ${done ? now : null}
    where network_id = ${networkId}::uuid and id = ${id}::uuid`.execute(trx)
}

interface DuePoll {
  id: string
  title: string
  group_id: string | null
  closes_at: Date
  time_zone: string
  link_origin: string
  created_by: string | null
  through: string | null
  slug: string
  organiser: string
}

/** By id, those of the group who have not been told; of whoever has answered, nobody. */
async function leftToTell(
  trx: Trx,
  networkId: string,
  poll: DuePoll,
  about: Due['about'],
): Promise<string[]> {
  if (!poll.group_id) return []
  const answered = await trx
    .selectFrom('date_answer')
    .select('person_id')
    .where('network_id', '=', networkId)
    .where('poll_id', '=', poll.id)
    .execute()
  const settled = new Set(answered.map(row => row.person_id))
  return (await presentIds(trx, networkId, poll.group_id))
    .filter(id => id > (poll.through ?? '') && !settled.has(id))
    .filter(id => about === 'reminded' || id !== poll.created_by)
    .sort()
}

async function visitorsOf(trx: Trx, networkId: string, pollId: string): Promise<Recipient[]> {
  const rows = await trx
    .selectFrom('date_answer')
    .select(['name', 'email', 'locale'])
    .where('network_id', '=', networkId)
    .where('poll_id', '=', pollId)
    .where('person_id', 'is', null)
    .where('email', 'is not', null)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(({ name, email, locale }) => ({
    accountId: null,
    address: email ?? '',
    name,
    locale: isLocale(locale) ? locale : defaultLocale,
  }))
}

function addressOf(
  network: { slug: string },
  poll: { id: string; linkOrigin: string },
  locale: Locale,
): string {
  return poll.linkOrigin + href('datePoll', { locale, network: network.slug, poll: poll.id })
}
