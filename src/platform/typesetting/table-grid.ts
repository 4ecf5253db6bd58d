import type { Block, Run, Table } from '#platform/typesetting/manuscript.ts'

/** A cell as HTML knows it. */
export interface Cell {
  blocks: Block[]
  align: 'start' | 'center' | 'end'
  /** How many rows below it stands in as well, and how many columns it takes. */
  down: number
  across: number
}

/** Rows of equal length; where a cell reaches into others, they are there and empty. */
export function inGrid(rows: readonly Cell[][]): Cell[][] {
  const reaching: number[] = []
  const grid: Cell[][] = []
  for (const row of rows) {
    const cells: Cell[] = []
    const blank = (): Cell => ({ blocks: [], align: 'start', across: 1, down: 0 })
    const passReaching = () => {
      while ((reaching[cells.length] ?? 0) > 0) {
        reaching[cells.length] = (reaching[cells.length] ?? 0) - 1
        cells.push(blank())
      }
    }
    for (const cell of row) {
      passReaching()
      if (cells.length >= mostCells) break
      for (let column = 0; column < cell.across && cells.length < mostCells; column++) {
        reaching[cells.length] = cell.down
        cells.push(column === 0 ? cell : blank())
      }
    }
    passReaching()
    grid.push(cells)
  }
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0)
  for (const row of grid)
    while (row.length < width) row.push({ blocks: [], align: 'start', across: 1, down: 0 })
  return width === 0 ? [] : grid
}

const mostCells = 100

export function tableOf(grid: readonly Cell[][], hasHead: boolean): Block[] {
  const head = hasHead ? (grid[0] ?? []).map(cell => cell.blocks) : []
  const rows = grid.slice(hasHead ? 1 : 0)
  const aligns = (grid.at(-1) ?? []).map(cell => cell.align)
  return laidOut(
    head,
    rows.map(row => row.map(cell => cell.blocks)),
    aligns,
  )
}

/** More columns do not fit a page: then each row is read by itself, every cell under the name of its column. */
const mostColumns = 7

/** A table, or what says the same where a page is too narrow for it. */
export function laidOut(
  head: Block[][],
  rows: Block[][][],
  aligns: readonly Table['columns'][number]['align'][] = [],
): Block[] {
  const width = rows[0]?.length ?? head.length
  if (width === 0) return []
  if (width <= mostColumns) {
    const columns = Array.from({ length: width }, (_, index) => ({
      align: aligns[index] ?? 'start',
      weight: weightOf([head, ...rows].map(row => row[index] ?? [])),
    }))
    return [{ kind: 'table', columns, head, rows }]
  }
  const items = rows.map(row =>
    row.flatMap((cell, index): Block[] => {
      if (cell.length === 0) return []
      const name = namedBy(head[index] ?? [])
      const [first, ...rest] = cell
      if (name.length === 0) return cell
      if (first?.kind !== 'paragraph') return [{ kind: 'paragraph', runs: name }, ...cell]
      return [{ kind: 'paragraph', runs: [...name, { text: '\n' }, ...first.runs] }, ...rest]
    }),
  )
  return [
    { kind: 'list', ordered: true, start: 1, items: items.filter(item => item.length > 0) } as const,
  ].filter(({ items }) => items.length > 0)
}

function namedBy(head: readonly Block[]): Run[] {
  return head.flatMap(block => (block.kind === 'paragraph' ? block.runs : []))
}

/** Room by what is to be read, within reason: the root keeps a column of notes from starving one of years. */
function weightOf(cells: readonly Block[][]): number {
  const longest = cells.reduce((most, cell) => Math.max(most, longestLine(cell)), 0)
  return Math.round(Math.sqrt(Math.min(400, Math.max(16, longest))) * 100) / 100
}

function longestLine(cell: readonly Block[]): number {
  let longest = 0
  for (const block of cell) {
    if (block.kind === 'paragraph')
      longest = Math.max(
        longest,
        block.runs.reduce((sum, run) => sum + run.text.length, 0),
      )
    else if (block.kind !== 'rule') longest = Math.max(longest, 80)
  }
  return longest
}
