import { type EditorOptions, showEditor } from './rich-text-editor.ts'
import { readRich } from './rich-text-markdown.ts'
import { sender } from './rich-text-pictures.ts'
import { showTools } from './rich-text-plain.ts'

export type RichOptions = Pick<EditorOptions, 'words' | 'most'> & {
  /** The page of the network's files. */
  files: string | undefined
}

/** Called by the script of the writing page when a rich answer is first written in. */
export function open(field: HTMLTextAreaElement, { files, ...options }: RichOptions): void {
  if (field.dataset.rich) return
  const upload = files === undefined ? null : sender(files)
  const text = readRich(field.value)
  field.dataset.rich = text ? 'shown' : 'plain'
  if (text) showEditor(field, text, { ...options, upload })
  else showTools(field, { ...options, upload })
}
