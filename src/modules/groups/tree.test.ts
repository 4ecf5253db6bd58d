import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../test/fast-check.ts'
import { inTreeOrder, misplaced, mostLevels, type Placed, pathTo } from './tree.ts'

/** Moves as people make them, one after the other; those refused change nothing. */
function grown(moves: readonly (readonly [number, number | null])[]): Placed[] {
  const groups: Placed[] = []
  for (const [one, into] of moves) {
    const [id, parentId] = [`g${one}`, into === null ? null : `g${into}`]
    if (parentId !== null && !groups.some(group => group.id === parentId)) continue
    const known = groups.find(group => group.id === id)
    if (misplaced(groups, known ? id : null, parentId)) continue
    if (known) known.parentId = parentId
    else groups.push({ id, parentId, name: id.toUpperCase() })
  }
  return groups
}

const moves = fc.array(fc.tuple(fc.nat({ max: 15 }), fc.option(fc.nat({ max: 15 }))), { maxLength: 80 })

describe('whatever is moved where', () => {
  test('no group is ever in itself, nor deeper than there are levels', () => {
    fc.assert(
      fc.property(moves, made => {
        const groups = grown(made)
        const byId = new Map(groups.map(group => [group.id, group]))
        for (const { id } of groups) {
          const path = pathTo(byId, id)
          expect(path[0]?.parentId).toBeNull()
          expect(path.length).toBeLessThanOrEqual(mostLevels)
        }
      }),
    )
  })

  test('every group is listed once, after what it is in, as deep as it lies', () => {
    fc.assert(
      fc.property(moves, made => {
        const groups = grown(made)
        const byId = new Map(groups.map(group => [group.id, group]))
        const listed = inTreeOrder(groups)
        expect(listed.map(({ group }) => group.id).sort()).toEqual(groups.map(({ id }) => id).sort())
        listed.forEach(({ group, depth }, index) => {
          expect(depth).toBe(pathTo(byId, group.id).length - 1)
          const parent = listed.findIndex(one => one.group.id === group.parentId)
          expect(parent).toBeLessThan(index)
        })
      }),
    )
  })

  test('what is listed of a part of the tree is that part', () => {
    fc.assert(
      fc.property(moves, fc.func(fc.boolean()), (made, shown) => {
        const part = grown(made).filter(group => shown(group.id))
        expect(
          inTreeOrder(part)
            .map(({ group }) => group.id)
            .sort(),
        ).toEqual(part.map(({ id }) => id).sort())
      }),
    )
  })
})

test('a circle is told by the names it goes through', () => {
  const groups = [
    { id: 'a', parentId: null, name: 'Club' },
    { id: 'b', parentId: 'a', name: 'Climat' },
    { id: 'c', parentId: 'b', name: 'Carbone' },
  ]
  expect(misplaced(groups, 'a', 'c')).toEqual({
    kind: 'circle',
    names: ['Club', 'Climat', 'Carbone', 'Club'],
  })
  expect(misplaced(groups, 'a', 'a')).toEqual({ kind: 'circle', names: ['Club', 'Club'] })
  expect(misplaced(groups, 'c', 'a')).toBeNull()
  expect(misplaced(groups, null, 'c')).toBeNull()
})

test('too many levels are refused, for what is moved with all it holds', () => {
  const chain = Array.from({ length: mostLevels }, (_, index) => ({
    id: `g${index}`,
    parentId: index === 0 ? null : `g${index - 1}`,
    name: `G${index}`,
  }))
  expect(misplaced(chain, null, `g${mostLevels - 1}`)).toEqual({ kind: 'depth' })
  expect(misplaced([...chain, { id: 'x', parentId: null, name: 'X' }], 'g0', 'x')).toEqual({ kind: 'depth' })
})

test('data that go in a circle hold nothing up', () => {
  const circle = [
    { id: 'a', parentId: 'b', name: 'A' },
    { id: 'b', parentId: 'a', name: 'B' },
  ]
  expect(pathTo(new Map(circle.map(group => [group.id, group])), 'a').map(({ id }) => id)).toEqual(['b', 'a'])
  expect(inTreeOrder(circle)).toEqual([])
  expect(misplaced(circle, null, 'a')).toBeNull()
})
