import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOwner, openApp, openServer, prepareServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import { newId } from '#kernel/ids.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { aPage } from '../../../../test/factories.ts'

/** CORDEE_KILLS=20 for a longer trial. */
const kills = Number(process.env.CORDEE_KILLS ?? 6)
const pageCount = 310
const fixture = fileURLToPath(new URL('./importer.fixture.ts', import.meta.url))

let home: string
let pages: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'cordee-kill-'))
  pages = join(home, 'pages')
  mkdirSync(pages)
  const words =
    'eau soleil four marché jardin école village compost lampe énergie déchets puits coopérative'.split(' ')
  for (let index = 0; index < pageCount; index++) {
    const word = (step: number) => words[(index * 7 + step * (index % 11)) % words.length] ?? ''
    const body = Array.from(
      { length: 40 + (index % 300) },
      (_, step) => `${word(step)}${step % 9 === 0 ? `${index}.` : ''}`,
    ).join(' ')
    writeFileSync(
      join(pages, `page-${index}.md`),
      aPage(`${word(1)} ${word(2)}`, { thematic_areas: [word(3), word(4)], country: 'Togo' }, body),
    )
  }
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

test.runIf(process.platform === 'linux')(
  `${kills} times kill -9 in the middle of an import: nothing acknowledged is lost, nothing is half kept, and the next import completes it`,
  { timeout: 60_000 + kills * 30_000 },
  async () => {
    const config = readConfig({ CORDEE_DATA: join(home, 'data') })
    const open = async () => {
      const server = await openServer(config, { hold: true })
      return { server, app: openApp(server, 4) }
    }
    const close = async ({ server, app }: Awaited<ReturnType<typeof open>>) => {
      await app.close()
      await server.stop()
    }
    const first = await open()
    await prepareServer(first.server)
    await close(first)

    const moments: string[] = []
    let length = 1_500
    let words: unknown[] = []
    for (let round = 0; round <= kills; round++) {
      const networkId = newId()
      const before = await open()
      await asOwner(before.server, client =>
        client.query(
          `insert into network (id, slug, name, visibility, locale, time_zone) values ($1, $2, '{"fr":"R"}', 'public', 'fr', 'UTC')`,
          [networkId, `round-${round}`],
        ),
      )
      await close(before)

      // The first goes to its end, to know how long an import takes here; the others are killed on the way.
      const child = spawn(process.execPath, [fixture, config.dataFolder, pages, networkId], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const exited = new Promise(resolve => child.once('exit', resolve))
      let said = ''
      const opened = new Promise<void>(resolve =>
        child.stdout.on('data', chunk => {
          said += chunk
          if (said.includes('open')) resolve()
        }),
      )
      await Promise.race([opened, exited])
      const start = performance.now()
      if (round > 0) {
        await pause(length * ((round - Math.random()) / kills))
        child.kill('SIGKILL')
      }
      await exited
      if (round === 0) length = performance.now() - start
      const acknowledged = Math.max(
        0,
        ...[...said.matchAll(/^(?:pages|resemblances) (\d+)$/gm)].map(match => Number(match[1])),
      )

      const after = await open()
      const { db } = after.app
      const look = async (sql: string) =>
        (await asOwner(after.server, client => client.query(sql, [networkId]))).rows as Record<
          string,
          unknown
        >[]
      const [kept] = await look('select count(*)::int as items from commons_item where network_id = $1')
      expect(kept?.items).toBeGreaterThanOrEqual(acknowledged)
      const [noted] = await look(
        'select coalesce(max(created), 0)::int as created from commons_import where network_id = $1',
      )
      expect(noted?.created).toBe(kept?.items)
      expect(
        await look(`select slug from commons_item item where network_id = $1 and (search = '' or heading_search = '' or
          not exists (select from commons_version version where version.network_id = item.network_id
            and version.item_id = item.id and version.number = item.version and version.content_hash = item.content_hash))`),
      ).toEqual([])
      expect(
        await look(
          'select 1 from commons_version where network_id = $1 and item_id not in (select id from commons_item)',
        ),
      ).toEqual([])
      expect(await examineCommons({ db })).toEqual([{ check: 'commons-counts', holds: true, detail: '' }])
      moments.push(
        said.includes('done') ? 'done' : said.includes('resemblances') ? 'resemblances' : `${kept?.items}`,
      )

      const again = await importPages(db, { networkId, audience: 'network' }, readPath(pages), {
        origin: pages,
        visibility: 'public',
      })
      expect(again.counts).toMatchObject({
        read: pageCount,
        created: pageCount - Number(kept?.items),
        changed: 0,
        unchanged: kept?.items,
        refused: 0,
      })
      expect(
        await look(
          'select count(*)::int as items, count(distinct file_name)::int as names, count(distinct slug)::int as slugs from commons_item where network_id = $1',
        ),
      ).toEqual([{ items: pageCount, names: pageCount, slugs: pageCount }])
      expect(await look('select 1 from commons_uncompared where network_id = $1')).toEqual([])
      expect(await look('select 1 from commons_uncounted where network_id = $1')).toEqual([])
      // The first import was not cut short: the same pages count the same words.
      const counted = await look(
        'select word, pages, public_pages from commons_word where network_id = $1 and pages <> 0 order by word',
      )
      if (round === 0) words = counted
      expect(counted.length).toBeGreaterThan(0)
      expect(counted).toEqual(words)
      expect(await examineCommons({ db })).toEqual([{ check: 'commons-counts', holds: true, detail: '' }])
      await close(after)
    }
    if (kills > 6) console.info(`killed at: ${moments.join(', ')}`)
  },
)
