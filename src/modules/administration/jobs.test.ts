import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { openLog } from '#kernel/log.ts'
import { listChanges } from '#platform/audit/changes.ts'
import { type Jobs, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aCast, type Cast, call, post, see, statuses } from './administration.fixture.ts'
import { readablePayload } from './payload.ts'

let site: TestApp
let cast: Cast
let queue: Jobs
/** Anew for each test: one of the network, of the other, of the installation. */
let jobs: { own: string; foreign: string; platform: string }

beforeAll(async () => {
  site = await testApp()
  cast = await aCast(site, 'jobs:manage')
  const kinds = ['commons.import', 'mail.send'].map(name => ({ queue: name, expireSeconds: 60, retries: 2 }))
  await prepareJobs(site.database.server.owner, kinds)
  queue = await openJobs(site.database.server.app, openLog('silent'))
})

afterAll(async () => {
  await queue.stop()
  await site.close()
})

beforeEach(async () => {
  await site.database.asOwner('delete from pgboss.job')
  const of = (networkId: string) => ({ networkId, importId: newId(), origin: 'plans-reserves.zip' })
  jobs = {
    own: (await queue.send('commons.import', of(cast.network.id))) ?? '',
    foreign: (await queue.send('commons.import', of(cast.other.id))) ?? '',
    platform: (await queue.send('mail.send', {})) ?? '',
  }
})

describe('the list of jobs', () => {
  test('of a network has its own alone, that of the installation all of them', async () => {
    const own = await see(site, '/fr/ferme/jobs', cast.administrator)
    expect(jobsIn(own)).toEqual([jobs.own])
    expect(own).toContain('Import de pages')
    const all = await see(site, '/fr/platform/jobs', cast.operator)
    expect(jobsIn(all).sort()).toEqual(Object.values(jobs).sort())
    expect(all).toContain('autre')
  })

  test('is narrowed by links that count what they lead to', async () => {
    await become(jobs.own, `state = 'failed', completed_on = now(), output = '{"message": "boom"}'`)
    const all = await see(site, '/fr/platform/jobs', cast.operator)
    expect(all).toMatch(/href="\/fr\/platform\/jobs\?state=failed"[^>]*>échouée <small>1</)
    expect(all).toMatch(/href="\/fr\/platform\/jobs\?queue=mail.send"[^>]*>Envoi des messages <small>1</)
    expect(all).toContain('boom')
    expect(jobsIn(await see(site, '/fr/platform/jobs?state=failed', cast.operator))).toEqual([jobs.own])
    const both = await see(site, '/fr/platform/jobs?state=created&queue=commons.import', cast.operator)
    expect(jobsIn(both)).toEqual([jobs.foreign])
  })

  test('pages by key, and is not upset by what is no filter', async () => {
    for (let count = 0; count < 60; count++) await queue.send('mail.send', {})
    const seen = new Set<string>()
    let address = '/fr/platform/jobs?queue=mail.send'
    for (let pages = 0; address && pages < 5; pages++) {
      const html = await see(site, address, cast.operator)
      for (const id of jobsIn(html)) seen.add(id)
      address =
        /<a class="button quiet" href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    }
    expect(seen.size).toBe(61)
    expect(jobsIn(await see(site, '/fr/ferme/jobs?state=x&queue=%27%00', cast.administrator))).toEqual([
      jobs.own,
    ])
    const bad = await site.get('/fr/ferme/jobs?after=zzz', { cookie: cast.administrator.cookie })
    expect(bad.status).toBe(422)
  })
})

describe('the page of a job', () => {
  test('shows how far it is, in the language of its reader, and follows it only while it moves', async () => {
    await become(
      jobs.own,
      `state = 'active', started_on = now() - interval '3 minutes',
       output = '{"progress": {"done": 40, "total": 120, "text": "cli.import.phase.pages"}}'`,
    )
    const french = await see(site, `/fr/ferme/jobs/${jobs.own}`, cast.administrator)
    expect(french).toContain('<meta http-equiv="refresh" content="5"')
    expect(french).toMatch(/<progress value="40" max="120"/)
    expect(french).toContain('40 sur 120')
    expect(french).toContain('depuis 3 minutes')
    expect(await see(site, `/en/ferme/jobs/${jobs.own}`, cast.administrator)).toContain('40 of 120')
    const still = await see(site, `/fr/ferme/jobs/${jobs.own}?still=`, cast.administrator)
    expect(still).not.toContain('http-equiv="refresh"')
    await become(jobs.own, `state = 'completed', completed_on = now(), output = null`)
    const done = await see(site, `/fr/ferme/jobs/${jobs.own}`, cast.administrator)
    expect(done).not.toContain('http-equiv="refresh"')
    expect(done).not.toContain('<progress')
    expect(done).toContain('terminée')
  })

  test('shows a network what it was sent with; those who run the installation, no name of a network’s file', async () => {
    expect(await see(site, `/fr/ferme/jobs/${jobs.own}`, cast.administrator)).toContain('plans-reserves.zip')
    const seen = await see(site, `/fr/platform/jobs/${jobs.own}`, cast.operator)
    expect(seen).not.toContain('plans-reserves.zip')
    expect(seen).toContain('gardé par le réseau')
    expect(seen).toContain('ferme')
  })

  test('is for its own administrators', async () => {
    const own = (path: string) => (person: { cookie: string } | null) =>
      site.get(path, person ? { cookie: person.cookie } : {})
    const inNetwork = { nobody: 404, member: 403, stranger: 404, operator: 404, administrator: 200 }
    expect(await statuses(cast, own('/fr/ferme/jobs'))).toEqual(inNetwork)
    expect(await statuses(cast, own(`/fr/ferme/jobs/${jobs.own}`))).toEqual(inNetwork)
    for (const id of [jobs.foreign, jobs.platform, newId(), 'x'])
      expect((await own(`/fr/ferme/jobs/${id}`)(cast.administrator)).status).toBe(404)
    const ofPlatform = { nobody: 401, member: 403, stranger: 403, operator: 200, administrator: 403 }
    expect(await statuses(cast, own('/fr/platform/jobs'))).toEqual(ofPlatform)
    expect(await statuses(cast, own(`/fr/platform/jobs/${jobs.own}`))).toEqual(ofPlatform)
  })
})

