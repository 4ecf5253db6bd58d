/** Where everything of a rope lies in its picture: numbers in, numbers out. */

export interface RopeDrawing {
  width: number
  height: number
  /** The line that is climbed, as a path. */
  line: string
  /** Points of it, from the left. */
  along: Point[]
  hill: string
  /** One for each step. */
  steps: Point[]
  /** One for each capsule: where it ends, and the middle under which its number stands. */
  camps: (Point & { middle: number })[]
  /** In the order given; null: there is no room to draw so many. */
  knots: (Point | null)[]
}

export interface Point {
  x: number
  y: number
}

const size = 12
const mostLevels = 6
/** From the rope to the foot of a name, past the largest of knots; and from one name to the next. */
const beneath = 20
const lineHeight = 14
const mostKnots = 80

/**
 * @param capsules how many steps each has
 * @param settled how many steps each organisation has behind it
 */
export function drawRope(
  width: number,
  height: number,
  capsules: readonly number[],
  settled: readonly number[],
): RopeDrawing {
  const count = capsules.reduce((sum, steps) => sum + steps, 0)
  const [left, right, top, bottom] = [14, width - 14, 26, height - 24]
  const at = (share: number): Point => {
    // A climb that rests a little at each third, and steepens towards the top.
    const rise = 0.86 * share + 0.14 * share * share + 0.03 * Math.sin(share * Math.PI * 6)
    const highest = Math.min(1, Math.max(0, rise))
    return { x: round(left + (right - left) * share), y: round(bottom - 14 - (bottom - 14 - top) * highest) }
  }
  const along = Array.from({ length: 49 }, (_, index) => at(index / 48))
  const line = along.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  const share = (done: number) => (count === 0 ? 0 : Math.min(done, count) / count)
  let before = 0
  return {
    width,
    height,
    line,
    along,
    hill: `${line}L${right} ${bottom}L${left} ${bottom}Z`,
    steps: Array.from({ length: count }, (_, index) => at(share(index + 1))),
    camps: capsules.map(steps => {
      const from = at(share(before))
      before += steps
      const until = at(share(before))
      return { ...until, middle: round((from.x + until.x) / 2) }
    }),
    knots: place(settled.map(done => at(share(done)))),
  }
}

/**
 * Where names of organisations begin: beneath the rope, where no knot ever is, each beneath those before that it would cover.
 * @param named where the knot of each is, and how wide its name is
 */
export function placeLabels(
  { width, along }: Pick<RopeDrawing, 'width' | 'along'>,
  named: readonly { x: number; width: number }[],
): Point[] {
  const placed: (Point & { width: number })[] = []
  for (const { x, width: long } of named) {
    const left = Math.max(0, Math.min(x - size / 2, width - long))
    // The rope only rises: where the name begins it is nearest to it.
    const rope = along.findLast(point => point.x <= left) ?? along[0]
    let y = Math.ceil((rope?.y ?? 0) + beneath)
    const covered = () =>
      placed.find(
        other => left < other.x + other.width && other.x < left + long && Math.abs(y - other.y) < lineHeight,
      )
    for (let other = covered(); other; other = covered()) y = other.y + lineHeight
    placed.push({ x: round(left), y, width: long })
  }
  return placed.map(({ x, y }) => ({ x, y }))
}

/** The nearest free place to its own for each: upwards first, then back down the rope; nobody covers another. */
function place(wanted: readonly Point[]): (Point | null)[] {
  const taken: Point[] = []
  const free = ({ x, y }: Point) =>
    taken.every(other => (other.x - x) ** 2 + (other.y - y) ** 2 >= (size - 0.5) ** 2)
  return wanted.map((point, index) => {
    if (index >= mostKnots) return null
    for (let back = 0; back < 12; back++)
      for (let level = 0; level < mostLevels; level++) {
        const candidate = {
          x: round(Math.max(size / 2, point.x - back * size)),
          y: round(Math.max(size / 2, point.y - level * size)),
        }
        if (!free(candidate)) continue
        taken.push(candidate)
        return candidate
      }
    return null
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
