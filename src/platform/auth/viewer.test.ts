import { makeSignature } from 'better-auth/crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installationSecret } from '#db/installation.ts'
import { sessionToken, viewerOf } from '#platform/auth/viewer.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aPerson, type TestPerson } from '../../../test/factories.ts'

const secret = 'a secret of our own'
const token = 'abcdefghijklmnopqrstuvwxyz012345'

describe('the token of a session cookie', () => {
  test('is read as better-auth signs it', async () => {
    expect(sessionToken(`a=b; ${await cookie()}; c=d`, 'http://localhost', secret)).toBe(token)
    expect(sessionToken(`__Secure-${await cookie()}`, 'https://cordee.example', secret)).toBe(token)
  })

  test('over https is none that a page over http could have set', async () => {
    expect(sessionToken(await cookie(), 'https://cordee.example', secret)).toBeNull()
    expect(sessionToken(`__Secure-${await cookie()}`, 'http://localhost', secret)).toBeNull()
  })

  test.each([
    ['no cookie', () => ''],
    ['another name', async () => `x${await cookie()}`],
    ['no signature', () => `cordee.session_token=${token}`],
    ['an empty signature', () => `cordee.session_token=${token}.`],
    ['no token', async () => `cordee.session_token=.${await makeSignature('', secret)}`],
    ['the signature of another secret', async () => cookie('another secret')],
    ['the signature of another token', async () => (await cookie()).replace('abc', 'abd')],
    ['no percent encoding', () => 'cordee.session_token=%E0%A4%A'],
  ])('is none with %s', async (_what, made) => {
    expect(sessionToken(await made(), 'http://localhost', secret)).toBeNull()
  })
})

describe('who is signed in', () => {
  let site: TestApp
  let person: TestPerson
  beforeAll(async () => {
    site = await testApp()
    person = await aPerson(site.database, null, null, { name: 'Ann', locale: 'es' })
  })
  afterAll(() => site.close())

  test('is whom better-auth says', async () => {
    const { viewer, cookies } = await ask(person.cookie)
    const auth = site.services.auth('http://localhost')
    const said = await auth.api.getSession({ headers: new Headers({ cookie: person.cookie }) })
    expect(viewer).toMatchObject({
      accountId: said?.user.id,
      sessionId: said?.session.id,
      name: 'Ann',
      locale: 'es',
    })
    expect(cookies).toEqual([])
  })

  test('is nobody once the session is over, by time or by hand', async () => {
    const other = await aPerson(site.database, null, null)
    await site.database.asOwner(`update account_session set expires_at = now() where account_id = $1`, [
      other.accountId,
    ])
    expect((await ask(other.cookie)).viewer).toBeNull()
    await site.database.asOwner('delete from account_session where account_id = $1', [person.accountId])
    expect((await ask(person.cookie)).viewer).toBeNull()
  })

  test('stays signed in by coming back: once a day the session is prolonged', async () => {
    const other = await aPerson(site.database, null, null)
    await site.database.asOwner(
      `update account_session set updated_at = now() - interval '2 days', expires_at = now() + interval '28 days' where account_id = $1`,
      [other.accountId],
    )
    const { viewer, cookies } = await ask(other.cookie)
    expect(viewer?.accountId).toBe(other.accountId)
    expect(cookies.join()).toContain('cordee.session_token=')
    const [row] = await site.database.asOwner<{ days: number }>(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days from account_session where account_id = $1`,
      [other.accountId],
    )
    expect(row).toEqual({ days: 30 })
    expect((await ask(other.cookie)).cookies).toEqual([])
  })

  async function ask(cookie: string) {
    const { db, auth } = site.services
    const origin = 'http://localhost'
    const secret = await installationSecret(site.database.server)
    return viewerOf({ db, secret, origin, auth: () => auth(origin) }, new Headers({ cookie }))
  }
})

async function cookie(by = secret): Promise<string> {
  return `cordee.session_token=${encodeURIComponent(`${token}.${await makeSignature(token, by)}`)}`
}
