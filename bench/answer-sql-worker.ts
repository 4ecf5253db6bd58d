import pg from 'pg'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface AnswerSqlTask {
  connection: pg.PoolConfig
  networkId: string
  documentId: string
  personId: string
  path: string
  seconds: number
}

/** What keeping an answer asks of the database at least: the page locked, the answer, its change and the page written. */
onTask<AnswerSqlTask, Load>(async ({ connection, networkId, documentId, personId, path, seconds }) => {
  const client = new pg.Client(connection)
  await client.connect()
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  for (let turn = 0; performance.now() < end; turn++) {
    const asked = performance.now()
    await client.query(`begin; set local app.network_id = '${networkId}'; set local app.audience = 'network'`)
    const { rows } = await client.query({
      name: 'lock',
      text: 'select revision from commons_document where network_id = $1 and id = $2 for no key update',
      values: [networkId, documentId],
    })
    const revision = Number(rows[0]?.revision ?? 0) + 1
    await client.query({
      name: 'keep',
      text: `with kept as (
          insert into commons_answer as answer (network_id, document_id, path, value, revision, person_id)
          values ($1, $2, $3, to_jsonb($4::text), $5, $6)
          on conflict (network_id, document_id, path) do update
            set value = excluded.value, revision = excluded.revision, person_id = excluded.person_id, written_at = now()
        ), logged as (
          insert into commons_change (network_id, document_id, revision, path, after, person_id)
          values ($1, $2, $5, $3, to_jsonb($4::text), $6)
        )
        update commons_document set revision = $5, written_at = now() where network_id = $1 and id = $2`,
      values: [networkId, documentId, path, `${text} ${turn}`, revision, personId],
    })
    await client.query('commit')
    times.push(performance.now() - asked)
  }
  await client.end()
  return loadOf(times, (performance.now() - start) / 1000, 0)
})

const text =
  'Le bureau continue de solliciter ses partenaires et explore la possibilité de développer son réseau. '.repeat(
    4,
  )
