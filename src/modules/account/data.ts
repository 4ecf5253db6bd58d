import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import type { PersonalData } from '#http/module.ts'
import { page } from '#http/respond.ts'
import { platformId } from '#kernel/ids.ts'
import { authOf } from '#modules/account/entering.ts'
import { ownerOf } from '#modules/account/own.ts'
import { DataPage } from '#modules/account/views/data-page.tsx'
import { streamChanges } from '#platform/audit/changes.ts'
import type { Auth } from '#platform/auth/auth.ts'
import type { Viewer } from '#platform/auth/viewer.ts'
import { readCadences } from '#platform/mail/index.ts'

export function showData(c: AppContext): Response {
  return page(c, DataPage, {})
}

/** Everything that is held about the one who asks, as one JSON document, written as it is read. */
export function archive(c: AppContext): Response {
  const owner = ownerOf(c)
  const { db, personalData } = c.var.services
  const pieces = archiveOf(db, authOf(c), owner, personalData)
  const iterator = pieces[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await iterator.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  c.header('content-type', 'application/json; charset=utf-8')
  c.header('content-disposition', 'attachment; filename="cordee-account.json"')
  c.header('x-stream', '1')
  return c.body(body)
}

/** In pieces of one JSON object. Secrets are left out: they are no use to anyone but a thief. */
async function* archiveOf(
  db: Db,
  auth: Auth,
  owner: Viewer,
  ofModules: PersonalData[],
): AsyncGenerator<string> {
  const { accountId } = owner
  yield `{"made":${JSON.stringify(new Date())},"account":${JSON.stringify(await accountOf(db, auth, owner))}`
  yield ',"networks":['
  const { rows } = await readIn(db, platformId, accountId, trx =>
    sql<{ id: string }>`select account_networks() as id`.execute(trx),
  )
  for (const [index, { id }] of [{ id: platformId }, ...rows].entries()) {
    yield index === 0 ? '' : ','
    yield* networkOf(db, id, owner, ofModules)
  }
  yield ']}\n'
}

async function accountOf(db: Db, auth: Auth, owner: Viewer) {
  const { accountId } = owner
  const { internalAdapter, adapter } = await auth.$context
  const [user, identities, sessions, passkeys, ours] = await Promise.all([
    internalAdapter.findUserById(accountId),
    internalAdapter.findAccounts(accountId),
    internalAdapter.listSessions(accountId, { onlyActiveSessions: true }),
    adapter.findMany<{ name: string | null; createdAt: Date }>({
      model: 'passkey',
      where: [{ field: 'userId', value: accountId }],
    }),
    readIn(db, platformId, accountId, async trx => ({
      devices: await trx
        .selectFrom('account_device')
        .select(['device', 'since'])
        .where('account_id', '=', accountId)
        .execute(),
      mail: await readCadences(trx, accountId),
    })),
  ])
  return {
    id: accountId,
    name: owner.name,
    email: owner.email,
    emailVerified: owner.emailVerified,
    locale: owner.locale,
    timeZone: owner.timeZone,
    secondFactor: owner.twoFactor,
    createdAt: user?.createdAt,
    updatedAt: user?.updatedAt,
    waysIn: identities.map(({ providerId, accountId: subject, createdAt }) =>
      providerId === 'credential'
        ? { kind: 'password', createdAt }
        : { kind: providerId, subject, createdAt },
    ),
    sessions: sessions.map(({ userAgent, createdAt, expiresAt }) => ({ userAgent, createdAt, expiresAt })),
    passkeys: passkeys.map(({ name, createdAt }) => ({ name, createdAt })),
    devices: ours.devices,
    mailPreferences: ours.mail,
  }
}

/** What one network, or the installation itself, holds: read in one view, but for the log, which may be long. */
async function* networkOf(
  db: Db,
  networkId: string,
  owner: Viewer,
  ofModules: PersonalData[],
): AsyncGenerator<string> {
  const { accountId, email } = owner
  const held = await readIn(db, networkId, accountId, async trx => ({
    network: (await trx.selectFrom('network').select('slug').where('id', '=', networkId).executeTakeFirst())
      ?.slug,
    person: await trx
      .selectFrom('person')
      .select(['id', 'name', 'email', 'created_at'])
      .where('network_id', '=', networkId)
      .where('account_id', '=', accountId)
      .executeTakeFirst(),
    mandates: await trx
      .selectFrom('mandate')
      .innerJoin('person', join =>
        join
          .onRef('person.network_id', '=', 'mandate.network_id')
          .onRef('person.id', '=', 'mandate.person_id'),
      )
      .leftJoin('organisation', 'organisation.id', 'mandate.organisation_id')
      .select([
        'mandate.role',
        'mandate.title',
        'organisation.name as organisation',
        'valid_from',
        'valid_until',
      ])
      .where('mandate.network_id', '=', networkId)
      .where('person.account_id', '=', accountId)
      .orderBy('mandate.created_at')
      .execute(),
    invitations: await trx
      .selectFrom('invitation')
      .select(['name', 'role', 'title', 'created_at', 'accepted_at'])
      .where('network_id', '=', networkId)
      .where('email', '=', email)
      .execute(),
    joinRequests: await trx
      .selectFrom('join_request')
      .select(['name', 'organisation_name', 'message', 'state', 'created_at'])
      .where('network_id', '=', networkId)
      .where('account_id', '=', accountId)
      .execute(),
    keys: await trx
      .selectFrom('api_token')
      .select(['name', 'scopes', 'created_at', 'expires_at', 'last_used_at'])
      .where('network_id', '=', networkId)
      .where('account_id', '=', accountId)
      .execute(),
    files: await trx
      .selectFrom('file')
      .select(['name', 'media_type', 'bytes', 'created_at'])
      .where('network_id', '=', networkId)
      .where('uploaded_by', '=', accountId)
      .execute(),
    messages: await trx
      .selectFrom('mail_message')
      .select(['address', 'kind', 'template', 'params', 'state', 'created_at', 'sent_at'])
      .where('network_id', '=', networkId)
      .where(or => or.or([or('account_id', '=', accountId), or('address', '=', email)]))
      .execute(),
    ...(await gathered(trx, networkId, accountId, ofModules)),
  }))
  yield `${JSON.stringify(held).slice(0, -1)},"log":[`
  let first = true
  const read = <T>(work: (trx: Trx) => Promise<T>) => readIn(db, networkId, accountId, work)
  for await (const { at, action, subject, actor } of streamChanges(read, networkId, { accountId })) {
    yield (first ? '' : ',') + JSON.stringify({ at, action, subject, origin: actor.origin })
    first = false
  }
  yield ']}'
}

async function gathered(trx: Trx, networkId: string, accountId: string, ofModules: PersonalData[]) {
  const held: Record<string, unknown> = {}
  for (const read of ofModules) Object.assign(held, await read(trx, networkId, accountId))
  return held
}

function readIn<T>(db: Db, networkId: string, accountId: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  return readTenant(db, { networkId, audience: 'network', accountId }, work)
}
