import {
  defaultMarkdownParser,
  MarkdownParser,
  MarkdownSerializer,
  type MarkdownSerializerState,
  type ParseSpec,
} from 'prosemirror-markdown'
import { Fragment, type Mark, type Node } from 'prosemirror-model'
import { escapeText } from './rich-text-escape.ts'
import { schema } from './rich-text-schema.ts'
import { settled } from './rich-text-settling.ts'

/** A Markdown text as a document, and what each block of it was written as: unless it is changed, it is written so again. */
export interface RichText {
  doc: Node
  written: ReadonlyMap<Node, Written>
}

interface Written {
  text: string
  /** The block it followed, and the line ends between the two. */
  after: Node | null
  gap: string
}

/**
 * Reads Markdown as the page shows it.
 * @returns null where there is something the editor has no way to show or to write again: such a text is edited as it is
 */
export function readRich(markdown: string): RichText | null {
  const text = markdown.replace(/\r\n?/g, '\n')
  if (text.includes('\0') || bracketed.test(text)) return null
  if (text.trim() === '') return { doc: emptyDoc(), written: new Map() }
  const references = {}
  const tokens = tokenizer.parse(text, { references })
  if (Object.keys(references).length > 0 || tokens.some(({ level }) => level > deepest)) return null
  try {
    const doc = parser.parse(text)
    const written = blocksOf(doc, text, tokens)
    return written && { doc, written }
  } catch {
    // A kind of token the schema does not know: a table, HTML, a heading.
    return null
  }
}

/** The document as Markdown: blocks that are still as they were read byte for byte as they were written. */
export function writeRich(doc: Node, from: RichText | null): string {
  const read = new Map<Node, Node>()
  doc.forEach(block => {
    const same = from && readBlock(block, from)
    if (same) read.set(block, same)
  })
  let markdown = ''
  let last: Node | undefined
  settled(doc, read).forEach(block => {
    const one = read.get(block)
    const written = one && from?.written.get(one)
    const gap = written?.after && written.after === last ? written.gap : '\n\n'
    markdown += (markdown === '' ? '' : gap) + (written?.text ?? writeBlock(block))
    last = one
  })
  return markdown
}

/** The block that was read, also where it was changed and changed back. */
function readBlock(block: Node, { written }: RichText): Node | undefined {
  return written.has(block) ? block : [...written.keys()].find(one => one.eq(block))
}

/** What a document says, without what is only a manner of writing it. */
export function meaningOf(doc: Node): string {
  return JSON.stringify(plain(settled(doc).toJSON()))
}

export function emptyDoc(): Node {
  return schema.node('doc', null, [schema.node('paragraph')])
}

function writeBlock(block: Node): string {
  return faithful(block, serializers) ?? trimmed(serializers[0].serialize(alone(repaired(block))))
}

/** The block in Markdown that comes back the same, or null. */
function faithful(block: Node, manners: readonly MarkdownSerializer[]): string | null {
  const meaning = meaningOf(alone(block))
  for (const serializer of manners) {
    const written = trimmed(serializer.serialize(alone(block)))
    const read = readRich(written)
    if (read && meaningOf(read.doc) === meaning) return written
  }
  return null
}

/** Markdown cannot say every emphasis, such as one that ends in the middle of another: the words are kept without it. */
function repaired(node: Node): Node {
  if (node.isTextblock) {
    const manner = [serializers[0]]
    if (faithful(node, manner) !== null) return node
    const without = [['em'], ['strong'], ['em', 'strong']].map(names => withoutMarks(node, names))
    return (
      without.find(one => faithful(one, manner) !== null) ?? withoutMarks(node, Object.keys(schema.marks))
    )
  }
  const children: Node[] = []
  node.forEach(child => {
    children.push(repaired(child))
  })
  return node.copy(Fragment.fromArray(children))
}

function alone(block: Node): Node {
  return schema.node('doc', null, [block])
}

function trimmed(markdown: string): string {
  return markdown.replace(/[ \t]+$/gm, '')
}

function withoutMarks(paragraph: Node, names: readonly string[]): Node {
  const children: Node[] = []
  paragraph.forEach(child => {
    children.push(child.mark(child.marks.filter(({ type }) => !names.includes(type.name))))
  })
  return paragraph.copy(Fragment.fromArray(children))
}

