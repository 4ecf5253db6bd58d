import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aPerson } from '../../../test/factories.ts'
import { aBrowser, mailTo, toldBy } from './account.fixture.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp({ env: { RATE_LIMIT: '1', TRUSTED_PROXIES: '1' } })
})
afterAll(() => site.close())

let count = 0
/** From another place each time, as those do who have many. */
const elsewhere = () => ({ 'x-forwarded-for': `192.0.2.${++count % 250}` })

test('after ten tries at one account, from wherever, it waits; known or not', async () => {
  const someone = await aPerson(site.database, null, null)
  const attempts = async (email: string) => {
    const seen: number[] = []
    for (let tries = 0; tries < 12; tries++) {
      const answer = await aBrowser(site).post(
        '/fr/account/sign-in',
        { email, password: 'deviné' },
        elsewhere(),
      )
      seen.push(answer.status)
      if (tries === 11) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(500)
    }
    return seen
  }
  const expected = [...Array(10).fill(422), 429, 429]
  expect(await attempts(someone.email)).toEqual(expected)
  expect(await attempts('personne@exemple.org')).toEqual(expected)
  // Noted once, by id.
  const log = await site.database.asOwner<{ action: string; subject_id: string }>(
    `select action, subject_id from audit_entry where action = 'account.locked'`,
  )
  expect(log).toEqual([{ action: 'account.locked', subject_id: someone.accountId }])
})

test('one place may not try many accounts', async () => {
  const seen = new Set<number>()
  for (let tries = 0; tries < 31; tries++) {
    const fields = { email: `compte-${tries}@exemple.org`, password: 'deviné' }
    seen.add(
      (await aBrowser(site).post('/fr/account/sign-in', fields, { 'x-forwarded-for': '198.51.100.7' }))
        .status,
    )
  }
  expect([...seen]).toEqual([422, 429])
})

test('nobody is flooded with messages, and the refusal does not tell who has an account', async () => {
  const someone = await aPerson(site.database, null, null)
  for (const [path, template] of [
    ['/fr/account/link', 'magic-link'],
    ['/fr/account/password-reset', 'reset-password'],
  ] as const) {
    await site.database.asOwner('truncate rate_limit')
    const fresh = await testApp({ env: { RATE_LIMIT: '1', TRUSTED_PROXIES: '1' }, database: site.database })
    const ask = async (email: string) => {
      const answers: unknown[] = []
      for (let tries = 0; tries < 7; tries++)
        answers.push(await toldBy(await aBrowser(fresh).post(path, { email }, elsewhere())))
      return answers.map(answer => (answer as { status: number }).status)
    }
    expect(await ask(someone.email)).toEqual([303, 303, 303, 303, 303, 429, 429])
    expect(await ask('inconnu@exemple.org')).toEqual([303, 303, 303, 303, 303, 429, 429])
    const sent = (await mailTo(site.database, someone.email)).filter(mail => mail.template === template)
    expect(sent).toHaveLength(5)
    await fresh.close()
  }
})
