import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { Services } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { defaultLocale, isLocale } from '#kernel/locale.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import { receiveEnclosure } from '#modules/threads/enclosures.ts'
import { say } from '#modules/threads/messages.ts'
import { openThread, type SubjectRef } from '#modules/threads/opening.ts'
import { networkOf, type Reader, readersAmong } from '#modules/threads/readers.ts'
import { readReplyToken } from '#modules/threads/reply-addresses.ts'
import { longestBody, messageInput, mostFiles } from '#modules/threads/schema.ts'
import { fileName } from '#platform/files/file-name.ts'
import { FileError } from '#platform/files/problem.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { type IncomingLetter, type ReplyTaker, TryLater } from '#platform/mail/incoming/index.ts'
import { type ParamsOf, queueMail } from '#platform/mail/index.ts'

type Reason = ParamsOf<'reply-refused'>['reason']

/** Whose address it is, and what it answers. */
interface Address {
  network: Network
  messageId: string
  personId: string
  subject: SubjectRef
  linkOrigin: string
  expired: boolean
}

/** Takes in what is answered by mail: as if its writer had come to the page, and no otherwise. */
export function replyTaker(services: Services): ReplyTaker {
  return {
    async knows(token) {
      const read = readReplyToken(token)
      if (!read) return false
      const inside = { networkId: read.networkId, audience: 'network' } as const
      return readTenant(services.db, inside, async trx => {
        const { rows } = await sql`
          select from thread_reply_address
          where network_id = ${read.networkId} and token_hash = ${read.hash}`.execute(trx)
        return rows.length > 0
      })
    },
    take: (token, letter) => takeReply(services, token, letter),
  }
}

async function takeReply(services: Services, token: string, letter: IncomingLetter): Promise<void> {
  const { db, log } = services
  const read = readReplyToken(token)
  const address = read && (await addressOf(services, read))
  if (!read || !address) return
  const { network, personId } = address
  // Nobody reads an answer to these, and answering them goes on for ever.
  if (letter.automatic) {
    log.info({ network: network.id }, 'automatic mail passed over')
    return
  }
  const inside = { networkId: network.id, audience: 'network' } as const
  const refuse = (reason: Reason) => inTenant(db, inside, trx => tellRefused(trx, address, read.hash, reason))
  if (address.expired) return refuse('expired')
  const reader = await readTenant(db, inside, async trx => {
    const found = (await readersAmong(trx, network, [personId], 'mail')).get(personId)
    return found && (await isTheirs(trx, found, letter.from)) ? found : found && 'another'
  })
  if (!reader) return refuse('gone')
  if (reader === 'another') return refuse('address')
  await spend(services, reader)
  const reason = await keep(services, address, reader, letter)
  if (reason) await refuse(reason)
}

/** @returns why it was not kept, or null */
async function keep(
  services: Services,
  { messageId, subject, linkOrigin }: Address,
  { entry, recipient }: Reader,
  letter: IncomingLetter,
): Promise<Reason | null> {
  const { db, threadSubjects } = services
  const open = (trx: Trx) => openThread(trx, threadSubjects, entry, subject)
  try {
    // Nothing is received from somebody who may not bring it.
    const { found, closedAt } = await readTenant(db, entry.tenant, open)
    if (!found.mayWrite) return 'gone'
    if (closedAt) return 'closed'
    const { files, dropped } = await receiveFiles(services, entry, letter.attachments)
    const { t, list } = i18nFor(recipient.locale)
    const note = dropped.length > 0 ? `\n\n*${t('threads.mail.dropped', { names: list(dropped) })}*` : ''
    const text = letter.text || (files.length > 0 ? t('threads.mail.files-only') : '')
    if (text === '') return 'empty'
    const body = text.slice(0, longestBody - note.length) + note
    return await inTenant(db, entry.tenant, async trx => {
      const thread = await open(trx)
      const input = messageInput.parse({ body, files })
      const saying = { parentId: messageId, linkOrigin, mailId: letter.id }
      const { problem } = await say(trx, threadSubjects, entry, thread, input, saying)
      return problem ? 'closed' : null
    })
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not-found' || error.code === 'forbidden')) return 'gone'
    throw error
  }
}

