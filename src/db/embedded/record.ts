import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Home } from '#db/embedded/home.ts'
import type { Address } from '#db/embedded/server.ts'

/** What we note of the server we started, for the next start and for tools beside us. */
export interface ServerRecord extends Address {
  /** Binaries and settings: a server left by a crash is adopted only if it is the one we would start. */
  fingerprint: string
}

export function readRecord(home: Home): ServerRecord | null {
  try {
    return JSON.parse(readFileSync(home.record, 'utf8'))
  } catch {
    return null
  }
}

/** Whether anything listens where the server of this home was last started. */
export async function socketAnswers(home: Home): Promise<boolean> {
  const record = readRecord(home)
  if (!record) return false
  const { socketDir, port } = record
  const socket =
    process.platform === 'win32' ? connect(port, socketDir) : connect(join(socketDir, `.s.PGSQL.${port}`))
  return new Promise(resolve => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.setTimeout(2000, () => resolve(false))
  }).then(answer => {
    socket.destroy()
    return answer === true
  })
}
