import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countryBox, markPoint } from '#reference/world.ts'
import {
  closestView,
  fitBox,
  frame,
  fromFrame,
  radius,
  referenceCounts,
  toFrame,
  wholeWorld,
} from './map-frame.ts'

it('draws circles whose area is proportional to the count', () => {
  expect(radius(400, 400) / radius(100, 400)).toBeCloseTo(2)
  expect(radius(200, 400) ** 2 / radius(400, 400) ** 2).toBeCloseTo(0.5)
  expect(radius(1, 100_000)).toBeGreaterThan(2)
  expect([radius(0, 10), radius(3, 0), radius(Number.NaN, 10)]).toEqual([0, 0, 0])
})

it('takes round numbers for the legend, none above the largest', () => {
  expect(referenceCounts(57)).toEqual([50, 5])
  expect(referenceCounts(1000)).toEqual([1000, 100])
  expect(referenceCounts(7)).toEqual([5, 1])
  expect(referenceCounts(1)).toEqual([1])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), largest => {
      for (const count of referenceCounts(largest)) expect(count).toBeLessThanOrEqual(largest)
    }),
  )
})

it('goes from the world to the frame and back', () => {
  const number = fc.double({ min: -500, max: 4500, noNaN: true })
  fc.assert(
    fc.property(
      number,
      number,
      fc.double({ min: closestView, max: 4000, noNaN: true }),
      number,
      number,
      (x, y, width, px, py) => {
        const view = { x, y, width }
        const back = fromFrame(view, toFrame(view, { x: px, y: py }))
        expect(back.x).toBeCloseTo(px, 6)
        expect(back.y).toBeCloseTo(py, 6)
      },
    ),
  )
})

it.each(['CI', 'FR', 'TG', 'RU', 'CL', 'FJ', 'TK', 'MT'])(
  'fits %s wholly, with its circle, and not too close',
  code => {
    const box = countryBox(code) ?? [0, 0, 0, 0]
    const view = fitBox(box)
    expect(view.width).toBeGreaterThanOrEqual(closestView)
    expect(view.width).toBeLessThanOrEqual(wholeWorld.width)
    const corners = [
      { x: box[0], y: box[1] },
      { x: box[2], y: box[3] },
      markPoint(code) ?? { x: -1, y: -1 },
    ].map(point => toFrame(view, point))
    for (const { x, y } of corners) {
      expect(x).toBeGreaterThan(0)
      expect(x).toBeLessThan(frame.width)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(frame.height)
    }
  },
)
