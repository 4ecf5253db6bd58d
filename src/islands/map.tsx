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
  holds,
  type Place,
  type PlaceCollection,
  placesOf,
  widened,
  zoomAt,
} from './map-geometry.ts'
import { listenToKeys, listenToPointer, make, toolbar } from './map-steering.ts'

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
  const steering = { get: () => view, set: show, glide, home: () => glide(home) }
  listenToPointer(stage, svg, steering)
  listenToKeys(stage, steering)
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
