import { sql } from 'kysely'
import pg from 'pg'
import type { Trx } from '#db/database.ts'

const channel = 'cordee_content'

/** Tells every process, at commit, that something of the network changed. */
export async function announceChange(trx: Trx, networkId: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${networkId})`.execute(trx)
}

/**
 * Hears of changes on a connection of its own, which is opened again whenever it breaks.
 * @returns a function that stops listening
 */
export function listenForChanges(
  connection: pg.PoolConfig,
  hear: { change(networkId: string): void; listening(open: boolean): void },
): () => Promise<void> {
  let client: pg.Client | null = null
  let stopped = false
  let retry: NodeJS.Timeout | undefined

  async function open(): Promise<void> {
    const next = new pg.Client({ ...connection, application_name: 'cordee listener', keepAlive: true })
    const lost = () => {
      if (client !== next) return
      client = null
      hear.listening(false)
      if (!stopped) retry = setTimeout(connect, 1_000)
    }
    client = next
    next.on('error', lost)
    next.on('end', lost)
    next.on('notification', message => hear.change(message.payload ?? ''))
    await next.connect()
    await next.query(`listen ${channel}`)
    hear.listening(true)
  }

  function connect(): void {
    open().catch(() => {
      client = null
      if (!stopped) retry = setTimeout(connect, 1_000)
    })
  }

  connect()
  return async () => {
    stopped = true
    clearTimeout(retry)
    const last = client
    client = null
    await last?.end().catch(() => undefined)
  }
}
