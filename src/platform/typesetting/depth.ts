import type { Block } from '#platform/typesetting/manuscript.ts'

/** How deep lists and quotes may stand in each other: Word knows nine levels of lists, and people fewer. */
export const deepest = 6

/** A table may stand in a table: beyond, columns are too narrow for a word, and typst gives up. */
const tablesDeep = 2

/** The same with what lies too deep laid flat, in the order in which it is read. */
export function shallow(blocks: readonly Block[], depth = 0, tables = 0): Block[] {
  return blocks.flatMap((block): Block[] => {
    switch (block.kind) {
      case 'quote':
        if (depth >= deepest) return shallow(block.blocks, depth, tables)
        return [{ ...block, blocks: shallow(block.blocks, depth + 1, tables) }]
      case 'passage':
        return [{ ...block, blocks: shallow(block.blocks, depth, tables) }]
      case 'list':
        if (depth >= deepest) return block.items.flatMap(item => shallow(item, depth, tables))
        return [{ ...block, items: block.items.map(item => shallow(item, depth + 1, tables)) }]
      case 'table': {
        const cell = (inner: readonly Block[]) => shallow(inner, depth, tables + 1)
        if (tables >= tablesDeep) return [...block.head, ...block.rows.flat()].flatMap(cell)
        return [{ ...block, head: block.head.map(cell), rows: block.rows.map(row => row.map(cell)) }]
      }
      default:
        return [block]
    }
  })
}
