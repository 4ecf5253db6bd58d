import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedPages } from './corpus.ts'
import { type Fresh, openScratchServer } from './database.ts'
import { digits, type Figure, median, type Section } from './figures.ts'
import type { ImportResult, ImportTask } from './import-worker.ts'
import { work } from './processes.ts'
import type { Settings } from './settings.ts'

const mostTimes = 2

/** What a server at work has imported before: generated pages and such as these, into other databases. */
const warmUpPages = 1_000

interface Corpus {
  what: string
  folder: string
  warm: boolean
  hasGoal: boolean
}

/** Pages a second into an empty network, against PostgreSQL keeping and indexing the same text, in turns. */
export async function measureImports(settings: Settings): Promise<Section> {
  const generated = join(settings.scratch, 'generated')
  mkdirSync(generated, { recursive: true })
  for (const { name, bytes } of generatedPages(settings.importPages)) {
    writeFileSync(join(generated, name), bytes)
  }
  const sample = settings.sample
  const corpora: Corpus[] = [
    ...(sample
      ? [
          {
            what: 'pages of the public commons, by a server at work',
            folder: sample,
            warm: true,
            hasGoal: true,
          },
          {
            what: 'pages of the public commons, by a command just started',
            folder: sample,
            warm: false,
            hasGoal: false,
          },
        ]
      : []),
    { what: 'generated pages, by a command just started', folder: generated, warm: false, hasGoal: true },
  ]
  const server = await openScratchServer(settings.scratch)
  const figures: Figure[] = []
  try {
    for (const corpus of corpora) {
      const { what, folder } = corpus
      settings.say(`import: ${what}`)
      const rounds: Record<ImportTask['way'], ImportResult>[] = []
      for (let round = 0; round < settings.importRounds; round++) {
        const ways = round % 2 === 0 ? (['cordee', 'bare'] as const) : (['bare', 'cordee'] as const)
        const results: Partial<Record<ImportTask['way'], ImportResult>> = {}
        for (const way of ways) {
          const warm = corpus.warm && way === 'cordee' ? [warmUpPages, folder] : []
          const before: (Fresh & { pages: string | number })[] = []
          for (const pages of warm) before.push({ ...(await server.fresh()), pages })
          const { app, owner, networkId, drop } = await server.fresh()
          results[way] = await work<ImportTask, ImportResult>('./import-worker.ts', {
            way,
            pages: folder,
            networkId,
            app,
            owner,
            before: before.map(one => ({ networkId: one.networkId, app: one.app, pages: one.pages })),
          })
          await drop()
          for (const one of before) await one.drop()
        }
        rounds.push(results as Record<ImportTask['way'], ImportResult>)
      }
      figures.push(figureOf(corpus, rounds))
    }
  } finally {
    await server.stop()
  }
  return {
    title: 'Import',
    explanation:
      'Cordée: `importPages` on a folder into an empty network, from opening the first file to the end of the report, ' +
      `by a process that has imported ${warmUpPages.toLocaleString('en')} generated pages and once these elsewhere before, as a server ` +
      'at work has, or by one just started, which still compiles what it runs: reading, parsing, finding languages and places, versions, facets, spellings, the word list, ' +
      'fingerprints, the search for resemblances, row-level security. PostgreSQL alone: the same searchable text, made ' +
      'ready before the clock starts, in batches of a hundred, into one table with the source, the facets and the ' +
      'text-search vector (same configurations and weights), a primary key and a GIN index of each, whose waiting lists ' +
      'are emptied before the clock stops; nothing else. Both durable, on the same server, each round in a fresh database ' +
      'after a checkpoint. The ratio is of times.',
    columns: ['pages', 'Cordée', 'PostgreSQL alone', 'times', 'goal'],
    figures,
  }
}

function figureOf({ what, hasGoal }: Corpus, rounds: Record<ImportTask['way'], ImportResult>[]): Figure {
  const ratio = median(
    rounds.map(({ cordee, bare }) => cordee.seconds / cordee.pages / (bare.seconds / bare.pages)),
  )
  const speed = (way: ImportTask['way']) =>
    `${digits(median(rounds.map(round => round[way].pages / round[way].seconds)))} pages/s`
  const cpu = digits(median(rounds.map(({ cordee }) => (cordee.cpuSeconds / cordee.pages) * 1000)))
  return {
    what: `${rounds[0]?.cordee.pages.toLocaleString('en')} ${what}`,
    own: `${speed('cordee')} (${cpu} ms of CPU a page)`,
    beside: speed('bare'),
    ratio: digits(ratio),
    goal: hasGoal ? `≤ ${mostTimes}` : '',
    holds: hasGoal ? ratio <= mostTimes : null,
  }
}