describe('a job', () => {
  test('is ended and done again, and the log says by whom', async () => {
    const at = `/fr/ferme/jobs/${jobs.own}`
    const ended = await post(site, `${at}/cancellation`, cast.administrator)
    expect(ended.headers.get('location')).toBe(`${at}?done=job-cancelled`)
    expect(await stateOf(jobs.own)).toBe('cancelled')
    expect(await see(site, at, cast.administrator)).toContain('Relancer')
    const again = await post(site, `${at}/retry`, cast.administrator)
    expect(again.headers.get('location')).toBe(`${at}?done=job-retried`)
    expect(await stateOf(jobs.own)).toBe('retry')
    const log = await readTenant(site.database.db, cast.network.inside, trx =>
      listChanges(trx, cast.network.id, { action: 'job.', subject: { type: 'job', id: jobs.own } }, 10),
    )
    expect(log.changes.map(({ action, actor, after }) => [action, actor.accountId, after])).toEqual([
      ['job.retried', cast.administrator.accountId, { queue: 'commons.import' }],
      ['job.cancelled', cast.administrator.accountId, { queue: 'commons.import' }],
    ])
  })

  test('that has come to its end is left alone, and nothing is written down', async () => {
    await become(jobs.own, `state = 'completed', completed_on = now()`)
    const at = `/fr/ferme/jobs/${jobs.own}`
    for (const act of ['retry', 'cancellation']) {
      const answer = await post(site, `${at}/${act}`, cast.administrator)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
    }
    expect(await stateOf(jobs.own)).toBe('completed')
    const log = await readTenant(site.database.db, cast.network.inside, trx =>
      listChanges(trx, cast.network.id, { subject: { type: 'job', id: jobs.own } }, 10),
    )
    expect(log.changes).toEqual([])
  })

  test('is acted on by its own administrators alone', async () => {
    for (const act of ['retry', 'cancellation']) {
      const at = `/fr/ferme/jobs/${jobs.own}/${act}`
      expect(await statuses(cast, person => post(site, at, person))).toEqual({
        nobody: 404,
        member: 403,
        stranger: 404,
        operator: 404,
        administrator: 303,
      })
      expect((await post(site, `/fr/ferme/jobs/${jobs.foreign}/${act}`, cast.administrator)).status).toBe(404)
      expect((await post(site, `/fr/platform/jobs/${jobs.own}/${act}`, null)).status).toBe(401)
      expect((await post(site, `/fr/platform/jobs/${jobs.own}/${act}`, cast.administrator)).status).toBe(403)
    }
    expect(await stateOf(jobs.foreign)).toBe('created')
  })

  test('is ended by those who run the installation, in the log of the installation', async () => {
    const answer = await post(site, `/fr/platform/jobs/${jobs.own}/cancellation`, cast.operator)
    expect(answer.status).toBe(303)
    expect(await stateOf(jobs.own)).toBe('cancelled')
    const log = await see(site, '/fr/platform/audit?action=job.cancelled', cast.operator)
    expect(log).toContain('Tâche annulée')
    const { changes } = await readTenant(
      site.database.db,
      { networkId: platformId, audience: 'network' },
      trx => listChanges(trx, platformId, { subject: { type: 'job', id: jobs.own } }, 10),
    )
    expect(changes[0]?.after).toEqual({ queue: 'commons.import', network: cast.network.id })
    for (const person of [cast.administrator, cast.member])
      expect((await site.get('/fr/platform/audit', { cookie: person.cookie })).status).toBe(403)
    expect((await site.get('/fr/platform/audit')).status).toBe(401)
    const csv = await site.get('/fr/platform/audit/export/audit.csv', { cookie: cast.operator.cookie })
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="cordee-audit.csv"')
    expect(await csv.text()).toContain('job.cancelled')
  })
})

