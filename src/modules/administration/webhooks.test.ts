import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { deliverDue } from '#platform/webhooks/delivering.ts'
import { aReceiver, isSigned, type Receiver } from '#platform/webhooks/receiver.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aCast, type Cast, call, post, see, statuses } from './administration.fixture.ts'

let site: TestApp
let cast: Cast
let receiver: Receiver
/** How it answers. */
let status = 200

beforeAll(async () => {
  site = await testApp({ env: { WEBHOOK_ALLOW_PRIVATE: 'true' } })
  cast = await aCast(site, 'webhooks:manage')
  receiver = await aReceiver(response => void response.writeHead(status).end('Bien reçu'))
})

afterAll(async () => {
  await receiver.close()
  await site.close()
})

describe('a webhook', () => {
  test('is made by a form, its secret shown once, and told what it waits for', async () => {
    const { id, secret } = await made(['key.'])
    expect(await see(site, `/fr/ferme/webhooks/${id}`, cast.administrator)).not.toContain(secret)
    expect(await see(site, '/fr/ferme/webhooks', cast.administrator)).toContain(receiver.url)
    await post(site, '/fr/ferme/keys', cast.member, [
      ['name', 'Une clé'],
      ['days', '3'],
      ['scopes', 'commons:read'],
    ])
    const before = receiver.received.length
    await deliver()
    const [message] = receiver.received.slice(before)
    expect(message && isSigned(message, secret)).toBe(true)
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ type: 'key.created', data: { network: 'ferme' } })
    const page = await see(site, `/fr/ferme/webhooks/${id}`, cast.administrator)
    expect(page).toContain('<strong>Clé créée</strong>')
    expect(page).toContain('arrivé')
    expect(page).toContain('Bien reçu')
    await remove(id)
  })

  test('with mistakes comes back filled in, says what to mend in full, and is not made', async () => {
    const wrong = await post(site, '/fr/ferme/webhooks', cast.administrator, [['url', 'pas une adresse']])
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    expect(html).toContain('value="pas une adresse"')
    expect(html).toContain('Indiquez une adresse web complète')
    expect(html).toContain('Choisissez au moins une action.')
    expect(await see(site, '/fr/ferme/webhooks', cast.administrator)).toContain(
      'Aucun webhook pour l’instant.',
    )
  })

  test('is tried out, changed, switched off and on, given another secret, and removed', async () => {
    const { id, secret } = await made(['*'])
    const at = `/fr/ferme/webhooks/${id}`
    const act = async (noun: string, done: string) => {
      const answer = await post(site, `${at}/${noun}`, cast.administrator)
      expect(answer.headers.get('location')).toBe(`${at}?done=${done}`)
    }
    await deliver()
    const before = receiver.received.length
    await act('test-message', 'webhook-tested')
    await deliver()
    expect(receiver.received.slice(before).map(({ body }) => JSON.parse(body).type)).toEqual([
      'webhook.tested',
    ])

    const changed = await post(site, at, cast.administrator, [
      ['url', `${receiver.url}/ailleurs`],
      ['actions', 'person.'],
      ['actions', 'mandate.given'],
    ])
    expect(changed.status).toBe(303)
    const page = await see(site, at, cast.administrator)
    expect(page).toContain('/ailleurs')
    // What a programme chose more finely stays a choice.
    expect(page).toMatch(/value="mandate.given" checked/)

    await act('suspension', 'webhook-suspended')
    expect(await see(site, '/fr/ferme/webhooks', cast.administrator)).toContain('suspendu')
    await act('resumption', 'webhook-resumed')
    expect(await see(site, '/fr/ferme/webhooks', cast.administrator)).toContain('en service')

    const renewed = await post(site, `${at}/secret`, cast.administrator)
    expect(renewed.headers.get('cache-control')).toBe('no-store')
    const other = secretIn(await renewed.text())
    expect(other).not.toBe(secret)
    await act('test-message', 'webhook-tested')
    await deliver()
    const last = receiver.received.at(-1)
    expect(last && [isSigned(last, other), isSigned(last, secret)]).toEqual([true, false])

    await remove(id)
    expect((await site.get(at, { cookie: cast.administrator.cookie })).status).toBe(404)
    const log = await see(site, '/fr/ferme/audit?action=webhook.removed', cast.administrator)
    expect(log).toContain('Webhook retiré')
    expect(log).not.toContain('ailleurs')
  })

  test('shows what did not arrive and why, and sends it again', async () => {
    status = 500
    const { id } = await made(['key.'])
    const at = `/fr/ferme/webhooks/${id}`
    await post(site, `${at}/test-message`, cast.administrator)
    await deliver()
    const page = await see(site, at, cast.administrator)
    expect(page).toContain('Le site a répondu autre chose que «\u00a0reçu\u00a0» (2xx). (500)')
    expect(page).toContain('Rien n’arrive depuis')
    status = 200
    await site.database.asOwner(`update webhook_delivery set state = 'failed' where webhook_id = $1`, [id])
    const delivery = /deliveries\/([0-9a-f-]{36})\/redelivery/.exec(
      await see(site, at, cast.administrator),
    )?.[1]
    const again = await post(site, `${at}/deliveries/${delivery}/redelivery`, cast.administrator)
    expect(again.headers.get('location')).toBe(`${at}?done=webhook-redelivered`)
    await deliver()
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(delivery)
    expect(await see(site, at, cast.administrator)).toContain('arrivé')
    expect((await post(site, `${at}/deliveries/${newId()}/redelivery`, cast.administrator)).status).toBe(404)
    await remove(id)
  })

  test('is for the administrators of its network', async () => {
    const { id } = await made(['*'])
    await post(site, `/fr/ferme/webhooks/${id}/test-message`, cast.administrator)
    await deliver()
    const page = await see(site, `/fr/ferme/webhooks/${id}`, cast.administrator)
    const delivery = /deliveries\/([0-9a-f-]{36})\/redelivery/.exec(page)?.[1]
    const reading = { nobody: 404, member: 403, stranger: 404, operator: 404, administrator: 200 }
    const acting = { ...reading, administrator: 303 }
    for (const path of ['', `/${id}`]) {
      const ask = (person: { cookie: string } | null) =>
        site.get(`/fr/ferme/webhooks${path}`, person ? { cookie: person.cookie } : {})
      expect(await statuses(cast, ask), path).toEqual(reading)
    }
    const acts = ['suspension', 'resumption', 'test-message', `deliveries/${delivery}/redelivery`]
    for (const act of acts) {
      const ask = (person: { cookie: string } | null) => post(site, `/fr/ferme/webhooks/${id}/${act}`, person)
      expect(await statuses(cast, ask), act).toEqual(acting)
    }
    const renew = (person: { cookie: string } | null) => post(site, `/fr/ferme/webhooks/${id}/secret`, person)
    expect(await statuses(cast, renew)).toEqual(reading)
    for (const act of [...acts, 'secret', 'removal'])
      expect((await post(site, `/fr/autre/webhooks/${id}/${act}`, cast.stranger)).status, act).toBe(404)
    const remove = (person: { cookie: string } | null) =>
      post(site, `/fr/ferme/webhooks/${id}/removal`, person)
    expect(await statuses(cast, remove)).toEqual(acting)
  })
})

