import fc from 'fast-check'
import '../../../test/fast-check.ts'
import { describe, expect, test } from 'vitest'
import { accentFor, contrast, leastContrast, toHex, toOklch } from '#modules/network/colour.ts'

const hex = fc.integer({ min: 0, max: 0xffffff }).map(number => `#${number.toString(16).padStart(6, '0')}`)

describe('contrast', () => {
  test.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    // The greys that WCAG's own examples stand on: #767676 is the palest that passes on white.
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
  ])('of %s on %s is %f', (one, other, expected) => {
    expect(contrast(one, other)).toBeCloseTo(expected, 2)
    expect(contrast(other, one)).toBeCloseTo(expected, 2)
  })
})

describe('OKLCH', () => {
  test('is as published for white, red and blue', () => {
    // Björn Ottosson, "A perceptual color space for image processing", 2020.
    expect(toOklch('#ffffff').l).toBeCloseTo(1, 3)
    const red = toOklch('#ff0000')
    expect([red.l, red.c, red.h].map(value => Math.round(value * 1000) / 1000)).toEqual([
      0.628, 0.258, 29.234,
    ])
    expect(toOklch('#0000ff').h).toBeCloseTo(264.05, 1)
  })

  test('and back is the same colour', () => {
    fc.assert(
      fc.property(hex, colour => {
        expect(toHex(toOklch(colour))).toBe(colour)
      }),
    )
  })
})

describe('an accent', () => {
  test('can always be read, by day and by night, on every ground it stands on', () => {
    fc.assert(
      fc.property(hex, colour => {
        const { light, dark } = accentFor(colour)
        for (const ground of ['#fbfaf6', '#fefdfb', light.soft])
          expect(contrast(light.colour, ground)).toBeGreaterThanOrEqual(leastContrast)
        for (const ground of ['#121819', '#1a2021', dark.soft])
          expect(contrast(dark.colour, ground)).toBeGreaterThanOrEqual(leastContrast)
      }),
    )
  })

  test('that can be read stays as it is', () => {
    fc.assert(
      fc.property(hex, colour => {
        const { light } = accentFor(colour)
        expect(light.colour === colour).toBe(light.reads)
        expect(light.contrast >= leastContrast).toBe(light.reads)
      }),
    )
  })

  test('that cannot keeps its hue, and goes no further than it must', () => {
    const { light } = accentFor('#ff8800')
    expect(light.reads).toBe(false)
    expect(Math.abs(toOklch(light.colour).h - toOklch('#ff8800').h)).toBeLessThan(3)
    expect(contrast(light.colour, light.soft)).toBeLessThan(leastContrast + 0.3)
  })
})
