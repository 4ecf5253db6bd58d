import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { lookAfterConsents } from '#modules/commons/consents/expiry-job.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { createDocument, findDocument } from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { aDocument } from '#modules/commons/writing/writing.fixture.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let app: TestApp
let network: TestNetwork
let author: TestPerson
let stranger: TestPerson
let entry: Entry

beforeAll(async () => {
  app = await testApp()
  network = await aNetwork(app.database)
  author = await aPerson(app.database, network, 'member')
  stranger = await aPerson(app.database, network, 'member')
  entry = await anEntry(app.database, network, author)
})

afterAll(() => app.close())

const inside = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(app.database.db, entry.tenant, work)

async function aSolution(title: string): Promise<{ id: string; slug: string }> {
  const id = await inside(async trx => {
    const template = (await templatesOf(trx, network.id)).find(({ type }) => type === 'solution')
    if (!template) throw new Error('No template')
    const made = await createDocument(trx, entry, { template, language: 'fr', title })
    const required = template.sections
      .filter(section => !section.repeated)
      .flatMap(section => section.questions)
      .filter(question => question.required && question.key !== 'title')
    await saveAnswers(
      trx,
      entry,
      made,
      required.map(({ key, answer }) => ({
        path: key,
        value:
          answer.kind === 'choice'
            ? [answer.options[0]?.key]
            : answer.kind === 'sdgs'
              ? [6]
              : answer.kind === 'countries'
                ? ['CI']
                : answer.kind === 'tags'
                  ? ['eau']
                  : 'Une réponse',
        seen: 0,
      })),
    )
    return made
  })
  const { slug } = await inside(trx => publishDocument(trx, entry, id, 'public'))
  return { id, slug }
}

const post = (path: string, person: TestPerson | null, fields: Record<string, string> = {}) =>
  app.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...(person && { cookie: person.cookie }),
    },
    body: new URLSearchParams(fields),
  })

const get = (path: string, person: TestPerson | null = null) =>
  app.get(path, person ? { cookie: person.cookie } : {})

const consent = { about: 'Aya Kouassi', scope: 'Récit et photos', givenOn: '2026-01-10' }

async function onlyConsent(id: string): Promise<string> {
  const { rows } = await inside(trx =>
    sql<{ id: string }>`select id from commons_consent where document_id = ${id}::uuid`.execute(trx),
  )
  return rows[0]?.id ?? ''
}

describe('somebody takes their consent back', () => {
  test('the page is nowhere any more: not on its page, in lists, search, feed or exports; and cannot be shared until it is settled', async () => {
    const { id, slug } = await aSolution('Le filtre aux ylangzas')
    const places = [
      `/fr/${network.slug}/commons`,
      `/fr/${network.slug}/commons?q=ylangzas`,
      `/fr/${network.slug}/commons/export/commons.atom`,
      `/fr/${network.slug}/commons/export/commons.json`,
      `/fr/${network.slug}/commons/export/commons.csv`,
      `/fr/${network.slug}/commons/places.geojson`,
    ]
    const seen = async () => {
      const texts = await Promise.all(places.map(async place => (await get(place)).text()))
      return texts.filter(text => text.includes(slug)).length
    }
    expect(await seen()).toBeGreaterThanOrEqual(5)
    expect((await post(`/writing/${id}/consents`, author, consent)).status).toBe(303)
    const consentId = await onlyConsent(id)
    const commented = await post(`/writing/${id}/comments`, author, {
      path: '',
      quote: 'ylangzas',
      body: 'À voir',
    })
    expect(commented.status).toBe(303)
    const asked = await (
      await get(`/fr/${network.slug}/writing/${id}/consents/${consentId}/withdrawal`, author)
    ).text()
    expect(asked).toContain('Aya Kouassi')
    expect((await post(`/writing/${id}/consents/${consentId}/withdrawal`, author)).status).toBe(303)
    expect(await seen()).toBe(0)
    expect((await get(`/fr/${network.slug}/commons/${slug}`)).status).toBe(404)
    expect((await get(`/fr/${network.slug}/commons/${slug}/versions/1`)).status).toBe(404)
    const { rows: quotes } = await inside(trx =>
      sql<{ quote: string }>`select quote from commons_comment where document_id = ${id}::uuid`.execute(trx),
    )
    expect(quotes).toEqual([{ quote: '' }])
    const logged = await inside(trx =>
      sql`select action, after from audit_entry where subject_id = ${id} and action like 'consent.%'
        order by seq desc limit 1`.execute(trx),
    )
    expect(logged.rows).toEqual([{ action: 'consent.withdrawn', after: { consent: consentId } }])
    // The record forgets who it was.
    expect(await (await get(`/fr/${network.slug}/writing/${id}/consents`, author)).text()).not.toContain(
      'Aya Kouassi',
    )
    await expect(inside(trx => publishDocument(trx, entry, id, 'public'))).rejects.toThrow('invalid-input')
    expect((await post(`/writing/${id}/consents/${consentId}/settlement`, author)).status).toBe(303)
    await expect(inside(trx => publishDocument(trx, entry, id, 'public'))).resolves.toMatchObject({ slug })
  })

  test('that is for those who write the page', async () => {
    const { id } = await aSolution('Réservé aux auteurs')
    await post(`/writing/${id}/consents`, author, consent)
    const consentId = await onlyConsent(id)
    const elsewhere = await aNetwork(app.database)
    const foreigner = await aPerson(app.database, elsewhere, 'administrator')
    for (const [person, status] of [
      [null, 401],
      [stranger, 403],
      [foreigner, 403],
    ] as const) {
      expect((await post(`/writing/${id}/consents`, person, consent)).status).toBe(status)
      expect((await post(`/writing/${id}/consents/${consentId}/withdrawal`, person)).status).toBe(status)
      expect((await post(`/writing/${id}/consents/${consentId}/renewal`, person)).status).toBe(status)
    }
  })
})

