import { expect, test } from 'vitest'
import { testApp } from '../../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../../test/factories.ts'

test('the door of a network shows what was written last, whatever the year it tells of', async () => {
  const site = await testApp()
  const network = await aNetwork(site.database)
  const pages = { 'a.md': aPage('Ancienne', { year: '2024' }), 'b.md': aPage('Moyenne', { year: '2024' }) }
  await somePages(site.database, network, { ...pages, 'c.md': aPage('Dernière', { year: '2019' }) })
  await site.database.asOwner(
    `update commons_item set updated_at = now() - case file_name when 'a.md' then interval '2 days'
       when 'b.md' then interval '1 day' else interval '0' end
     where network_id = $1`,
    [network.id],
  )
  const html = await (await site.get(`/fr/${network.slug}`)).text()
  const titles = [...html.matchAll(/\/commons\/[^"]+"[^>]*>(Ancienne|Moyenne|Dernière)</g)].map(
    ([, title]) => title,
  )
  expect(titles).toEqual(['Dernière', 'Moyenne', 'Ancienne'])
  await site.close()
})
