import { newId } from '#kernel/ids.ts'
import type { DraftContact, LineProblem, PreparedLine } from '#modules/network/organisation-import/drafts.ts'
import {
  openDuplicates,
  plainName,
  type Reason,
  type Recognised,
} from '#modules/network/organisation-import/duplicates.ts'
import { comparedWith, type Known, recognisedOf } from '#modules/network/organisation-import/known.ts'

export type Decision = 'new' | 'complete' | 'overwrite' | 'leave'

/** What a line may be the same as: an organisation of the network, or that of an earlier line. */
export interface LineProposal {
  organisation: string | null
  position: number | null
  /** Of the earlier line, as the file counts. */
  line: number | null
  name: string
  town: string
  reasons: Reason[]
  certain: boolean
  fills: string[]
  differs: string[]
}

/** A line as it is kept, with the ids that what is new in it will have. */
export interface FoundLine {
  position: number
  line: number
  entry: Omit<PreparedLine['draft'], 'contacts'> & {
    contacts: (DraftContact & { personId: string; mandateId: string })[]
  }
  state: 'ready' | 'refused'
  problems: LineProblem[]
  proposals: LineProposal[]
  decision: Decision | null
  same_as: string | null
  same_as_position: number | null
  organisation_id: string
}

/**
 * Compares the lines of a file with the organisations of the network and with one another, one after the other.
 * @param plains of each line the name as the network compares it
 */
export function* findLines(
  lines: readonly PreparedLine[],
  known: readonly Known[],
  plains: readonly string[],
): Generator<FoundLine> {
  const byId = new Map(known.map(one => [one.id, one]))
  const duplicates = openDuplicates<string | number>(
    known.map(one => [one.id, recognisedOf(one)] as const),
    lines.map(({ draft }) => draft.organisation.name),
  )
  const parents = parentsOf(lines, known)
  /** Of each earlier line, which organisation it turned out to be: an id of the network, or its own position. */
  const roots = new Map<number, string | number>()
  for (const [position, { line, draft, problems, refused }] of lines.entries()) {
    const entry = {
      ...draft,
      contacts: draft.contacts.map(contact => ({ ...contact, personId: newId(), mandateId: newId() })),
    }
    const found: FoundLine = {
      position,
      line,
      entry,
      state: refused ? 'refused' : 'ready',
      problems: [...problems],
      proposals: [],
      decision: null,
      same_as: null,
      same_as_position: null,
      organisation_id: newId(),
    }
    if (!refused) {
      checkParent(found, parents)
      const met = new Set<string | number>()
      found.proposals = duplicates
        .take(position, recognised(draft, plains[position] ?? ''))
        .filter(({ key }) => {
          // Lines that are one organisation are proposed as one, the likeliest of them.
          const root = roots.get(Number(key)) ?? key
          return !met.has(root) && met.add(root)
        })
        .map(({ key, reasons, certain }) => {
          const one = typeof key === 'string' ? byId.get(key) : undefined
          if (one)
            return {
              ...{
                organisation: one.id,
                position: null,
                line: null,
                name: one.name,
                town: one.town,
                reasons,
                certain,
              },
              ...comparedWith(draft, one),
            }
          const earlier = lines[Number(key)]
          return {
            ...{ organisation: null, position: Number(key), line: earlier?.line ?? null, reasons, certain },
            name: earlier?.draft.organisation.name ?? '',
            town: earlier?.draft.organisation.town ?? '',
            fills: [],
            differs: [],
          }
        })
      decideAlone(found, roots)
    }
    yield found
  }
}

/** What is certain needs nobody's word, unless two things are. */
function decideAlone(found: FoundLine, roots: Map<number, string | number>): void {
  const certain = found.proposals.filter(one => one.certain)
  const targets = new Set(
    certain.map(one => one.organisation ?? roots.get(one.position ?? -1) ?? one.position ?? -1),
  )
  const [target] = targets
  if (found.proposals.length === 0) found.decision = 'new'
  if (targets.size === 1 && target !== undefined) {
    found.decision = 'complete'
    if (typeof target === 'string') found.same_as = target
    else found.same_as_position = target
  }
  roots.set(found.position, found.decision === 'complete' ? (target ?? found.position) : found.position)
}

function recognised(draft: PreparedLine['draft'], plain: string): Recognised {
  const { name, town, website } = draft.organisation
  const emails = [draft.email, ...draft.contacts.map(({ email }) => email)].filter(email => email !== null)
  return { name, plain, town, website, identifiers: draft.identifiers, emails }
}

/** Who belongs to whom, by plain name; what the file says goes before what the network knows. */
function parentsOf(lines: readonly PreparedLine[], known: readonly Known[]): Map<string, string | null> {
  const parents = new Map<string, string | null>()
  for (const { name, parent } of known)
    parents.set(plainName(name), parent === null ? null : plainName(parent))
  for (const { draft, refused } of lines) {
    if (refused) continue
    const name = plainName(draft.organisation.name)
    const parent = draft.parent === null ? null : plainName(draft.parent)
    if (parent !== null || !parents.has(name)) parents.set(name, parent)
  }
  return parents
}

function checkParent(found: FoundLine, parents: Map<string, string | null>): void {
  const { entry } = found
  if (entry.parent === null) return
  const name = plainName(entry.organisation.name)
  const say = (code: 'parent-unknown' | 'parent-circle') => {
    found.problems.push({ column: '', code, detail: { value: entry.parent ?? '' } })
    entry.parent = null
  }
  let above: string | null | undefined = plainName(entry.parent)
  if (!parents.has(above)) {
    say('parent-unknown')
    return
  }
  // Longer chains than that are none of people's.
  for (let step = 0; step < 50 && above; step++) {
    if (above === name) {
      parents.set(name, null)
      say('parent-circle')
      return
    }
    above = parents.get(above)
  }
}
