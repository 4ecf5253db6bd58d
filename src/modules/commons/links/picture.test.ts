import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { shortestPath } from './links.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { box, pictureOf } from './picture.ts'

function around(distances: number[], links: [number, number][]): Neighbourhood {
  const item = (distance: number, index: number) => ({
    ...{ id: `i${index}`, slug: `i${index}`, title: `Page ${index}`, type: null, language: null, year: null },
    distance: distance as 0 | 1 | 2,
  })
  const kind = 'builds_on' as const
  return {
    items: distances.map(item),
    links: links.map(([from, to]) => ({ from: `i${from}`, to: `i${to}`, kind })),
    more: false,
  }
}

test('what is said of the item stands at its left, what it says at its right, what is further outside', () => {
  const { boxes } = pictureOf(
    around(
      [0, 1, 1, 2, 2],
      [
        [1, 0],
        [0, 2],
        [3, 1],
        [2, 4],
      ],
    ),
  )
  const order = boxes.toSorted((a, b) => a.x - b.x).map(one => one.item)
  expect(order).toEqual([3, 1, 0, 2, 4])
})

test('no box lies on another or outside, whatever is linked with what', () => {
  const neighbourhood = fc
    .tuple(
      fc.array(fc.constantFrom(1, 2), { maxLength: 29 }),
      fc.array(fc.tuple(fc.nat({ max: 29 }), fc.nat({ max: 29 })), { maxLength: 60 }),
    )
    .map(([others, links]) => around([0, ...others.sort()], links))
  fc.assert(
    fc.property(neighbourhood, given => {
      const { width, height, boxes, lines } = pictureOf(given)
      expect(boxes).toHaveLength(given.items.length)
      boxes.forEach((one, index) => {
        expect(one.x).toBeGreaterThanOrEqual(0)
        expect(one.x + box.width).toBeLessThanOrEqual(width)
        expect(one.y).toBeGreaterThanOrEqual(0)
        expect(one.y + box.height).toBeLessThanOrEqual(height)
        for (const other of boxes.slice(index + 1))
          expect(Math.abs(one.x - other.x) >= box.width || Math.abs(one.y - other.y) >= box.height).toBe(true)
      })
      for (const line of lines) expect(line.path).toMatch(/^M[\d.]+ [\d.]+C/)
    }),
  )
})

test('the way found is a shortest one, and there is one exactly where one can go', () => {
  const ways = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 20 })
  fc.assert(
    fc.property(ways, given => {
      const named = given.map(([from, to]) => [`${from}`, `${to}`] as const)
      const path = shortestPath(named, '0', '7')
      let reached = new Set(['0'])
      let steps = 0
      while (!reached.has('7') && steps <= 8) {
        reached = new Set([...reached, ...named.filter(([from]) => reached.has(from)).map(([, to]) => to)])
        steps += 1
      }
      if (!reached.has('7')) expect(path).toBeNull()
      else {
        expect(path).toHaveLength(steps + 1)
        path?.slice(1).forEach((to, index) => {
          expect(named.some(way => way[0] === path[index] && way[1] === to)).toBe(true)
        })
      }
    }),
  )
})
