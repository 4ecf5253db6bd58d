import { type EditorOptions, showEditor } from './rich-text-editor.ts'
import { readRich } from './rich-text-markdown.ts'
import { sender } from './rich-text-pictures.ts'
import { showTools } from './rich-text-plain.ts'

export type RichOptions = Pick<EditorOptions, 'words' | 'most'> & {
  /** Where pictures of the page go. */
  pictures: string | undefined
  /** Nobody has come to it yet: what the editor cannot show stays as it is, without its tools. */
  isUnasked: boolean
}

/** Called by the script of the writing page when somebody comes to a rich answer, or one in sight has marks. */
export function open(field: HTMLTextAreaElement, { pictures, isUnasked, ...options }: RichOptions): void {
  if (field.dataset.rich) return
  const upload = pictures === undefined ? null : sender(pictures)
  const text = readRich(field.value)
  if (!text && isUnasked) return
  field.dataset.rich = text ? 'shown' : 'plain'
  if (text) showEditor(field, text, { ...options, upload })
  else showTools(field, { ...options, upload })
}