async function receiveFiles(
  { db, storage }: Services,
  entry: Reader['entry'],
  attachments: IncomingLetter['attachments'],
): Promise<{ files: string[]; dropped: string[] }> {
  const files: string[] = []
  const dropped = attachments.slice(mostFiles).map(({ name }) => fileName(name))
  for (const { name, content } of attachments.slice(0, mostFiles)) {
    try {
      const file = await receiveEnclosure({ db, storage }, entry, name, oneChunk(content))
      files.push(file.id)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      dropped.push(fileName(name))
    }
  }
  return { files, dropped }
}

async function* oneChunk(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

async function addressOf(
  { db }: Services,
  { networkId, hash }: { networkId: string; hash: Buffer },
): Promise<Address | null> {
  const network = await networkOf(db, networkId)
  if (!network) return null
  const row = await readTenant(db, { networkId, audience: 'network' }, async trx => {
    const { rows } = await sql<Omit<Address, 'network' | 'subject'> & { type: string; subjectId: string }>`
      select address.message_id as "messageId", address.person_id as "personId", address.expires_at < now() as expired,
        message.link_origin as "linkOrigin", thread.subject_type as type, thread.subject_id as "subjectId"
      from thread_reply_address address
      join thread_message message on message.network_id = ${networkId} and message.id = address.message_id
      join thread on thread.network_id = ${networkId} and thread.id = message.thread_id
      where address.network_id = ${networkId} and address.token_hash = ${hash}`.execute(trx)
    return rows[0]
  })
  if (!row) return null
  const { type, subjectId, ...rest } = row
  return { ...rest, network, subject: { type, id: subjectId } }
}

/** Whether a mail says it is from an address of this person: that of their account, or of this network. */
async function isTheirs(trx: Trx, { entry, recipient }: Reader, from: string | null): Promise<boolean> {
  if (from === null) return false
  const row = await trx
    .selectFrom('person')
    .select('email')
    .where('network_id', '=', entry.network.id)
    .where('id', '=', entry.personId ?? '')
    .executeTakeFirst()
  return from === recipient.address.toLowerCase() || from === row?.email
}

/** The same measure as on the page. */
async function spend({ rateLimits }: Services, { entry }: Reader): Promise<void> {
  try {
    await rateLimits.spend('comment', `${entry.network.id} ${entry.actor.accountId}`)
  } catch (cause) {
    throw new TryLater('Too much from one account', { cause })
  }
}

/**
 * Tells the holder of an address, at the address that is known of them and never at the one that a mail says it is from,
 * why their answer was not taken. Once an hour: the other end may be a machine that does not say so.
 */
async function tellRefused(trx: Trx, address: Address, hash: Buffer, reason: Reason): Promise<void> {
  const { network, personId, subject, linkOrigin } = address
  const { rows } = await sql`
    update thread_reply_address set refused_at = now()
    where network_id = ${network.id} and token_hash = ${hash}
      and (refused_at is null or refused_at < now() - interval '1 hour')
    returning 1`.execute(trx)
  if (rows.length === 0) return
  const person = await trx
    .selectFrom('person')
    .select(['name', 'email', 'account_id'])
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  const reader = (await readersAmong(trx, network, [personId], 'mail')).get(personId)
  const to = reader?.recipient ?? {
    accountId: person?.account_id ?? null,
    address: person?.email ?? '',
    name: person?.name ?? '',
    locale: isLocale(network.locale) ? network.locale : defaultLocale,
  }
  if (to.address === '') return
  const { locale } = to
  await queueMail(trx, {
    networkId: network.id,
    to,
    template: 'reply-refused',
    params: {
      title: inLanguage(network.name, locale, network.locale).text,
      reason,
      url:
        linkOrigin +
        href('thread', { locale, network: network.slug, type: subject.type, subject: subject.id }),
    },
    baseUrl: linkOrigin,
  })
}
