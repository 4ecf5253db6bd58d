import { geoEqualEarth } from 'd3-geo'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centroid, countriesByName } from './countries.ts'
import { centralMeridian } from './equal-earth.ts'
import {
  countryBox,
  hasShape,
  markPoint,
  outlinesIn,
  project,
  unproject,
  worldDots,
  worldShapes,
  worldViewBox,
} from './world.ts'

const lat = fc.double({ min: -90, max: 90, noNaN: true })
const lng = fc.double({ min: -180, max: 180, noNaN: true })

describe('project', () => {
  it('stays within the view box', () => {
    fc.assert(
      fc.property(lat, lng, (lat, lng) => {
        const point = project(lat, lng)
        expect(point).not.toBeNull()
        expect(point?.x).toBeGreaterThanOrEqual(-1e-6)
        expect(point?.x).toBeLessThanOrEqual(worldViewBox.width + 1e-6)
        expect(point?.y).toBeGreaterThanOrEqual(-1e-6)
        expect(point?.y).toBeLessThanOrEqual(worldViewBox.height + 1e-6)
      }),
    )
  })

  it('goes up with latitude, whatever the longitude, and right with longitude', () => {
    fc.assert(
      fc.property(lat, lat, lng, (one, other, lng) => {
        fc.pre(Math.abs(one - other) > 0.01)
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(project(high, lng)?.y).toBeLessThan(project(low, lng)?.y ?? 0)
      }),
    )
    fc.assert(
      fc.property(
        lat,
        fc.double({ min: -168, max: 180, noNaN: true }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        (lat, lng, step) => {
          fc.pre(lng + step <= 180)
          expect(project(lat, lng + step)?.x).toBeGreaterThan(project(lat, lng)?.x ?? 1e9)
        },
      ),
    )
  })

  it('agrees with d3-geo', () => {
    const peer = geoEqualEarth()
      .rotate([-centralMeridian, 0])
      .precision(0)
      .fitWidth(worldViewBox.width, { type: 'Sphere' })
    fc.assert(
      fc.property(lat, lng, (lat, lng) => {
        fc.pre(Math.abs(lng + 169) > 1e-6)
        const [x, y] = peer([lng, lat]) ?? []
        const ours = project(lat, lng)
        expect(ours?.x).toBeCloseTo(x ?? Number.NaN, 1)
        expect(ours?.y).toBeCloseTo(y ?? Number.NaN, 1)
      }),
    )
  })

  it('keeps areas: a degree square weighs what it does on the sphere', () => {
    const area = (lat: number, lng: number): number => {
      const corner = (dlat: number, dlng: number) =>
        project(lat + dlat, lng + dlng) ?? { x: Number.NaN, y: Number.NaN }
      const points = [corner(0, 0), corner(0, 0.1), corner(0.1, 0.1), corner(0.1, 0)]
      return Math.abs(
        points.reduce((sum, { x, y }, i) => {
          const next = points[(i + 1) % 4] ?? { x: 0, y: 0 }
          return sum + (x * next.y - next.x * y) / 2
        }, 0),
      )
    }
    const sphere = (lat: number) => Math.sin(((lat + 0.1) * Math.PI) / 180) - Math.sin((lat * Math.PI) / 180)
    fc.assert(
      fc.property(
        fc.double({ min: -85, max: 85, noNaN: true }),
        fc.double({ min: -150, max: 170, noNaN: true }),
        (lat, lng) => {
          expect(area(lat, lng) / sphere(lat) / (area(0, 11) / sphere(0))).toBeCloseTo(1, 2)
        },
      ),
    )
  })

  it('is undone by unproject', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -88, max: 88, noNaN: true }),
        fc.double({ min: -168.9, max: 180, noNaN: true }),
        (lat, lng) => {
          const { x, y } = project(lat, lng) ?? { x: 0, y: 0 }
          const back = unproject(x, y)
          expect(back.lat).toBeCloseTo(lat, 5)
          expect(((back.lng - lng + 540) % 360) - 180).toBeCloseTo(0, 5)
        },
      ),
    )
  })

  it('refuses what is no place', () => {
    expect(project(91, 0)).toBeNull()
    expect(project(0, Number.NaN)).toBeNull()
    expect(project(Number.POSITIVE_INFINITY, 0)).toBeNull()
    expect(project(0, 361)).toBeNull()
  })

  it('wraps longitudes and does not tear Fiji, Chukotka or Samoa apart', () => {
    expect(project(10, 190)?.x).toBeCloseTo(project(10, -170)?.x ?? 0, 6)
    expect(Math.abs((project(-17, 179.9)?.x ?? 0) - (project(-17, -179.9)?.x ?? 0))).toBeLessThan(4)
    const [west, , east] = countryBox('FJ') ?? [0, 0, 0, 0]
    expect(east - west).toBeLessThan(60)
    const russia = countryBox('RU') ?? [0, 0, 0, 0]
    expect(russia[2] - russia[0]).toBeLessThan(2000)
    expect(project(-13.8, -172)?.x).toBeGreaterThan(3800)
  })
})

describe('the shapes', () => {
  it('leave no country unmarked but Antarctica', () => {
    const marked = new Set([...worldShapes(), ...worldDots()].map(({ code }) => code))
    expect(countriesByName('en').filter(({ code }) => !marked.has(code))).toEqual([
      { code: 'AQ', name: 'Antarctica' },
    ])
  })

  it('hold the circle of their country', () => {
    for (const code of ['FR', 'CI', 'FJ', 'US', 'CL', 'ID', 'HR', 'TG', 'RU']) {
      const [west, north, east, south] = countryBox(code) ?? [1, 1, 0, 0]
      const { x, y } = markPoint(code) ?? { x: Number.NaN, y: Number.NaN }
      expect(x >= west && x <= east && y >= north && y <= south, code).toBe(true)
    }
  })

  it('give France without its far regions, and those apart', () => {
    const [west, , east] = countryBox('FR') ?? [0, 0, 0, 0]
    expect(east - west).toBeLessThan(150)
    expect(hasShape('GF')).toBe(true)
    expect(centroid('RE')?.lat).toBeLessThan(-20)
  })

  it('are drawn inside the view box and weigh little', () => {
    const all = worldShapes()
    for (const { code, path } of all) {
      expect(path, code).toMatch(/^(M\d+ \d+l(?:-?\d+| )+z)+$/)
      for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/g)) {
        expect(Number(x)).toBeLessThanOrEqual(worldViewBox.width)
        expect(Number(y)).toBeLessThanOrEqual(worldViewBox.height)
      }
    }
    expect(all.map(({ path }) => path).join('').length).toBeLessThan(60_000)
    expect(countryBox('QQ')).toBeNull()
    expect(countryBox('TK')?.[0]).toBe(markPoint('TK')?.x)
  })

  it('are given piece by piece: what reaches into a box, and all of the world for the whole', () => {
    const all = worldShapes().map(({ path }) => path)
    expect(outlinesIn([0, 0, worldViewBox.width, worldViewBox.height])).toBe(all.join(''))
    const paris = project(48.85, 2.35) ?? { x: 0, y: 0 }
    const around = outlinesIn([paris.x - 1, paris.y - 1, paris.x + 1, paris.y + 1])
    const france = worldShapes().find(({ code }) => code === 'FR')?.path ?? ''
    // The mainland of France, without its islands, and of others at most what stretches as far.
    expect(around).not.toContain(france)
    expect((around.match(/M[^M]*/g) ?? []).some(piece => france.includes(piece))).toBe(true)
    expect(around.length).toBeLessThan(3_000)
    expect(outlinesIn([0, 0, 1, 1])).toBe('')
  })
})
