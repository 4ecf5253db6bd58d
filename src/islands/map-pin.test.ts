import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frame, fromFrame, toFrame, wholeWorld } from '#ui/charts/map-frame.ts'
import { findCountry } from './countries.ts'
import { aroundPin, kilometresOff, rounded } from './map-pin.ts'

test('what is said of precision is never better than the outlines, nor than the finger', () => {
  expect(kilometresOff(wholeWorld.width, 360)).toBe(1_000)
  expect(kilometresOff(wholeWorld.width, 1_000)).toBe(500)
  expect(kilometresOff(40, 700)).toBe(10)
  expect(rounded({ lat: 43.60426, lng: 1.44367 }, 10)).toEqual({ lat: 43.6, lng: 1.44 })
  expect(rounded({ lat: 43.60426, lng: -0.04 }, 500)).toEqual({ lat: 44, lng: 0 })
  fc.assert(
    fc.property(
      fc.double({ min: 40, max: 4_000, noNaN: true }),
      fc.integer({ min: 200, max: 1_600 }),
      (width, pixels) => {
        const said = kilometresOff(width, pixels)
        expect(said).toBeGreaterThanOrEqual(10)
        expect(said).toBeGreaterThanOrEqual(((width * 10.4) / pixels) * 8)
      },
    ),
  )
})

test('a view that shows a point stays, one that does not goes there', () => {
  const view = { x: 1_900, y: 300, width: 400 }
  expect(aroundPin(view, fromFrame(view, { x: 500, y: 220 }))).toBe(view)
  const moved = aroundPin(view, { x: 10, y: 900 })
  expect(moved.width).toBe(400)
  const { x, y } = toFrame(moved, { x: 10, y: 900 })
  expect([x, y].map(Math.round)).toEqual([frame.width / 2, frame.height / 2])
})

test('a country is found by any of its names, and by how its name begins', () => {
  expect(findCountry('côte d’ivoire', 'fr')?.name).toBe('Côte d’Ivoire')
  expect(findCountry('Germany', 'fr')?.name).toBe('Allemagne')
  expect(findCountry('burki', 'fr')).toMatchObject({ name: 'Burkina Faso' })
  expect(findCountry('', 'fr')).toBeNull()
  expect(findCountry('Toulouse', 'fr')).toBeNull()
})
