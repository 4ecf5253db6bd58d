import type { TestApp } from '../../../test/app.ts'
import {
  aNetwork,
  aPerson,
  aSession,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

/** Two private networks with the people who may and may not administer them, and those who run the installation. */
export interface Cast {
  network: TestNetwork
  other: TestNetwork
  member: TestPerson
  administrator: TestPerson
  stranger: TestPerson
  operator: TestPerson
  keys: { own: string; foreign: string; narrow: string }
}

export async function aCast(site: TestApp, scope: Parameters<typeof aToken>[2][number]): Promise<Cast> {
  const { database } = site
  const network = await aNetwork(database, { slug: 'ferme', visibility: 'private' })
  const other = await aNetwork(database, { slug: 'autre', visibility: 'private' })
  return {
    network,
    other,
    member: await aPerson(database, network, 'member'),
    administrator: await aPerson(database, network, 'administrator'),
    stranger: await aPerson(database, other, 'administrator'),
    operator: await aPerson(database, null, null, { platformAdministrator: true }),
    keys: {
      own: await aToken(database, network, [scope]),
      foreign: await aToken(database, other, [scope]),
      narrow: await aToken(database, network, ['commons:read']),
    },
  }
}

/** Someone anybody may be: an invented administrator of the installation, while it has invented networks alone. */
export async function anInventedOperator(site: TestApp): Promise<{ cookie: string }> {
  const { database } = site
  const { accountId } = await aPerson(database, null, null, { platformAdministrator: true })
  await database.asOwner('update account set demonstration = true where id = $1', [accountId])
  return { cookie: await aSession(database, accountId) }
}

/** A form sent by a browser, as somebody or nobody. */
export async function post(
  site: TestApp,
  path: string,
  person: { cookie: string } | null,
  fields: Record<string, string> | [string, string][] = {},
): Promise<Response> {
  return site.app.request(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: {
      'sec-fetch-site': 'same-origin',
      accept: 'text/html',
      ...(person && { cookie: person.cookie }),
    },
  })
}

export async function see(site: TestApp, path: string, person: { cookie: string } | null): Promise<string> {
  const response = await site.get(path, person ? { cookie: person.cookie } : {})
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
  return response.text()
}

/** Of a page: what each of the cast is answered, by name. */
export async function statuses(
  cast: Cast,
  ask: (person: { cookie: string } | null) => Promise<Response>,
): Promise<Record<'nobody' | 'member' | 'administrator' | 'stranger' | 'operator', number>> {
  const { member, administrator, stranger, operator } = cast
  const of = async (person: { cookie: string } | null) => {
    const response = await ask(person)
    await response.body?.cancel()
    return response.status
  }
  return {
    nobody: await of(null),
    member: await of(member),
    stranger: await of(stranger),
    operator: await of(operator),
    administrator: await of(administrator),
  }
}

/** A request of a programme. */
export async function call(
  site: TestApp,
  method: string,
  path: string,
  key: string | null,
  body?: unknown,
): Promise<Response> {
  return site.app.request(`/api${path}`, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}
