import type { Pool, PoolClient, PoolConfig } from 'pg'
import { modules } from '#/modules.ts'
import { type Db, openDatabase } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import { foundNetwork } from '#modules/network/founding.ts'
import { writeWaitingDigests } from '#modules/waiting/digest/digest-job.ts'
import { nextDigest } from '#platform/mail/cadence.ts'
import { withClient } from './database.ts'
import { onTask } from './processes.ts'

export interface DigestTask {
  people: number
  networks: number
  app: PoolConfig
  owner: PoolConfig
}

export interface DigestResult {
  seconds: number
  written: number
  /** As the program sent them, beginnings and ends of transactions included. */
  statements: number
  /** As many rows as the digests were, of the same content, inserted plainly into the same table. */
  bareSeconds: number
  /** The same again a day later: nothing is due. */
  idleSeconds: number
}

const rowsAtOnce = 200

onTask<DigestTask, DigestResult>(async task => {
  await withClient(task.owner, async client => {
    for (let index = 0; index < task.networks; index++)
      await foundNetwork(client, {
        slug: `digest-${index}`,
        name: { fr: `Réseau ${index}`, en: `Network ${index}` },
        summary: {},
        visibility: 'private',
        locale: 'fr',
        timeZone: 'Europe/Paris',
      })
    for (const statement of statements(task)) await client.query(statement)
    await client.query('analyze')
  })
  const { db, pool, close } = openDatabase(task.app, 2)
  const counted = counting(pool)
  try {
    const waiting = modules.flatMap(module => module.waiting ?? [])
    const context = { db, secret: 'bench', waiting, linkOrigin: 'https://cordee.example' }
    const monday = new Date(nextDigest(new Date(), 'weekly', 'Europe/Paris').getTime() + 60_000)
    const start = performance.now()
    const written = await writeWaitingDigests(context, monday)
    const seconds = since(start)
    const statements = counted()
    const bareSeconds = await insertPlainly(db)
    const idle = performance.now()
    await writeWaitingDigests(context, new Date(monday.getTime() + 86_400_000))
    return { seconds, written, statements, bareSeconds, idleSeconds: since(idle) }
  } finally {
    await close()
  }
})

/** What the pool's connections are sent from now on. */
function counting(pool: Pool): () => number {
  let count = 0
  pool.on('connect', (client: PoolClient) => {
    const query = client.query
    Object.defineProperty(client, 'query', {
      value(...args: unknown[]) {
        count++
        return Reflect.apply(query, client, args)
      },
    })
  })
  return () => count
}

/** The rows are ready before the clock starts. */
async function insertPlainly(db: Db): Promise<number> {
  const platform = { networkId: platformId, audience: 'network' } as const
  const rows = await inTenant(db, platform, trx =>
    trx.selectFrom('mail_message').selectAll().where('network_id', '=', platformId).execute(),
  )
  const ready = rows.map(row => ({
    ...row,
    id: crypto.randomUUID(),
    params: JSON.stringify(row.params),
    secrets: JSON.stringify(row.secrets),
  }))
  const start = performance.now()
  for (let from = 0; from < ready.length; from += rowsAtOnce)
    await inTenant(db, platform, trx =>
      trx
        .insertInto('mail_message')
        .values(ready.slice(from, from + rowsAtOnce))
        .execute(),
    )
  return since(start)
}

/**
 * People of several networks, in groups of twenty: each has three things to do, is asked for a date, comes to a meeting with
 * something to read before, and has discussions they have not read.
 */
function statements({ people, networks }: DigestTask): string[] {
  const crowd = `(select value, 'digest-' || value % ${networks} as slug, md5('account' || value)::uuid as account,
    md5('person' || value)::uuid as person, md5('group' || value % ${networks} || '-' || value / ${networks} / 20)::uuid as group_id
    from generate_series(0, ${people - 1}) value) one join network on network.slug = one.slug`
  const groups = `(select distinct network.id as network_id, one.group_id from ${crowd}) one`
  return [
    `insert into account (id, name, email, email_verified, created_at)
     select account, 'Une personne', 'personne-' || value || '@exemple.org', true, now() - interval '1 year' from ${crowd}`,
    `insert into person (network_id, id, account_id, name, email)
     select network.id, person, account, 'Une personne', 'personne-' || value || '@exemple.org' from ${crowd}`,
    `insert into mandate (network_id, id, person_id, role, valid_from)
     select network.id, md5('mandate' || value)::uuid, person, 'member', '2020-01-01' from ${crowd}`,
    `insert into network_group (network_id, id, slug, kind, name)
     select network_id, group_id, group_id::text, 'club', 'Un groupe' from ${groups}`,
    `insert into group_member (network_id, group_id, person_id, valid_from)
     select network.id, group_id, person, '2020-01-01' from ${crowd}`,
    `insert into task (network_id, id, group_id, title, owner_id, due_on)
     select network.id, md5('task' || value || nth)::uuid, group_id, 'Une tâche', person, current_date + nth * 8 - 4
     from ${crowd} cross join generate_series(0, 2) nth`,
    `insert into date_poll (network_id, id, group_id, title, time_zone, minutes, visibility, closes_at, link_origin)
     select network_id, md5('poll' || group_id)::uuid, group_id, 'Quand', 'Europe/Paris', 60, 'group', now() + interval '20 days',
       'https://cordee.example' from ${groups}`,
    `insert into meeting (network_id, id, group_id, title, preparation, starts_at, ends_at, time_zone, state)
     select network_id, md5('meeting' || group_id)::uuid, group_id, 'Rencontre', 'Lire.', now() + interval '9 days',
       now() + interval '9 days 2 hours', 'Europe/Paris', 'scheduled' from ${groups}`,
    `insert into registration (network_id, meeting_id, id, number, person_id, state)
     select network.id, md5('meeting' || group_id)::uuid, md5('registration' || value)::uuid, value, person, 'registered'
     from ${crowd}`,
    `insert into thread (network_id, id, subject_type, subject_id)
     select network_id, md5('thread' || group_id)::uuid, 'group', group_id from ${groups}`,
    `insert into thread_message (network_id, thread_id, id, body, origin, link_origin, told_at)
     select network_id, md5('thread' || group_id)::uuid, md5('message' || group_id)::uuid, 'Dit.', 'page',
       'https://cordee.example', now() from ${groups}`,
  ]
}

function since(start: number): number {
  return (performance.now() - start) / 1_000
}
