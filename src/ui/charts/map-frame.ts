import { worldWidth } from '#reference/equal-earth.ts'

/**
 * The map is drawn in a frame of fixed units, in which circles and words keep their size; a view says which window of the
 * world (in map units) fills it. The server and the interactive map share this arithmetic. Pure.
 */
export type View = { x: number; y: number; width: number }

export type Point = { x: number; y: number }

export const frame = { width: 1000, height: 440 } as const

/** From the north of Greenland to Cape Horn; the far south has nothing to show. */
export const wholeWorld: View = { x: 0, y: 0, width: worldWidth }

/** Smallest window, in map units (about 1,300 km): the outlines are not drawn finely enough for less. */
export const closestView = 125

/** A pin, whose point is where it points to: the origin. */
export const pinShape =
  'M0 0C-4 -12 -16 -18 -16 -31a16 16 0 0 1 32 0C16 -18 4 -12 0 0ZM0 -37a6 6 0 1 0 0 12a6 6 0 1 0 0 -12Z'

export function toFrame(view: View, point: Point): Point {
  const zoom = frame.width / view.width
  return { x: (point.x - view.x) * zoom, y: (point.y - view.y) * zoom }
}

export function fromFrame(view: View, point: Point): Point {
  const zoom = view.width / frame.width
  return { x: view.x + point.x * zoom, y: view.y + point.y * zoom }
}

/** `transform` that puts shapes in map units into the frame. */
export function frameTransform(view: View): string {
  const zoom = frame.width / view.width
  return `matrix(${trim(zoom, 4)} 0 0 ${trim(zoom, 4)} ${trim(-view.x * zoom, 2)} ${trim(-view.y * zoom, 2)})`
}

/** The view that shows a box `[west, north, east, south]` with room around it, never closer than `closestView`. */
export function fitBox([west, north, east, south]: readonly [number, number, number, number]): View {
  const ratio = frame.width / frame.height
  const width = Math.min(
    wholeWorld.width,
    Math.max(closestView * 1.4, (east - west) * 1.4, (south - north) * 1.4 * ratio),
  )
  return { x: (west + east - width) / 2, y: (north + south - width / ratio) / 2, width }
}

/** Radius in frame units; the area is proportional to the count, but nothing that exists is too small to be seen. */
export function radius(count: number, largest: number): number {
  if (!(count > 0) || !(largest > 0)) return 0
  return Math.max(
    smallestRadius,
    Math.min(largestRadius * Math.sqrt(count / largest), radiusOfOne * Math.sqrt(count)),
  )
}

/** Two round numbers for the legend: one near the largest count, one near a tenth of it. */
export function referenceCounts(largest: number): number[] {
  const top = roundBelow(largest)
  const low = roundBelow(largest / 10)
  return low < top ? [top, low] : [top]
}

export function trim(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}

const largestRadius = 26
const smallestRadius = 2.4
/** Where all counts are small, circles are too. */
const radiusOfOne = 9

/** The largest of 1, 2, 5, 10, 20, 50 … that is not above the value; at least 1. */
function roundBelow(value: number): number {
  if (value < 1) return 1
  const ten = 10 ** Math.floor(Math.log10(value) + 1e-12)
  return ([5, 2, 1].find(step => step * ten <= value) ?? 1) * ten
}
