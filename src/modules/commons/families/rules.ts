import type { Locale } from '#kernel/locale.ts'
import { type FacetKind, facetOf, splitFacet, writtenKinds } from '#modules/commons/facets.ts'
import { cut } from '#modules/commons/format/cut.ts'
import { LONGEST_KEY, tagFamily } from '#modules/commons/format/tag-family.ts'
import type { PreparedItem } from '#modules/commons/importing/preparation.ts'

export const actions = ['merge', 'spelling', 'name', 'parent', 'hidden'] as const

export type RuleAction = (typeof actions)[number]

/** What a family is called, by language; where there is none in the reader's, as in the network's. */
export type Labels = Partial<Record<Locale, string>>

/** What a curator decides. */
export interface Decision {
  kind: FacetKind
  action: RuleAction
  key: string
  /** Of a spelling: as pages write it, to the letter. */
  written: string | null
  /** Merged into, the family of the spelling, or the one above (null: none above). */
  intoKey: string | null
  labels: Labels | null
  hidden: boolean | null
}

export interface Rule extends Decision {
  seen: boolean
  undone: boolean
}

/** What the decisions of a network come to. Each by its facet, 'theme:solution mapping', or spelling, 'theme:Mapeo'. */
export interface FamilyRules {
  merges: Map<string, string>
  spellings: Map<string, string>
  parents: Map<string, string | null>
  labels: Map<string, Labels>
  hidden: Set<string>
  /** Families made for a spelling that was put back, with the family that its letters give it. */
  former: Map<string, string>
  /** Keys that the public had read. */
  seen: Set<string>
}

/** @param rules in the order in which they were taken */
export function rulesFrom(rules: readonly Rule[]): FamilyRules {
  const all: FamilyRules = {
    merges: new Map(),
    spellings: new Map(),
    parents: new Map(),
    labels: new Map(),
    hidden: new Set(),
    former: new Map(),
    seen: new Set(),
  }
  for (const rule of rules) {
    const made = rule.action === 'spelling' ? rule.intoKey : rule.key
    if (rule.seen && made !== null) all.seen.add(facetOf(rule.kind, made))
    if (!rule.undone) addDecision(all, rule)
    else if (rule.action === 'spelling' && rule.intoKey?.startsWith(alone))
      all.former.set(facetOf(rule.kind, rule.intoKey), tagFamily(rule.written ?? ''))
  }
  // One that still has spellings is a family of its own.
  for (const [spelling, key] of all.spellings) all.former.delete(facetOf(splitFacet(spelling).kind, key))
  return all
}

/** Adds what is decided after all the others. */
export function addDecision(rules: FamilyRules, decision: Decision): void {
  const { kind, key, written, intoKey, labels, hidden } = decision
  const facet = facetOf(kind, key)
  if (decision.action === 'merge' && intoKey !== null) rules.merges.set(facet, intoKey)
  if (decision.action === 'spelling' && written !== null && intoKey !== null) {
    rules.spellings.set(facetOf(kind, written), intoKey)
    rules.former.delete(facetOf(kind, intoKey))
  }
  if (decision.action === 'parent') rules.parents.set(facet, intoKey)
  if (decision.action === 'name' && labels !== null) rules.labels.set(facet, labels)
  if (decision.action === 'hidden') {
    if (hidden) rules.hidden.add(facet)
    else rules.hidden.delete(facet)
  }
}

/** The family in which a spelling stands. @param base the one that its letters alone would give it */
export function familyOf(
  rules: FamilyRules,
  kind: FacetKind,
  written: string,
  base = tagFamily(written),
): string {
  return rootOf(rules, kind, rules.spellings.get(facetOf(kind, written)) ?? base)
}

/** What has become of a family: itself, or the one into which it was merged. */
export function rootOf(rules: FamilyRules, kind: FacetKind, key: string): string {
  const passed = new Set<string>()
  let current = key
  for (;;) {
    const facet = facetOf(kind, current)
    const next = rules.merges.get(facet) ?? rules.former.get(facet)
    // A circle cannot be decided; should there be one, everything ends up at the same place of it or stays.
    if (next === undefined || passed.has(next)) return current
    passed.add(current)
    current = next
  }
}

/** The families above one, the nearest first. */
export function ancestorsOf(rules: FamilyRules, kind: FacetKind, key: string): string[] {
  const found: string[] = []
  for (let current = parentOf(rules, kind, key); current !== null; ) {
    if (current === key || found.includes(current)) break
    found.push(current)
    current = parentOf(rules, kind, current)
  }
  return found
}

export function parentOf(rules: FamilyRules, kind: FacetKind, key: string): string | null {
  const parent = rules.parents.get(facetOf(kind, key)) ?? null
  return parent === null ? null : rootOf(rules, kind, parent)
}

/** Whether some family would stand above itself, or be merged into itself. */
export function hasCircle(rules: FamilyRules): boolean {
  for (const facet of rules.merges.keys()) {
    const { kind, key } = splitFacet(facet)
    const passed = new Set([key])
    let next = rules.merges.get(facet)
    for (; next !== undefined; next = rules.merges.get(facetOf(kind, next))) {
      if (passed.has(next)) return true
      passed.add(next)
    }
  }
  for (const facet of rules.parents.keys()) {
    const { kind, key } = splitFacet(facet)
    if (rootOf(rules, kind, key) !== key) continue
    const passed = new Set([key])
    for (let next = parentOf(rules, kind, key); next !== null; next = parentOf(rules, kind, next)) {
      if (passed.has(next)) return true
      passed.add(next)
    }
  }
  return false
}

/**
 * A page as its network files it: what it writes as it was, the families as the curator has them, each with those above
 * it. The one place between reading a page and keeping it.
 */
export function underFamilies(rules: FamilyRules, item: PreparedItem): PreparedItem {
  if (rules.merges.size + rules.spellings.size + rules.parents.size + rules.former.size === 0) return item
  const taggings = item.taggings.map(tagging => {
    const { kind, key, written } = tagging
    return isWritten(kind) ? { ...tagging, key: familyOf(rules, kind, written, key) } : tagging
  })
  return { ...item, taggings, facets: facetsFor(rules, taggings) }
}

/** What one stands under: its own values, and the families above them. Sorted, each once. */
export function facetsFor(
  rules: FamilyRules,
  families: readonly { kind: FacetKind; key: string }[],
): string[] {
  const facets = families.flatMap(({ kind, key }) => [
    facetOf(kind, key),
    ...(isWritten(kind) ? ancestorsOf(rules, kind, key).map(above => facetOf(kind, above)) : []),
  ])
  return [...new Set(facets)].sort()
}

/** Keys that lead to a family of another key. */
export function aliasesOf(
  rules: FamilyRules,
): { kind: FacetKind; key: string; intoKey: string; seen: boolean }[] {
  return [...new Set([...rules.merges.keys(), ...rules.former.keys()])].flatMap(facet => {
    const { kind, key } = splitFacet(facet)
    const intoKey = rootOf(rules, kind, key)
    return intoKey === key ? [] : [{ kind, key, intoKey, seen: rules.seen.has(facet) }]
  })
}

/** The key of a family made for one spelling. No letters give a key that begins so. */
export function keyAlone(written: string): string {
  return alone + cut(written.toLowerCase().replace(/\s+/g, ' ').trim(), LONGEST_KEY - alone.length).trimEnd()
}

export function isWritten(kind: string): kind is FacetKind {
  return (writtenKinds as readonly string[]).includes(kind)
}

const alone = '='
