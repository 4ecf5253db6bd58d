import { type Kind, kinds, rank } from './elements.ts'
import { safeLink } from './urls.ts'

/**
 * Builds well-formed HTML from a stream of tags and text, in one pass and linear time. Tags are written only when
 * something arrives inside them, so empty paragraphs, links and lists never appear. Nothing reaches the output
 * but element names of `elements.ts`, attributes composed by `attributes.ts`, and escaped text.
 */
export type Shape = {
  /** What is open, outermost first; the first `written` of them are in the output. Bounded by `maxDepth`. */
  stack: Open[]
  written: number
  output: string[]
  /** Text since the last written tag; links are found in it when it is complete. */
  run: string
  /** White space and line breaks wait for the content that would make them visible. */
  space: string
  breaks: number
}

export type Open = {
  kind: Kind
  name: string
  tags: Tags | (() => Tags)
  /** Holds inline content since the last block in it began or ended. */
  filled: boolean
}

/** Deeper tags are ignored, their text kept. Closing tags search the stack, so this bounds the time as well. */
const maxDepth = 48

/** What is written before and after: `<h2>`, `</h2>`. A function when it depends on what was written before. */
export type Tags = { start: string; end: string }

export function newShape(): Shape {
  return { stack: [root()], written: 1, output: [], run: '', space: '', breaks: 0 }
}

/** Ends everything and gives the HTML. */
export function finish(shape: Shape): string {
  popTo(shape, 1)
  flush(shape)
  return shape.output.join('').trimEnd()
}

/** Opens an inline element. */
export function openInline(shape: Shape, name: string, start: string): void {
  if (top(shape).kind === 'pre' && name !== 'code') return
  enterText(shape)
  push(shape, 'inline', name, { start, end: `</${name}>` })
}

/** Opens a block; what is open around it and cannot hold it is closed, what it needs around it is implied. */
export function openBlock(shape: Shape, name: string, tags: Open['tags'], kind = kinds.get(name)): boolean {
  if (!kind) return false
  if (kind === 'item') return openItem(shape, name, tags)
  if (kind === 'cell' || kind === 'row' || kind === 'section') return openInTable(shape, kind, name, tags)
  if (kind === 'paragraph' && holds(shape, 'heading')) {
    separate(shape)
    return false
  }
  leaveText(shape)
  enterFlow(shape)
  const reserve = kind === 'table' ? 6 : kind === 'list' || kind === 'flow' ? 3 : 0
  if (shape.stack.length + reserve >= maxDepth) return false
  shape.breaks = Math.max(shape.breaks, 1)
  return push(shape, kind, name, tags)
}

/** Closes the nearest open element of that name, unless a stronger boundary stands between. */
export function close(shape: Shape, name: string): void {
  const kind = kinds.get(name)
  if (!kind) return
  for (let at = shape.stack.length - 1; at > 0; at--) {
    const open = shape.stack[at] as Open
    if (open.name === name || (kind === 'heading' && open.kind === 'heading')) {
      popTo(shape, at)
      return
    }
    if (rank[open.kind] > rank[kind]) return
  }
}

/** Closes one given element if it is still open. */
export function closeThis(shape: Shape, open: Open): void {
  const at = shape.stack.indexOf(open)
  if (at > 0) popTo(shape, at)
}

/** A boundary without an element: ends the paragraph, or breaks the line where no paragraph can end. */
export function separate(shape: Shape): void {
  if (top(shape).kind === 'paragraph') popTo(shape, shape.stack.length - 1)
  else if (!isContainer(top(shape).kind) || top(shape).kind === 'item' || top(shape).kind === 'cell') {
    shape.breaks = Math.max(shape.breaks, 1)
  }
}

export function lineBreak(shape: Shape): void {
  if (holds(shape, 'pre')) text(shape, '\n')
  else shape.breaks++
}

