import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type TestDatabase, testDatabase } from './database.ts'
import { endAll, freePort, nginx, type Process, proxy, start, visitors } from './deployment.ts'
import { aNetwork, aPage, aPerson, aToken, somePages, type TestNetwork } from './factories.ts'

// Two processes for the web and two for jobs on one PostgreSQL, behind nginx with the configuration that is delivered.
describe.skipIf(!nginx)(nginx ? 'behind nginx' : 'behind nginx (skipped: no nginx on this machine)', () => {
  let database: TestDatabase
  let network: TestNetwork
  let token: string
  let folder: string
  let env: Record<string, string>
  let webs: Process[]
  let workers: Process[]
  let endProxy: () => Promise<void>
  let site: string

  beforeAll(async () => {
    database = await testDatabase()
    network = await aNetwork(database)
    token = await aToken(database, network, ['commons:write'])
    await somePages(database, network, { 'a.md': aPage('Une page') })
    folder = mkdtempSync(join(tmpdir(), 'cordee-deployment-'))
    const { host, port } = inject('postgres')
    const url = (role: string) =>
      `postgres://${role}@localhost:${port}/${database.server.app.database}?host=${encodeURIComponent(host)}`
    const [front = 0, ...backs] = await Promise.all([1, 2, 3].map(freePort))
    site = `http://127.0.0.1:${front}`
    env = {
      DATABASE_URL: url('cordee_owner'),
      DATABASE_APP_URL: url('cordee_app'),
      CORDEE_DATA: join(folder, 'data'),
      BASE_URL: site,
      TRUSTED_PROXIES: '1',
      // 72 searches and 6 imports a minute for each address.
      RATE_LIMIT: '0.3',
    }
    const started = await Promise.all([...backs.map(back => start(env, back)), start(env), start(env)])
    webs = started.slice(0, 2)
    workers = started.slice(2)
    endProxy = await proxy(join(folder, 'nginx'), front, backs)
  }, 60_000)

  afterAll(async () => {
    await endProxy?.()
    endAll()
    await database?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A visitor's requests: pages that a cache may know, and one that none can. */
  const visit = async (number: number) => {
    await pause(5)
    const paths = [
      `/fr/${network.slug}`,
      `/fr/${network.slug}/commons/une-page?n=${number}`,
      '/fr',
      '/readyz',
    ]
    const path = paths[number % paths.length] ?? '/'
    return fetch(`${site}${path}`, { signal: AbortSignal.timeout(8_000) })
  }
  const each = (answers: string[]) => [...new Set(answers)].sort()
  const served = (web: Process | undefined) => web?.log.filter(line => line.status !== undefined).length ?? 0

  test('both are asked, and the links are those of the site', async () => {
    const before = webs.map(served)
    for (let number = 0; number < 8; number++) expect((await visit(number)).status).toBe(200)
    await vi.waitFor(() => {
      for (const [index, web] of webs.entries()) expect(served(web)).toBeGreaterThan(before[index] ?? 0)
    }, 15_000)
    const feed = await (
      await fetch(`${site}/api/networks/${network.slug}/commons/export/commons.atom`)
    ).text()
    expect(feed).toContain(`${site}/`)
  })

  test('limits are counted together, and by the address of the visitor', async () => {
    const search = (number: number, address: string) =>
      fetch(`${site}/fr/${network.slug}/commons?q=mot${number}`, { headers: { 'x-forwarded-for': address } })
    const statuses: number[] = []
    // What a visitor says about their address counts for nothing: nginx's own word comes last.
    for (let number = 0; number < 90; number += 6) {
      const some = await Promise.all(
        [0, 1, 2, 3, 4, 5].map(more => search(number + more, `192.0.2.${number + more}`)),
      )
      for (const answer of some) {
        statuses.push(answer.status)
        await answer.arrayBuffer()
      }
    }
    expect(statuses.filter(status => status === 200)).toHaveLength(72)
    expect(statuses.filter(status => status === 429)).toHaveLength(18)
  })

  test('jobs are done once, whichever web took them in, and both show what came of them', async () => {
    const places: string[] = []
    for (let number = 0; number < 6; number++) {
      const answer = await fetch(
        `${site}/api/networks/${network.slug}/commons/imports?name=import-${number}.md`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'text/markdown' },
          body: aPage(`Import ${number}`),
        },
      )
      expect(answer.status).toBe(202)
      places.push(answer.headers.get('location') ?? '')
    }
    const states = () =>
      database.asOwner('select state, created from commons_import where network_id = $1', [network.id])
    const finished = places.map(() => ({ state: 'finished', created: 1 }))
    await vi.waitFor(async () => expect(await states()).toEqual(finished), { timeout: 15_000, interval: 100 })
    const imports = (line: Record<string, unknown>) =>
      line.msg === 'job done' && line.queue === 'commons.import'
    const done = () => workers.flatMap(({ log }) => log.filter(imports).map(({ job }) => job))
    await vi.waitFor(() => expect(done()).toHaveLength(6), 15_000)
    expect(new Set(done()).size).toBe(6)
    for (const { port } of webs)
      await vi.waitFor(async () => {
        const page = await fetch(`http://127.0.0.1:${port}/fr/${network.slug}/commons/import-5`)
        expect(page.status).toBe(200)
      }, 15_000)
  })

  test('who is signed in at one is so at both, and signed out at both', async () => {
    const { cookie, name } = await aPerson(database, network, 'member')
    const account = (web: Process | undefined, headers: Record<string, string> = { cookie }) =>
      fetch(`http://127.0.0.1:${web?.port}/fr/account`, { headers, redirect: 'manual' })
    for (const web of webs) {
      const page = await account(web)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain(name)
      expect((await account(web, {})).status).not.toBe(200)
    }
    const gone = await fetch(`http://127.0.0.1:${webs[0]?.port}/fr/account/sign-out`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    })
    expect(gone.status).toBe(303)
    for (const web of webs) expect((await account(web)).status).not.toBe(200)
  })

  test('one is killed: no visitor notices', async () => {
    const end = visitors(4, visit)
    await pause(300)
    await webs[0]?.end('SIGKILL')
    await pause(1_200)
    const answers = await end()
    expect(each(answers)).toEqual(['200'])
    expect(answers.length).toBeGreaterThan(50)
    webs[0] = await start(env, webs[0]?.port)
  })

  test('one after the other is restarted: no visitor notices', async () => {
    const end = visitors(4, visit)
    for (const [index, web] of webs.entries()) {
      await web.end('SIGTERM')
      const next = await start(env, web.port)
      webs[index] = next
      // For two seconds nginx leaves out who refused a connection.
      await vi.waitFor(() => expect(served(next)).toBeGreaterThan(0), { timeout: 8_000 })
    }
    expect(each(await end())).toEqual(['200'])
  })
})