/** Each block with its lines; null where lines that are not blank belong to none. */
function blocksOf(doc: Node, text: string, tokens: readonly Token[]): Map<Node, Written> | null {
  const lines = text.split('\n')
  const starts = tokens.filter(({ level, nesting, map }) => level === 0 && nesting >= 0 && map !== null)
  if (starts.length !== doc.childCount) return null
  const blocks = new Map<Node, Written>()
  let next = 0
  for (const [index, { map }] of starts.entries()) {
    let [from, to] = map ?? [0, 0]
    while (from < to && lines[from]?.trim() === '') from++
    // A list is said to end where the next block begins.
    while (to > from && lines[to - 1]?.trim() === '') to--
    const between = lines.slice(next, from)
    if (between.some(line => line.trim() !== '')) return null
    const after = index > 0 ? doc.child(index - 1) : null
    const written = lines.slice(from, to).join('\n').trimEnd()
    blocks.set(doc.child(index), {
      text: written,
      after,
      gap: `\n${between.map(line => `${line}\n`).join('')}`,
    })
    next = to
  }
  return lines.slice(next).some(line => line.trim() !== '') ? null : blocks
}

/** Without marks of bare addresses, manners of lists, and where text is cut into pieces. */
function plain(json: Json): Json {
  const { tight, marker, bare, ...attrs } = json.attrs ?? {}
  const real = (json.marks ?? []).filter(mark => !(mark.type === 'link' && mark.attrs?.bare))
  const marks = json.type === 'hard_break' ? [] : real.map(plain)
  const content: Json[] = []
  for (const child of json.content ?? []) {
    const one = plain(child)
    const last = content.at(-1)
    if (last?.text !== undefined && one.text !== undefined && same(last.marks, one.marks))
      content[content.length - 1] = { ...last, text: last.text + one.text }
    else content.push(one)
  }
  return { ...json, attrs, marks, content }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

interface Json {
  type: string
  text?: string
  attrs?: Record<string, unknown>
  marks?: Json[]
  content?: Json[]
}

/** Of markdown-it, whose types do not come with the library. */
interface Token {
  type: string
  level: number
  nesting: number
  map: [number, number] | null
  hidden: boolean
  markup: string
  content: string
  children: Token[] | null
  attrGet(name: string): string | null
}

interface Tokenizer {
  parse(text: string, env: object): Token[]
  disable(rule: string): void
  linkify: { set(options: Record<string, boolean>): void; matchAtStart(text: string): { raw: string } | null }
  validateLink: (url: string) => boolean
  normalizeLink: (url: string) => string
  normalizeLinkText: (url: string) => string
}

// The constructor of the reader that comes with the library: a second copy of it would be carried to the browser.
const MarkdownIt = defaultMarkdownParser.tokenizer.constructor as new (
  options: Record<string, unknown>,
) => Tokenizer

/** As the page reads it (platform/markdown): what that makes HTML of is nothing for the editor. */
const tokenizer = new MarkdownIt({ html: true, linkify: true, typographer: false })
tokenizer.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
tokenizer.disable('code')
tokenizer.validateLink = () => true
// Addresses stay as they are written.
tokenizer.normalizeLink = url => url
tokenizer.normalizeLinkText = url => url

/** Metadata and time stamps: the page takes them out of the text. */
const bracketed = /\[\[[^\]\n]*:/
/** The page shows no list nested deeper. */
const deepest = 20

const parser = new MarkdownParser(schema, tokenizer, {
  paragraph: { block: 'paragraph' },
  list_item: { block: 'list_item' },
  bullet_list: { block: 'bullet_list', getAttrs: listAttributes },
  ordered_list: {
    block: 'ordered_list',
    getAttrs: (token, tokens, at) => ({
      ...listAttributes(token, tokens, at),
      order: Number(token.attrGet('start') ?? 1),
    }),
  },
  image: {
    node: 'image',
    getAttrs: token => {
      const words = (token.children ?? []).filter(one => one.markup !== 'linkify')
      if (words.some(({ type }) => type !== 'text' && type !== 'text_special')) throw new Error('alt')
      return {
        src: token.attrGet('src') ?? '',
        alt: words.map(({ content }) => content).join(''),
        title: token.attrGet('title') ?? '',
      }
    },
  },
  hardbreak: { node: 'hard_break' },
  em: { mark: 'em' },
  strong: { mark: 'strong' },
  link: {
    mark: 'link',
    getAttrs: token => ({
      href: token.attrGet('href') ?? '',
      title: token.attrGet('title') ?? '',
      bare: token.markup === 'linkify',
    }),
  },
  code_inline: { mark: 'code', noCloseToken: true },
} satisfies Record<string, ParseSpec>)

function listAttributes(token: Token, tokens: readonly Token[], at: number): Record<string, unknown> {
  const loose = (one: Token) =>
    one.type === 'paragraph_open' && one.level === token.level + 2 && one.hidden === false
  const end = tokens.findIndex((one, index) => index > at && one.level === token.level && one.nesting < 0)
  return { tight: !tokens.slice(at, end).some(loose), marker: token.markup }
}

function addressAt(text: string): string | null {
  const found = tokenizer.linkify.matchAtStart(text)
  return found ? found.raw.replace(/\*+$/, '') : null
}

const nodes: MarkdownSerializer['nodes'] = {
  paragraph(state, node) {
    state.renderInline(node)
    state.closeBlock(node)
  },
  bullet_list(state, node) {
    state.renderList(node, '  ', () => `${node.attrs.marker} `)
  },
  ordered_list(state, node) {
    const last = node.attrs.order + node.childCount - 1
    const indent = ' '.repeat(String(last).length + 2)
    state.renderList(node, indent, index => `${node.attrs.order + index}${node.attrs.marker} `)
  },
  list_item(state, node) {
    state.renderContent(node)
  },
  image(state, node) {
    const { src, alt, title } = node.attrs as { src: string; alt: string; title: string }
    const text = escapeText(alt, { lineStart: false, lineEnd: false, link: true }, addressAt)
    // An address in it would become a link there.
    state.write(`![${text.replaceAll('://', ':\\//')}](${target(src, title)})`)
  },
  hard_break(state) {
    state.write('\\\n')
  },
  text(state, node, parent, index) {
    const link = node.marks.find(({ type }) => type.name === 'link')
    const before = parent.maybeChild(index - 1)
    // What opens an emphasis begins no other thing.
    const lineStart = before === null || before.type.name === 'hard_break'
    const lineEnd = parent.maybeChild(index + 1) === null && node.marks.length === 0
    const whole = link && asItself(link, parent, index)
    const text = whole
      ? (node.text ?? '')
      : escapeText(node.text ?? '', { lineStart, lineEnd, link: link !== undefined }, addressAt)
    state.text(text, false)
  },
}

const marks = (em: string): MarkdownSerializer['marks'] => ({
  em: { open: em, close: em, mixable: true, expelEnclosingWhitespace: true },
  strong: { open: '**', close: '**', mixable: true, expelEnclosingWhitespace: true },
  link: {
    open: (_: MarkdownSerializerState, mark, parent, index) => (asItself(mark, parent, index) ? '<' : '['),
    close: (_: MarkdownSerializerState, mark, parent, index) =>
      asItself(mark, parent, index - 1) ? '>' : `](${target(mark.attrs.href, mark.attrs.title)})`,
    mixable: true,
    expelEnclosingWhitespace: true,
  },
  code: {
    open: (_, __, parent, index) => ticks(parent.child(index), 'open'),
    close: (_, __, parent, index) => ticks(parent.child(index - 1), 'close'),
    escape: false,
    expelEnclosingWhitespace: true,
  },
})

const serializers = [
  new MarkdownSerializer(nodes, marks('*'), { hardBreakNodeName: 'hard_break' }),
  new MarkdownSerializer(nodes, marks('_'), { hardBreakNodeName: 'hard_break' }),
] as const

/** Whether a link is the address it leads to, and can be written `<address>`. */
function asItself(link: Mark, parent: Node, index: number): boolean {
  const node = parent.maybeChild(index)
  if (!node?.isText || node.text !== link.attrs.href || link.attrs.title !== '') return false
  if (!/^[a-z][a-z0-9+.-]{1,31}:[^\s<>]*$/i.test(link.attrs.href) || node.marks.length !== 1) return false
  const others = [parent.maybeChild(index - 1), parent.maybeChild(index + 1)]
  return !others.some(other => other && link.isInSet(other.marks))
}

function target(to: string, title: string): string {
  // Metadata counts on a page wherever it stands.
  const address = to.replaceAll('[[', '%5B%5B')
  const simple = /^[^\s<>()\\]+$/.test(address)
  const written = simple ? address : `<${address.replace(/\s+/g, ' ').replace(/[<>\\]/g, '\\$&')}>`
  return title === '' ? written : `${written} "${title.replace(/["\\[]/g, '\\$&')}"`
}

/** More marks than the code itself has in a row. */
function ticks(node: Node, side: 'open' | 'close'): string {
  const runs = (node.text ?? '').match(/`+/g) ?? []
  const longest = Math.max(0, ...runs.map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  if (longest === 0) return fence
  return side === 'open' ? `${fence} ` : ` ${fence}`
}
