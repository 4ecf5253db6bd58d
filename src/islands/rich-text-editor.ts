import { baseKeymap, chainCommands, toggleMark } from 'prosemirror-commands'
import { history, redo, undo } from 'prosemirror-history'
import { inputRules, wrappingInputRule } from 'prosemirror-inputrules'
import { keymap } from 'prosemirror-keymap'
import type { MarkType, Node, NodeType } from 'prosemirror-model'
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list'
import { type Command, EditorState, TextSelection } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { movedCaret } from '#ui/text-merging.ts'
import type { WritingWords } from '#ui/writing-words.ts'
import { askAddress } from './rich-text-dialog.ts'
import { type RichText, readRich, writeRich } from './rich-text-markdown.ts'
import { cleanPasted } from './rich-text-paste.ts'
import { type Picture, pictures } from './rich-text-pictures.ts'
import { schema } from './rich-text-schema.ts'
import { buildToolbar, type ToolName } from './rich-text-toolbar.ts'
import { pasteText } from './writing-telling.ts'

export interface EditorOptions {
  words: WritingWords
  /** The longest answer, in characters of Markdown. */
  most: number
  /** Where pictures are sent; null where there is no such place. */
  upload: ((file: File) => Promise<Picture>) | null
}

/**
 * Shows a text area as what its Markdown means. The text area stays, out of sight, and always has the text: whatever reads
 * the form reads that. Nothing is written to it before something is changed.
 */
export function showEditor(field: HTMLTextAreaElement, text: RichText, options: EditorOptions): void {
  const { words, most } = options
  let source = text
  const host = document.createElement('div')
  host.className = 'rich-text prose'
  const tools: ToolName[] = ['bold', 'italic', 'link', 'bullets', 'numbers', 'code']
  if (options.upload) tools.push('picture')
  const toolbar = buildToolbar(words, [...tools, 'undo', 'redo'], act, () => view.focus())
  const insert = pictures(options, toolbar.say, (picture, at) => {
    const image = nodes.image.create({ ...picture })
    const position = at === undefined ? null : Math.min(at, view.state.doc.content.size)
    const { tr } = view.state
    view.dispatch(position === null ? tr.replaceSelectionWith(image, false) : tr.insert(position, image))
    view.focus()
  })
  const view = new EditorView(host, {
    state: EditorState.create({ doc: text.doc, plugins: plugins(openLink, () => toolbar.focus()) }),
    attributes: attributesOf(field),
    transformPastedHTML: cleanPasted,
    dispatchTransaction(transaction) {
      const state = view.state.apply(transaction)
      const markdown =
        transaction.docChanged && !transaction.getMeta('shown') ? writeRich(state.doc, source) : null
      if (markdown !== null && transaction.getMeta('paste') && markdown.length > most) {
        refuse(markdown.length)
        return
      }
      view.updateState(state)
      toolbar.update(stateOf(state))
      if (markdown === null) return
      toolbar.say('')
      if (markdown === field.value) return
      field.value = markdown
      field.dispatchEvent(new Event('input', { bubbles: true }))
    },
    handleDOMEvents: {
      keydown(_, event) {
        if (event.altKey || event.ctrlKey || event.metaKey) takeSelection(view)
        return false
      },
      paste(_, event) {
        const pasted = event.clipboardData?.getData('text/plain') ?? ''
        const length = field.value.length + pasted.replace(/\s+/g, ' ').length
        // Not even read: half a megabyte would hold up the browser.
        if (length <= most || pasted.length < 2_000) return false
        event.preventDefault()
        refuse(length)
        return true
      },
    },
    handlePaste: (_, event) => insert.fromTransfer(event.clipboardData),
    handleDrop: (_, event) => {
      const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
      return insert.fromTransfer(event.dataTransfer, at)
    },
  })
  const caret = caretIn(view.state.doc, field)
  view.updateState(
    view.state.apply(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(caret)))),
  )
  field.after(host, toolbar.element)
  toolbar.update(stateOf(view.state))
  const focused = document.activeElement === field
  if (focused) view.focus()
  field.hidden = true
  for (const label of field.labels) label.addEventListener('click', () => view.focus())
  field.addEventListener('shown', shown)

  function refuse(length: number): void {
    toolbar.say(pasteText(length, most, words))
  }

  /** The text has become another: others have written, too. */
  function shown(): void {
    const read = readRich(field.value)
    if (!read) {
      const had = view.hasFocus()
      field.removeEventListener('shown', shown)
      view.destroy()
      host.remove()
      toolbar.element.remove()
      field.hidden = false
      delete field.dataset.rich
      if (had) field.focus()
      return
    }
    source = read
    const { doc, tr, selection } = view.state
    const from = doc.content.findDiffStart(read.doc.content)
    if (from === null) return
    let { a, b } = doc.content.findDiffEnd(read.doc.content) ?? { a: from, b: from }
    const overlap = Math.max(0, from - Math.min(a, b))
    a += overlap
    b += overlap
    const [before, after] = [linear(doc), linear(read.doc)]
    const changed = tr.replace(from, a, read.doc.slice(from, b))
    const places = [selection.anchor, selection.head].map(place =>
      changed.doc.resolve(Math.min(changed.doc.content.size, movedCaret(before, after, place))),
    )
    const [anchor, head] = places
    if (anchor && head) changed.setSelection(TextSelection.between(anchor, head))
    view.dispatch(changed.setMeta('shown', true).setMeta('addToHistory', false))
  }

  function act(tool: ToolName): void {
    if (tool === 'link') openLink(view.state)
    else if (tool === 'picture') insert.choose()
    else commands[tool](view.state, view.dispatch, view)
    if (tool !== 'link' && tool !== 'picture') view.focus()
  }

  function openLink(state: EditorState): boolean {
    const { from, to } = linkAround(state)
    const mark = marks.link.isInSet(state.doc.nodeAt(from)?.marks ?? [])
    askAddress(words, mark ? String(mark.attrs.href) : '').then(address => {
      view.focus()
      if (address === null) return
      const { tr } = view.state
      tr.removeMark(from, to, marks.link)
      if (address !== '') {
        const link = marks.link.create({ href: address })
        if (from === to) tr.insert(from, schema.text(address, [link]))
        else tr.addMark(from, to, link)
      }
      view.dispatch(tr)
    })
    return true
  }
}

