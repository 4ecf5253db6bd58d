import pg from 'pg'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'
import type { Statement } from './record-statements.ts'

export interface AnswerSqlTask {
  connection: pg.PoolConfig
  networkId: string
  documentId: string
  /** What the program asked of the database for one save, in order. */
  statements: Statement[]
  seconds: number
}

/** The database's part of a save and nothing else: what was recorded, each time with the next revision of the page. */
onTask<AnswerSqlTask, Load>(async ({ connection, networkId, documentId, statements, seconds }) => {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(`set app.network_id = '${networkId}'; set app.audience = 'network'`)
  const { rows } = await client.query<{ revision: string }>(
    'select revision from commons_document where network_id = $1 and id = $2',
    [networkId, documentId],
  )
  let revision = Number(rows[0]?.revision ?? 0)
  const recorded = recordedRevision(statements)
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  while (performance.now() < end) {
    revision += 1
    const asked = performance.now()
    for (const statement of statements) await client.query(atRevision(statement, recorded, revision))
    times.push(performance.now() - asked)
  }
  await client.end()
  return loadOf(times, (performance.now() - start) / 1000, 0)
})

/** The revision of the save that was recorded: its answer has it. */
function recordedRevision(statements: Statement[]): number {
  for (const { values = [] } of statements)
    for (const value of values) {
      const revision = typeof value === 'string' ? /"revision":(\d+)/.exec(value)?.[1] : undefined
      if (revision !== undefined) return Number(revision)
    }
  throw new Error('No answer was recorded')
}

function atRevision({ text, values, name }: Statement, recorded: number, revision: number): Statement {
  const moved = values?.map(value => {
    if (value === recorded) return revision
    return typeof value === 'string'
      ? value.replace(`"revision":${recorded}`, `"revision":${revision}`)
      : value
  })
  return { text, ...(moved && { values: moved }), ...(name && { name }) }
}
