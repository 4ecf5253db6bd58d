import { rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import { measureAccounts } from './accounts.ts'
import { measureCollectives } from './collectives.ts'
import { type Commons, openCommons } from './commons.ts'
import { measureCrowd, measureTwo } from './crowd.ts'
import { measureDigest } from './digest.ts'
import type { Section } from './figures.ts'
import { measureImports } from './imports.ts'
import { measureOrganisationsImport } from './organisations-import.ts'
import { measurePages } from './pages.ts'
import { measureProgrammes } from './programmes.ts'
import { asMarkdown, asText, circumstances } from './report.ts'
import { keepResults, type Part } from './results.ts'
import { measureScale } from './scale.ts'
import { readSettings, type Settings, usage } from './settings.ts'
import { measureVisits } from './visits.ts'
import { measureWaiting } from './waiting.ts'
import { measureReindex, measureWriting } from './writing.ts'

/** As many as the sample of the public commons has. */
const fewItems = 617

const settings = readSettings()
if (settings) await run(settings)
else process.stdout.write(usage)

async function run(settings: Settings): Promise<void> {
  const opened: Commons[] = []
  const open = async (name: string, pages: string | number) => {
    const commons = await openCommons(settings, name, pages)
    opened.push(commons)
    return commons
  }
  const wants = (part: Part) => settings.only.includes(part)
  const measured: Partial<Record<Part, Section[]>> = {}
  const load = os.loadavg()[0] ?? 0
  // Kept part by part: a part that fails takes nothing of those before it along.
  const measure = async (part: Part, sections: Section[]) => {
    measured[part] = sections
    if (!settings.write) return
    const where = circumstances(settings, opened[0]?.postgres ?? 'embedded', load)
    const results = keepResults({ [part]: sections }, where)
    writeFileSync(join(projectFolder, 'docs/benchmarks.md'), asMarkdown(results))
  }
  const close = async () => {
    for (const commons of opened.splice(0)) await commons.served.stop()
    rmSync(settings.scratch, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(130)))
  }
  try {
    if (wants('import')) await measure('import', [await measureImports(settings)])
    if (wants('organisations')) await measure('organisations', [await measureOrganisationsImport(settings)])
    if (wants('collectives')) await measure('collectives', await measureCollectives(settings))
    if (wants('programmes')) await measure('programmes', await measureProgrammes(settings))
    if (wants('digest')) await measure('digest', [await measureDigest(settings)])
    if (wants('waiting')) await measure('waiting', await measureWaiting(settings))
    const alone = ['import', 'collectives', 'programmes', 'organisations', 'digest', 'waiting']
    if (settings.only.some(part => !alone.includes(part))) {
      const small = await open('small', settings.sample ?? fewItems)
      if (wants('pages')) await measure('pages', await measurePages(settings, small))
      if (wants('scale') || wants('reindex')) {
        const large = await open('large', settings.items)
        if (wants('scale')) await measure('scale', [await measureScale(settings, small, large)])
        if (wants('reindex')) await measure('reindex', [await measureReindex(settings, large)])
      }
      if (wants('visits')) await measure('visits', await measureVisits(settings, small))
      if (wants('accounts')) await measure('accounts', await measureAccounts(settings, small))
      if (wants('crowd')) await measure('crowd', await measureCrowd(settings, small))
      if (wants('writing')) await measure('writing', await measureWriting(settings, small))
      if (wants('two')) await measure('two', [await measureTwo(settings, small)])
    }
    process.stdout.write(
      asText(
        Object.values(measured).flat(),
        circumstances(settings, opened[0]?.postgres ?? 'embedded', load),
      ),
    )
  } finally {
    await close()
  }
}
