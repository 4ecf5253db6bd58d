import { closestView, frame, type Point, type View, wholeWorld } from '#ui/charts/map-frame.ts'
import type { MapWords } from '#ui/charts/world-map.tsx'
import { dragBy, zoomAt } from './map-geometry.ts'

export type Steering = {
  get: () => View
  set: (view: View) => void
  glide: (view: View) => void
  home: () => void
  /** The smallest window, in map units. */
  closest?: number
}

/** Pointer and wheel move the map. */
export function listenToPointer(stage: HTMLElement, svg: SVGSVGElement, map: Steering): void {
  const pointers = new Map<number, Point>()
  let moved = 0
  // A finger is never still: six pixels, in units of the frame.
  const still = () => moved < (6 * frame.width) / Math.max(1, svg.clientWidth)

  svg.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    if (pointers.size === 0) moved = 0
    pointers.set(event.pointerId, inFrame(svg, event))
  })
  svg.addEventListener('pointermove', event => {
    const before = pointers.get(event.pointerId)
    if (!before) return
    // Released outside, before it was captured.
    if (event.buttons === 0) {
      pointers.delete(event.pointerId)
      return
    }
    const now = inFrame(svg, event)
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    moved += Math.hypot(now.x - before.x, now.y - before.y)
    // Captured only once it is a drag: a captured pointer would never click a link.
    if (still()) return
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, now)
    if (!other) return map.set(dragBy(map.get(), now.x - before.x, now.y - before.y))
    const apart = (point: Point): number => Math.hypot(point.x - other.x, point.y - other.y)
    const centre = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }
    const dragged = dragBy(map.get(), (now.x - before.x) / 2, (now.y - before.y) / 2)
    map.set(zoomAt(dragged, apart(now) / Math.max(1, apart(before)), centre, map.closest))
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    svg.addEventListener(end, event => pointers.delete(event.pointerId))
  // A drag that ends on a link must not follow it, nor drag the link itself.
  svg.addEventListener(
    'click',
    event => {
      if (still()) return
      event.preventDefault()
      event.stopPropagation()
    },
    true,
  )
  svg.addEventListener('dragstart', event => event.preventDefault())

  svg.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.metaKey && !stage.contains(document.activeElement)) return
      const view = map.get()
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 20
      const next = zoomAt(
        view,
        2 ** (-pixels / (event.ctrlKey ? 120 : 300)),
        inFrame(svg, event),
        map.closest,
      )
      // At the end of the zoom the page scrolls again.
      if (next.width === view.width && !event.ctrlKey) return
      event.preventDefault()
      map.set(next)
    },
    { passive: false },
  )
}

/** Arrows move the map, + and − bring it closer. */
export function listenToKeys(stage: HTMLElement, map: Steering): void {
  stage.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest('[popover]'))
      return
    const centre = { x: frame.width / 2, y: frame.height / 2 }
    const view = map.get()
    const step = 120
    const act: Record<string, () => void> = {
      ArrowLeft: () => map.glide(dragBy(view, step, 0)),
      ArrowRight: () => map.glide(dragBy(view, -step, 0)),
      ArrowUp: () => map.glide(dragBy(view, 0, step)),
      ArrowDown: () => map.glide(dragBy(view, 0, -step)),
      '+': () => map.glide(zoomAt(view, 2, centre)),
      '=': () => map.glide(zoomAt(view, 2, centre)),
      '-': () => map.glide(zoomAt(view, 0.5, centre)),
      '0': map.home,
    }
    const move = act[event.key]
    if (!move) return
    event.preventDefault()
    move()
  })
}

/** Where on the frame an event is. */
export function inFrame(svg: SVGSVGElement, event: MouseEvent): Point {
  const box = svg.getBoundingClientRect()
  return {
    x: ((event.clientX - box.left) / box.width) * frame.width,
    // The frame stands in the middle of a taller picture.
    y: ((event.clientY - box.top - box.height / 2) / box.width) * frame.width + frame.height / 2,
  }
}

export function toolbar(
  words: Pick<MapWords, 'zoomIn' | 'zoomOut' | 'reset'>,
  act: { in: () => void; out: () => void; home: () => void },
  closest = closestView,
) {
  const element = document.createElement('div')
  element.className = 'map-tools'
  const button = (label: string, drawing: string, run: () => void): HTMLButtonElement => {
    const made = document.createElement('button')
    made.type = 'button'
    made.title = label
    made.setAttribute('aria-label', label)
    const svg = make('svg', {
      viewBox: '0 0 16 16',
      'aria-hidden': 'true',
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': '2',
      'stroke-linecap': 'round',
    })
    svg.append(make('path', { d: drawing }))
    made.append(svg)
    made.addEventListener('click', run)
    element.append(made)
    return made
  }
  const closer = button(words.zoomIn, 'M8 3v10M3 8h10', act.in)
  const further = button(words.zoomOut, 'M3 8h10', act.out)
  const back = button(words.reset, 'M3 6a5.5 5.5 0 1 1 0 4.5M2.5 2.5V6H6', act.home)
  // Not `disabled`, which would drop the focus of somebody pressing the button again and again.
  const off = (target: HTMLButtonElement, state: boolean): void =>
    target.setAttribute('aria-disabled', String(state))
  return {
    element,
    update(view: View, home: View): void {
      off(closer, view.width <= closest)
      off(further, view.width >= wholeWorld.width)
      off(back, view.x === home.x && view.y === home.y && view.width === home.width)
    },
  }
}

export function make<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
