import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import type { Trx } from '#db/database.ts'

const channel = 'cordee_content'
const workChannel = 'cordee_work'
const retryMs = 1_000
const lookMs = 15_000

/** Tells every process, at commit, that something of the network changed. */
export async function announceChange(trx: Trx, networkId: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${networkId})`.execute(trx)
}

/** Wakes the workers for a queue, at commit: what its schedule would find within a minute need not wait. */
export async function announceWork(trx: Trx, queue: string): Promise<void> {
  await sql`select pg_notify(${workChannel}, ${queue})`.execute(trx)
}

/** The same, for what only the owner does. */
export async function announceChangeAsOwner(owner: pg.ClientBase, networkId: string): Promise<void> {
  await owner.query('select pg_notify($1, $2)', [channel, networkId])
}

/**
 * Hears of changes on a connection of its own, which is opened again whenever it breaks, and asked every 15 seconds
 * whether it lives: of a machine that vanished nobody else would tell.
 * @returns a function that stops listening
 */
export function listenForChanges(
  connection: pg.PoolConfig,
  hear: {
    change?(networkId: string): void
    /** A queue has something to do. */
    work?(queue: string): void
    listening?(open: boolean): void
  },
): () => Promise<void> {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  function connect(): void {
    const opened = new pg.Client({
      ...connection,
      application_name: 'cordee listener',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    })
    client = opened
    // A refused connection rejects, a broken one gives 'error' and 'end' in either order: the first of them counts.
    const lost = () => {
      if (client !== opened) return
      client = undefined
      clearTimeout(timer)
      hear.listening?.(false)
      opened.end().catch(() => undefined)
      timer = setTimeout(connect, retryMs)
    }
    const look = () => {
      timer = setTimeout(() => opened.query('select 1').then(look, lost), lookMs)
    }
    opened.on('error', lost)
    opened.on('end', lost)
    opened.on('notification', message => {
      if (client !== opened) return
      if (message.channel === workChannel) hear.work?.(message.payload ?? '')
      else hear.change?.(message.payload ?? '')
    })
    opened
      .connect()
      .then(() => opened.query(`listen ${channel}; listen ${workChannel}`))
      .then(() => {
        if (client !== opened) return
        hear.listening?.(true)
        look()
      })
      .catch(lost)
  }

  connect()
  return async () => {
    const last = client
    client = undefined
    clearTimeout(timer)
    // A server that vanished does not say goodbye.
    await Promise.race([last?.end().catch(() => undefined), pause(1_000, undefined, { ref: false })])
  }
}
