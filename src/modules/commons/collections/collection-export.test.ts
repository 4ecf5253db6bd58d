import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCsv, readXml, readZip } from '#modules/commons/exports/readers.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'
import { keptCollection, post, see } from './collections.fixture.ts'

let site: TestApp
let ours: TestNetwork
let keeper: TestPerson

beforeAll(async () => {
  site = await testApp()
  ours = await aNetwork(site.database)
  keeper = await aPerson(site.database, ours, 'member')
  await somePages(site.database, ours, {
    'four.md': aPage('Four solaire'),
    'pompe.md': aPage('Pompe à eau'),
  })
})

afterAll(() => site.close())

function aCollection(state: 'public', items: string[], title?: string): Promise<string> {
  return keptCollection(site, ours, keeper, { state, items, title })
}

test('CSV and JSON have the order, the sections and the notes, no cell is a formula; pages come as they are', async () => {
  const slug = await aCollection('public', ['pompe-a-eau', 'four-solaire'])
  await post(site, ours, `collections/${slug}/entries/four-solaire`, keeper, {
    section: '=1+1',
    note: '@note',
  })
  const get = (file: string) => see(site, ours, `collections/${slug}/export/collection.${file}`, null)
  const [head = [], ...lines] = readCsv((await (await get('csv')).text()).replace('\ufeff', ''))
  const column = (name: string) => lines.map(line => line[head.indexOf(name)])
  expect(column('title')).toEqual(['Pompe à eau', 'Four solaire'])
  expect(column('section')).toEqual(['', "'=1+1"])
  expect(column('note')).toEqual(['', "'@note"])
  const json = (await (await get('json')).json()) as { items: { slug: string; note: string }[] }
  expect(json.items.map(item => [item.slug, item.note])).toEqual([
    ['pompe-a-eau', ''],
    ['four-solaire', '@note'],
  ])
  const pages = await readZip(new Uint8Array(await (await get('zip')).arrayBuffer()))
  expect([...pages.keys()].sort()).toEqual(['four.md', 'pompe.md'])
  expect((await get('xlsx')).status).toBe(404)
})

test('a feed has what was added last first, with the note before the summary', async () => {
  const slug = await aCollection('public', ['pompe-a-eau', 'four-solaire'], 'À suivre')
  await post(site, ours, `collections/${slug}/entries/four-solaire`, keeper, {
    note: 'Le **plus** simple.',
  })
  const answer = await see(site, ours, `collections/${slug}/export/collection.atom`, null)
  expect(answer.headers.get('content-type')).toContain('application/atom+xml')
  const feed = readXml(await answer.text())
  const entries = feed.children.filter(node => node.name === 'entry')
  const text = (name: string) => entries.map(one => one.children.find(node => node.name === name)?.text)
  expect(text('title')).toEqual(['Four solaire', 'Pompe à eau'])
  expect(text('summary')[0]).toMatch(/^Le plus simple\./)
  expect(await (await see(site, ours, `collections/${slug}`, null)).text()).toContain(
    'type="application/atom+xml"',
  )
})
