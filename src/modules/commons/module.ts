import { h } from 'preact'
import type { Module } from '#http/module.ts'
import { commonsApi } from '#modules/commons/api.ts'
import { commonsCommands } from '#modules/commons/commands.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { importJob } from '#modules/commons/importing/import-job.ts'
import { postImports, showImport, showImports } from '#modules/commons/importing/import-pages.ts'
import {
  showExport,
  showItem,
  showList,
  showMap,
  showPlaces,
  showSource,
  showVersion,
  showVersions,
} from '#modules/commons/pages.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { HomeSection } from '#modules/commons/views/home-section.tsx'
import { openPage } from '#modules/network/index.ts'

export const commons: Module = {
  name: 'commons',
  pages(app) {
    openPage(app, 'commons', { GET: showList })
    openPage(app, 'commonsMap', { GET: showMap })
    openPage(app, 'commonsExport', { GET: showExport })
    openPage(app, 'commonsPlaces', { GET: showPlaces })
    openPage(app, 'commonsImports', { GET: showImports, POST: postImports })
    openPage(app, 'commonsImport', { GET: showImport })
    openPage(app, 'item', { GET: showItem })
    openPage(app, 'itemSource', { GET: showSource })
    openPage(app, 'itemVersions', { GET: showVersions })
    openPage(app, 'itemVersion', { GET: showVersion })
  },
  api: commonsApi,
  async homeSection({ trx, network }) {
    const latest = await search(trx, network.id, emptyQuery, 6)
    const counts = await countFacets(trx, network.id, emptyQuery, ['type', 'sdg'], 17)
    const content = h(HomeSection, {
      network: network.slug,
      total: latest.total,
      latest: latest.hits,
      types: counts.get('type') ?? [],
      sdgs: counts.get('sdg')?.slice(0, 8) ?? [],
    })
    return { content, scripts: [] }
  },
  commands: commonsCommands,
  jobs: context => [importJob(context)],
  examine: examineCommons,
  async demo({ db, folder, networks }) {
    const { importDemonstration } = await import('#modules/commons/demonstration.ts')
    await importDemonstration(db, folder, networks)
  },
}
