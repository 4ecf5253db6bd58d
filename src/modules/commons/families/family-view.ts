import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { type Filing, filingOf } from '#modules/commons/families/filing.ts'
import {
  type Alike,
  alikeFamilies,
  childrenOf,
  type Family,
  familyChoices,
  familyNames,
  findFamily,
  type Spelling,
  spellingsOfFamily,
} from '#modules/commons/families/listing.ts'
import { historyOf, type RuleRecord } from '#modules/commons/families/rule-table.ts'
import { ancestorsOf, type FamilyRules } from '#modules/commons/families/rules.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { type Hit, search } from '#modules/commons/search/searching.ts'

export interface FamilyView {
  family: Family
  spellings: Spelling[]
  /** The nearest first. */
  parents: string[]
  children: string[]
  alike: Alike[]
  /** What all of them are called, by key. */
  names: Map<string, { label: string; items: number }>
  /** Names of others, to choose from while one types. */
  choices: string[]
  history: RuleRecord[]
  hits: Hit[]
  filing: Filing | null
}

const shownItems = 8

/** All there is to know of a family; null where there is none of this key. */
export async function familyPageOf(
  trx: Trx,
  networkId: string,
  rules: FamilyRules,
  { kind, key }: { kind: FacetKind; key: string },
  locale: Locale,
): Promise<FamilyView | null> {
  const family = await findFamily(trx, networkId, kind, key)
  if (!family) return null
  const parents = ancestorsOf(rules, kind, key)
  const children = childrenOf(rules, kind, key)
  const alike = await alikeFamilies(trx, networkId, kind, [key], rules)
  const history = await historyOf(trx, networkId, kind, key)
  const told = [...parents, ...children, ...alike.map(({ other }) => other)]
  const named = [...told, ...history.flatMap(rule => [rule.key, rule.intoKey ?? rule.key])]
  const spellings = await spellingsOfFamily(trx, networkId, kind, key)
  const found = await search(trx, networkId, { ...emptyQuery, facets: { [kind]: [key] } }, shownItems)
  return {
    family,
    spellings,
    parents,
    children,
    alike,
    names: withFormerNames(
      await familyNames(trx, networkId, kind, [...new Set(named)], locale),
      history.flatMap(rule => [rule.key, rule.intoKey ?? rule.key]),
      spellings,
    ),
    choices: await familyChoices(trx, networkId, kind, locale),
    history,
    hits: found.hits,
    filing: await filingOf(trx, networkId),
  }
}

/** A family that was merged into this one has no name left: it is called by the spelling that came with it. */
function withFormerNames(
  names: FamilyView['names'],
  keys: readonly string[],
  spellings: readonly Spelling[],
): FamilyView['names'] {
  const all = new Map(names)
  for (const key of keys) {
    const named = names.get(key)
    if (named && named.label !== key) continue
    const spelling = spellings.find(({ written }) => tagFamily(written) === key)
    if (spelling) all.set(key, { label: spelling.written, items: named?.items ?? 0 })
  }
  return all
}
