import { mergeTexts } from '#ui/text-merging.ts'
import { isList, isText, type Json, same } from './writing-answers.ts'

/**
 * Two answers that were both written upon a third, in one: texts by words, lists by what each has added and taken away; as
 * the server does it (modules/commons/writing/merging.ts).
 * @returns undefined where both have changed the same, and somebody has to choose
 */
export function mergeAnswers(base: Json, mine: Json, theirs: Json, of: HTMLElement): Json | undefined {
  if (same(mine, theirs) || same(base, theirs)) return mine
  if (same(base, mine)) return theirs
  const texts = [base ?? '', mine ?? '', theirs ?? ''].filter(one => typeof one === 'string')
  const [first, second, third] = texts
  if (isText(of) && first !== undefined && second !== undefined && third !== undefined)
    return mergeTexts(first, third, second)
  if (isList(of)) return mergeLists(listOf(base), listOf(mine), listOf(theirs))
  if (isShares(mine) && isShares(theirs))
    return mergeShares(isShares(base) ? base.shares : {}, mine.shares, theirs.shares)
  return undefined
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function mergeLists(base: Json[], mine: Json[], theirs: Json[]): Json {
  const has = (list: Json[], one: Json) => list.some(other => same(other, one))
  const kept = theirs.filter(one => has(mine, one) || !has(base, one))
  const added = mine.filter(one => !has(base, one) && !has(theirs, one))
  const merged = [...kept, ...added]
  return merged.length > 0 ? merged : null
}

type Shares = { shares: { [part: string]: Json } }

function isShares(value: Json): value is Shares {
  return typeof value === 'object' && value !== null && 'shares' in value
}

/** Each part for itself; undefined where both have changed one. */
function mergeShares(
  base: Shares['shares'],
  mine: Shares['shares'],
  theirs: Shares['shares'],
): Shares | undefined {
  const shares: Shares['shares'] = {}
  for (const part of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, one, other] = [base[part], mine[part], theirs[part]]
    if (one !== other && was !== one && was !== other) return undefined
    const now = was === one ? other : one
    if (now !== undefined) shares[part] = now
  }
  return { shares }
}
