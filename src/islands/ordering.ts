/**
 * The entries of a collection can be dragged to another place. Whoever does not drag has the arrows beside each, which
 * are what the page has without this.
 */
export function wake(element: HTMLElement): void {
  for (const row of rowsIn(element)) row.prepend(handleOf(element, row))
}

interface Drop {
  row: HTMLElement
  side: 'before' | 'after'
}

/** Near the edge of the window the page goes on by itself. */
const edge = 60

function handleOf(list: HTMLElement, row: HTMLElement): HTMLElement {
  const handle = document.createElement('span')
  handle.className = 'handle'
  handle.textContent = '⠿'
  handle.ariaHidden = 'true'
  let drop: Drop | null = null
  const show = (next: Drop | null) => {
    drop?.row.classList.remove('drop-before', 'drop-after')
    next?.row.classList.add(`drop-${next.side}`)
    drop = next
  }
  const end = () => {
    row.classList.remove('dragged')
    show(null)
  }
  handle.addEventListener('pointerdown', event => {
    event.preventDefault()
    handle.setPointerCapture(event.pointerId)
    row.classList.add('dragged')
  })
  handle.addEventListener('pointermove', event => {
    if (!handle.hasPointerCapture(event.pointerId)) return
    const { clientY } = event
    if (clientY < edge) scrollBy(0, -12)
    if (clientY > innerHeight - edge) scrollBy(0, 12)
    show(dropAt(list, row, clientY))
  })
  handle.addEventListener('pointerup', () => {
    const to = drop
    end()
    if (to) send(row, to)
  })
  handle.addEventListener('pointercancel', end)
  return handle
}

/** Beside which entry one would let go; null over the one that is held. */
function dropAt(list: HTMLElement, held: HTMLElement, y: number): Drop | null {
  for (const row of rowsIn(list)) {
    const { top, bottom } = row.getBoundingClientRect()
    if (y < top || y > bottom) continue
    return row === held ? null : { row, side: y < (top + bottom) / 2 ? 'before' : 'after' }
  }
  return null
}

/** By the form of the arrows, as if it asked for the place. */
function send(row: HTMLElement, { row: target, side }: Drop): void {
  const form = row.querySelector<HTMLFormElement>('form.moves')
  if (!form) return
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = side
  field.value = target.dataset.item ?? ''
  form.append(field)
  form.submit()
}

function rowsIn(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('li[data-item]')]
}
