import { hashPassword, makeSignature } from 'better-auth/crypto'
import { installationSecret, openServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { newId } from '#kernel/ids.ts'
import type { Commons } from './commons.ts'
import { withClient } from './database.ts'
import { environment } from './processes.ts'

export const password = 'une phrase bien longue'

export interface SignedIn {
  email: string
  /** Of a live session. */
  cookie: string
}

/** Members of the commons' network, signed in. */
export async function someMembers(
  dataFolder: string,
  commons: Pick<Commons, 'items'>,
  count: number,
): Promise<SignedIn[]> {
  const server = await openServer(readConfig(environment(dataFolder)), { hold: false })
  const secret = await installationSecret(server)
  const hash = await hashPassword(password)
  const people = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const token = newId().replaceAll('-', '')
      const signature = await makeSignature(token, secret)
      return {
        id: newId(),
        identity: newId(),
        session: newId(),
        person: newId(),
        mandate: newId(),
        email: `membre-${commons.items}-${index}-${token.slice(-8)}@exemple.org`,
        token,
        cookie: `cordee.session_token=${encodeURIComponent(`${token}.${signature}`)}`,
      }
    }),
  )
  await withClient(server.owner, async client => {
    const json = JSON.stringify(people)
    for (const statement of statements)
      await client.query(statement, statement.includes('$2') ? [json, hash] : [json])
    await client.query('analyze')
  })
  return people.map(({ email, cookie }) => ({ email, cookie }))
}

const given = `jsonb_to_recordset($1::jsonb)
  as one (id uuid, identity uuid, session uuid, person uuid, mandate uuid, email text, token text)`
const statements = [
  `insert into account (id, name, email, email_verified) select id, 'Un membre', email, true from ${given}`,
  `insert into account_identity (id, account_id, provider_id, subject, password)
   select identity, id, 'credential', id::text, $2 from ${given}`,
  `insert into account_session (id, account_id, token, expires_at)
   select session, id, token, now() + interval '20 days' from ${given}`,
  `insert into person (network_id, id, account_id, name, email)
   select network.id, person, one.id, 'Un membre', email from ${given} cross join network`,
  `insert into mandate (network_id, id, person_id, role)
   select network.id, mandate, person, 'member' from ${given} cross join network`,
]
