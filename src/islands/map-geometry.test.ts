import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { project, unproject } from '#reference/equal-earth.ts'
import { closestView, fromFrame, type View, wholeWorld } from '#ui/charts/map-frame.ts'
import { between, boundingBox, clustersOf, dragBy, holds, placesOf, widened, zoomAt } from './map-geometry.ts'

const inside: fc.Arbitrary<View> = fc
  .record({
    width: fc.double({ min: closestView, max: 2000, noNaN: true }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ width, x, y }) => ({ width, x: x * (4000 - width), y: y * (1760 - width * 0.44) }))

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const at = (lat: number, lng: number) => project(lat, lng) ?? { x: 0, y: 0 }

describe('zooming and dragging', () => {
  it('keeps the point under the pointer where it is', () => {
    fc.assert(
      fc.property(
        inside,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fraction,
        fraction,
        (view, factor, x, y) => {
          const point = { x: x * 1000, y: y * 440 }
          const [before, after] = [fromFrame(view, point), fromFrame(zoomAt(view, factor, point), point)]
          expect(after.x).toBeCloseTo(before.x, 6)
          expect(after.y).toBeCloseTo(before.y, 6)
        },
      ),
    )
  })

  it('never goes closer than the outlines allow, nor further than the world, which cannot be dragged away', () => {
    expect(zoomAt(wholeWorld, 1e6, { x: 500, y: 220 }).width).toBe(closestView)
    expect(zoomAt({ x: 1800, y: 700, width: 300 }, 1e-6, { x: 0, y: 0 })).toEqual({ x: 0, y: 0, width: 4000 })
    expect(dragBy(wholeWorld, 300, -200)).toMatchObject({ width: 4000 })
    expect(dragBy(wholeWorld, 300, 0).x).toBeCloseTo(0)
  })

  it('moves from one view to another without leaving the way', () => {
    const [from, to] = [wholeWorld, { x: 1800, y: 700, width: 250 }]
    expect(between(from, to, 0)).toEqual(from)
    expect(between(from, to, 1).x).toBeCloseTo(to.x)
    expect(between(from, to, 0.5).width).toBeCloseTo(1000)
    expect(between(to, { ...to, x: 1900 }, 0.5).x).toBeCloseTo(1850)
  })
})

describe('boundingBox', () => {
  it('holds every place in the view', () => {
    fc.assert(
      fc.property(inside, fraction, fraction, (view, across, down) => {
        const point = { x: view.x + view.width * across, y: view.y + view.width * 0.44 * down }
        const { lat, lng } = unproject(point.x, point.y)
        fc.pre(Math.abs(at(lat, lng).x - point.x) < 0.01)
        const [west = 0, south = 0, east = 0, north = 0] = boundingBox(view).split(',').map(Number)
        // Rounding, and the curve of the meridians between the points that are looked at.
        const near = view.width / 400
        expect(lat).toBeGreaterThanOrEqual(south - 0.01)
        expect(lat).toBeLessThanOrEqual(north + 0.01)
        if (west <= east) expect(lng >= west - near && lng <= east + near).toBe(true)
        else expect(lng >= west - near || lng <= east + near).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('crosses 180° with west above east', () => {
    const { x, y } = at(-17, 179)
    const [west = 0, , east = 0] = boundingBox({ x: x - 60, y: y - 30, width: 120 })
      .split(',')
      .map(Number)
    expect(west).toBeGreaterThan(170)
    expect(east).toBeLessThan(-170)
  })

  it('is the whole globe for the whole world', () => {
    const [west, , east] = boundingBox(wholeWorld).split(',').map(Number)
    expect([west, east]).toEqual([-180, 180])
  })
})

describe('clustersOf', () => {
  const place = fc.record({
    x: fc.double({ min: 0, max: 400, noNaN: true }),
    y: fc.double({ min: 0, max: 200, noNaN: true }),
  })
  const places = fc
    .array(place, { maxLength: 60 })
    .map(points => points.map((at, index) => ({ id: String(index), title: '', type: '', href: '/', at })))

  it('loses no place, keeps each once, and leaves groups apart', () => {
    fc.assert(
      fc.property(places, fc.double({ min: 5, max: 80, noNaN: true }), (places, reach) => {
        const clusters = clustersOf(places, reach)
        const ids = clusters.flatMap(cluster => cluster.places.map(({ id }) => id))
        expect(ids.toSorted()).toEqual(places.map(({ id }) => id).toSorted())
        clusters.forEach((one, i) => {
          for (const other of clusters.slice(i + 1))
            expect(Math.hypot(one.at.x - other.at.x, one.at.y - other.at.y)).toBeGreaterThanOrEqual(reach)
        })
      }),
    )
  })
})

it('reads GeoJSON longitude first, and leaves out what cannot be drawn or followed', () => {
  const feature = (coordinates: [number, number] | null, href: string) => ({
    geometry: coordinates && { coordinates },
    properties: { id: 'a', title: 'A', href },
  })
  const [lome, ...rest] = placesOf({
    features: [
      feature([1.22, 6.13], '/p/1'),
      feature(null, '/p/2'),
      feature([0, 99], '/p/3'),
      feature([0, 0], 'javascript:alert(1)'),
      feature([0, 0], '//elsewhere.example'),
    ],
  })
  expect(rest).toEqual([])
  expect(lome?.at.x).toBeCloseTo(at(6.13, 1.22).x)
  expect(lome?.type).toBe('')
})

it('knows whether what is loaded covers what is seen', () => {
  const view = { x: 1000, y: 500, width: 400 }
  expect(holds(widened(view, 0.25), dragBy(view, 100, 50))).toBe(true)
  expect(holds(widened(view, 0.25), dragBy(view, 400, 0))).toBe(false)
  expect(holds(view, widened(view, 0.01))).toBe(false)
})