describe('a consent with an end', () => {
  test('is announced a month before, once; when it has run out the page is taken out; carried on, it can be shared again', async () => {
    const { id, slug } = await aSolution('Pour un temps')
    await post(`/writing/${id}/consents`, author, { ...consent, validUntil: '2026-06-30' })
    const mails = async () => {
      const { rows } = await inside(trx =>
        sql<{ template: string }>`
          select template from mail_message where account_id = ${author.accountId} and template like 'consent-%'
            and params->>'title' = 'Pour un temps' order by id`.execute(trx),
      )
      return rows.map(({ template }) => template)
    }
    await lookAfterConsents(app.database.db, new Date('2026-05-30T09:00:00Z'))
    expect(await mails()).toEqual([])
    await lookAfterConsents(app.database.db, new Date('2026-06-10T09:00:00Z'))
    await lookAfterConsents(app.database.db, new Date('2026-06-30T20:00:00Z'))
    expect(await mails()).toEqual(['consent-ending'])
    expect((await get(`/fr/${network.slug}/commons/${slug}`)).status).toBe(200)
    // Half past midnight of the next day in Paris, still the last day in Greenwich.
    await lookAfterConsents(app.database.db, new Date('2026-06-30T22:30:00Z'))
    expect(await mails()).toEqual(['consent-ending', 'consent-ended'])
    expect((await get(`/fr/${network.slug}/commons/${slug}`)).status).toBe(404)
    expect(await inside(trx => findDocument(trx, network.id, id))).toMatchObject({ state: 'withdrawn' })
    await post(`/writing/${id}/consents/${await onlyConsent(id)}/renewal`, author, {
      validUntil: '2030-01-01',
    })
    await expect(inside(trx => publishDocument(trx, entry, id, 'public'))).resolves.toMatchObject({ slug })
  })

  test('is told to the authors before anybody else, to each in the language and the hours of their account', async () => {
    const crowded = await aNetwork(app.database)
    await Promise.all(Array.from({ length: 50 }, () => aPerson(app.database, crowded, 'facilitator')))
    // Younger than all of those who run the network's work.
    const writing = await aPerson(app.database, crowded, 'member', { locale: 'pt' })
    await app.database.asOwner(`update account set time_zone = 'America/Sao_Paulo' where id = $1`, [
      writing.accountId,
    ])
    const id = await aDocument(app, crowded, writing, { title: 'À temps' })
    const left = await aPerson(app.database, crowded, null, { locale: 'es' })
    await app.database.asOwner(
      `insert into commons_author (network_id, document_id, person_id) values ($1, $2, $3)`,
      [crowded.id, id, left.personId],
    )
    await app.database.asOwner(
      `insert into commons_consent (network_id, id, document_id, about, scope, given_on, valid_until, link_origin)
       values ($1, $2, $3, 'Aya', 'Récit', '2026-01-10', '2026-06-30', 'https://cordee.example')`,
      [crowded.id, newId(), id],
    )
    await lookAfterConsents(app.database.db, new Date('2026-06-10T09:00:00Z'))
    const told = await app.database.asOwner<{ address: string; url: string }>(
      `select address, locale, time_zone, params->>'url' as url from mail_message
       where network_id = $1 and template = 'consent-ending' order by locale desc`,
      [crowded.id],
    )
    expect(told).toMatchObject([
      { address: writing.email, locale: 'pt', time_zone: 'America/Sao_Paulo' },
      // Gone from the network, which does not read their account.
      { address: left.email, locale: 'fr', time_zone: null },
    ])
    expect(told[0]?.url).toContain(`/pt/${crowded.slug}/writing/${id}/consents`)
  })

  test('that is over holds up sharing before the hourly look has come by', async () => {
    const { id } = await aSolution('Passé')
    const over = { ...consent, givenOn: '2020-01-01', validUntil: '2020-02-01' }
    await post(`/writing/${id}/consents`, author, over)
    await expect(inside(trx => publishDocument(trx, entry, id, 'public'))).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await post(`/writing/${id}/consents/${await onlyConsent(id)}/renewal`, author, { validUntil: '' })
    await expect(inside(trx => publishDocument(trx, entry, id, 'public'))).resolves.toBeDefined()
  })

  test('cannot end before it was given', async () => {
    const { id } = await aSolution('Avant')
    const answer = await post(`/writing/${id}/consents`, author, { ...consent, validUntil: '2025-01-01' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Le dernier jour ne peut pas précéder')
  })
})
