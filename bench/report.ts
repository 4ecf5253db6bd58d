import { execFileSync } from 'node:child_process'
import os from 'node:os'
import { projectFolder } from '#kernel/project.ts'
import type { Section } from './figures.ts'
import { parts, type Results } from './results.ts'
import type { Settings } from './settings.ts'

export interface Circumstances {
  processor: string
  memory: string
  system: string
  node: string
  postgres: string
  date: string
  commit: string
  /** How busy the machine was before. */
  load: string
  /** What was measured, and how often. */
  rounds: string
  pages: string
}

export function circumstances(settings: Settings, postgres: string, load: number): Circumstances {
  const { importRounds, rounds, seconds, sample, quick } = settings
  const processors = os.cpus()
  return {
    processor: `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    postgres,
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    load: load.toFixed(1),
    rounds: `imports ${importRounds}, pages ${rounds} of ${seconds} s${quick ? ' (--quick: rough)' : ''}`,
    pages: sample
      ? `the 617 items are pages of a public commons`
      : 'all generated, always the same (bench/corpus.ts)',
  }
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: projectFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', 'src', 'migrations') ? ' and changes' : '')
    )
  } catch {
    return 'unknown'
  }
}

export function asText(sections: Section[], where: Circumstances): string {
  const tables = sections.map(section => {
    const rows = rowsOf(section)
    const widths = section.columns.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
    const lines = rows.map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    return `${section.title}\n${lines.join('\n')}\n`
  })
  const about = Object.entries(where).map(([name, value]) => `${name}: ${value}`)
  return `${tables.join('\n')}\n${about.join(' · ')}\n`
}

export function asMarkdown(results: Results): string {
  const measured = Object.values(results)
  const goals = measured
    .flatMap(({ sections }) => sections.flatMap(section => section.figures))
    .filter(figure => figure.holds !== null)
  const kept = goals.filter(figure => figure.holds).length
  const tables = measured.flatMap(({ sections, where }) =>
    sections.map(section => {
      const [head = [], ...rows] = rowsOf(section)
      const lines = [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`)
      const when = `Measured on ${where.date} at ${where.commit}, load before ${where.load}; rounds: ${where.rounds}.`
      return `## ${section.title}\n\n${section.explanation}\n\n${when}\n\n${lines.join('\n')}\n`
    }),
  )
  const machines = Map.groupBy(measured, ({ where }) =>
    [where.processor, where.memory, where.system, `Node ${where.node}`, `PostgreSQL ${where.postgres}`].join(
      ' · ',
    ),
  )
  return `# Benchmarks

<!-- Written by \`npm run bench -- --write\`: change bench/, not this file. -->

What is measured here is always measured beside something else in the same run: a bare server, the SQL alone, PostgreSQL
alone, a smaller commons. Machines differ, so read the ratios first; the absolute figures are this machine's. Measures
alternate, each is repeated and the median counts. The load comes from a process of its own on the same machine, so what
it takes is missing to the program: on few cores the program is faster than it looks here. **${kept} of ${goals.length} goals hold.**

To run them: \`npm run bench\` (about an hour and a half), \`npm run bench -- --quick\` (some minutes, rough), \`npm run bench --
--only pages\` (or ${parts.filter(part => part !== 'pages').join(', ')}), \`--write\` to write what was measured into this page. Everything happens in a folder of
its own under the system's temporary folder, with an embedded PostgreSQL of its own, and is removed at the end.
Of the pages, ${[...new Set(measured.map(({ where }) => where.pages))].join('; ')}.

${[...machines.keys()].map(machine => `Machine: ${machine}`).join('\n\n')}

${tables.join('\n')}`
}

function rowsOf(section: Section): string[][] {
  const hasRatio = section.figures.some(figure => figure.ratio !== '')
  const hasGoal = section.figures.some(figure => figure.goal !== '')
  const row = (cells: string[]) =>
    cells.filter((_, column) => (column !== 3 || hasRatio) && (column < 4 || hasGoal))
  return [
    row([...section.columns, 'holds']),
    ...section.figures.map(({ what, own, beside, ratio, goal, holds }) =>
      row([what, own, beside, ratio, goal, holds === null ? '' : holds ? 'yes' : 'no']),
    ),
  ]
}
