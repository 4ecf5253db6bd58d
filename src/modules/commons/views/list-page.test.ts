import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../../../test/factories.ts'

let site: TestApp

const themes = [...'nmlkjihgfedcba'].map(letter => `thème ${letter}`)

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, {
    'a.md': aPage('Un four solaire', { thematic_areas: themes }, 'On y cuit du pain.'),
    'b.md': aPage('Un puits', { thematic_areas: themes.slice(0, 1) }, 'On y puise de l’eau.'),
  })
})

afterAll(() => site.close())

async function read(address: string): Promise<string> {
  const response = await site.get(`/fr/fil${address}`)
  expect(response.status).toBe(200)
  return (await response.text()).replaceAll('&amp;', '&')
}

const shown = (html: string) => [...html.matchAll(/<span>(thème .)</g)].map(([, name]) => name)

test.each(['/commons', '/commons/map'])('of %s the rare values of a facet are a link away', async room => {
  const few = await read(`${room}?q=four`)
  expect(shown(few)).toHaveLength(12)
  const [, address = ''] = /href="\/fr\/fil([^"]*all=theme#facet-theme)"[^>]*>et 2 autres</.exec(few) ?? []
  expect(address).toBe(`${room}?q=four&all=theme#facet-theme`)
  const all = await read(address.replace(/#.*/, ''))
  expect(shown(all)).toEqual([...themes].sort())
  expect(all).toMatch(/<details id="facet-theme" class="facet" open/)
  expect(all).not.toContain('autres</a>')
  // It is no part of the search: the links of the page go on without it.
  expect(all).not.toMatch(/href="[^"]*theme=[^"]*all=/)
  expect(shown(await read(`${room}?q=four&all=nothing`))).toHaveLength(12)
})

test('where nothing is found it says what to do about it', async () => {
  const words = await read('/commons?q=zzqqxx')
  expect(words).toContain('Aucune page pour «\u00a0zzqqxx\u00a0»')
  // No empty column beside it.
  expect(words).not.toContain('with-side')
  const conditions = await read('/commons?q=pain&country=PE')
  expect(conditions).toContain('Retirez-en une')
})

test('map, feed and downloads of a search take no order along that nobody chose, and the mended words', async () => {
  const html = await read('/commons?q=solairre')
  expect(html).toContain('href="/fr/fil/commons/map?q=solaire"')
  expect(html).toMatch(/href="[^"]*commons\.xlsx\?q=solaire"/)
  expect(html).not.toMatch(/href="[^"]*(?:map|commons\.[a-z]+)\?[^"]*sort=/)
  expect(await read('/commons/map?q=solaire')).toContain('href="/fr/fil/commons?q=solaire"')
})
