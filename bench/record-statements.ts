// Loaded before the program: writes down each statement of the pages, so that the same can be sent without the program.
import { appendFileSync } from 'node:fs'
import pg from 'pg'

export interface Statement {
  text: string
  values?: unknown[]
  name?: string
}

const recording = process.env.BENCH_RECORDING
const query = pg.Client.prototype.query

if (recording) {
  Object.defineProperty(pg.Client.prototype, 'query', {
    value(this: pg.Client, ...args: unknown[]) {
      // The queue and the listener have connections of other names.
      if (nameOf(this) === 'cordee') appendFileSync(recording, `${JSON.stringify(statementOf(args))}\n`)
      return Reflect.apply(query, this, args)
    },
  })
}

function nameOf(client: pg.Client): unknown {
  return (client as unknown as { connectionParameters?: { application_name?: unknown } }).connectionParameters
    ?.application_name
}

function statementOf([first, second]: unknown[]): Statement {
  if (typeof first !== 'string') {
    const { text, values, name } = first as Statement
    return { text, ...(values && { values }), ...(name && { name }) }
  }
  return Array.isArray(second) && second.length > 0 ? { text: first, values: second } : { text: first }
}
