import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import {
  emailField,
  localeField,
  type MandateRole,
  optionalId,
  roleField,
  titleField,
} from '#modules/network/fields.ts'
import { readAddresses } from '#modules/network/invited-addresses.ts'
import { refuseForeignOrganisation } from '#modules/network/mandates.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { queueMail } from '#platform/mail/index.ts'

export const invitationStates = ['waiting', 'accepted', 'expired', 'revoked'] as const
export type InvitationState = (typeof invitationStates)[number]

export interface Invitation {
  id: string
  email: string
  name: string
  role: MandateRole
  title: string
  organisationId: string | null
  organisation: string | null
  locale: Locale
  state: InvitationState
  /** Account of who invited; null for the command line and the API. */
  invitedBy: string | null
  inviter: string | null
  createdAt: Date
  expiresAt: Date
}

export const usualDays = 14

/** What several people are invited to alike. */
export const invitationTerms = z.object({
  role: roleField,
  organisation: optionalId,
  title: titleField,
  locale: localeField,
  days: z.coerce.number().int().min(1).max(90).default(usualDays),
})

/** As a form has it: one address on each line. */
export const invitationForm = invitationTerms.extend({
  addresses: z.string().trim().min(1).max(20_000),
})

/** As a programme has it. */
export const invitationInput = invitationTerms.extend({
  emails: z.array(emailField).min(1).max(100),
})

export type InvitationTerms = z.infer<typeof invitationTerms>

/** Who invites, as the mail names them, and where its link leads. */
export interface Inviting {
  actor: Actor
  /** Null: nobody by name, as by a program. */
  inviter: string | null
  linkOrigin: string
  /** What they come into as well, by its name, and a word about it. */
  group?: { name: string; message: string }
}

export interface Invited {
  id: string
  email: string
  /** Lets its bearer in: told to who is invited, and to the terminal. */
  url: string
  expiresAt: Date
}

/**
 * Invites everyone in the text or no one.
 * @param written addresses, one on each line, as `name@example.org` or `Name <name@example.org>`
 * @throws Refusal with what is wrong, line by line
 */
export async function invite(
  trx: Trx,
  network: { id: string; slug: string },
  inviting: Inviting,
  terms: InvitationTerms,
  written: string,
): Promise<Invited[]> {
  const { lines, problems } = readAddresses(written)
  const emails = lines.map(line => line.email)
  await refuseForeignOrganisation(trx, network.id, terms.organisation)
  const [waiting, members] = [
    await waitingFor(trx, network.id, emails),
    await holding(trx, network.id, emails, terms),
  ]
  for (const { number, email } of lines) {
    const values = { line: number, email }
    if (members.has(email)) problems.push({ message: 'invitation.error.member', values })
    else if (waiting.has(email)) problems.push({ message: 'invitation.error.waiting', values })
  }
  if (problems.length > 0) throw new Refusal(...problems.map(one => ({ field: 'addresses', ...one })))
  const expiresAt = new Date(Date.now() + terms.days * 86_400_000)
  const made = lines.map(line => ({ ...line, id: newId(), token: newToken() }))
  await trx
    .insertInto('invitation')
    .values(
      made.map(({ id, email, name, token }) => ({
        network_id: network.id,
        id,
        email,
        name,
        role: terms.role,
        organisation_id: terms.organisation,
        title: terms.title,
        locale: terms.locale,
        token_hash: tokenHash(token),
        invited_by: inviting.actor.accountId,
        expires_at: expiresAt,
      })),
    )
    .execute()
  const invited: Invited[] = []
  for (const { id, email, name, token } of made) {
    const one = { email, name, role: terms.role, locale: terms.locale, expiresAt }
    invited.push({ id, email, expiresAt, url: await send(trx, network, inviting, one, token) })
  }
  for (const { id } of made) {
    await recordChange(trx, network.id, inviting.actor, {
      action: 'invitation.sent',
      subject: { type: 'invitation', id },
      after: {
        role: terms.role,
        organisation_id: terms.organisation,
        title: terms.title,
        expires_at: expiresAt,
      },
    })
  }
  return invited
}

/** Sends it once more, by a link of its own: the one before leads nowhere from now on. @throws Refusal when it is answered */
export async function sendAgain(
  trx: Trx,
  network: { id: string; slug: string },
  inviting: Inviting,
  id: string,
  days = usualDays,
): Promise<Invited> {
  if (!isId(id)) throw new AppError('not-found')
  const token = newToken()
  const expiresAt = new Date(Date.now() + days * 86_400_000)
  const row = await trx
    .updateTable('invitation')
    .set({ token_hash: tokenHash(token), expires_at: expiresAt })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning(['email', 'name', 'role', 'locale'])
    .executeTakeFirst()
  if (!row) throw await answered(trx, network.id, id)
  const terms = { ...row, role: row.role as MandateRole, locale: row.locale as Locale, expiresAt }
  const url = await send(trx, network, inviting, terms, token)
  await recordChange(trx, network.id, inviting.actor, {
    action: 'invitation.sent-again',
    subject: { type: 'invitation', id },
    after: { expires_at: expiresAt },
  })
  return { id, email: row.email, url, expiresAt }
}

