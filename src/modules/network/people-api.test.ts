import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import type { Scope } from '#http/policies.ts'
import { issueToken } from '#modules/network/tokens.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let member: TestPerson
let administrator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'club', visibility: 'private' })
  const organisation = await anOrganisation(site.database, network, 'Coopérative du Val')
  member = await aPerson(site.database, network, 'member', {
    name: 'Béa',
    organisationId: organisation,
    title: 'Élue',
  })
  administrator = await aPerson(site.database, network, 'administrator', { name: 'Ali' })
})

afterAll(() => site.close())

test('members and organisations, by name and page by page', async () => {
  const key = await aToken(site.database, network, ['members:read'])
  const first = await read('members?limit=1', key)
  expect(first).toMatchObject({ members: [{ name: 'Ali' }], next: administrator.personId })
  const second = await read(`members?limit=1&after=${first.next}`, key)
  expect(second).toEqual({
    members: [
      {
        id: member.personId,
        name: 'Béa',
        mandates: [
          {
            id: member.mandateId,
            role: 'member',
            title: 'Élue',
            organisation: { id: expect.any(String), name: 'Coopérative du Val' },
          },
        ],
      },
    ],
    next: null,
  })
  expect(await read('members?role=administrator&q=ali', key)).toMatchObject({ members: [{ name: 'Ali' }] })
  expect(await read('organisations', key)).toMatchObject({
    organisations: [{ name: 'Coopérative du Val', country: null, people: 1, until: null }],
    next: null,
  })
})

describe('addresses', () => {
  test.each([
    [['members:read'], null, false],
    [['members:read', 'members:manage'], null, true],
    [['members:read'], 'administrator', false],
    [['members:read', 'members:manage'], 'administrator', true],
    [['members:read', 'members:manage'], 'member', false],
  ] as const)('with a key for %j of %s: %s', async (scopes, whose, seen) => {
    const owner = whose && (whose === 'member' ? member : administrator)
    const key = await ownKey([...scopes], owner?.accountId)
    const { members } = await read('members', key)
    expect(members.map(one => 'email' in one)).toEqual([seen, seen])
  })
})

describe('inviting', () => {
  const body = { emails: ['A@Exemple.org'], role: 'member', locale: 'fr' }

  test('writes, and tells no link to the programme', async () => {
    const key = await ownKey(['members:manage'], administrator.accountId)
    const answer = await post(key, body)
    expect(answer.status).toBe(201)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ invitations: [{ email: 'a@exemple.org' }] })
    expect(text).not.toContain('http')
    const [entry] = await site.database.asOwner(
      `select account_id, mandate_id, origin from audit_entry where action = 'invitation.sent'`,
    )
    expect(entry).toEqual({
      account_id: administrator.accountId,
      mandate_id: administrator.mandateId,
      origin: 'api',
    })
    const again = await post(key, body)
    expect(again.status).toBe(422)
    expect(await again.json()).toMatchObject({
      errors: [{ field: 'addresses', message: expect.stringContaining('a@exemple.org') }],
    })
  })

  test.each([
    [{ ...body, emails: ['nothing'] }],
    [{ ...body, emails: [] }],
    [{ ...body, role: 'owner' }],
    [{ ...body, days: 1000 }],
    [{ ...body, organisation: 'x' }],
  ])('%j is refused', async wrong => {
    const key = await ownKey(['members:manage'], administrator.accountId)
    expect((await post(key, wrong)).status).toBe(422)
  })

  test('is signed by the network, in the language of who is invited', async () => {
    const key = await ownKey(['members:manage'], administrator.accountId)
    expect((await post(key, { ...body, emails: ['nina@exemple.org'], locale: 'es' })).status).toBe(201)
    const [mail] = await site.database.asOwner<{ params: { inviter: string } }>(
      `select params from mail_message where address = 'nina@exemple.org'`,
    )
    expect(mail?.params.inviter).toBe('La red')
  })

  test('asks for the scope, and for the role of whose key it is', async () => {
    expect((await post(null, body)).status).toBe(404)
    expect((await post(await ownKey(['members:read']), body)).status).toBe(403)
    expect((await post(await ownKey(['members:manage'], member.accountId), body)).status).toBe(403)
    const foreign = await aToken(site.database, await aNetwork(site.database), ['members:manage'])
    expect((await post(foreign, body)).status).toBe(404)
  })
})

async function ownKey(scopes: Scope[], accountId?: string): Promise<string> {
  const { secret } = await inTenant(site.database.db, network.inside, trx =>
    issueToken(trx, network.id, { name: 'Clé', scopes, days: 1, ...(accountId && { accountId }) }),
  )
  return secret
}

async function read(path: string, key: string): Promise<{ members: object[]; next: string | null }> {
  const answer = await site.app.request(`/api/networks/club/${path}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as { members: object[]; next: string | null }
}

async function post(key: string | null, body: object): Promise<Response> {
  return site.app.request('/api/networks/club/invitations', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  })
}
