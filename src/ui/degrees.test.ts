import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDegrees, readPoint } from './degrees.ts'

test.each([
  ['43.6, 1.44', 43.6, 1.44],
  ['43,604 ; 1,444', 43.604, 1.444],
  ['43,6, 1,44', 43.6, 1.44],
  ['43.6,1.44', 43.6, 1.44],
  ['43.6 1.44', 43.6, 1.44],
  [' (−33.45, −70.66) ', -33.45, -70.66],
  ['43°36′16″N 1°26′38″E', 43.604444, 1.443889],
  ['33° 27\' 0" S, 70° 39\' 36" W', -33.45, -70.66],
  ['1.44 E, 43.6 N', 43.6, 1.44],
  ['12/-1', 12, -1],
])('%s is a point', (text, lat, lng) => {
  expect(readPoint(text)).toEqual({ lat, lng })
})

test.each(['', 'Toulouse', '43.6', '1, 2, 3', '43.6, là', '43 N, 12 S', '43,6'])(
  '%s is none that is sure',
  text => {
    expect(readPoint(text)).toBeNull()
  },
)

test('a comma is a decimal one in degrees', () => {
  expect(readDegrees('43,604')).toBe(43.604)
  expect(readDegrees('1,44 O')).toBe(-1.44)
  expect(readDegrees('1 250,5')).toBeNull()
})

test('a point written with five decimals is read as it is, however it is put', () => {
  const degrees = (most: number) => fc.integer({ min: -most * 1e5, max: most * 1e5 }).map(one => one / 1e5)
  fc.assert(
    fc.property(
      degrees(90),
      degrees(180),
      fc.constantFrom(', ', ' ; ', ' ', ','),
      fc.boolean(),
      (lat, lng, between, french) => {
        const write = (one: number) =>
          french && between !== ',' ? one.toFixed(5).replace('.', ',') : one.toFixed(5)
        expect(readPoint(write(lat) + between + write(lng))).toEqual({ lat: lat + 0, lng: lng + 0 })
      },
    ),
  )
})
