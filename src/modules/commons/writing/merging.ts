import type { AnswerKind, Value } from '#modules/commons/templates/template.ts'
import { sameValue, settleValue } from '#modules/commons/templates/values.ts'
import { mergeTexts } from '#ui/text-merging.ts'

/**
 * Two answers that were both written from a third, in one: texts word by word, lists by what each has added and taken away.
 * @returns undefined where both have changed the same, and somebody has to choose
 */
export function mergeValues(
  kind: AnswerKind | { kind: 'rows' },
  before: Value | null,
  theirs: Value | null,
  yours: Value | null,
): Value | null | undefined {
  if (sameValue(theirs, yours) || sameValue(before, yours)) return theirs
  if (sameValue(before, theirs)) return yours
  if (
    typeof theirs === 'string' &&
    typeof yours === 'string' &&
    (kind.kind === 'rich' || kind.kind === 'text')
  ) {
    const text = mergeTexts(typeof before === 'string' ? before : '', theirs, yours)
    if (text === undefined) return undefined
    // Two halves that are each well may together say something to the format.
    const settled = settleValue(kind, text)
    return 'value' in settled ? settled.value : undefined
  }
  if (isList(before) && isList(theirs) && isList(yours) && (kind.kind !== 'choice' || kind.many))
    return mergeLists(before ?? [], theirs ?? [], yours ?? [])
  if (isShares(theirs) && isShares(yours))
    return mergeShares(isShares(before) ? before : { shares: {} }, theirs, yours)
  return undefined
}

type List = Exclude<Extract<Value, unknown[]>, never>

function mergeLists(before: List, theirs: List, yours: List): Value | null {
  const key = (one: List[number]) => JSON.stringify(one)
  const [had, have] = [new Set(before.map(key)), new Set(yours.map(key))]
  const known = new Set(theirs.map(key))
  const kept = theirs.filter(one => have.has(key(one)) || !had.has(key(one)))
  const added = yours.filter(one => !had.has(key(one)) && !known.has(key(one)))
  const merged = [...kept, ...added] as List
  return merged.length > 0 ? merged : null
}

type Shares = { shares: Record<string, number> }

function mergeShares(before: Shares, theirs: Shares, yours: Shares): Value | undefined {
  const shares: Record<string, number> = {}
  for (const key of new Set([...Object.keys(theirs.shares), ...Object.keys(yours.shares)])) {
    const [was, one, other] = [before.shares[key], theirs.shares[key], yours.shares[key]]
    if (one !== other && was !== one && was !== other) return undefined
    const now = was === one ? other : one
    if (now !== undefined) shares[key] = now
  }
  return { shares }
}

function isList(value: Value | null): value is List | null {
  return value === null || Array.isArray(value)
}

function isShares(value: Value | null): value is Shares {
  return typeof value === 'object' && value !== null && 'shares' in value
}
