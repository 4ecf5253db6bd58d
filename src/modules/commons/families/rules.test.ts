import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Draft, examine } from '#modules/commons/families/decisions.ts'
import {
  addDecision,
  ancestorsOf,
  type Decision,
  type FamilyRules,
  familyOf,
  hasCircle,
  keyAlone,
  type Rule,
  rootOf,
  rulesFrom,
  underFamilies,
} from '#modules/commons/families/rules.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { aPage } from '../../../../test/factories.ts'

const none = { written: null, intoKey: null, labels: null, hidden: null }

function rule(decision: Partial<Decision> & Pick<Decision, 'action' | 'key'>, undone = false): Rule {
  return { ...none, kind: 'theme', seen: false, undone, ...decision }
}

test('a family leads to the one it was merged into, and that one further on', () => {
  const rules = rulesFrom([
    rule({ action: 'merge', key: 'a', intoKey: 'b' }),
    rule({ action: 'merge', key: 'b', intoKey: 'c' }),
    rule({ action: 'merge', key: 'd', intoKey: 'c' }, true),
  ])
  expect(['a', 'b', 'c', 'd'].map(key => rootOf(rules, 'theme', key))).toEqual(['c', 'c', 'c', 'd'])
  expect(rootOf(rules, 'method', 'a')).toBe('a')
})

test('a spelling set apart goes its own way, and comes back when that is undone', () => {
  const apart = rule({ action: 'spelling', key: 'solution', written: 'Solutions', intoKey: '=solutions' })
  const rules = rulesFrom([apart])
  expect(familyOf(rules, 'theme', 'Solutions')).toBe('=solutions')
  expect(familyOf(rules, 'theme', 'solutions')).toBe('solution')
  const undone = rulesFrom([{ ...apart, undone: true }])
  expect(familyOf(undone, 'theme', 'Solutions')).toBe('solution')
  // A link to it is not in vain.
  expect(rootOf(undone, 'theme', '=solutions')).toBe('solution')
})

test('a page stands under its families and under those above them, and keeps what it wrote', () => {
  const item = prepareItem(
    aPage('Un puits', { thematic_areas: ['Forage', 'Eau potable'], country: 'Togo' }),
    'p.md',
  )
  const rules = rulesFrom([
    rule({ action: 'merge', key: 'forage', intoKey: 'puit' }),
    rule({ action: 'parent', key: 'puit', intoKey: 'eau' }),
    rule({ action: 'parent', key: 'eau', intoKey: 'ressource' }),
    rule({ action: 'merge', key: 'eau', intoKey: 'water' }),
  ])
  const under = underFamilies(rules, item)
  expect(under.facets.filter(facet => facet.startsWith('theme:'))).toEqual([
    'theme:eau potable',
    'theme:puit',
    // What stood above "eau" stays above it alone: it was not said of "water".
    'theme:water',
  ])
  expect(under.facets).toContain('country:TG')
  expect(under.taggings.map(({ written }) => written)).toEqual(item.taggings.map(({ written }) => written))
  expect(underFamilies(rulesFrom([]), item)).toBe(item)
})

test('what leads in a circle cannot be decided', () => {
  const rules = rulesFrom([
    rule({ action: 'parent', key: 'a', intoKey: 'b' }),
    rule({ action: 'parent', key: 'b', intoKey: 'c' }),
  ])
  const refusal = (draft: Partial<Draft> & Pick<Draft, 'action' | 'key'>) =>
    examine(rules, { kind: 'theme', ...draft })
  expect(refusal({ action: 'parent', key: 'c', intoKey: 'a' })).toBe('circle')
  expect(refusal({ action: 'parent', key: 'a', intoKey: 'a' })).toBe('same')
  expect(refusal({ action: 'merge', key: 'c', intoKey: 'a' })).toBe('circle')
  expect(refusal({ action: 'merge', key: 'a', intoKey: 'c' })).toMatchObject({ key: 'a', intoKey: 'c' })
  expect(refusal({ action: 'merge', key: 'a', intoKey: 'a' })).toBe('same')
  expect(refusal({ action: 'merge', key: 'Not a key!', intoKey: 'a' })).toBe('key')
  expect(refusal({ action: 'name', key: 'a', labels: { fr: '  ' } })).toBe('name')
  expect(refusal({ action: 'spelling', key: 'a', written: '!?' })).toBe('spelling')
  expect(refusal({ action: 'hidden', key: 'a', hidden: false })).toBe('unchanged')
})

test('the key of a spelling set apart is none that letters give', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 400 }), written => {
      expect(tagFamily(written)).not.toBe(keyAlone(written))
      expect(keyAlone(written).length).toBeLessThanOrEqual(200)
    }),
  )
})

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '=f')
const draft: fc.Arbitrary<Draft> = fc.oneof(
  fc.record({
    kind: fc.constant('theme' as const),
    action: fc.constant('merge' as const),
    key,
    intoKey: key,
  }),
  fc.record({
    kind: fc.constant('theme' as const),
    action: fc.constant('parent' as const),
    key,
    intoKey: fc.option(key),
  }),
  fc.record({
    kind: fc.constant('theme' as const),
    action: fc.constant('spelling' as const),
    key,
    written: fc.constantFrom('A', 'B', 'C'),
    intoKey: fc.option(key),
  }),
)

test('whatever is decided and undone, no family stands above itself and every key leads to one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(draft, fc.nat(9)), { maxLength: 30 }), steps => {
      const kept: Rule[] = []
      for (const [wish, undoing] of steps) {
        const rules = rulesFrom(kept)
        if (undoing === 0 && kept.length > 0) {
          const last = kept.findLast(one => !one.undone)
          if (!last) continue
          last.undone = true
          if (hasCircle(rulesFrom(kept))) last.undone = false
        } else {
          const decided = examine(rules, wish)
          if (typeof decided === 'string') continue
          addDecision(rules, decided)
          expect(hasCircle(rules)).toBe(false)
          kept.push({ ...decided, seen: false, undone: false })
        }
        const now = rulesFrom(kept)
        expect(hasCircle(now)).toBe(false)
        for (const one of ['a', 'b', 'c', 'd', 'e', '=f']) settled(now, one)
      }
    }),
    { numRuns: 300 },
  )
})

function settled(rules: FamilyRules, one: string): void {
  const root = rootOf(rules, 'theme', one)
  expect(rootOf(rules, 'theme', root)).toBe(root)
  const above = ancestorsOf(rules, 'theme', root)
  expect(above).not.toContain(root)
  expect(new Set(above).size).toBe(above.length)
}
