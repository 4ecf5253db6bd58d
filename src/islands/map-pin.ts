import { frame, type Point, toFrame, type View } from '#ui/charts/map-frame.ts'

/** Map units are about ten kilometres, and the outlines are drawn in whole ones: no point on them is surer than that. */
const kilometresPerUnit = 10.4
const surest = 10
/** As far as a finger or a mouse misses what it aims at, in pixels. */
const miss = 8

/** Within how many kilometres a point is where somebody meant to put it: a round number, never less than ten. */
export function kilometresOff(viewWidth: number, pixels: number): number {
  const most = ((viewWidth * kilometresPerUnit) / Math.max(1, pixels)) * miss
  const ten = 10 ** Math.floor(Math.log10(Math.max(surest, most)))
  return [1, 2, 5, 10].map(step => step * ten).find(round => round >= Math.max(surest, most)) ?? 10 * ten
}

/** Degrees with no more decimals than are known: a hundredth is a kilometre, a tenth eleven. */
export function rounded(
  point: { lat: number; lng: number },
  kilometres: number,
): { lat: number; lng: number } {
  const decimals = kilometres < 20 ? 2 : kilometres < 200 ? 1 : 0
  // Adding nothing makes of −0 what one would write.
  return { lat: Number(point.lat.toFixed(decimals)) + 0, lng: Number(point.lng.toFixed(decimals)) + 0 }
}

/** How far an arrow moves the pin, in units of the frame. */
export function stepOf(far: boolean): number {
  return far ? 100 : 12
}

/** The view moved so that a point is well inside it; left alone where it is so already, unless it is wanted in the middle. */
export function aroundPin(view: View, at: Point, middle = false): View {
  const { x, y } = toFrame(view, at)
  const inside = x > 60 && x < frame.width - 60 && y > 60 && y < frame.height - 30
  if (inside && !middle) return view
  return { ...view, x: at.x - view.width / 2, y: at.y - (view.width * frame.height) / frame.width / 2 }
}
