import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOwner } from '#db/installation.ts'
import { projectFolder } from '#kernel/project.ts'
import { finishDemonstration, startDemonstration } from '#modules/network/index.ts'
import { bringDemonstrationPeople, startCode } from '#modules/platform/index.ts'
import { type TestApp, testApp } from '../../../test/app.ts'

const folder = join(projectFolder, 'demo')

let site: TestApp

beforeAll(async () => {
  site = await demonstration()
})

afterAll(() => site.close())

describe('the demonstration', () => {
  test('has someone to be in every role', async () => {
    const html = await (await site.get('/fr/demonstration')).text()
    for (const words of [
      'Claire Estève',
      'Nadia Bensalem',
      'Inès Roumanille',
      'Sam Okoro',
      'Club RSE du Pôle Sèvebleue',
    ])
      expect(html).toContain(words)
  })

  test('brought twice, its people are there once', async () => {
    await asOwner(site.database.server, owner => bringDemonstrationPeople(owner, folder))
    const [row] = await site.database.asOwner('select count(*)::int as people from account')
    expect(row).toEqual({ people: 16 })
  })

  test.each([
    ['Nadia Bensalem', '/fr/club-provence', 200],
    ['Jonas Lindgaard', '/fr/club-provence', 404],
    ['Sam Okoro', '/fr/club-provence', 404],
    ['Sam Okoro', '/fr/platform', 200],
    ['Claire Estève', '/fr/platform', 403],
  ])('as %s, %s answers %i', async (name, address, status) => {
    const cookie = await enter(site, name)
    expect((await site.get(address, { cookie })).status).toBe(status)
  })

  test('lets nobody in as someone who is not invented', async () => {
    const [row] = await site.database.asOwner<{ id: string }>(
      `insert into account (id, name, email) values (gen_random_uuid(), 'Vraie personne', 'vraie@exemple.org') returning id`,
    )
    expect((await post(site, '/fr/demonstration', { account: row?.id ?? '' })).status).toBe(404)
    const direct = site.services
      .auth('http://localhost')
      .api.signInDemonstration({ body: { accountId: row?.id ?? '' } })
    await expect(direct).rejects.toMatchObject({ status: 'NOT_FOUND' })
    await site.database.asOwner(`delete from account where email = 'vraie@exemple.org'`)
  })

  test('a visitor is asked to sign in where only the platform may go', async () => {
    const response = await site.get('/fr/platform')
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('/fr/account/sign-in?next=%2Ffr%2Fplatform')
  })
})