export function text(shape: Shape, raw: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = raw.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b\x0e-\x1f\x7f]/g, '')
  if (holds(shape, 'pre')) {
    if (clean === '') return
    materialise(shape)
    shape.run += clean
    return
  }
  const words = clean.replace(/^[ \t\n\f\u00a0]+/, '')
  if (words.length < clean.length) addSpace(shape, clean.slice(0, clean.length - words.length))
  if (words === '') return
  const body = trimBlankEnd(words)
  beforeContent(shape)
  shape.run += body.replace(/[ \t\n\f\u00a0]{2,}|[\t\n\f]/g, ' ')
  if (body.length < words.length) addSpace(shape, words.slice(body.length))
}

/** An element without content: an image. */
export function voidInline(shape: Shape, tag: string): void {
  beforeContent(shape)
  writeTag(shape, tag)
}

/** A thematic break. */
export function rule(shape: Shape): void {
  leaveText(shape)
  enterFlow(shape)
  materialise(shape)
  writeTag(shape, '<hr>\n')
  settle(shape)
}

/** True while an element of that name is open. */
export function isOpen(shape: Shape, name: string): boolean {
  return shape.stack.some(open => open.name === name)
}

export function escapeText(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

export function escapeAttribute(value: string): string {
  return escapeText(value).replace(/"/g, '&quot;')
}

/** The opening tag of a link to a checked address. */
export function linkTag(link: { href: string; external: boolean }, title = ''): string {
  const rel = link.external ? ' rel="noopener nofollow ugc"' : ''
  const label = title === '' ? '' : ` title="${escapeAttribute(title)}"`
  return `<a href="${escapeAttribute(link.href)}"${label}${rel}>`
}

function openItem(shape: Shape, name: string, tags: Open['tags']): boolean {
  while (rank[top(shape).kind] < rank.list) popTo(shape, shape.stack.length - 1)
  if (top(shape).kind !== 'list') {
    enterFlow(shape)
    if (shape.stack.length + 3 >= maxDepth) return false
    push(shape, 'list', 'ul', { start: '<ul>\n', end: '</ul>\n' })
  }
  shape.breaks = Math.max(shape.breaks, 1)
  return push(shape, 'item', name, tags)
}

function openInTable(shape: Shape, kind: Kind, name: string, tags: Open['tags']): boolean {
  const table = shape.stack.findLastIndex(open => open.kind === 'table')
  if (table < 0) {
    separate(shape)
    return false
  }
  // A row ends the row before it, a section the section before it; never what is outside this table.
  while (shape.stack.length - 1 > table && rank[top(shape).kind] <= rank[kind]) {
    popTo(shape, shape.stack.length - 1)
  }
  enterTable(shape, kind)
  push(shape, kind, name, tags)
  // Empty cells hold their column open.
  if (kind === 'cell') materialise(shape)
  return true
}

/** Implies what stands between a table and a part of that kind. */
function enterTable(shape: Shape, kind: Kind): void {
  if (kind !== 'section' && top(shape).kind === 'table')
    push(shape, 'section', 'tbody', { start: '<tbody>\n', end: '</tbody>\n' })
  if (kind === 'cell' && top(shape).kind === 'section')
    push(shape, 'row', 'tr', { start: '<tr>', end: '</tr>\n' })
}

/** Makes the place one where text may stand, and gives paragraphs to loose text. */
function enterText(shape: Shape): void {
  enterFlow(shape)
  if (top(shape).kind === 'flow') push(shape, 'paragraph', 'p', { start: '<p>', end: '</p>\n' })
}

/** Makes the place one where a block may stand. */
function enterFlow(shape: Shape): void {
  const kind = top(shape).kind
  if (kind === 'list') push(shape, 'item', 'li', { start: '<li>', end: '</li>\n' })
  if (kind === 'table' || kind === 'section' || kind === 'row') {
    enterTable(shape, 'cell')
    push(shape, 'cell', 'td', { start: '<td>', end: '</td>' })
  }
}

/** Ends the paragraph, heading or preformatted text that is open, with its inline elements. */
function leaveText(shape: Shape): void {
  while (rank[top(shape).kind] <= rank.paragraph) popTo(shape, shape.stack.length - 1)
}

function beforeContent(shape: Shape): void {
  enterText(shape)
  const block = nearestBlock(shape)
  if (block.filled && shape.breaks > 0) {
    if (shape.breaks > 1 && top(shape).kind === 'paragraph') {
      popTo(shape, shape.stack.length - 1)
      enterText(shape)
    } else writeTag(shape, '<br>')
  } else if (block.filled) shape.run += shape.space
  shape.breaks = 0
  shape.space = ''
  materialise(shape)
  nearestBlock(shape).filled = true
}

function addSpace(shape: Shape, blank: string): void {
  // A single no-break space is typography ("Bonjour !"); a run of them is layout.
  shape.space = shape.space === '' && blank === '\u00a0' ? blank : ' '
}

function push(shape: Shape, kind: Kind, name: string, tags: Open['tags']): boolean {
  if (shape.stack.length >= maxDepth) return false
  shape.stack.push({ kind, name, tags, filled: false })
  return true
}

/** Writes the opening tags that waited for content. */
function materialise(shape: Shape): void {
  while (shape.written < shape.stack.length) {
    const open = shape.stack[shape.written] as Open
    if (open.kind !== 'inline') settle(shape, shape.written - 1)
    if (typeof open.tags === 'function') open.tags = open.tags()
    writeTag(shape, open.tags.start)
    shape.written++
  }
}

function popTo(shape: Shape, length: number): void {
  while (shape.stack.length > length) {
    const open = top(shape)
    if (shape.written < shape.stack.length) {
      shape.stack.pop()
      continue
    }
    // The tag is written while its element is open: text in a link must not be searched for links.
    writeTag(shape, (open.tags as Tags).end)
    shape.stack.pop()
    shape.written--
    if (open.kind !== 'inline') settle(shape)
  }
}

/** A block began or ended here: white space and line breaks beside it are not shown. */
function settle(shape: Shape, parent = shape.stack.length - 1): void {
  const open = shape.stack[parent]
  if (open) open.filled = false
  shape.space = ''
  shape.breaks = 0
}

function writeTag(shape: Shape, tag: string): void {
  flush(shape)
  shape.output.push(tag)
}

function flush(shape: Shape): void {
  if (shape.run === '') return
  const verbatim = shape.stack
    .slice(0, shape.written)
    .some(open => open.name === 'a' || open.name === 'code' || open.name === 'pre')
  shape.output.push(verbatim || !shape.run.includes('://') ? escapeText(shape.run) : withLinks(shape.run))
  shape.run = ''
}

/** Bare addresses become links. Only whole words that begin with one, so that a second pass finds nothing new. */
function withLinks(run: string): string {
  return run
    .split(/([ \u00a0])/)
    .map(linkWord)
    .join('')
}

function linkWord(word: string): string {
  const before = /^["'(«“‘]*/.exec(word)?.[0].length ?? 0
  if (!/^https?:\/\/./i.test(word.slice(before, before + 9))) return escapeText(word)
  let end = word.length
  while (end > before && `.,;:!?"'»”’)]}>`.includes(word[end - 1] as string)) end--
  const address = word.slice(before, end)
  const link = safeLink(address)
  if (!link) return escapeText(word)
  return `${escapeText(word.slice(0, before))}${linkTag(link)}${escapeText(address)}</a>${escapeText(word.slice(end))}`
}

function trimBlankEnd(words: string): string {
  let end = words.length
  while (end > 0 && ' \t\n\f\u00a0'.includes(words[end - 1] as string)) end--
  return words.slice(0, end)
}

/** True when text here falls into an element of that kind (inline elements between do not count). */
function holds(shape: Shape, kind: Kind): boolean {
  return nearestBlock(shape).kind === kind
}

function nearestBlock(shape: Shape): Open {
  return shape.stack.findLast(open => open.kind !== 'inline') as Open
}

function isContainer(kind: Kind): boolean {
  return rank[kind] >= rank.item
}

function top(shape: Shape): Open {
  return shape.stack[shape.stack.length - 1] as Open
}

function root(): Open {
  return { kind: 'flow', name: '', tags: { start: '', end: '' }, filled: false }
}
