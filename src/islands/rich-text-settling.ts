import { Fragment, type Mark, type MarkType, type Node } from 'prosemirror-model'
import { schema } from './rich-text-schema.ts'

/**
 * The document as Markdown can say it: no empty paragraphs or items, no space or break at the edge of a paragraph, lists that
 * follow each other with different marks, emphasis that begins and ends where Markdown lets it. What is so already is
 * returned itself.
 * @param kept blocks that are written as they were read, whatever they are
 */
export function settled(doc: Node, kept: { has(block: Node): boolean } = new Set()): Node {
  return doc.copy(Fragment.fromArray(blocksOf(doc, kept)))
}

function blocksOf(parent: Node, kept: { has(block: Node): boolean } = new Set()): Node[] {
  const blocks: Node[] = []
  parent.forEach(child => {
    const block = kept.has(child) ? child : settledBlock(child)
    if (!block) return
    const last = blocks.at(-1)
    const alike = last?.type === block.type && last.attrs.marker === block.attrs.marker
    if (alike && isList(block)) blocks.push(remarked(block))
    else blocks.push(block)
  })
  return blocks
}

function settledBlock(block: Node): Node | null {
  if (block.isTextblock) return settledParagraph(block)
  const content: Node[] = []
  block.forEach(item => {
    const blocks = blocksOf(item)
    if (blocks.length > 0) content.push(withContent(item, blocks))
  })
  if (content.length === 0) return null
  const tight = block.attrs.tight && content.every(isTight)
  const list = withContent(block, content)
  return tight === list.attrs.tight ? list : list.type.create({ ...list.attrs, tight }, list.content)
}

function isList(node: Node): boolean {
  return node.type.name === 'bullet_list' || node.type.name === 'ordered_list'
}

function remarked(list: Node): Node {
  const other: Record<string, string> = { '-': '*', '*': '-', '+': '-', '.': ')', ')': '.' }
  return list.type.create({ ...list.attrs, marker: other[list.attrs.marker] }, list.content)
}

/** Whether an item may stand without blank lines: a paragraph, and under it a list that may interrupt it. */
function isTight(item: Node): boolean {
  const [first, second] = [item.maybeChild(0), item.maybeChild(1)]
  if (item.childCount > 2 || !first?.isTextblock || second?.isTextblock) return false
  return second?.type.name !== 'ordered_list' || second.attrs.order === 1
}

function settledParagraph(paragraph: Node): Node | null {
  const content = firm(trimmed(childrenOf(paragraph)))
  return content.length === 0 ? null : withContent(paragraph, content)
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  node.forEach(child => {
    children.push(child)
  })
  return children
}

function withContent(node: Node, content: readonly Node[]): Node {
  const same =
    content.length === node.childCount && content.every((child, index) => child === node.child(index))
  return same ? node : node.copy(Fragment.fromArray([...content]))
}

/** Spaces at the edges of lines and breaks at the edges of the paragraph: Markdown drops them. */
function trimmed(inline: readonly Node[]): Node[] {
  const kept: Node[] = []
  for (const node of inline) {
    const begins = kept.length === 0 || isBreak(kept.at(-1))
    if (isBreak(node)) {
      trimEnd(kept)
      if (kept.length > 0) kept.push(node)
    } else if (node.isText && begins) {
      const text = (node.text ?? '').replace(/^[\s]+/, '')
      if (text !== '') kept.push(text === node.text ? node : schema.text(text, node.marks))
    } else kept.push(node)
  }
  while (kept.length > 0) {
    const before = kept.length
    trimEnd(kept)
    if (isBreak(kept.at(-1))) kept.pop()
    else if (kept.length === before) break
  }
  return kept
}

function trimEnd(inline: Node[]): void {
  for (let last = inline.at(-1); last?.isText; last = inline.at(-1)) {
    const text = (last.text ?? '').replace(/\s+$/, '')
    if (text === last.text) return
    inline.pop()
    if (text !== '') inline.push(schema.text(text, last.marks))
  }
}

function isBreak(node: Node | undefined): boolean {
  return node?.type === schema.nodes.hard_break
}

/**
 * Emphasis holds only where its marks stand against a word: `mot**(x)**` shows stars, `** x**` too (CommonMark 0.31, 6.2).
 * Spaces at an edge, and signs at one that touches a word, are left outside, so that it reads `mot(**x**)`.
 */
function firm(inline: readonly Node[]): Node[] {
  let nodes = inline.map(withoutBracketedCode)
  const { em, strong, link, code } = schema.marks
  for (const type of [code, link, em, strong]) {
    if (!type || !nodes.some(node => type.isInSet(node.marks))) continue
    for (let before = -1; before !== nodes.length; ) {
      before = nodes.length
      nodes = firmBy(type, nodes)
    }
  }
  return nodes
}

function firmBy(type: MarkType, inline: readonly Node[]): Node[] {
  const spacesOnly = type === schema.marks.code || type === schema.marks.link
  return inline.flatMap((node, index) => {
    if (!node.isText || !type.isInSet(node.marks)) return [node]
    const [last, next] = [inline[index - 1], inline[index + 1]]
    const text = node.text ?? ''
    const mark = type.isInSet(node.marks)
    const opens = !last || !mark?.isInSet(last.marks)
    const closes = !next || !mark?.isInSet(next.marks)
    const signsBefore = !spacesOnly && isWord(lastOf(last))
    const signsAfter = !spacesOnly && isWord(firstOf(next))
    const start = opens ? edge(text, signsBefore ? /^[^\p{L}\p{N}]+/u : /^\s+/) : 0
    const end = closes ? edge(text, signsAfter ? /[^\p{L}\p{N}]+$/u : /\s+$/) : 0
    if (start + end === 0) return [node]
    const without = type.removeFromSet(node.marks)
    if (start + end >= text.length) return [schema.text(text, without)]
    return [
      piece(text.slice(0, start), without),
      piece(text.slice(start, text.length - end), node.marks),
      piece(text.slice(text.length - end), without),
    ].filter(one => one !== null)
  })
}

/** Metadata counts on a page wherever it stands, and in code nothing can be escaped. */
function withoutBracketedCode(node: Node): Node {
  const { code } = schema.marks
  return code?.isInSet(node.marks) && node.text?.includes('[[')
    ? node.mark(code.removeFromSet(node.marks))
    : node
}

function piece(text: string, marks: readonly Mark[]): Node | null {
  return text === '' ? null : schema.text(text, marks)
}

function edge(text: string, signs: RegExp): number {
  return signs.exec(text)?.[0].length ?? 0
}

function lastOf(node: Node | undefined): string {
  return node?.text?.match(/.$/su)?.[0] ?? ''
}

function firstOf(node: Node | undefined): string {
  return node?.text?.match(/^./su)?.[0] ?? ''
}

function isWord(sign: string): boolean {
  return /[\p{L}\p{N}]/u.test(sign)
}
