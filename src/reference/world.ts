import file from '../../reference/world.json' with { type: 'json' }
import { centroid } from './countries.ts'
import { project, worldHeight, worldWidth } from './equal-earth.ts'

export { project, unproject } from './equal-earth.ts'

/** `[west, north, east, south]` in map units, y downwards. */
export type Box = readonly [number, number, number, number]

/** Everything `project` can answer, in map units. */
export const worldViewBox = { x: 0, y: 0, width: worldWidth, height: worldHeight } as const

/** SVG path data per country, in map units; neighbours share their border exactly. Without Antarctica. */
export function worldShapes(): readonly { code: string; path: string }[] {
  return shapes
}

/** Of all outlines, the pieces that reach into a box, as one path: a small map needs no more. */
export function outlinesIn([west, north, east, south]: Box): string {
  pieces ??= shapes.flatMap(({ path }) =>
    (path.match(/M[^M]*/g) ?? []).map(piece => ({ path: piece, box: boxOf(piece) })),
  )
  return pieces
    .filter(({ box }) => box[2] >= west && box[0] <= east && box[3] >= north && box[1] <= south)
    .map(({ path }) => path)
    .join('')
}

/** Where countries too small to be seen are marked; some of them have a shape too, for when they are drawn large. */
export function worldDots(): readonly { code: string; x: number; y: number }[] {
  return dots
}

export function hasShape(code: string): boolean {
  return code in boxes
}

/** The main parts of a country (without far small islands), a mere point for those without a shape, null for unknown codes. */
export function countryBox(code: string): Box | null {
  const shape = boxes[code]
  if (shape) return shape.box as unknown as Box
  const point = markPoint(code)
  return point ? [point.x, point.y, point.x, point.y] : null
}

/** Where to put a country's circle, in map units. */
export function markPoint(code: string): { x: number; y: number } | null {
  const at = centroid(code)
  return at ? project(at.lat, at.lng) : null
}

let pieces: { path: string; box: Box }[] | undefined

/** Of a piece as they are written there: a point, then steps from each to the next. */
function boxOf(piece: string): Box {
  const [x = 0, y = 0, ...steps] = (piece.match(/-?\d+/g) ?? []).map(Number)
  const box: [number, number, number, number] = [x, y, x, y]
  let [atX, atY] = [x, y]
  for (let index = 0; index + 1 < steps.length; index += 2) {
    atX += steps[index] ?? 0
    atY += steps[index + 1] ?? 0
    box[0] = Math.min(box[0], atX)
    box[1] = Math.min(box[1], atY)
    box[2] = Math.max(box[2], atX)
    box[3] = Math.max(box[3], atY)
  }
  return box
}

const boxes: Record<string, { box: number[]; path: string } | undefined> = file.shapes
const shapes = Object.entries(file.shapes).map(([code, { path }]) => ({ code, path }))
const dots = Object.entries(file.dots).map(([code, [x = 0, y = 0]]) => ({ code, x, y }))
