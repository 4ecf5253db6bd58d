import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { changeTenant } from '#db/tenant.ts'
import { href } from '#http/routes.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import type { DigestContext } from '#modules/waiting/digest/digest-job.ts'
import { type News, newsOf, type Stage, type Told } from '#modules/waiting/digest/news.ts'
import { nearnessOf } from '#modules/waiting/order.ts'
import { silencingPath } from '#modules/waiting/silences.ts'
import { type Waiting, waitingFor } from '#modules/waiting/waiting.ts'
import { addressOf, kindName, placeBeside, sentenceOf } from '#modules/waiting/words.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { gatherHeld, type HeldEntry, isAddress, queueMails } from '#platform/mail/index.ts'

/** Somebody whose digest is due, or who asks what it would say. */
export interface Reader {
  account_id: string
  address: string
  name: string
  locale: string
  time_zone: string
  /** Of the last look at what waits for them. */
  since: Date
  silenced: string[]
}

/** A network somebody is at home in, and as whom. */
interface Home {
  account_id: string
  network_id: string
  person_id: string
  slug: string
  network_name: Network['name']
  network_locale: string
  time_zone: string
}

/** What is to be told to somebody of one of their networks. */
interface Part {
  home: Home
  news: News<Waiting>
}

/**
 * Takes some whose digest is due and writes to those for whom something is new: in a few statements for each network they are
 * in, however many they are.
 */
export async function writeBatch(
  trx: Trx,
  context: DigestContext,
  now: Date,
  { most, besides, taking }: { most: number; besides: string[]; taking(accounts: string[]): void },
): Promise<{ taken: number; written: number }> {
  const { rows: readers } = await sql<Reader>`
    select * from waiting_digests_take(${now}, ${most}::integer, ${besides}::uuid[])`.execute(trx)
  taking(readers.map(({ account_id }) => account_id))
  const digests = await digestsFor(trx, context, readers, now)
  await queueMails(trx, platformId, digests)
  return { taken: readers.length, written: digests.length }
}

/**
 * What is to be written to these people, to none for whom nothing is new: noted as told, with what was held for them gathered
 * into it, in the platform's transaction.
 */
export async function digestsFor(trx: Trx, context: DigestContext, readers: readonly Reader[], now: Date) {
  const byAccount = new Map(readers.map(reader => [reader.account_id, reader]))
  const { rows: homes } =
    await sql<Home>`select * from waiting_homes(${[...byAccount.keys()]}::uuid[])`.execute(trx)
  const parts: Part[] = []
  for (const there of Map.groupBy(homes, home => home.network_id).values())
    parts.push(...(await newsIn(trx, context, there, byAccount, now)))
  await changeTenant(trx, { networkId: platformId, audience: 'network' })
  const digests = [...Map.groupBy(parts, ({ home }) => home.account_id)].flatMap(([account, of]) => {
    const reader = byAccount.get(account)
    return reader && isAddress(reader.address) ? [{ id: newId(now.getTime()), reader, parts: of }] : []
  })
  const ids = new Map(digests.map(({ id, reader }) => [reader.account_id, id]))
  const held = await gatherHeld(trx, ids, now)
  return digests.map(digest => written(context, digest, held.get(digest.reader.account_id) ?? [], now))
}

/** What is new to these people in one network; noted as told in the same transaction as it is written to them. */
async function newsIn(
  trx: Trx,
  { waiting: sources }: DigestContext,
  homes: Home[],
  readers: Map<string, Reader>,
  now: Date,
): Promise<Part[]> {
  const [{ network_id: networkId }] = homes as [Home, ...Home[]]
  await changeTenant(trx, { networkId, audience: 'network' })
  const people = homes.map(({ person_id }) => person_id)
  const rows = Map.groupBy(await waitingFor(trx, sources, people, now), row => row.personId)
  if (rows.size === 0) return []
  const told = Map.groupBy(await toldTo(trx, networkId, [...rows.keys()]), one => one.personId)
  const mailed = await mailedTo(trx, homes, readers, now)
  const parts = homes.flatMap(home => {
    const silenced = readers.get(home.account_id)?.silenced ?? []
    const seen = (rows.get(home.person_id) ?? []).filter(({ kind }) => !silenced.includes(kind))
    const here = { locale: defaultLocale, network: home.slug }
    const wasMailed = (row: Waiting) =>
      mailed.has(`${home.account_id} ${withoutLocale(addressOf(sources, here, row))}`)
    const news = newsOf(seen, told.get(home.person_id) ?? [], wasMailed, now)
    return [{ home, news }]
  })
  await noteTold(
    trx,
    networkId,
    parts.flatMap(({ news }) => [...news.told, ...news.known]),
    now,
  )
  return parts.filter(({ news }) => news.told.length > 0)
}

async function toldTo(
  trx: Trx,
  networkId: string,
  people: string[],
): Promise<(Told & { personId: string })[]> {
  const { rows } = await sql<Told & { personId: string }>`
    select person_id as "personId", kind, subject_id as "subjectId", stage, due_at as "dueAt", told_at as "toldAt"
    from waiting_told where network_id = ${networkId}::uuid and person_id = any(${people}::uuid[])`.execute(
    trx,
  )
  return rows
}

