import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { projectFolder } from '#kernel/project.ts'
import { openScratchServer } from './database.ts'
import type { DigestResult, DigestTask } from './digest-worker.ts'
import { digits, type Figure, median, type Section } from './figures.ts'
import { work } from './processes.ts'
import type { Settings } from './settings.ts'

const mostStatements = 1

/** The weekly digest of what waits, for many people; beside a plain insert of as many rows. */
export async function measureDigest(settings: Settings): Promise<Section> {
  const [people, rounds] = settings.quick ? [2_000, 1] : [10_000, 3]
  const worker = await built()
  const server = await openScratchServer(settings.scratch)
  const figures: Figure[] = []
  try {
    for (const networks of [1, 10]) {
      const results: DigestResult[] = []
      for (let round = 0; round < rounds; round++) {
        settings.say(`digests of ${networks} networks: round ${round + 1} of ${rounds}`)
        const { app, owner, drop } = await server.fresh()
        results.push(await work<DigestTask, DigestResult>(worker, { people, networks, app, owner }))
        await drop()
      }
      figures.push(figureOf(people, networks, results))
    }
  } finally {
    await server.stop()
  }
  return {
    title: 'The weekly digest',
    explanation:
      'Cordée: everybody’s Monday morning at once. Of each, in groups of twenty: three tasks, a date poll, a meeting with ' +
      'something to read before it, an unread discussion; all that waits is asked of the modules, what is new is told, noted ' +
      'as told and written as one mail in its queue, in transactions of 200 people, under row-level security. PostgreSQL ' +
      'alone: the same rows of the queue, ready before the clock starts, inserted 200 to a transaction. Both durable, each ' +
      'round in a fresh database. The ratio is of times. Statements are all that the program sent.',
    columns: ['what', 'Cordée', 'PostgreSQL alone', 'times', 'goal'],
    figures,
  }
}

function figureOf(people: number, networks: number, rounds: DigestResult[]): Figure {
  const of = (read: (result: DigestResult) => number) => median(rounds.map(read))
  const statements = of(result => result.statements / result.written)
  return {
    what: `${people.toLocaleString('en')} people in ${networks === 1 ? 'one network' : `${networks} networks`}`,
    own: `${digits(of(result => result.written / result.seconds))} messages/s, ${digits(statements)} statements a person`,
    beside: `${digits(of(result => result.written / result.bareSeconds))} rows/s`,
    ratio: digits(of(result => result.seconds / result.bareSeconds)),
    goal: `≤ ${mostStatements} statement a person`,
    holds: statements <= mostStatements && rounds.every(({ written }) => written === people),
  }
}

/** The worker as the program is built: what it uses has pages in it, which do not run as they are written. */
async function built(): Promise<string> {
  const outdir = join(projectFolder, '.cache/bench-digest')
  await esbuild.build({
    absWorkingDir: projectFolder,
    entryPoints: { worker: 'bench/digest-worker.ts' },
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
