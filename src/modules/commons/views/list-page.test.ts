import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe('of more values than a page holds', () => {
  const network = 'large'
  const names = Array.from({ length: 650 }, (_, index) => `valeur ${index} de ${index % 7}`)
  const found = (html: string) => [...html.matchAll(/<span>(valeur [^<]*)</g)].map(([, name]) => name ?? '')

  beforeAll(async () => {
    const large = await aNetwork(site.database, { slug: network })
    // A page names 200 themes at most.
    const pages = Array.from({ length: 4 }, (_, page) => [
      `${page}.md`,
      aPage(`Page ${page}`, { thematic_areas: names.slice(page * 170, (page + 1) * 170) }, 'Du solaire.'),
    ])
    await somePages(site.database, large, Object.fromEntries(pages))
  })

  test.each(['/commons', '/commons/map', '/commons?q=solaire', '/commons?type=solution'])(
    'every one is a few links away from %s, once, by its name',
    async room => {
      let html = (await (await site.get(`/fr/${network}${room}`)).text()).replaceAll('&amp;', '&')
      const [, start] = /href="([^"#]*)[^"]*"[^>]*>toutes les valeurs</.exec(html) ?? []
      const seen: string[] = []
      let pages = 0
      for (let address = start; address; pages++) {
        html = (await (await site.get(address)).text()).replaceAll('&amp;', '&')
        expect(found(html).length).toBeLessThanOrEqual(300)
        seen.push(...found(html))
        expect(html.includes('revenir aux premières')).toBe(pages > 0)
        address = /href="([^"#]*)[^"]*"[^>]*>valeurs suivantes</.exec(html)?.[1]
      }
      expect(pages).toBe(3)
      const { compare } = new Intl.Collator('fr', { numeric: true })
      expect(seen).toEqual([...names].sort(compare))
    },
  )

  test('an address that ends with a value nobody has, or with none, is answered', async () => {
    for (const beyond of ['zzz', '', '%00', 'x'.repeat(5_000), "'"])
      expect((await site.get(`/fr/${network}/commons?all=theme&beyond=${beyond}`)).status).toBe(200)
  })
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