describe('the first start', () => {
  const input = {
    name: 'Awa Traoré',
    email: 'Awa@exemple.org',
    password: 'une phrase bien longue',
    networkName: 'Club RSE du Nord',
    slug: 'club-nord',
    visibility: 'private',
    locale: 'fr',
    timeZone: 'Africa/Abidjan',
    demonstration: 'erase',
  }

  test('comes back filled in with all that is wrong, and changes nothing', async () => {
    const response = await post(site, '/fr/start', {
      ...input,
      name: '',
      slug: 'Club Nord',
      timeZone: 'Mars/Olympus',
      password: 'court',
    })
    expect(response.status).toBe(422)
    const html = await response.text()
    for (const words of [
      'À remplir.',
      'club-rse-nord',
      'Au moins 10 caractères',
      'comme Europe/Paris',
      'value="Awa@exemple.org"',
    ])
      expect(html).toContain(words)
    expect(html).not.toContain('court')
    expect(await own(site)).toEqual([])
  })

  test('needs the code of the terminal', async () => {
    for (const code of ['', '0000-0000-0000-0000', startCode('another secret')]) {
      expect((await post(site, '/fr/start', { ...input, code })).status).toBe(422)
    }
    expect(await own(site)).toEqual([])
  })

  test('a taken address leaves no account behind', async () => {
    const code = startCode(site.services.secret)
    const response = await post(site, '/fr/start', {
      ...input,
      code,
      slug: 'fil-commun',
      demonstration: 'keep',
    })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('Cette adresse est déjà prise')
    expect(await site.database.asOwner(`select from account where email = 'awa@exemple.org'`)).toEqual([])
  })

  test('of two at once, one founds the network; the demonstration goes; its founder is at home', async () => {
    const other = await demonstration()
    const code = startCode(other.services.secret)
    const both = await Promise.all([
      post(other, '/fr/start', { ...input, code }),
      post(other, '/fr/start', { ...input, code, email: 'second@exemple.org', slug: 'club-sud' }),
    ])
    expect(both.map(response => response.status).sort()).toEqual([303, 403])
    const won = both.find(response => response.status === 303)
    const [slug] = await own(other)
    expect(won?.headers.get('location')).toBe(`/fr/${slug}?done=started`)
    const cookie = cookieOf(won as Response)
    expect((await other.get(`/fr/${slug}`, { cookie })).status).toBe(200)
    expect((await other.get('/fr/platform', { cookie })).status).toBe(200)
    const left = await other.database.asOwner(
      `select (select count(*)::int from account) as accounts, (select count(*)::int from network) as networks,
        (select count(*)::int from organisation) as organisations, (select count(*)::int from commons_item) as items`,
    )
    expect(left).toEqual([{ accounts: 1, networks: 1, organisations: 0, items: 0 }])
    expect((await other.get('/fr/start')).status).toBe(404)
    expect((await other.get('/fr/demonstration')).status).toBe(404)
    await other.close()
  })

  test('an invented administrator of the platform is none any more beside a network of one’s own', async () => {
    const other = await demonstration()
    const cookie = await enter(other, 'Sam Okoro')
    const code = startCode(other.services.secret)
    expect((await post(other, '/fr/start', { ...input, code, demonstration: 'keep' })).status).toBe(303)
    expect((await other.get('/fr/platform', { cookie })).status).toBe(403)
    await other.close()
  })
})

describe('the platform', () => {
  test('founds networks', async () => {
    const cookie = await enter(site, 'Sam Okoro')
    const input = {
      name: 'Réseau neuf',
      slug: 'reseau-neuf',
      visibility: 'public',
      locale: 'fr',
      timeZone: 'Europe/Paris',
      administrator: 'Tete@exemple.org',
    }
    const answer = await post(site, '/fr/platform/networks', input, cookie)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/fr/platform?done=network-founded',
    ])
    expect(await site.database.asOwner(`select email, role from invitation`)).toEqual([
      { email: 'tete@exemple.org', role: 'administrator' },
    ])
    const again = await post(site, '/fr/platform/networks', input, cookie)
    expect(again.status).toBe(422)
    expect(await own(site)).toEqual([])
    expect((await post(site, '/fr/platform/networks', input)).status).toBe(401)
    expect(
      (await post(site, '/fr/platform/networks', input, await enter(site, 'Claire Estève'))).status,
    ).toBe(403)
  })
})

async function demonstration(): Promise<TestApp> {
  const made = await testApp()
  await asOwner(made.database.server, async owner => {
    await startDemonstration(owner, folder)
    await bringDemonstrationPeople(owner, folder)
    await finishDemonstration(owner)
  })
  return made
}

function post(on: TestApp, path: string, fields: Record<string, string>, cookie?: string): Promise<Response> {
  return Promise.resolve(
    on.app.request(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', ...(cookie && { cookie }) },
    }),
  )
}

async function enter(on: TestApp, name: string): Promise<string> {
  const [row] = await on.database.asOwner<{ id: string }>('select id from account where name = $1', [name])
  return cookieOf(await post(on, '/fr/demonstration', { account: row?.id ?? '' }))
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
}

async function own(on: TestApp): Promise<string[]> {
  const rows = await on.database.asOwner<{ slug: string }>(
    'select slug from network where demonstration is null',
  )
  return rows.map(row => row.slug)
}
