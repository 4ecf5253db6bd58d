/**
 * Things in an order in which each comes after what it depends on; else as they were given.
 * @param dependencies by id; those on what is not there count for nothing
 * @returns the circle where there is one, beginning and ending with the same id, each coming after the next
 */
export function inOrder(
  ids: readonly string[],
  dependencies: ReadonlyMap<string, readonly string[]>,
): { order: string[] } | { circle: string[] } {
  const there = new Set(ids)
  const state = new Map<string, 'open' | 'done'>()
  const order: string[] = []
  for (const root of ids) {
    if (state.has(root)) continue
    // Without recursion: a chain of ten thousand is as long as a stack is deep.
    const path: { id: string; next: number }[] = [{ id: root, next: 0 }]
    state.set(root, 'open')
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const before = dependencies.get(last.id)?.[last.next]
      last.next += 1
      if (before === undefined) {
        state.set(last.id, 'done')
        order.push(last.id)
        path.pop()
      } else if (there.has(before)) {
        const seen = state.get(before)
        if (seen === 'open') {
          const from = path.findIndex(({ id }) => id === before)
          return { circle: [...path.slice(from).map(({ id }) => id), before] }
        }
        if (seen === undefined) {
          state.set(before, 'open')
          path.push({ id: before, next: 0 })
        }
      }
    }
  }
  return { order }
}
