import { askAddress } from './rich-text-dialog.ts'
import type { EditorOptions } from './rich-text-editor.ts'
import { pictures } from './rich-text-pictures.ts'
import { buildToolbar, type ToolName } from './rich-text-toolbar.ts'
import { pasteText } from './writing-telling.ts'

/** A text the editor cannot show stays as it is written; the same tools write Markdown into it. */
export function showTools(field: HTMLTextAreaElement, options: EditorOptions): void {
  const { words, most } = options
  const tools: ToolName[] = ['bold', 'italic', 'link', 'bullets', 'numbers', 'code']
  if (options.upload) tools.push('picture')
  const toolbar = buildToolbar(words, tools, act, () => field.focus())
  toolbar.say(words.plain)
  const insert = pictures(options, toolbar.say, ({ src, alt }) => write(`![${escaped(alt)}](${src})`))
  field.after(toolbar.element)
  toolbar.update({ on: new Set(), off: new Set() })
  field.addEventListener('keydown', event => {
    const mod = event.ctrlKey || event.metaKey
    const tool =
      mod && !event.altKey ? byKey[`${event.shiftKey ? 'shift ' : ''}${event.key.toLowerCase()}`] : undefined
    if (event.altKey && event.key === 'F10') toolbar.focus()
    else if (tool) act(tool)
    else return
    event.preventDefault()
  })
  field.addEventListener('paste', event => {
    if (insert.fromTransfer(event.clipboardData)) {
      event.preventDefault()
      return
    }
    const pasted = event.clipboardData?.getData('text/plain') ?? ''
    const length = field.value.length - (field.selectionEnd - field.selectionStart) + pasted.length
    if (length <= most) return
    event.preventDefault()
    toolbar.say(pasteText(length, most, words))
  })
  field.addEventListener('drop', event => {
    if (insert.fromTransfer(event.dataTransfer)) event.preventDefault()
  })

  function act(tool: ToolName): void {
    const chosen = field.value.slice(field.selectionStart, field.selectionEnd)
    if (tool === 'bold') write(`**${chosen}**`, 2)
    else if (tool === 'italic') write(`*${chosen}*`, 1)
    else if (tool === 'code') write(`\`${chosen}\``, 1)
    else if (tool === 'bullets') lines(() => '- ')
    else if (tool === 'numbers') lines(index => `${index + 1}. `)
    else if (tool === 'picture') insert.choose()
    else if (tool === 'link') {
      askAddress(words, '').then(address => {
        field.focus()
        if (address) write(`[${chosen || address}](${address})`)
      })
    }
  }

  /** @param inside how far before its end the caret stays where nothing was chosen */
  function write(text: string, inside = 0): void {
    const empty = field.selectionStart === field.selectionEnd
    field.focus()
    // The one way in which browsers let it be undone by their own key.
    if (!document.execCommand('insertText', false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    if (empty && inside > 0) field.selectionStart = field.selectionEnd -= inside
  }

  function lines(mark: (index: number) => string): void {
    const start = field.value.lastIndexOf('\n', field.selectionStart - 1) + 1
    const end = field.value.indexOf('\n', field.selectionEnd)
    field.setSelectionRange(start, end < 0 ? field.value.length : end)
    const chosen = field.value.slice(field.selectionStart, field.selectionEnd)
    write(
      chosen
        .split('\n')
        .map((line, index) => (line.trim() === '' && index > 0 ? line : mark(index) + line))
        .join('\n'),
    )
  }
}

const byKey: Record<string, ToolName> = { b: 'bold', i: 'italic', k: 'link', e: 'code' }

function escaped(alt: string): string {
  return alt.replace(/[[\]\\]/g, '\\$&')
}