/**
 * What is selected on the page, which a busy browser tells only after the next key: a command is for what one has selected.
 */
function takeSelection(view: EditorView): void {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection() ?? {}
  if (!anchorNode || !focusNode || !view.dom.contains(anchorNode) || !view.dom.contains(focusNode)) return
  const { doc, selection, tr } = view.state
  if (view.composing || !(selection instanceof TextSelection)) return
  const [anchor, head] = [
    view.posAtDOM(anchorNode, anchorOffset ?? 0),
    view.posAtDOM(focusNode, focusOffset ?? 0),
  ]
  const selected = TextSelection.between(doc.resolve(anchor), doc.resolve(head))
  if (!selected.eq(selection)) view.dispatch(tr.setSelection(selected))
}

const { nodes, marks } = schema as unknown as {
  nodes: Record<'image' | 'bullet_list' | 'ordered_list' | 'list_item' | 'hard_break' | 'paragraph', NodeType>
  marks: Record<'em' | 'strong' | 'link' | 'code', MarkType>
}

const commands: Record<Exclude<ToolName, 'link' | 'picture'>, Command> = {
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  code: toggleMark(marks.code),
  bullets: toggleList(nodes.bullet_list),
  numbers: toggleList(nodes.ordered_list),
  undo,
  redo,
}

function plugins(openLink: (state: EditorState) => boolean, toTools: () => void) {
  const lineBreak: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView())
    return true
  }
  return [
    history(),
    inputRules({
      rules: [
        wrappingInputRule(/^\s*[-*+]\s$/, nodes.bullet_list),
        wrappingInputRule(/^(\d{1,3})[.)]\s$/, nodes.ordered_list, match => ({ order: Number(match[1]) })),
      ],
    }),
    keymap({
      'Mod-b': commands.bold,
      'Mod-i': commands.italic,
      'Mod-e': commands.code,
      'Mod-k': state => openLink(state),
      'Mod-Shift-8': commands.bullets,
      'Mod-Shift-7': commands.numbers,
      'Mod-z': undo,
      'Mod-Shift-z': redo,
      'Mod-y': redo,
      'Alt-F10': () => {
        toTools()
        return true
      },
      Enter: splitListItem(nodes.list_item),
      'Shift-Enter': lineBreak,
      // Outside a list Tab goes on to the next field.
      Tab: sinkListItem(nodes.list_item),
      'Shift-Tab': chainCommands(liftNested, () => false),
    }),
    keymap(baseKeymap),
  ]
}