describe('by the API', () => {
  test('a webhook is made, read, changed, tried out, sent to again and removed', async () => {
    const at = '/networks/ferme/webhooks'
    const { own: key } = cast.keys
    const answer = await call(site, 'POST', at, key, { url: receiver.url, actions: ['job.'] })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { id, secret } = (await answer.json()) as { id: string; secret: string }
    expect(answer.headers.get('location')).toBe(`/api${at}/${id}`)
    const read = async (path = '') => (await call(site, 'GET', `${at}${path}`, key)).json()
    expect(await read()).toMatchObject({ webhooks: [{ id, actions: ['job.'] }] })
    expect(JSON.stringify(await read(`/${id}`))).not.toContain(secret)
    const patched = await call(site, 'PATCH', `${at}/${id}`, key, { enabled: false })
    expect(await patched.json()).toMatchObject({ enabled: false, url: receiver.url, actions: ['job.'] })
    const tested = await call(site, 'POST', `${at}/${id}/test`, key)
    expect(tested.status).toBe(202)
    const { delivery } = (await tested.json()) as { delivery: string }
    await deliver()
    expect(await read(`/${id}/deliveries`)).toMatchObject({
      deliveries: [{ id: delivery, state: 'delivered', responseStatus: 200, nextAt: null }],
      next: null,
    })
    const again = await call(site, 'POST', `${at}/${id}/deliveries/${delivery}/redelivery`, key)
    expect(again.status).toBe(202)
    expect(await read(`/${id}/deliveries`)).toMatchObject({
      deliveries: [{ id: delivery, state: 'waiting' }],
    })
    const renewed = (await (await call(site, 'POST', `${at}/${id}/secret`, key)).json()) as { secret: string }
    expect(renewed.secret).not.toBe(secret)
    expect((await call(site, 'DELETE', `${at}/${id}`, key)).status).toBe(204)
    expect((await call(site, 'GET', `${at}/${id}`, key)).status).toBe(404)
  })

  test('what is wrong is said field by field, in the language asked for', async () => {
    const answer = await call(site, 'POST', '/networks/ferme/webhooks', cast.keys.own, {
      url: 'ftp://x.example',
      actions: ['Pas une action'],
    })
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: { field: string; message: string }[] }
    expect(errors.map(({ field }) => field)).toEqual(['url', 'actions.0'])
    const none = await call(site, 'PATCH', `/networks/ferme/webhooks/${newId()}`, cast.keys.own, {
      enabled: true,
    })
    expect(none.status).toBe(404)
  })

  test('every operation asks for a key of this network that is for it', async () => {
    const { id } = await made(['*'])
    const at = `/networks/ferme/webhooks/${id}`
    const operations = [
      ['GET', '/networks/ferme/webhooks', undefined],
      ['POST', '/networks/ferme/webhooks', { url: receiver.url, actions: ['*'] }],
      ['GET', at, undefined],
      ['PATCH', at, { enabled: true }],
      ['POST', `${at}/secret`, undefined],
      ['POST', `${at}/test`, undefined],
      ['GET', `${at}/deliveries`, undefined],
      ['POST', `${at}/deliveries/${newId()}/redelivery`, undefined],
      ['DELETE', at, undefined],
    ] as const
    for (const [method, path, body] of operations) {
      const asked = `${method} ${path}`
      expect((await call(site, method, path, null, body)).status, asked).toBe(404)
      expect((await call(site, method, path, cast.keys.foreign, body)).status, asked).toBe(404)
      expect((await call(site, method, path, cast.keys.narrow, body)).status, asked).toBe(403)
      const elsewhere = path.replace('/ferme/', '/autre/')
      if (path.includes(id))
        expect((await call(site, method, elsewhere, cast.keys.foreign, body)).status, elsewhere).toBe(404)
    }
    expect((await call(site, 'GET', at, cast.keys.own)).status).toBe(200)
  })
})

async function made(actions: string[]): Promise<{ id: string; secret: string }> {
  const answer = await post(site, '/fr/ferme/webhooks', cast.administrator, [
    ['url', receiver.url],
    ...actions.map((action): [string, string] => ['actions', action]),
  ])
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const html = await answer.text()
  const id = /webhooks\/([0-9a-f-]{36})\/test-message/.exec(html)?.[1] ?? ''
  return { id, secret: secretIn(html) }
}

function secretIn(html: string): string {
  return /whsec_[\w+/]{43}=/.exec(html)?.[0] ?? ''
}

async function remove(id: string): Promise<void> {
  const answer = await post(site, `/fr/ferme/webhooks/${id}/removal`, cast.administrator)
  expect(answer.headers.get('location')).toBe('/fr/ferme/webhooks?done=webhook-removed')
}

function deliver(): Promise<unknown> {
  return deliverDue(site.database.db, { allowPrivate: true })
}
