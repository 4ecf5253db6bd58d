import pg from 'pg'
import { openEmbedded } from '#db/embedded/embedded.ts'

/**
 * A program to be killed: opens the data folder, then writes rows and prints the number of each once the server has
 * acknowledged it. Arguments: data folder, and `stay` to open only.
 */
const [dataDir = '', mode] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
try {
  const server = await openEmbedded({ dataDir, log: line => say({ event: line.event }) })
  process.on('SIGTERM', () => server.stop().then(() => process.exit(0)))
  say({ open: server.pid, adopted: server.adopted, socketDir: server.socketDir })
  if (mode !== 'stay') await write(server.socketDir, server.port)
  else setInterval(() => {}, 1000)
} catch (error) {
  say({ failed: error instanceof Error && 'code' in error ? error.code : String(error), detail: error })
  process.exit(1)
}

async function write(host: string, port: number): Promise<void> {
  const client = new pg.Client({ host, port, user: 'postgres', database: 'postgres' })
  await client.connect()
  await client.query('create table if not exists written (id bigint generated always as identity, text text)')
  for (;;) {
    const { rows } = await client.query('insert into written (text) values ($1) returning id', [
      'x'.repeat(300),
    ])
    say({ acknowledged: Number(rows[0].id) })
  }
}
