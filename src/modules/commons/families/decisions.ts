import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { facetOf } from '#modules/commons/facets.ts'
import { fileItems, itemsUnder, leaveToFile, mostAtOnce } from '#modules/commons/families/filing.ts'
import { insertRules, listRules, markUndone } from '#modules/commons/families/rule-table.ts'
import {
  addDecision,
  ancestorsOf,
  type Decision,
  type FamilyRules,
  familyOf,
  hasCircle,
  isWritten,
  keyAlone,
  parentOf,
  type RuleAction,
  rootOf,
  rulesFrom,
} from '#modules/commons/families/rules.ts'
import { makeFamilies, moveSpellings, settleFamilies } from '#modules/commons/families/settling.ts'
import { LONGEST_KEY, tagFamily } from '#modules/commons/format/tag-family.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { takeTurn } from '#modules/commons/importing/turns.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Why something cannot be decided. */
export type Refusal = 'kind' | 'key' | 'same' | 'merged' | 'circle' | 'name' | 'spelling'

/** Who decides, and where. */
export interface Deciding {
  network: { id: string }
  actor: Actor
  personId: string | null
}

/** What someone would like to decide; what is not said of it is null. */
export type Draft = Pick<Decision, 'kind' | 'action' | 'key'> & Partial<Decision>

export interface Decided {
  taken: (Decision & { id: string })[]
  /** By their place among the drafts. What would change nothing is neither taken nor refused. */
  refused: { index: number; refusal: Refusal }[]
  /** Too many items stand under it: they are filed by the job. */
  waiting: boolean
}

/** In how many characters a family is named. */
export const longestLabel = 120

/**
 * Takes decisions in their order, each as if the ones before it held already, and files what they concern: at once where
 * that is little, else by the job, which the caller has to wake (`waiting`).
 */
export async function decide(trx: Trx, deciding: Deciding, drafts: readonly Draft[]): Promise<Decided> {
  const { network, actor, personId } = deciding
  await takeTurn(trx, network.id)
  const kept = await listRules(trx, network.id)
  const [before, rules] = [rulesFrom(kept), rulesFrom(kept)]
  const taken: Decided['taken'] = []
  const refused: Decided['refused'] = []
  for (const [index, draft] of drafts.entries()) {
    const examined = examine(rules, draft)
    if (typeof examined === 'string') {
      if (examined !== 'unchanged') refused.push({ index, refusal: examined })
      continue
    }
    addDecision(rules, examined)
    taken.push({ ...examined, id: newId() })
  }
  if (taken.length === 0) return { taken, refused, waiting: false }
  await insertRules(trx, network.id, { personId, mandateId: actor.mandateId }, taken)
  const waiting = await follow(trx, network.id, before, taken)
  const [first] = taken
  if (first)
    await recordChange(trx, network.id, actor, {
      action: taken.length === 1 ? recorded[first.action] : 'commons.families-imported',
      subject: { type: 'family', id: first.id },
      after: taken.length === 1 ? { kind: first.kind } : { decisions: taken.length },
    })
  return { taken, refused, waiting }
}

/** Takes a decision back: what was decided before it about the same counts again. */
export async function undo(
  trx: Trx,
  deciding: Deciding,
  id: string,
): Promise<{ undone: boolean; refusal: Refusal | null; waiting: boolean }> {
  const { network, actor, personId } = deciding
  await takeTurn(trx, network.id)
  const kept = await listRules(trx, network.id)
  const found = kept.find(rule => rule.id === id && !rule.undone)
  if (!found) return { undone: false, refusal: null, waiting: false }
  const after = kept.map(rule => (rule.id === id ? { ...rule, undone: true } : rule))
  if (hasCircle(rulesFrom(after))) return { undone: false, refusal: 'circle', waiting: false }
  await markUndone(trx, network.id, { personId, mandateId: actor.mandateId }, id)
  const waiting = await follow(trx, network.id, rulesFrom(kept), [found])
  await recordChange(trx, network.id, actor, {
    action: 'commons.family-restored',
    subject: { type: 'family', id },
    after: { kind: found.kind, action: found.action },
  })
  return { undone: true, refusal: null, waiting }
}

const recorded: Record<RuleAction, string> = {
  merge: 'commons.families-merged',
  spelling: 'commons.spelling-moved',
  name: 'commons.family-named',
  parent: 'commons.family-placed',
  hidden: 'commons.family-hidden',
}

