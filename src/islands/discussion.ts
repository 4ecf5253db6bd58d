/**
 * Offers to comment on a passage that was chosen with the mouse, the keyboard or a finger: a button beside it, or Ctrl + Alt
 * + M, leads to the page for comments, with the passage filled in. Without it one copies the passage there.
 */
export function wake(place: HTMLElement): void {
  const { address, label } = place.dataset
  if (!address || !label || place.dataset.awake !== undefined) return
  place.dataset.awake = ''
  const button = document.createElement('a')
  button.className = 'button comment-passage'
  button.textContent = label
  button.hidden = true
  button.title = shortcut
  button.setAttribute('aria-keyshortcuts', 'Control+Alt+M')
  // Whoever chose it by the keyboard does not see where the button is.
  const say = document.createElement('span')
  say.className = 'visually-hidden'
  say.setAttribute('role', 'status')
  document.body.append(button, say)
  let waiting = 0
  const look = () => {
    clearTimeout(waiting)
    waiting = window.setTimeout(() => {
      const chosen = inField() ?? inText()
      button.hidden = chosen === null
      const told = chosen === null ? '' : `${label} (${shortcut})`
      if (say.textContent !== told) say.textContent = told
      if (chosen === null) return
      button.href = `${address}?${new URLSearchParams(chosen.said)}`
      button.style.insetBlockStart = `${Math.max(8, Math.min(innerHeight - 60, chosen.box.bottom + 8))}px`
      button.style.insetInlineStart = `${Math.max(8, Math.min(document.documentElement.clientWidth - 240, chosen.box.left))}px`
    }, 200)
  }
  document.addEventListener('selectionchange', look)
  addEventListener('scroll', look, { passive: true })
  addEventListener('keydown', event => {
    if (event.key === 'Escape') button.hidden = true
    // By the place of the key: with Alt it makes another letter on some.
    const asked =
      (event.ctrlKey || event.metaKey) && event.altKey && (event.code === 'KeyM' || event.key === 'm')
    if (!asked || button.hidden) return
    event.preventDefault()
    location.assign(button.href)
  })
}

const shortcut = 'Ctrl + Alt + M'

interface Chosen {
  said: Record<string, string>
  box: DOMRect
}

const longest = 2_000
const around = 60

/** In a field being written, which the selection of the page does not tell. */
function inField(): Chosen | null {
  const field = document.activeElement
  if (!(field instanceof HTMLTextAreaElement)) return null
  const path = pathOf(field)
  const { selectionStart: from, selectionEnd: to, value } = field
  return path === null
    ? null
    : chosen(
        value.slice(from, to),
        value.slice(0, from),
        value.slice(to),
        path,
        field.getBoundingClientRect(),
      )
}

function inText(): Chosen | null {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const { commonAncestorContainer: within } = range
  const element = within instanceof Element ? within : within.parentElement
  const text = element?.closest('[data-path], article .body')
  if (!element || !text) return null
  const before = range.cloneRange()
  before.selectNodeContents(text)
  before.setEnd(range.startContainer, range.startOffset)
  const after = range.cloneRange()
  after.selectNodeContents(text)
  after.setStart(range.endContainer, range.endOffset)
  return chosen(
    selection.toString(),
    before.toString(),
    after.toString(),
    pathOf(element),
    range.getBoundingClientRect(),
  )
}

function chosen(
  passage: string,
  before: string,
  after: string,
  path: string | null,
  box: DOMRect,
): Chosen | null {
  const quote = passage.trim()
  if (quote.length < 2 || quote.length > longest) return null
  const said = { quote, before: before.slice(-around), after: after.slice(0, around) }
  return { said: path === null ? said : { path, ...said }, box }
}

function pathOf(element: Element): string | null {
  return element.closest<HTMLElement>('[data-path]')?.dataset.path ?? null
}
