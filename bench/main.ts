import { rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import { type Commons, openCommons } from './commons.ts'
import type { Section } from './figures.ts'
import { measureImports } from './imports.ts'
import { measurePages } from './pages.ts'
import { asMarkdown, asText, circumstances } from './report.ts'
import { keepResults, type Part } from './results.ts'
import { measureScale } from './scale.ts'
import { readSettings, type Settings, usage } from './settings.ts'
import { measureVisits } from './visits.ts'

/** As many as the sample of the public commons has. */
const fewItems = 617

const settings = readSettings()
if (settings) await run(settings)
else process.stdout.write(usage)

async function run(settings: Settings): Promise<void> {
  const load = os.loadavg()[0] ?? 0
  const opened: Commons[] = []
  const open = async (name: string, pages: string | number) => {
    const commons = await openCommons(settings, name, pages)
    opened.push(commons)
    return commons
  }
  const wants = (part: Part) => settings.only.includes(part)
  const measured: Partial<Record<Part, Section[]>> = {}
  const close = async () => {
    for (const commons of opened.splice(0)) await commons.served.stop()
    rmSync(settings.scratch, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(130)))
  }
  try {
    if (wants('import')) measured.import = [await measureImports(settings)]
    if (wants('pages') || wants('scale') || wants('visits')) {
      const small = await open('small', settings.sample ?? fewItems)
      if (wants('pages')) measured.pages = await measurePages(settings, small)
      if (wants('scale')) {
        measured.scale = [await measureScale(settings, small, await open('large', settings.items))]
      }
      if (wants('visits')) measured.visits = await measureVisits(settings, small)
    }
    const where = circumstances(settings, opened[0]?.postgres ?? 'embedded', load)
    process.stdout.write(asText(Object.values(measured).flat(), where))
    if (settings.write) {
      const results = keepResults(measured, where)
      writeFileSync(join(projectFolder, 'docs/benchmarks.md'), asMarkdown(results))
    }
  } finally {
    await close()
  }
}
