import { Parser } from 'htmlparser2'
import type { Block, Run } from '#platform/typesetting/manuscript.ts'
import { type Cell, inGrid, tableOf } from '#platform/typesetting/table-grid.ts'

export interface HtmlReading {
  /** The level of the document's headings under which these stand: `h3` becomes the one below. 0 to 4. */
  under: number
  /** What a picture becomes: the key of one that is at hand, or null for a link to where it is. */
  pictureOf(source: string): string | null
  /** Makes an address within the site absolute. */
  linkTo(address: string): string
  /** What stands for a picture that is elsewhere and has no words of its own. */
  pictureWord: string
}

/**
 * What `renderMarkdown` writes, as blocks. That is a closed list of elements, well-formed and of bounded depth: whatever
 * else should come is read for its text.
 */
export function blocksOfHtml(html: string, reading: HtmlReading): Block[] {
  const state: State = { reading, boxes: [newBox('root')], marks: [], tables: [], verbatim: 0 }
  const parser = new Parser(
    {
      onopentag: (name, attributes) => open(state, name, attributes),
      ontext: text => addText(state, text),
      onclosetag: name => close(state, name),
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(html)
  while (state.boxes.length > 1) endBox(state)
  endParagraph(state)
  return top(state).blocks
}

interface State {
  reading: HtmlReading
  boxes: Box[]
  marks: { name: string; link?: string }[]
  tables: OpenTable[]
  /** Code that is open. */
  verbatim: number
}

type BoxKind = 'root' | 'list' | 'item' | 'quote' | 'cell'

interface Box {
  kind: BoxKind
  blocks: Block[]
  runs: Run[]
  heading: number | null
  ordered: boolean
  start: number
  items: Block[][]
}

interface OpenTable {
  head: Cell[][]
  rows: Cell[][]
  row: Cell[] | null
  inHead: boolean
}

function newBox(kind: BoxKind): Box {
  return { kind, blocks: [], runs: [], heading: null, ordered: false, start: 1, items: [] }
}

function top(state: State): Box {
  return state.boxes.at(-1) as Box
}

function open(state: State, name: string, attributes: Record<string, string>): void {
  if (/^h[1-6]$/.test(name)) {
    endParagraph(state)
    top(state).heading = Number(name[1])
  } else if (name === 'p' || name === 'div') endParagraph(state)
  else if (name === 'pre') {
    endParagraph(state)
    state.verbatim += 1
  } else if (name === 'ul' || name === 'ol' || name === 'blockquote') openBox(state, name, attributes)
  else if (name === 'li') openItem(state)
  else if (name === 'table') {
    endParagraph(state)
    state.tables.push({ head: [], rows: [], row: null, inHead: false })
  } else if (name === 'thead') {
    const table = state.tables.at(-1)
    if (table) table.inHead = true
  } else if (name === 'tr') openRow(state)
  else if (name === 'td' || name === 'th') openCell(state, attributes)
  else if (name === 'br') lineBreak(state)
  else if (name === 'hr') {
    endParagraph(state)
    top(state).blocks.push({ kind: 'rule' })
  } else if (name === 'img') addPicture(state, attributes)
  else if (name === 'a') {
    const link = state.reading.linkTo(attributes.href ?? '')
    state.marks.push({ name, ...(isLink(link) && { link }) })
  } else state.marks.push({ name })
}

function close(state: State, name: string): void {
  if (/^h[1-6]$/.test(name) || name === 'p' || name === 'div') endParagraph(state)
  else if (name === 'pre') endCode(state)
  else if (name === 'ul' || name === 'ol' || name === 'blockquote' || name === 'li') endBox(state)
  else if (name === 'td' || name === 'th') endCell(state)
  else if (name === 'tr') endRow(state)
  else if (name === 'thead') {
    const table = state.tables.at(-1)
    if (table) table.inHead = false
  } else if (name === 'table') endTable(state)
  else {
    const at = state.marks.findLastIndex(mark => mark.name === name)
    if (at >= 0) state.marks.splice(at, 1)
  }
}

function addText(state: State, text: string): void {
  const { runs } = top(state)
  if (state.verbatim > 0) {
    runs.push({ text })
    return
  }
  const plain = text.replace(/[ \t\r\n\f]+/g, ' ')
  const last = runs.at(-1)
  // As in a browser: one space between words, none at the beginning of a line.
  const kept =
    last === undefined || last.text === '\n' || last.text.endsWith(' ') ? plain.replace(/^ /, '') : plain
  if (kept !== '') runs.push({ text: kept, ...looks(state) })
}

function looks(state: State): Omit<Run, 'text'> {
  const look: Omit<Run, 'text'> = {}
  for (const { name, link } of state.marks) {
    if (name === 'strong' || name === 'b') look.strong = true
    else if (name === 'em' || name === 'i' || name === 'cite' || name === 'var') look.em = true
    else if (name === 'code' || name === 'kbd' || name === 'samp') look.code = true
    else if (name === 's' || name === 'del') look.struck = true
    else if (name === 'sup') look.raised = 'above'
    else if (name === 'sub') look.raised = 'below'
    if (link) look.link = link
  }
  return look
}

function lineBreak(state: State): void {
  const { runs } = top(state)
  if (runs.length > 0) runs.push({ text: '\n' })
}

function addPicture(state: State, attributes: Record<string, string>): void {
  const source = attributes.src ?? ''
  const picture = state.reading.pictureOf(source)
  const alt = attributes.alt ?? ''
  if (picture !== null) {
    endParagraph(state)
    top(state).blocks.push({ kind: 'picture', picture, alt })
    return
  }
  const link = looks(state).link ?? state.reading.linkTo(source)
  top(state).runs.push({ text: alt || state.reading.pictureWord, em: true, ...(isLink(link) && { link }) })
}

function endParagraph(state: State): void {
  const box = top(state)
  const runs = trimmed(box.runs)
  const { heading } = box
  box.runs = []
  box.heading = null
  if (runs.length === 0) return
  if (heading === null) box.blocks.push({ kind: 'paragraph', runs })
  else {
    const text = runs
      .map(run => run.text)
      .join('')
      .replace(/\s+/g, ' ')
    // `h3` is the highest that stands in the text of a page.
    const level = Math.min(5, Math.max(1, state.reading.under + heading - 2)) as 1 | 2 | 3 | 4 | 5
    box.blocks.push({ kind: 'heading', level, text })
  }
}

/** Neighbours that look alike become one; nothing but spaces and line ends is nothing. */
function trimmed(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    if (last && run.text !== '\n' && last.text !== '\n' && alike(last, run)) last.text += run.text
    else joined.push({ ...run })
  }
  while (joined.length > 0 && joined[0]?.text.trim() === '') joined.shift()
  while (joined.length > 0 && joined.at(-1)?.text.trim() === '') joined.pop()
  const last = joined.at(-1)
  if (last) last.text = last.text.trimEnd()
  return joined
}

function alike(one: Run, other: Run): boolean {
  return (
    one.strong === other.strong &&
    one.em === other.em &&
    one.code === other.code &&
    one.struck === other.struck &&
    one.raised === other.raised &&
    one.link === other.link
  )
}

function endCode(state: State): void {
  const box = top(state)
  state.verbatim = Math.max(0, state.verbatim - 1)
  const text = box.runs
    .map(run => run.text)
    .join('')
    .replace(/^\n+|\n+$/g, '')
  box.runs = []
  if (text !== '') box.blocks.push({ kind: 'code', text })
}

function openBox(state: State, name: string, attributes: Record<string, string>): void {
  endParagraph(state)
  const start = Number(attributes.start ?? 1)
  state.boxes.push({
    ...newBox(name === 'blockquote' ? 'quote' : 'list'),
    ...{ ordered: name === 'ol', start },
  })
}

function openItem(state: State): void {
  endParagraph(state)
  state.boxes.push(newBox('item'))
}

function endBox(state: State): void {
  endParagraph(state)
  const box = state.boxes.length > 1 ? state.boxes.pop() : undefined
  if (!box) return
  const around = top(state)
  if (box.kind === 'item' && around.kind === 'list') {
    if (box.blocks.length > 0) around.items.push(box.blocks)
  } else if (box.kind === 'list') {
    // What stands in a list, but in none of its items.
    if (box.blocks.length > 0) box.items.push(box.blocks)
    const { ordered, start, items } = box
    if (items.length > 0) around.blocks.push({ kind: 'list', ordered, start, items })
  } else if (box.kind === 'quote') {
    if (box.blocks.length > 0) around.blocks.push({ kind: 'quote', blocks: box.blocks })
  } else for (const block of box.blocks) around.blocks.push(block)
}

function openRow(state: State): void {
  const table = state.tables.at(-1)
  if (table) table.row = []
}

function openCell(state: State, attributes: Record<string, string>): void {
  const align = /\bend\b/.test(attributes.class ?? '')
    ? 'end'
    : /\bcenter\b/.test(attributes.class ?? '')
      ? 'center'
      : 'start'
  const [across, down] = [Number(attributes.colspan ?? 1), Number(attributes.rowspan ?? 1) - 1]
  state.tables.at(-1)?.row?.push({ blocks: [], align, across, down })
  state.boxes.push(newBox('cell'))
}

function endCell(state: State): void {
  while (state.boxes.length > 2 && top(state).kind !== 'cell') endBox(state)
  if (top(state).kind !== 'cell') return
  endParagraph(state)
  const box = state.boxes.pop()
  const cell = state.tables.at(-1)?.row?.at(-1)
  if (cell && box) cell.blocks = box.blocks
}

function endRow(state: State): void {
  const table = state.tables.at(-1)
  if (!table?.row) return
  if (table.inHead) table.head.push(table.row)
  else table.rows.push(table.row)
  table.row = null
}

function endTable(state: State): void {
  const table = state.tables.pop()
  if (!table) return
  // One head of one row: what there is of more reads as the rows that it explains.
  const [head, ...more] = table.head
  const grid = inGrid([...(head ? [head] : []), ...more, ...table.rows])
  if (grid.length === 0) return
  for (const block of tableOf(grid, head !== undefined)) top(state).blocks.push(block)
}

/** Longer ones are refused by programs that read PDF, and by people. */
const longestLink = 2_000

function isLink(address: string): boolean {
  return address.length <= longestLink && /^(?:https?:\/\/[^/]|mailto:.|tel:.)/.test(address)
}
