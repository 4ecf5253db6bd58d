import { randomBytes } from 'node:crypto'
import type { Trx } from '#db/database.ts'
import { readStates } from '#modules/commons/history/reading-states.ts'
import { rowNames } from '#modules/commons/history/rows.ts'
import { type AnswerDifference, differing, restoring } from '#modules/commons/history/states.ts'
import type { Path, Template } from '#modules/commons/templates/template.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What bringing back an earlier state would change: the answers as they were then, and as they are. */
export interface Restoration {
  differences: AnswerDifference[]
  /** What the rows of groups are called, by their paths. */
  rows: Map<Path, string>
  places: boolean
  moment: Date | null
}

/** @param path one answer alone; null: the whole page */
export async function planRestoration(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
  { revision, path }: { revision: number; path: Path | null },
): Promise<Restoration> {
  const { from, to, places, moments } = await readStates(trx, document, template, [
    revision,
    document.revision,
  ])
  const differences = differing(template, from, to)
  return {
    // With a group come its rows: without them it would come back empty.
    differences:
      path === null
        ? differences
        : differences.filter(one => one.path === path || one.path.startsWith(`${path}/`)),
    rows: rowNames(template, from, to),
    places,
    moment: moments[0],
  }
}

/**
 * Brings back an earlier state by writing it anew: nothing is taken out of the history.
 * @param seen the revision at which its writer looked at what it would change
 * @returns how many answers were changed; null where somebody else has written at them since, and nothing was done
 */
export async function restore(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  template: Template,
  { revision, path, seen }: { revision: number; path: Path | null; seen: number },
): Promise<number | null> {
  if (document.revision !== seen) return null
  const { differences, places } = await planRestoration(trx, document, template, { revision, path })
  if (differences.length === 0) return 0
  const { values } = await answersOf(trx, document, template)
  const now = new Map([...values].map(([at, { value }]) => [at, value]))
  const changes = restoring(template, now, differences, places, newRowKey)
  const saved = await saveAnswers(
    trx,
    entry,
    document.id,
    [...changes].map(([at, value]) => ({ path: at, value, seen })),
  )
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'document.restored',
    subject: { type: 'document', id: document.id },
    after: { to: revision, revision: saved.revision },
  })
  return saved.saved.length
}

function newRowKey(): string {
  return `r${[...randomBytes(12)].map(byte => (byte % 36).toString(36)).join('')}`
}
