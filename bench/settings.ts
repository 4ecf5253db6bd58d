import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { projectFolder } from '#kernel/project.ts'
import { type Part, parts } from './results.ts'

export interface Settings {
  quick: boolean
  write: boolean
  only: readonly Part[]
  scratch: string
  /** 617 pages of a public commons, when they lie beside the project. */
  sample: string | null
  importPages: number
  importRounds: number
  /** Items of the large commons. */
  items: number
  rounds: number
  /** Of each measure. */
  seconds: number
  connections: number[]
  say(text: string): void
}

export const usage = `npm run bench -- [options]

  --quick         two minutes: one round, a small large commons, no 2G
  --write         writes docs/benchmarks.md; parts not measured stay as they were
  --only <part>   ${parts.join(', ')}; may be repeated
  --items <n>     items of the large commons (100,000)
`

/** @throws Error for an option that there is not */
export function readSettings(): Settings | null {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      items: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const only = parts.filter(part => values.only.includes(part))
  if (values.help || only.length < new Set(values.only).size) return null
  const { quick, write } = values
  const sample = resolve(projectFolder, '../shared/commons-sample')
  const start = performance.now()
  return {
    quick,
    write,
    only: only.length > 0 ? only : parts,
    scratch: mkdtempSync(join(tmpdir(), 'cordee-bench-')),
    sample: existsSync(sample) ? sample : null,
    importPages: quick ? 500 : 5_000,
    importRounds: quick ? 1 : 5,
    items: Number(values.items ?? (quick ? 2_000 : 100_000)),
    rounds: quick ? 1 : 3,
    seconds: quick ? 1 : 4,
    connections: quick ? [1, 16] : [1, 16, 64],
    say: text => {
      const minutes = ((performance.now() - start) / 60_000).toFixed(1)
      process.stderr.write(`${minutes.padStart(5)} min  ${text}\n`)
    },
  }
}
