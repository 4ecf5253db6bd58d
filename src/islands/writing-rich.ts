import type { WritingWords } from '#ui/writing-words.ts'
import { answerOf, kindOf, pathOf } from './writing-answers.ts'
import { showProblem } from './writing-conflicts.ts'
import { pasteText } from './writing-telling.ts'

/**
 * Rich answers: their editor comes when somebody goes into one, and before that where one in sight has marks of Markdown, so
 * that a draft that is opened again reads as it was written. One without any reads the same in its text area.
 */
export function richAnswers(
  form: HTMLElement,
  words: WritingWords,
): { open(target: EventTarget | null): void; watch(root: ParentNode): void } {
  const sight = new IntersectionObserver(
    entries => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue
        sight.unobserve(target)
        open(target, true)
      }
    },
    { rootMargin: '300px' },
  )
  form.addEventListener('paste', refuseTooLong)
  return { open: target => open(target, false), watch }

  function open(target: EventTarget | null, isUnasked: boolean): void {
    if (!isClosed(target)) return
    const { editor = '', pictures } = form.dataset
    import(editor)
      .then((island: typeof import('./richtext.ts')) => {
        if (target.isConnected && !target.hidden)
          island.open(target, { words, most: mostOf(target), pictures, isUnasked })
      })
      // Offline, perhaps: the text area does as well.
      .catch(() => undefined)
  }

  function watch(root: ParentNode): void {
    for (const field of root.querySelectorAll('textarea.prose'))
      if (isClosed(field) && hasMarks(field.value)) sight.observe(field)
  }

  function isClosed(target: EventTarget | null): target is HTMLTextAreaElement {
    if (!(target instanceof HTMLTextAreaElement) || !form.dataset.editor) return false
    const answer = answerOf(target)
    return (
      target.dataset.rich === undefined &&
      answer !== null &&
      kindOf(answer) === 'rich' &&
      target.name === pathOf(answer)
    )
  }

  function refuseTooLong(event: ClipboardEvent): void {
    const { target } = event
    if (!(target instanceof HTMLTextAreaElement) || target.dataset.rich !== undefined) return
    const pasted = event.clipboardData?.getData('text/plain') ?? ''
    const length = target.value.length - (target.selectionEnd - target.selectionStart) + pasted.length
    const answer = answerOf(target)
    if (!answer || length <= mostOf(target)) return
    event.preventDefault()
    showProblem(answer, pasteText(length, mostOf(target), words))
  }
}

/** Whether it would read otherwise than it is written: emphasis, links, code, escapes, entities, lists. */
function hasMarks(text: string): boolean {
  return /[*_`[\]<>\\]|&#?\w+;|^\s*(?:[-+]|\d{1,9}[.)])\s/m.test(text)
}

/** As the server has it where a template sets no limit. */
function mostOf(field: HTMLElement): number {
  return Number(field.dataset.most ?? (field.classList.contains('line') ? 1_000 : 50_000))
}
