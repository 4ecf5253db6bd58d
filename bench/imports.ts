import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedPages } from './corpus.ts'
import { openScratchServer } from './database.ts'
import { digits, type Figure, median, type Section } from './figures.ts'
import type { ImportResult, ImportTask } from './import-worker.ts'
import { work } from './processes.ts'
import type { Settings } from './settings.ts'

const mostTimes = 2

/** Pages a second into an empty network, against PostgreSQL keeping and indexing the same text, in turns. */
export async function measureImports(settings: Settings): Promise<Section> {
  const generated = join(settings.scratch, 'generated')
  mkdirSync(generated, { recursive: true })
  for (const { name, bytes } of generatedPages(settings.importPages)) {
    writeFileSync(join(generated, name), bytes)
  }
  const corpora = [
    ...(settings.sample ? [{ what: 'pages of the public commons', folder: settings.sample }] : []),
    { what: 'generated pages', folder: generated },
  ]
  const server = await openScratchServer(settings.scratch)
  const figures: Figure[] = []
  try {
    for (const { what, folder } of corpora) {
      settings.say(`import: ${what}`)
      const rounds: Record<ImportTask['way'], ImportResult>[] = []
      for (let round = 0; round < settings.importRounds; round++) {
        const ways = round % 2 === 0 ? (['cordee', 'bare'] as const) : (['bare', 'cordee'] as const)
        const results: Partial<Record<ImportTask['way'], ImportResult>> = {}
        for (const way of ways) {
          const { app, owner, networkId, drop } = await server.fresh()
          results[way] = await work<ImportTask, ImportResult>('./import-worker.ts', {
            way,
            pages: folder,
            networkId,
            app,
            owner,
          })
          await drop()
        }
        rounds.push(results as Record<ImportTask['way'], ImportResult>)
      }
      figures.push(figureOf(what, rounds))
    }
  } finally {
    await server.stop()
  }
  return {
    title: 'Import',
    explanation:
      'Cordée: `importPages` on a folder in a fresh process and an empty network, from opening the first file to the end ' +
      'of the report: reading, parsing, finding languages and places, versions, facets, spellings, the word list, ' +
      'fingerprints, the search for resemblances, row-level security. PostgreSQL alone: the same searchable text, made ' +
      'ready before the clock starts, in batches of a hundred, into one table with the source, the facets and the ' +
      'text-search vector (same configurations and weights), a primary key and a GIN index of each, whose waiting lists ' +
      'are emptied before the clock stops; nothing else. Both durable, on the same server, each round in a fresh database ' +
      'after a checkpoint. The ratio is of times.',
    columns: ['pages', 'Cordée', 'PostgreSQL alone', 'times', 'goal'],
    figures,
  }
}

function figureOf(what: string, rounds: Record<ImportTask['way'], ImportResult>[]): Figure {
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
    goal: `≤ ${mostTimes}`,
    holds: ratio <= mostTimes,
  }
}