/** @throws Refusal when it is answered */
export async function revokeInvitation(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  if (!isId(id)) throw new AppError('not-found')
  const { numUpdatedRows } = await trx
    .updateTable('invitation')
    .set({ revoked_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw await answered(trx, networkId, id)
  await recordChange(trx, networkId, actor, {
    action: 'invitation.revoked',
    subject: { type: 'invitation', id },
    before: {},
  })
}

/** The latest first. @param options.after id of the last one already shown */
export async function listInvitations(
  trx: Trx,
  networkId: string,
  options: { state?: InvitationState | undefined; after?: string | undefined; limit?: number } = {},
): Promise<{ invitations: Invitation[]; next: string | null }> {
  const { state, after, limit = 50 } = options
  const rows = await invitationRows(trx, networkId)
    .$if(state !== undefined, query => query.where(stateOf, '=', state ?? ''))
    .$if(after !== undefined && isId(after), query => query.where('invitation.id', '<', after ?? ''))
    // Ids begin with the time.
    .orderBy('invitation.id', 'desc')
    .limit(limit + 1)
    .execute()
  const invitations = rows.slice(0, limit).map(asInvitation)
  return { invitations, next: rows.length > limit ? (invitations.at(-1)?.id ?? null) : null }
}

async function send(
  trx: Trx,
  network: { id: string; slug: string },
  inviting: Inviting,
  to: { email: string; name: string; role: MandateRole; locale: Locale; expiresAt: Date },
  token: string,
): Promise<string> {
  const { linkOrigin, inviter } = inviting
  const url = linkOrigin + href('invitation', { locale: to.locale, network: network.slug, token })
  await queueMail(trx, {
    networkId: network.id,
    to: { accountId: null, address: to.email, name: to.name, locale: to.locale },
    template: 'invitation',
    params: {
      inviter: inviter ?? i18nFor(to.locale).t('invitation.inviter-unnamed'),
      role: to.role,
      url,
      expiresAt: to.expiresAt.toISOString(),
      group: inviting.group?.name ?? null,
      message: inviting.group?.message ?? '',
    },
    baseUrl: linkOrigin,
  })
  return url
}

/** Why nothing more can be done with an invitation. */
async function answered(trx: Trx, networkId: string, id: string): Promise<AppError> {
  const row = await invitationRows(trx, networkId).where('invitation.id', '=', id).executeTakeFirst()
  return row ? new Refusal({ field: '', message: 'invitation.error.answered' }) : new AppError('not-found')
}

async function waitingFor(trx: Trx, networkId: string, emails: string[]): Promise<Set<string>> {
  if (emails.length === 0) return new Set()
  const rows = await trx
    .selectFrom('invitation')
    .select('email')
    .where('network_id', '=', networkId)
    .where('email', 'in', emails)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .execute()
  return new Set(rows.map(row => row.email))
}

/** Those who hold already what they would be invited to. */
async function holding(
  trx: Trx,
  networkId: string,
  emails: string[],
  terms: InvitationTerms,
): Promise<Set<string>> {
  if (emails.length === 0) return new Set()
  const rows = await trx
    .selectFrom('person')
    .innerJoin('mandate', join =>
      join
        .onRef('mandate.network_id', '=', 'person.network_id')
        .onRef('mandate.person_id', '=', 'person.id')
        .on('mandate.role', '=', terms.role)
        .on('mandate.valid_until', 'is', null),
    )
    .select('person.email')
    .where('person.network_id', '=', networkId)
    .where('person.account_id', 'is not', null)
    .where('person.email', 'in', emails)
    .where(sql`mandate.organisation_id is not distinct from ${terms.organisation}::uuid`.$castTo<boolean>())
    .execute()
  return new Set(rows.map(row => row.email ?? ''))
}

const stateOf = sql<string>`case
  when invitation.accepted_at is not null then 'accepted'
  when invitation.revoked_at is not null then 'revoked'
  when invitation.expires_at <= now() then 'expired'
  else 'waiting' end`

export function invitationRows(trx: Trx, networkId: string) {
  return trx
    .selectFrom('invitation')
    .leftJoin('organisation', 'organisation.id', 'invitation.organisation_id')
    .leftJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'invitation.network_id')
        .onRef('person.account_id', '=', 'invitation.invited_by'),
    )
    .select([
      'invitation.id',
      'invitation.email',
      'invitation.name',
      'invitation.role',
      'invitation.title',
      'invitation.organisation_id',
      'organisation.name as organisation',
      'invitation.locale',
      'invitation.invited_by',
      'person.name as inviter',
      'invitation.created_at',
      'invitation.expires_at',
    ])
    .select(stateOf.as('state'))
    .where('invitation.network_id', '=', networkId)
}

type Row = Awaited<ReturnType<ReturnType<typeof invitationRows>['executeTakeFirstOrThrow']>>

export function asInvitation(row: Row): Invitation {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role as MandateRole,
    title: row.title,
    organisationId: row.organisation_id,
    organisation: row.organisation,
    locale: row.locale as Locale,
    state: row.state as InvitationState,
    invitedBy: row.invited_by,
    inviter: row.inviter,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/** The token is 192 bits of chance: a fast hash hides it as well as a slow one. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
