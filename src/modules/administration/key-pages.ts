import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { policies, rank, type Scope, scopes } from '#http/policies.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { KeysPage } from '#modules/administration/views/keys-page.tsx'
import { type Entry, entryOf, issueToken, listTokens, revokeToken } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const keyForm = z.object({
  name: z.string().trim().min(1).max(120),
  scopes: z.array(z.enum(scopes)).min(1),
  days: z.coerce.number().int().min(1).max(730),
  owner: z.enum(['own', 'network']).default('own'),
})

export async function showKeys(c: AppContext): Promise<Response> {
  return keysPage(c, entryOf(c), formOf({ days: '90', owner: 'own' }))
}

/** The key is shown in the answer itself, this once: it stands nowhere, not even in the browser's history. */
export async function createKey(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, actor } = entry
  const { value, form } = await readForm(c, keyForm, ['scopes'])
  if (!value) return keysPage(c, entry, form, { status: 422 })
  const beyond = value.scopes.filter(scope => !grantable(entry).includes(scope))
  const ofNetwork = value.owner === 'network'
  if (beyond.length > 0 || (ofNetwork && entry.role !== 'administrator')) {
    throw new AppError('forbidden')
  }
  if (actor.accountId === null) throw new AppError('unauthenticated')
  const accountId = actor.accountId
  const issued = await inTenant(c.var.services.db, tenant, async trx => {
    const { name, days } = value
    const made = await issueToken(trx, network.id, {
      name,
      days,
      scopes: value.scopes,
      ...(!ofNetwork && { accountId }),
    })
    await recordChange(trx, network.id, actor, {
      action: 'key.created',
      subject: { type: 'key', id: made.id },
      after: { scopes: value.scopes, expires: made.expiresAt, ofNetwork },
    })
    return made
  })
  return keysPage(c, entry, formOf({ days: '90', owner: 'own' }), { secret: issued.secret })
}

export async function revokeKey(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, actor } = entry
  const id = c.req.param('id') ?? ''
  const own = entry.role === 'administrator' ? undefined : (actor.accountId ?? undefined)
  const revoked = await inTenant(c.var.services.db, tenant, async trx => {
    const gone = await revokeToken(trx, network.id, id, own)
    if (gone) {
      await recordChange(trx, network.id, actor, { action: 'key.revoked', subject: { type: 'key', id } })
    }
    return gone
  })
  if (!revoked) throw new AppError('not-found')
  return redirectDone(c, href('keys', { locale: c.var.locale, network: network.slug }), 'key-revoked')
}

async function keysPage(
  c: AppContext,
  entry: Entry,
  form: FormState,
  { status = 200, secret = null }: { status?: 200 | 422; secret?: string | null } = {},
): Promise<Response> {
  const { network, tenant, actor, role } = entry
  const all = role === 'administrator'
  const keys = await readTenant(c.var.services.db, tenant, trx =>
    listTokens(trx, network.id, all ? undefined : (actor.accountId ?? undefined)),
  )
  c.header('cache-control', 'no-store')
  return page(
    c,
    KeysPage,
    {
      network,
      keys,
      ownAccount: actor.accountId,
      scopes: grantable(entry),
      mayGiveToNetwork: all,
      form,
      secret,
    },
    { status },
  )
}

/** What a person may do is what they can let a programme do. */
function grantable({ role }: Entry): Scope[] {
  return scopes.filter(scope => rank(role) >= rank(policies[scope].least))
}