describe('by the API', () => {
  test('jobs are listed, read, ended and done again', async () => {
    const at = '/networks/ferme/jobs'
    const { own: key } = cast.keys
    const list = (await (await call(site, 'GET', at, key)).json()) as { jobs: { id: string }[]; next: null }
    expect(list.jobs.map(({ id }) => id)).toEqual([jobs.own])
    expect(list.next).toBeNull()
    const one = await call(site, 'GET', `${at}/${jobs.own}`, key)
    expect(await one.json()).toMatchObject({ state: 'created', payload: { origin: 'plans-reserves.zip' } })
    const ended = await call(site, 'POST', `${at}/${jobs.own}/cancellation`, key)
    expect(await ended.json()).toMatchObject({ state: 'cancelled' })
    const again = await call(site, 'POST', `${at}/${jobs.own}/retry`, key)
    expect(await again.json()).toMatchObject({ state: 'retry' })
  })

  test('every one of them asks for a key of this network that is for it', async () => {
    const addresses = [
      ['GET', '/networks/ferme/jobs'],
      ['GET', `/networks/ferme/jobs/${jobs.own}`],
      ['POST', `/networks/ferme/jobs/${jobs.own}/retry`],
      ['POST', `/networks/ferme/jobs/${jobs.own}/cancellation`],
    ] as const
    for (const [method, path] of addresses) {
      expect((await call(site, method, path, null)).status, path).toBe(404)
      expect((await call(site, method, path, cast.keys.foreign)).status, path).toBe(404)
      expect((await call(site, method, path, cast.keys.narrow)).status, path).toBe(403)
      expect((await call(site, method, path, cast.keys.own)).status, path).toBe(200)
    }
    for (const id of [jobs.foreign, jobs.platform])
      expect((await call(site, 'GET', `/networks/ferme/jobs/${id}`, cast.keys.own)).status).toBe(404)
  })

  test('the log is read page by page', async () => {
    const { aToken } = await import('../../../test/factories.ts')
    const key = await aToken(site.database, cast.network, ['audit:read'])
    const seqs: number[] = []
    let after = ''
    for (let pages = 0; pages < 50; pages++) {
      const answer = await call(site, 'GET', `/networks/ferme/audit?limit=2${after}`, key)
      expect(answer.status).toBe(200)
      const { changes, next } = (await answer.json()) as { changes: { seq: number }[]; next: number | null }
      seqs.push(...changes.map(({ seq }) => seq))
      if (next === null) break
      after = `&after=${next}`
    }
    expect(seqs.length).toBeGreaterThan(3)
    expect(seqs).toEqual(seqs.map((_, place) => seqs.length - place))
    const narrowed = await call(site, 'GET', '/networks/ferme/audit?action=job.retried', key)
    const { changes } = (await narrowed.json()) as { changes: { action: string }[] }
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['job.retried']))
    expect((await call(site, 'GET', '/networks/ferme/audit?from=x', key)).status).toBe(422)
    expect((await call(site, 'GET', '/networks/ferme/audit', null)).status).toBe(404)
    expect((await call(site, 'GET', '/networks/ferme/audit', cast.keys.own)).status).toBe(403)
    expect((await call(site, 'GET', '/networks/ferme/audit', cast.keys.foreign)).status).toBe(404)
  })
})

test('what a job was sent with is shown to each as far as it is theirs', () => {
  const payload = { networkId: 'n', file: newId(), name: 'a.zip', count: 3, deep: { name: 'b' } }
  const shown = (networkId: string | null, reader: 'network' | 'platform') =>
    Object.fromEntries(
      readablePayload({ networkId, payload }, reader).map(({ name, value }) => [name, value]),
    )
  expect(shown('n', 'network')).toEqual({
    file: payload.file,
    name: 'a.zip',
    count: '3',
    deep: '{"name":"b"}',
  })
  expect(shown('n', 'platform')).toEqual({ file: payload.file, name: null, count: '3', deep: null })
  expect(shown(null, 'platform')).toEqual({
    file: payload.file,
    name: 'a.zip',
    count: '3',
    deep: '{"name":"b"}',
  })
})

function jobsIn(html: string): string[] {
  return [...html.matchAll(/class="title" href="[^"]*\/jobs\/([^"]+)"/g)].map(match => match[1] ?? '')
}

async function become(id: string, how: string): Promise<void> {
  await site.database.asOwner(`update pgboss.job set ${how} where id = $1`, [id])
}

async function stateOf(id: string): Promise<string | undefined> {
  const [row] = await site.database.asOwner<{ state: string }>('select state from pgboss.job where id = $1', [
    id,
  ])
  return row?.state
}