/** Out of a list within a list; at the outermost Shift+Tab leaves the field. */
const liftNested: Command = (state, dispatch) => {
  const { $from } = state.selection
  const depths = Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1).type)
  const deep = depths.filter(type => type === nodes.list_item).length > 1
  return deep && liftListItem(nodes.list_item)(state, dispatch)
}

function toggleList(type: NodeType): Command {
  return (state, dispatch) => {
    const list = listAround(state)
    if (list?.node.type === type) return liftListItem(nodes.list_item)(state, dispatch)
    if (!list) return wrapInList(type)(state, dispatch)
    dispatch?.(state.tr.setNodeMarkup(list.at, type, { tight: list.node.attrs.tight }))
    return true
  }
}

function listAround({ selection }: EditorState): { node: Node; at: number } | null {
  const { $from } = selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth)
    if (node.type === nodes.bullet_list || node.type === nodes.ordered_list)
      return { node, at: $from.before(depth) }
  }
  return null
}

function stateOf(state: EditorState): { on: Set<ToolName>; off: Set<ToolName> } {
  const { from, $from, to, empty } = state.selection
  const has = (type: MarkType) =>
    empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type)
  const list = listAround(state)?.node.type
  const on: [ToolName, boolean][] = [
    ['bold', has(marks.strong)],
    ['italic', has(marks.em)],
    ['code', has(marks.code)],
    ['link', has(marks.link)],
    ['bullets', list === nodes.bullet_list],
    ['numbers', list === nodes.ordered_list],
  ]
  return {
    on: new Set(on.filter(([, is]) => is).map(([tool]) => tool)),
    off: new Set((['undo', 'redo'] as const).filter(tool => !commands[tool](state))),
  }
}

/** What a link would be about: what is selected, else the link the caret is in. */
function linkAround({ selection, doc }: EditorState): { from: number; to: number } {
  const { from, to, empty, $from } = selection
  const mark = marks.link.isInSet($from.marks())
  if (!empty || !mark) return { from, to }
  let [start, end] = [from, from]
  const parent = $from.start()
  $from.parent.forEach((node, offset) => {
    if (!mark.isInSet(node.marks)) return
    start = Math.min(start, parent + offset)
    end = Math.max(end, parent + offset + node.nodeSize)
  })
  return { from: Math.max(start, 0), to: Math.min(end, doc.content.size) }
}

/** The document as a text in which every position has its sign. */
function linear(doc: Node): string {
  const signs = new Array<string>(doc.content.size).fill('\n')
  doc.descendants((node, at) => {
    if (!node.isText) return
    for (const [index, sign] of (node.text ?? '').split('').entries()) signs[at + index] = sign
  })
  return signs.join('')
}

const caretSign = '\ue000'

/** Where the caret of the text area is in the document. */
function caretIn(doc: Node, field: HTMLTextAreaElement): number {
  const end = doc.content.size
  const at = field.selectionEnd
  if (at >= field.value.length) return end
  const marked = readRich(`${field.value.slice(0, at)}${caretSign}${field.value.slice(at)}`)
  const found = marked ? linear(marked.doc).indexOf(caretSign) : -1
  return found < 0 ? end : Math.min(found, end)
}

function attributesOf(field: HTMLTextAreaElement): Record<string, string> {
  const label = field.closest('.answer')?.querySelector('.question[id]')?.id
  const by = field.getAttribute('aria-describedby')
  return {
    role: 'textbox',
    'aria-multiline': 'true',
    ...(label ? { 'aria-labelledby': label } : { 'aria-label': field.labels[0]?.textContent ?? '' }),
    ...(by && { 'aria-describedby': by }),
    ...(field.getAttribute('aria-invalid') && { 'aria-invalid': 'true' }),
  }
}
