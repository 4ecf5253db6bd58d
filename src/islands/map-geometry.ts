import { project, unproject, worldHeight, worldWidth } from '#reference/equal-earth.ts'
import { closestView, frame, fromFrame, type Point, type View, wholeWorld } from '#ui/charts/map-frame.ts'

/** What `GET …?bbox=west,south,east,north` answers: GeoJSON, longitude first. */
export type PlaceCollection = {
  features: {
    geometry: { coordinates: [number, number] } | null
    properties: { id: string; title: string; type?: string; href: string }
  }[]
  /** How many there are in the box, when the answer is cut short. */
  numberMatched?: number
}

export type Place = { id: string; title: string; type: string; href: string; at: Point }

export type Cluster = { at: Point; places: Place[] }

/**
 * The view closer by `factor` (below 1: further), in which the given point of the frame stays where it is.
 * @param closest the smallest window, in map units
 */
export function zoomAt(view: View, factor: number, point: Point, closest = closestView): View {
  const width = Math.min(wholeWorld.width, Math.max(closest, view.width / factor))
  const fixed = fromFrame(view, point)
  const unit = width / frame.width
  return within({ x: fixed.x - point.x * unit, y: fixed.y - point.y * unit, width })
}

/** The view after the map has been dragged by so many frame units. */
export function dragBy(view: View, dx: number, dy: number): View {
  const unit = view.width / frame.width
  return within({ x: view.x - dx * unit, y: view.y - dy * unit, width: view.width })
}

/** A view on the way from one to another, `t` from 0 to 1; the width changes by equal ratios, as zooming is perceived. */
export function between(from: View, to: View, t: number): View {
  const width = from.width * (to.width / from.width) ** t
  // Follows the width, so that a zoom about a point keeps this point still all the way.
  const share = from.width === to.width ? t : (width - from.width) / (to.width - from.width)
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, width }
}

export function holds(outer: View, inner: View): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + heightOf(inner) <= outer.y + heightOf(outer)
  )
}

/** The view with a margin of `share` of its width on each side. */
export function widened(view: View, share: number): View {
  return {
    x: view.x - view.width * share,
    y: view.y - heightOf(view) * share,
    width: view.width * (1 + 2 * share),
  }
}

/** `west,south,east,north` in degrees that holds everything in the view; west is above east where it crosses 180° (RFC 7946). */
export function boundingBox(view: View): string {
  const steps = [0, 0.25, 0.5, 0.75, 1]
  const limit = (value: number, most: number) => Math.max(0, Math.min(most, value))
  // Longitudes counted from the map's left edge, since there the smallest is the westernmost.
  const edge = unproject(0, worldHeight / 2).lng
  const points = steps.flatMap(across =>
    steps.map(down =>
      unproject(
        limit(view.x + view.width * across, worldWidth),
        limit(view.y + heightOf(view) * down, worldHeight),
      ),
    ),
  )
  const eastings = points.map(({ lng }) => (lng - edge + 360) % 360)
  const lats = points.map(({ lat }) => lat)
  const west = Math.min(...eastings)
  const east = Math.max(...eastings)
  const degrees = (easting: number) => ((easting + edge + 540) % 360) - 180
  const ends = east - west > 340 ? [-180, 180] : [degrees(west), degrees(east)]
  return [ends[0], Math.min(...lats), ends[1], Math.max(...lats)]
    .map(value => (value ?? 0).toFixed(2))
    .join(',')
}

/** Points of a GeoJSON answer that can be drawn; what has no place or no address is left out. */
export function placesOf(collection: PlaceCollection): Place[] {
  return collection.features.flatMap(({ geometry, properties }) => {
    const [lng = Number.NaN, lat = Number.NaN] = geometry?.coordinates ?? []
    const at = project(lat, lng)
    if (!at || !/^(?:\/(?!\/)|https?:)/.test(properties.href)) return []
    const { id, title, type = '', href } = properties
    return [{ id, title, type, href, at }]
  })
}

/**
 * Groups places that would cover each other: each joins the first group whose centre is nearer than `reach` (map units),
 * the most crowded spots first, so that the same places always make the same groups.
 */
export function clustersOf(places: readonly Place[], reach: number): Cluster[] {
  const cells = new Map<string, Place[]>()
  for (const place of places) {
    const key = `${Math.floor(place.at.x / reach)} ${Math.floor(place.at.y / reach)}`
    const cell = cells.get(key)
    if (cell) cell.push(place)
    else cells.set(key, [place])
  }
  const clusters: Cluster[] = []
  for (const cell of [...cells.values()].sort((a, b) => b.length - a.length)) {
    const at = middle(cell)
    const near = clusters.find(other => Math.hypot(other.at.x - at.x, other.at.y - at.y) < reach)
    if (near) near.places.push(...cell)
    else clusters.push({ at, places: cell })
  }
  return clusters
}

function heightOf(view: View): number {
  return (view.width * frame.height) / frame.width
}

/** Keeps most of the window on the map: the further out, the less it can be dragged away, and not at all at full width. */
function within(view: View): View {
  const slack = 0.35 * Math.min(view.width, wholeWorld.width - view.width)
  const clamp = (value: number, size: number, full: number) =>
    Math.max(-slack, Math.min(full - size + slack, value))
  return {
    x: clamp(view.x, view.width, wholeWorld.width),
    y: clamp(view.y, heightOf(view), heightOf(wholeWorld)),
    width: view.width,
  }
}

function middle(places: readonly Place[]): Point {
  const sum = (key: 'x' | 'y') => places.reduce((total, { at }) => total + at[key], 0) / places.length
  return { x: sum('x'), y: sum('y') }
}
