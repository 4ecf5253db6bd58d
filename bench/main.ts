import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import { type Commons, openCommons } from './commons.ts'
import type { Section } from './figures.ts'
import { measureImports } from './imports.ts'
import { measurePages } from './pages.ts'
import { asMarkdown, asText, circumstances } from './report.ts'
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
  const wants = (part: string) => settings.only.includes(part)
  const sections: Section[] = []
  const close = async () => {
    for (const commons of opened.splice(0)) await commons.served.stop()
    rmSync(settings.scratch, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(130)))
  }
  try {
    if (wants('import')) sections.push(await measureImports(settings))
    if (wants('pages') || wants('scale') || wants('visits')) {
      const small = await open('small', settings.sample ?? fewItems)
      if (wants('pages')) sections.push(...(await measurePages(settings, small)))
      if (wants('scale')) {
        sections.push(await measureScale(settings, small, await open('large', settings.items)))
      }
      if (wants('visits')) sections.push(...(await measureVisits(settings, small)))
    }
    const where = circumstances(opened[0]?.postgres ?? 'embedded', load)
    process.stdout.write(asText(sections, where))
    if (settings.write) {
      mkdirSync(join(projectFolder, 'docs'), { recursive: true })
      writeFileSync(join(projectFolder, 'docs/benchmarks.md'), asMarkdown(sections, where, settings))
    }
  } finally {
    await close()
  }
}
