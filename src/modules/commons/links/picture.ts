import type { Neighbourhood } from '#modules/commons/links/neighbourhood.ts'

/**
 * Where each item of a neighbourhood is drawn: columns from left to right, what is said of the item in the middle at its
 * left, what it says of others at its right, and what is two links away outside of those.
 */
export interface Picture {
  width: number
  height: number
  boxes: Box[]
  lines: Line[]
}

export interface Box {
  /** Place of the item in the neighbourhood. */
  item: number
  x: number
  y: number
}

export interface Line {
  from: number
  to: number
  kind: Neighbourhood['links'][number]['kind']
  /** Of an SVG path, from the edge of one box to that of the other. */
  path: string
  /** Where its words stand, beside the outer of its boxes; null where others stand there already. */
  words: { x: number; y: number; anchor: 'start' | 'end' } | null
}

export const box = { width: 176, height: 52 }
const room = { across: 112, down: 18, edge: 12 }

export function pictureOf({ items, links }: Neighbourhood): Picture {
  const places = new Map(items.map((item, index) => [item.id, index]))
  const ends = links.flatMap(link => {
    const [from, to] = [places.get(link.from), places.get(link.to)]
    return from === undefined || to === undefined ? [] : [{ from, to, kind: link.kind }]
  })
  const sides = sidesOf(
    items.map(item => item.distance),
    ends,
  )
  const used = [-2, -1, 0, 1, 2].filter(side => sides.includes(side))
  const columns = used.map(side => items.flatMap((_, index) => (sides[index] === side ? [index] : [])))
  const most = Math.max(...columns.map(column => column.length), 1)
  const height = 2 * room.edge + most * (box.height + room.down) - room.down
  const boxes: Box[] = []
  columns.forEach((column, place) => {
    const taken = column.length * (box.height + room.down) - room.down
    column.forEach((item, row) => {
      boxes[item] = {
        item,
        x: room.edge + place * (box.width + room.across),
        y: (height - taken) / 2 + row * (box.height + room.down),
      }
    })
  })
  return {
    width: 2 * room.edge + used.length * (box.width + room.across) - room.across,
    height,
    boxes,
    lines: ends.map((end, index) => {
      const outer = outerOf(end, sides)
      const first = outer !== null && ends.findIndex(other => outerOf(other, sides) === outer) === index
      return {
        ...end,
        path: pathBetween(boxes[end.from], boxes[end.to]),
        words: first ? wordsBeside(boxes[outer], boxes[outer === end.from ? end.to : end.from]) : null,
      }
    }),
  }
}

/** The column of each item: 0 the middle, to the left what points to it, to the right what it points to. */
function sidesOf(distances: readonly number[], ends: readonly { from: number; to: number }[]): number[] {
  const sides = distances.map(() => 0)
  for (const distance of [1, 2])
    distances.forEach((far, item) => {
      if (far !== distance) return
      const nearer = ends.find(
        ({ from, to }) =>
          (from === item && distances[to] === distance - 1) ||
          (to === item && distances[from] === distance - 1),
      )
      const next = nearer ? (nearer.from === item ? nearer.to : nearer.from) : 0
      const side = distance === 1 ? (nearer?.from === item ? -1 : 1) : Math.sign(sides[next] ?? 1) || 1
      sides[item] = side * distance
    })
  return sides
}

/** Of the two ends, the one further from the middle; null where both stand in one column. */
function outerOf({ from, to }: { from: number; to: number }, sides: readonly number[]): number | null {
  const [here, there] = [sides[from] ?? 0, sides[to] ?? 0]
  if (here === there) return null
  return Math.abs(here) > Math.abs(there) ? from : to
}

/** On the side of the line to which it does not bend. */
function wordsBeside(outer: Box | undefined, inner: Box | undefined): Line['words'] {
  if (!outer || !inner) return null
  const y = outer.y + box.height / 2 + (inner.y < outer.y ? 13 : -5)
  return outer.x < inner.x
    ? { x: outer.x + box.width + 6, y, anchor: 'start' }
    : { x: outer.x - 6, y, anchor: 'end' }
}

function pathBetween(from: Box | undefined, to: Box | undefined): string {
  if (!from || !to) return ''
  const middle = (one: Box) => one.y + box.height / 2
  if (from.x === to.x) {
    // In one column: round by the side, since others stand between.
    const x = from.x + box.width
    const out = x + room.across * 0.55
    return `M${x} ${middle(from)}C${out} ${middle(from)} ${out} ${middle(to)} ${x} ${middle(to)}`
  }
  const right = from.x < to.x
  const [start, end] = right ? [from.x + box.width, to.x] : [from.x, to.x + box.width]
  const bend = (start + end) / 2
  return `M${start} ${middle(from)}C${bend} ${middle(from)} ${bend} ${middle(to)} ${end} ${middle(to)}`
}
