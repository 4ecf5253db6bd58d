/** The tree of a network's groups, as plain values. */

export interface Placed {
  id: string
  parentId: string | null
  name: string
}

/** How many levels there are at most, the first counted. */
export const mostLevels = 6

/** What stands against a group being in another: it is in itself, by way of these; or there would be too many levels. */
export type Misplaced = { kind: 'circle'; names: string[] } | { kind: 'depth' } | null

/** @param id of the group to be placed; null for a new one, which holds nothing yet */
export function misplaced(groups: readonly Placed[], id: string | null, parentId: string | null): Misplaced {
  const byId = new Map(groups.map(group => [group.id, group]))
  const above = parentId === null ? [] : pathTo(byId, parentId)
  if (id !== null) {
    const at = above.findIndex(group => group.id === id)
    // From itself down to itself.
    if (at >= 0)
      return { kind: 'circle', names: [...above.slice(at), above[at]].flatMap(group => group?.name ?? []) }
  }
  const own = id === null ? 1 : levelsFrom(groups, id)
  return above.length + own > mostLevels ? { kind: 'depth' } : null
}

/** A group and those it is in, the outermost first. */
export function pathTo<Group extends Placed>(groups: ReadonlyMap<string, Group>, id: string): Group[] {
  const path: Group[] = []
  // What was met already ends the way: data that go in a circle must not hold up a page.
  const met = new Set<string>()
  for (let group = groups.get(id); group && !met.has(group.id); group = groups.get(group.parentId ?? '')) {
    met.add(group.id)
    path.unshift(group)
  }
  return path
}

/**
 * Each group before those in it, siblings in the order given, with how deep it lies. One whose parent is not among them
 * stands at the first level: the reader may know of it, and not of what it is in.
 */
export function inTreeOrder<Group extends Placed>(
  groups: readonly Group[],
): { group: Group; depth: number }[] {
  const known = new Set(groups.map(group => group.id))
  const inner = Map.groupBy(groups, group =>
    group.parentId !== null && known.has(group.parentId) ? group.parentId : '',
  )
  const ordered: { group: Group; depth: number }[] = []
  const met = new Set<string>()
  const ahead = (inner.get('') ?? []).map(group => ({ group, depth: 0 })).reverse()
  for (let one = ahead.pop(); one; one = ahead.pop()) {
    if (met.has(one.group.id)) continue
    met.add(one.group.id)
    ordered.push(one)
    const { depth } = one
    ahead.push(...(inner.get(one.group.id) ?? []).map(group => ({ group, depth: depth + 1 })).reverse())
  }
  return ordered
}

/** How many levels a group and what is in it take. */
function levelsFrom(groups: readonly Placed[], id: string): number {
  const inner = Map.groupBy(groups, group => group.parentId ?? '')
  let level = [id]
  let levels = 0
  const met = new Set(level)
  while (level.length > 0) {
    levels += 1
    level = level.flatMap(one => (inner.get(one) ?? []).map(group => group.id)).filter(one => !met.has(one))
    for (const one of level) met.add(one)
  }
  return levels
}
