import {
  closestView,
  frame,
  frameTransform,
  type Point,
  toFrame,
  type View,
  wholeWorld,
} from '#ui/charts/map-frame.ts'
import type { MapWords } from '#ui/charts/world-map.tsx'
import {
  between,
  boundingBox,
  type Cluster,
  clustersOf,
  dragBy,
  holds,
  type Place,
  type PlaceCollection,
  placesOf,
  widened,
  zoomAt,
} from './map-geometry.ts'

/**
 * Makes the server's map (`.map-stage`, see ui/charts/world-map.tsx) movable: drag, pinch, wheel with Ctrl or ⌘ or once it
 * has the focus, buttons, arrow keys, + − 0. Close up it loads places from `data-places` and draws them in groups.
 * Plain DOM: the picture is already there, only positions change.
 */
export function wake(stage: HTMLElement): void {
  const svg = stage.querySelector('svg')
  const ground = stage.querySelector<SVGGElement>('.map-ground')
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN] = (stage.dataset.view ?? '')
    .split(' ')
    .map(Number)
  if (!svg || !ground || Number.isNaN(x + y + width) || stage.dataset.awake !== undefined) return
  stage.dataset.awake = ''
  const words = JSON.parse(stage.dataset.words ?? '{}') as MapWords
  const home: View = { x, y, width }
  const marks = [...svg.querySelectorAll<SVGElement>('.map-mark')].map(element => {
    const [x = 0, y = 0] = (element.dataset.at ?? '').split(' ').map(Number)
    return { element, at: { x, y }, circle: element.querySelector('circle') }
  })
  const layer = svg.appendChild(make('g', { class: 'map-marks' }))
  const say = stage.appendChild(document.createElement('p'))
  say.className = 'map-say'
  say.setAttribute('role', 'status')
  const tools = toolbar(words, { in: () => zoom(2), out: () => zoom(0.5), home: () => glide(home) })
  const places = placeLayer()

  let view = home
  let frameRequest = 0
  let settling = 0
  stage.append(tools.element)
  stage.tabIndex = 0
  stage.setAttribute('role', 'group')
  stage.setAttribute('aria-label', words.help)
  listen(stage, svg, { get: () => view, set: show, glide, home: () => glide(home) })
  show(home)

  function zoom(factor: number): void {
    glide(zoomAt(view, factor, { x: frame.width / 2, y: frame.height / 2 }))
  }

  function glide(to: View): void {
    cancelAnimationFrame(frameRequest)
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    if (still) {
      show(to)
      return
    }
    const from = view
    const start = performance.now()
    const step = (now: number): void => {
      const t = Math.min(1, Math.max(0, (now - start) / 220))
      show(t === 1 ? to : between(from, to, t * (2 - t)))
      if (t < 1) frameRequest = requestAnimationFrame(step)
    }
    frameRequest = requestAnimationFrame(step)
  }

  function show(next: View): void {
    view = next
    ground?.setAttribute('transform', frameTransform(view))
    for (const { circle, at } of marks) if (circle) place(circle, at)
    places.move()
    tools.update(view, home)
    // At rest a finger scrolls the page over the map; once closer it moves the map.
    if (svg) svg.style.touchAction = view.width < home.width * 0.99 ? 'none' : 'pan-y'
    clearTimeout(settling)
    settling = window.setTimeout(() => places.settle(), 180)
  }

  function place(circle: Element, at: Point): void {
    const { x, y } = toFrame(view, at)
    circle.setAttribute('cx', x.toFixed(1))
    circle.setAttribute('cy', y.toFixed(1))
  }

  /** What is loaded when the map is close: one circle per group, one link per place. */
  function placeLayer() {
    const address = stage.dataset.places
    const list = placeList(stage, words)
    const replaced = stage.querySelectorAll('.map-mark, .map-legend')
    let loaded: { area: View; whole: boolean; places: Place[] } | undefined
    let request: AbortController | undefined
    let drawn: { cluster: Cluster; element: SVGElement }[] = []

    return { move, settle }

    function move(): void {
      for (const { cluster, element } of drawn) {
        const { x, y } = toFrame(view, cluster.at)
        element.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`)
      }
    }

    function settle(): void {
      const close = address !== undefined && view.width <= wholeWorld.width / 3.9
      if (!close) request?.abort()
      else if (
        !loaded ||
        !holds(loaded.area, seen()) ||
        (!loaded.whole && view.width < loaded.area.width / 4)
      )
        load(address)
      draw(close && loaded ? loaded.places : [])
      for (const element of replaced) {
        if (close && loaded) element.setAttribute('display', 'none')
        else element.removeAttribute('display')
      }
    }

    /** What is on the screen: on a narrow one, more than the frame (see map.css). */
    function seen(): View {
      const { width, height } = svg?.getBoundingClientRect() ?? { width: 0, height: 0 }
      const frameHeight = (width * frame.height) / frame.width
      return width > 0 ? widened(view, Math.max(0, height / frameHeight - 1) / 2) : view
    }

    async function load(address: string): Promise<void> {
      request?.abort()
      const mine = new AbortController()
      request = mine
      const area = widened(seen(), 0.25)
      const url = new URL(address, location.href)
      url.searchParams.set('bbox', boundingBox(area))
      say.textContent = words.loading
      try {
        const answer = await fetch(url, {
          signal: mine.signal,
          headers: { accept: 'application/geo+json, application/json' },
        })
        if (!answer.ok) throw new Error(String(answer.status))
        const collection = (await answer.json()) as PlaceCollection
        const whole = (collection.numberMatched ?? 0) <= collection.features.length
        loaded = { area, whole, places: placesOf(collection) }
        say.textContent = ''
        settle()
      } catch {
        if (!mine.signal.aborted) say.textContent = words.failed
        else if (request === mine) say.textContent = ''
      }
    }

    function draw(places: readonly Place[]): void {
      const unit = frame.width / (svg?.getBoundingClientRect().width || frame.width)
      const focused = drawn.find(({ element }) => element.contains(document.activeElement))?.cluster.places[0]
        ?.id
      drawn = clustersOf(places, (44 * unit * view.width) / frame.width).map(cluster => ({
        cluster,
        element: draw1(cluster, unit),
      }))
      layer.replaceChildren(...drawn.map(({ element }) => element))
      move()
      if (focused !== undefined)
        drawn.find(({ cluster }) => cluster.places.some(({ id }) => id === focused))?.element.focus()
    }

    function draw1(cluster: Cluster, unit: number): SVGElement {
      const [first] = cluster.places
      const count = cluster.places.length
      const alone = count === 1 && first
      const label = alone ? alone.title : words.places.replace('{count}', String(count))
      const element = alone
        ? make('a', { href: alone.href })
        : make('g', { role: 'button', tabindex: '0', 'aria-haspopup': 'dialog' })
      element.setAttribute('class', 'map-mark place')
      element.setAttribute('aria-label', label)
      const r = (alone ? 8 : Math.min(20, 11 + 2 * Math.log2(count))) * unit
      const title = make('title', {})
      title.textContent = label
      element.append(title, make('circle', { r: r.toFixed(1) }))
      if (!alone) {
        const text = make('text', { dy: '.35em', 'font-size': (12 * unit).toFixed(1) })
        text.textContent = String(count)
        element.append(text)
        const open = (): void => {
          const nearest = view.width <= closestView * 1.01
          if (count > 40 && !nearest) glide(zoomAt(view, 3, toFrame(view, cluster.at)))
          else list.open(cluster, label, element)
        }
        element.addEventListener('click', open)
        element.addEventListener('keydown', event => {
          if (event.key !== 'Enter' && event.key !== ' ') return
          event.preventDefault()
          open()
        })
      }
      return element
    }
  }
}

type Steering = { get: () => View; set: (view: View) => void; glide: (view: View) => void; home: () => void }

/** Pointer, wheel and keyboard. */
function listen(stage: HTMLElement, svg: SVGSVGElement, map: Steering): void {
  const pointers = new Map<number, Point>()
  let moved = 0

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
    if (moved < 6) return
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, now)
    if (!other) return map.set(dragBy(map.get(), now.x - before.x, now.y - before.y))
    const apart = (point: Point): number => Math.hypot(point.x - other.x, point.y - other.y)
    const centre = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }
    const dragged = dragBy(map.get(), (now.x - before.x) / 2, (now.y - before.y) / 2)
    map.set(zoomAt(dragged, apart(now) / Math.max(1, apart(before)), centre))
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    svg.addEventListener(end, event => pointers.delete(event.pointerId))
  // A drag that ends on a link must not follow it, nor drag the link itself.
  svg.addEventListener(
    'click',
    event => {
      if (moved < 6) return
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
      const next = zoomAt(view, 2 ** (-pixels / (event.ctrlKey ? 120 : 300)), inFrame(svg, event))
      // At the end of the zoom the page scrolls again.
      if (next.width === view.width && !event.ctrlKey) return
      event.preventDefault()
      map.set(next)
    },
    { passive: false },
  )

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

function inFrame(svg: SVGSVGElement, event: MouseEvent): Point {
  const box = svg.getBoundingClientRect()
  return {
    x: ((event.clientX - box.left) / box.width) * frame.width,
    // The frame stands in the middle of a taller picture.
    y: ((event.clientY - box.top - box.height / 2) / box.width) * frame.width + frame.height / 2,
  }
}

function toolbar(words: MapWords, act: { in: () => void; out: () => void; home: () => void }) {
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
      off(closer, view.width <= closestView)
      off(further, view.width >= wholeWorld.width)
      off(back, view.x === home.x && view.y === home.y && view.width === home.width)
    },
  }
}

/** The titles of a group, in a native popover: Escape and a click elsewhere close it, and the focus goes back. */
function placeList(stage: HTMLElement, words: MapWords) {
  const element = document.createElement('div')
  element.className = 'map-list'
  element.setAttribute('popover', 'auto')
  element.setAttribute('role', 'dialog')
  stage.append(element)
  return {
    open({ places }: Cluster, label: string, from: Element): void {
      const heading = document.createElement('strong')
      heading.textContent = label
      const close = document.createElement('button')
      close.type = 'button'
      close.textContent = '×'
      close.setAttribute('aria-label', words.close)
      close.addEventListener('click', () => element.hidePopover())
      const header = document.createElement('header')
      header.append(heading, close)
      const list = document.createElement('ul')
      for (const { title, type, href } of places) {
        const item = list.appendChild(document.createElement('li'))
        const link = item.appendChild(document.createElement('a'))
        link.href = href
        link.textContent = title
        if (type) item.appendChild(document.createElement('small')).textContent = type
      }
      element.replaceChildren(header, list)
      element.setAttribute('aria-label', label)
      element.showPopover()
      const anchor = from.getBoundingClientRect()
      const { width, height } = element.getBoundingClientRect()
      const keep = (value: number, most: number): string => `${Math.max(8, Math.min(most - 8, value))}px`
      const below = anchor.bottom + 6 + height < innerHeight
      element.style.left = keep(anchor.left + anchor.width / 2 - width / 2, innerWidth - width)
      element.style.top = keep(below ? anchor.bottom + 6 : anchor.top - height - 6, innerHeight - height)
      list.querySelector('a')?.focus()
    },
  }
}

function make<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
