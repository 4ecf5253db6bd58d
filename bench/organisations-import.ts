import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { projectFolder } from '#kernel/project.ts'
import { openScratchServer } from './database.ts'
import { digits, type Figure, median, type Section } from './figures.ts'
import type { OrganisationsResult, OrganisationsTask } from './organisations-import-worker.ts'
import { work } from './processes.ts'
import type { Settings } from './settings.ts'

const mostTimes = 4

/** A list of organisations, read and compared with those of a network and with itself, then imported; beside a bulk insert. */
export async function measureOrganisationsImport(settings: Settings): Promise<Section> {
  const [lines, known, rounds] = settings.quick ? [5_000, 1_000, 1] : [50_000, 10_000, 3]
  const worker = await built()
  const server = await openScratchServer(settings.scratch)
  const results: Record<OrganisationsTask['way'], OrganisationsResult>[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      settings.say(`organisations: round ${round + 1} of ${rounds}`)
      const ways = round % 2 === 0 ? (['cordee', 'bare'] as const) : (['bare', 'cordee'] as const)
      const result: Partial<Record<OrganisationsTask['way'], OrganisationsResult>> = {}
      for (const way of ways) {
        const { app, owner, networkId, drop } = await server.fresh()
        const task = { way, lines, known, networkId, app, owner }
        result[way] = await work<OrganisationsTask, OrganisationsResult>(worker, task)
        await drop()
      }
      results.push(result as Record<OrganisationsTask['way'], OrganisationsResult>)
    }
  } finally {
    await server.stop()
  }
  return {
    title: 'Organisations from a list',
    explanation:
      'Cordée: a CSV file of so many lines, from its bytes to the commit: read in a thread of its own, columns recognised, ' +
      'values understood, every line compared with the organisations of the network and with all other lines (registered ' +
      'number, name, near name in the same town, website, domain of e-mail), what is proposed decided at once, then ' +
      'imported with identifiers, contact people and their mandates, under row-level security. PostgreSQL alone: the same ' +
      'organisations, memberships, identifiers, people and mandates, ready before the clock starts, inserted by the owner ' +
      'into the same tables with the same indexes, a thousand rows to a statement, in one transaction. Both durable, each ' +
      'round in a fresh database. The ratio is of times.',
    columns: ['what', 'Cordée', 'PostgreSQL alone', 'times', 'goal'],
    figures: [figureOf(lines, known, results)],
  }
}

/** The worker as the program is built: what it uses has pages in it, which do not run as they are written. */
async function built(): Promise<string> {
  const outdir = join(projectFolder, '.cache/bench-organisations')
  await esbuild.build({
    absWorkingDir: projectFolder,
    entryPoints: {
      worker: 'bench/organisations-import-worker.ts',
      reader: 'src/platform/spreadsheets/reader.ts',
    },
    outdir,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    splitting: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })
  return pathToFileURL(join(outdir, 'worker.js')).href
}

function figureOf(
  lines: number,
  known: number,
  rounds: Record<OrganisationsTask['way'], OrganisationsResult>[],
): Figure {
  const ratio = median(rounds.map(({ cordee, bare }) => cordee.seconds / bare.seconds))
  const seconds = (read: (result: OrganisationsResult) => number) =>
    digits(median(rounds.map(({ cordee }) => read(cordee))))
  const { read, compared, imported } = {
    read: seconds(({ phases }) => phases.read),
    compared: seconds(({ phases }) => phases.compared),
    imported: seconds(({ phases }) => phases.imported),
  }
  return {
    what: `${lines.toLocaleString('en')} lines, ${known.toLocaleString('en')} organisations known`,
    own: `${seconds(result => result.seconds)} s (read ${read}, compared ${compared}, imported ${imported})`,
    beside: `${digits(median(rounds.map(({ bare }) => bare.seconds)))} s`,
    ratio: digits(ratio),
    goal: `≤ ${mostTimes}`,
    holds: ratio <= mostTimes,
  }
}