/** Of what they were written to since the last digest: who, and where it leads. */
async function mailedTo(
  trx: Trx,
  homes: Home[],
  readers: Map<string, Reader>,
  now: Date,
): Promise<Set<string>> {
  const week = now.getTime() - 7 * 86_400_000
  const sinces = homes.map(({ account_id }) => readers.get(account_id)?.since.getTime() ?? week)
  const { rows } = await sql<{ account_id: string; url: string }>`
    select account_id, url from waiting_mailed(
      ${homes.map(({ account_id }) => account_id)}::uuid[], ${new Date(Math.max(week, Math.min(...sinces)))})`.execute(
    trx,
  )
  return new Set(rows.map(({ account_id, url }) => `${account_id} ${withoutLocale(new URL(url).pathname)}`))
}

async function noteTold(
  trx: Trx,
  networkId: string,
  told: { row: Waiting; stage: Stage }[],
  now: Date,
): Promise<void> {
  if (told.length === 0) return
  const rows = told.map(({ row, stage }) => ({
    person: row.personId,
    kind: row.kind,
    subject: row.subjectId,
    stage,
    due: row.dueAt,
  }))
  await sql`
    insert into waiting_told (network_id, person_id, kind, subject_id, stage, due_at, told_at)
    select ${networkId}::uuid, person, kind, subject, stage, due, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as told (person uuid, kind text, subject uuid, stage text, due timestamptz)
    on conflict (network_id, person_id, kind, subject_id, stage)
      do update set due_at = excluded.due_at, told_at = excluded.told_at`.execute(trx)
}

function written(
  { secret, waiting: sources, linkOrigin }: DigestContext,
  { id, reader, parts }: { id: string; reader: Reader; parts: Part[] },
  held: HeldEntry[],
  now: Date,
) {
  const locale: Locale = isLocale(reader.locale) ? reader.locale : defaultLocale
  const i18n = i18nFor(locale)
  const { t } = i18n
  const nameOf = ({ network_name, network_locale }: Home) =>
    inLanguage(network_name, locale, isLocale(network_locale) ? network_locale : defaultLocale).text
  const sections = parts.map(({ home, news }) => {
    const here = { locale, network: home.slug }
    const entries = news.told.map(({ row }) => ({
      text: sentenceOf(i18n, row),
      url: linkOrigin + addressOf(sources, here, row),
      ...noteOf(row),
    }))
    const more = {
      text: t('mail.waiting-digest.rest', { count: news.rest }),
      url: linkOrigin + href('waiting', here),
    }
    return { network: nameOf(home), entries: news.rest > 0 ? [...entries, more] : entries }

    function noteOf(row: Waiting): { note?: string } {
      const late = nearnessOf(row, now) === 'late'
      const day = row.dueAt && i18n.day(row.dueAt, home.time_zone)
      const notes = [
        ...(day ? [t(late ? 'waiting.since' : 'waiting.until', { day })] : []),
        ...[placeBeside(row)].filter(place => place !== null),
      ]
      return notes.length > 0 ? { note: notes.join(' · ') } : {}
    }
  })
  const rows = parts.flatMap(({ news }) => news.told.map(({ row }) => row))
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  const [first] = parts
  return {
    id,
    to: {
      accountId: reader.account_id,
      address: reader.address,
      name: reader.name,
      locale,
      timeZone: reader.time_zone,
    },
    template: 'waiting-digest' as const,
    params: {
      number: rows.length,
      late: rows.filter(row => nearnessOf(row, now) === 'late').length,
      sections: [
        ...sections,
        ...heldSections(sections, held, name => t('mail.waiting-digest.held', { name })),
      ],
      silences: kinds.map(kind => ({
        label: kindName(i18n, kind),
        url: linkOrigin + silencingPath(secret, locale, { accountId: reader.account_id, kind }),
      })),
      url:
        linkOrigin +
        // Each network has a page of its own for it; of several, that of the one the message begins with.
        (first ? href('waiting', { locale, network: first.home.slug }) : href('home', { locale })),
    },
    baseUrl: linkOrigin,
    // It comes when it is due, and is held for no other digest.
    atOnce: true,
    now,
  }
}

interface Listed {
  network: string
  entries: { text: string; url: string | null; count?: number; note?: string }[]
}

/** What was held for them, but for what is told above. */
function heldSections(above: Listed[], held: HeldEntry[], heading: (network: string) => string): Listed[] {
  const pathOf = (url: string | null) => (url === null ? null : withoutLocale(new URL(url).pathname))
  const told = new Set(above.flatMap(({ entries }) => entries.map(({ url }) => pathOf(url))))
  const left = held.filter(({ url }) => url === null || !told.has(pathOf(url)))
  return [...Map.groupBy(left, ({ networkId }) => networkId).values()].map(group => ({
    network: heading(group[0]?.network ?? ''),
    entries: group.map(({ text, url, count }) => ({ text, url, ...(count !== undefined && { count }) })),
  }))
}

/** The same page has an address in each language. */
function withoutLocale(path: string): string {
  return path.replace(/^\/[a-z]{2}(?=\/)/, '')
}
