import type { AnswerBlock, Block, Group, Question, Section } from './page.ts'

/** A repeated set of questions as a table: one row per partner, one column per question. */
export type GroupTable = {
  /** The question these groups answer ("Who are your top 5 partners?"), null when there is none. */
  question: string | null
  line: number
  /** Question texts in the order in which they first came; '' for an unnamed question. */
  columns: string[]
  rows: GroupRow[]
}

/** `cells` runs beside `columns`; null where a question was not asked, [] where it was not answered. */
export type GroupRow = { line: number; cells: (AnswerBlock[] | null)[] }

/**
 * The tables of a section, one per run of neighbouring groups. In the public pages each question stands in a group
 * of its own, so a row ends not with its group but where its first question, or any it already has, comes again.
 */
export function groupRows(section: Section): GroupTable[] {
  const tables: GroupTable[] = []
  collect(section.blocks, null, tables)
  return tables
}

function collect(blocks: readonly Block[], question: string | null, tables: GroupTable[]): void {
  let run: Group[] = []
  const end = () => {
    for (const table of tablesOf(run, question)) tables.push(table)
    run = []
  }
  for (const block of blocks) {
    if (block.kind === 'group') run.push(block)
    else {
      end()
      if (block.kind === 'question') collect(block.answer, block.text, tables)
    }
  }
  end()
}

function tablesOf(groups: readonly Group[], question: string | null): GroupTable[] {
  const tables: GroupTable[] = []
  let columns = new Map<string, number>()
  let rows: GroupRow[] = []
  const end = () => {
    for (const row of rows) row.cells = Array.from(columns.values(), column => row.cells[column] ?? null)
    if (rows[0]) tables.push({ question, line: rows[0].line, columns: [...columns.keys()], rows })
    columns = new Map()
    rows = []
  }
  for (const asked of groups.flatMap(questionsOf)) {
    if (columns.size === MOST_COLUMNS && !columns.has(asked.text)) end()
    const column = columns.get(asked.text) ?? columns.size
    columns.set(asked.text, column)
    let row = rows.at(-1)
    if (!row || column === 0 || row.cells[column] != null) {
      row = { line: asked.line, cells: [] }
      rows.push(row)
    }
    row.cells[column] = asked.answer
  }
  end()
  return tables
}

/** A form repeats a handful of questions; a page of thousands must not make a table of millions of cells. */
const MOST_COLUMNS = 40

/** The questions of a group; its loose text, if any, as the answer of an unnamed one. */
function questionsOf(group: Group): Question[] {
  const questions: Question[] = []
  for (const block of group.blocks) {
    if (block.kind === 'question') questions.push(block)
    else if (block.kind === 'group') for (const inner of questionsOf(block)) questions.push(inner)
    else {
      const loose = questions.at(-1)
      if (loose?.text === '' && loose.line === group.line) loose.answer.push(block)
      else questions.push({ kind: 'question', text: '', line: group.line, answer: [block] })
    }
  }
  return questions
}