/** What a draft decides exactly, about families that are ones of their own; or why not. */
export function examine(rules: FamilyRules, draft: Draft): Decision | Refusal | 'unchanged' {
  const { kind, action, written = null, intoKey = null, labels = null, hidden = null } = draft
  if (!isWritten(kind)) return 'kind'
  const key = draft.key.trim()
  if (!isKey(key) || (intoKey !== null && !isKey(intoKey))) return 'key'
  const root = rootOf(rules, kind, key)
  const decision = { kind, action, key: root, written: null, intoKey: null, labels: null, hidden: null }
  if (action === 'merge') {
    if (intoKey === null) return 'key'
    const into = rootOf(rules, kind, intoKey)
    if (into === root) return root === key ? 'same' : 'unchanged'
    if (root !== key) return 'merged'
    return circling(rules, { ...decision, intoKey: into }, into)
  }
  if (action === 'parent') {
    const parent = intoKey === null ? null : rootOf(rules, kind, intoKey)
    if (parent === root) return 'same'
    if (parentOf(rules, kind, root) === parent) return 'unchanged'
    if (parent !== null && ancestorsOf(rules, kind, parent).includes(root)) return 'circle'
    return { ...decision, intoKey: parent }
  }
  if (action === 'spelling') {
    const family = written === null ? '' : tagFamily(written)
    if (written === null || family === '') return 'spelling'
    const into = rootOf(rules, kind, intoKey ?? keyAlone(written))
    if (familyOf(rules, kind, written) === into) return 'unchanged'
    return { ...decision, key: family, written, intoKey: into }
  }
  if (action === 'name') {
    const names = Object.entries(labels ?? {}).filter(([, name]) => name.trim() !== '')
    if (names.length === 0 || names.some(([, name]) => name.length > longestLabel)) return 'name'
    const now = rules.labels.get(facetOf(kind, root))
    const given = Object.fromEntries(names.map(([locale, name]) => [locale, name.trim()]))
    return sameNames(now, given) ? 'unchanged' : { ...decision, labels: given }
  }
  if (hidden === null || hidden === rules.hidden.has(facetOf(kind, root))) return 'unchanged'
  return { ...decision, hidden }
}

/** The key of a family may come from anywhere: what no page could have made of a tag is none. */
function isKey(key: string): boolean {
  if (key === '' || key.length > LONGEST_KEY || key.includes('\0')) return false
  return key.startsWith('=') ? key.length > 1 : tagFamily(key) === key
}

/** A merge leads what stood above and below the one to the other. */
function circling(rules: FamilyRules, decision: Decision, into: string): Decision | 'circle' {
  const { kind, key } = decision
  rules.merges.set(facetOf(kind, key), into)
  const above = [into, ...ancestorsOf(rules, kind, into)]
  const circle = parentOf(rules, kind, above.at(-1) ?? into)
  rules.merges.delete(facetOf(kind, key))
  return circle === null ? decision : 'circle'
}

function sameNames(one: object | undefined, other: object): boolean {
  const text = (names: object) => JSON.stringify(Object.entries(names).sort())
  return one !== undefined && text(one) === text(other)
}

/**
 * Makes everything follow what was decided. Where old keys lead, names and spellings follow at once; the items at once or by
 * the job. @param before the rules as they were @returns whether the job has to
 */
async function follow(
  trx: Trx,
  networkId: string,
  before: FamilyRules,
  decisions: readonly Decision[],
): Promise<boolean> {
  // Looked for before anything moves: under the old keys.
  const filed = [...new Set(decisions.flatMap(decision => filedUnder(before, decision)))]
  const ids = await itemsUnder(trx, filed)
  const rules = rulesFrom(await listRules(trx, networkId))
  const families = decisions.flatMap(({ kind, key, intoKey }) =>
    [key, ...(intoKey === null ? [] : [intoKey])].map(one => ({ kind, key: rootOf(rules, kind, one) })),
  )
  await makeFamilies(trx, networkId, families)
  await moveSpellings(trx, networkId, rules, [...new Set(decisions.map(one => stoodIn(before, one)))])
  await settleFamilies(trx, networkId, rules)
  const waiting = ids.length > mostAtOnce
  if (waiting) await leaveToFile(trx, networkId, filed)
  else await fileItems(trx, networkId, rules, ids)
  const named = [...filed, ...families.map(({ kind, key }) => facetOf(kind, key))]
  await nameFamilies(trx, networkId, [
    ...new Set([...named, ...decisions.map(({ kind, key }) => facetOf(kind, key))]),
  ])
  await announceChange(trx, networkId)
  return waiting
}

/** What a name or a place among the filters changes, no item has to be filed for. */
function filedUnder(before: FamilyRules, decision: Decision): string[] {
  return decision.action === 'name' || decision.action === 'hidden' ? [] : [stoodIn(before, decision)]
}

/** The family in which what is decided about stood until now. */
function stoodIn(before: FamilyRules, { kind, action, key, written }: Decision): string {
  const spelling = action === 'spelling' && written !== null
  return facetOf(kind, spelling ? familyOf(before, kind, written) : rootOf(before, kind, key))
}
