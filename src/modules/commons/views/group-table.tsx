import type { ComponentChildren } from 'preact'
import type { GroupTable } from '#modules/commons/format/group-rows.ts'
import type { AnswerBlock, Block } from '#modules/commons/format/page.ts'
import { useFrame } from '#ui/frame.ts'

type Write = (blocks: readonly Block[]) => ComponentChildren

/** A row a partner; a question that nobody answered has no column, and one row is read better as a list. */
export function GroupRows({ table, write }: { table: GroupTable; write: Write }) {
  const columns = table.columns
    .map((text, index) => ({ text, index }))
    .filter(({ index }) => table.rows.some(row => hasText(row.cells[index])))
  const rows = table.rows.filter(row => row.cells.some(hasText))
  if (rows.length === 0 || columns.length === 0) return null
  if (columns.length === 1)
    return <Listed table={{ ...table, rows }} column={columns[0]?.index ?? 0} write={write} />
  if (rows.length === 1) {
    return (
      <>
        {columns.map(({ text, index }) => (
          <div key={index}>
            {text !== '' && <h3 class="question">{text}</h3>}
            {write(rows[0]?.cells[index] ?? [])}
          </div>
        ))}
      </>
    )
  }
  return <Table table={{ ...table, rows }} columns={columns} write={write} />
}

/** One question asked again and again is asked once, and its answers follow. */
function Listed({ table, column, write }: { table: GroupTable; column: number; write: Write }) {
  const text = table.columns[column]
  return (
    <>
      {text && <h3 class="question">{text}</h3>}
      {table.rows.map(row => (
        <div key={row.line}>{write(row.cells[column] ?? [])}</div>
      ))}
    </>
  )
}

type Column = { text: string; index: number }

function Table({ table, columns, write }: { table: GroupTable; columns: Column[]; write: Write }) {
  const { t } = useFrame().i18n
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    // biome-ignore lint/a11y/useSemanticElements: the parts of a page are sections; this is a table's frame
    <div class="scroll" tabIndex={0} role="region" aria-label={t('commons.item.table')}>
      <table class="groups">
        <thead>
          <tr>
            {columns.map(({ text, index }) => (
              <th key={index} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(row => (
            <tr key={row.line}>
              {columns.map(({ text, index }) => (
                <td key={index} data-label={text}>
                  {write(row.cells[index] ?? [])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function hasText(cell: AnswerBlock[] | null | undefined): boolean {
  return cell?.some(isWritten) ?? false
}

function isWritten(block: Block): boolean {
  if (block.kind === 'prose') return block.markdown.trim() !== ''
  return block.kind === 'question' ? block.answer.some(isWritten) : block.blocks.some(isWritten)
}
