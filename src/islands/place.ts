import { project, unproject } from '#reference/equal-earth.ts'
import {
  frame,
  frameTransform,
  fromFrame,
  type Point,
  pinShape,
  toFrame,
  type View,
  wholeWorld,
} from '#ui/charts/map-frame.ts'
import { readDegrees, readPoint } from '#ui/degrees.ts'
import type { PlaceWords } from '#ui/place-words.ts'
import { dragBy, zoomAt } from './map-geometry.ts'
import { aroundPin, kilometresOff, rounded, stepOf } from './map-pin.ts'
import { inFrame, listenToPointer, make, toolbar } from './map-steering.ts'

/**
 * Makes the map beside two fields of degrees (modules/commons/writing/views/place-control.tsx) one on which a pin is put: by
 * a tap, by dragging it, by the arrow keys. The fields are the answer: the pin follows what is typed there, and writes there.
 */
export function wake(stage: HTMLElement): void {
  const svg = stage.querySelector('svg')
  const ground = stage.querySelector<SVGGElement>('.map-ground')
  const group = stage.closest('.place')
  const [lat, lng] = ['.lat', '.lng'].map(name =>
    group?.querySelector<HTMLInputElement>(`input[name$="${name}"]`),
  )
  if (!svg || !ground || !lat || !lng || stage.dataset.awake !== undefined) return
  stage.dataset.awake = ''
  const words = JSON.parse(stage.dataset.words ?? '{}') as PlaceWords
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 4 })
  const [x = 0, y = 0, width = wholeWorld.width] = (stage.dataset.view ?? '').split(' ').map(Number)
  let view: View = { x, y, width }
  let pin: { lat: number; lng: number } | null = null

  const mark = svg.querySelector<SVGGElement>('.map-pin') ?? svg.appendChild(newPin())
  const say = document.createElement('p')
  say.className = 'place-said'
  say.setAttribute('role', 'status')
  const clear = document.createElement('button')
  clear.type = 'button'
  clear.className = 'button quiet'
  clear.textContent = words.clear
  clear.addEventListener('click', () => {
    put(null)
    stage.focus()
  })
  const tools = toolbar(
    words,
    {
      in: () => show(zoomAt(view, 2, middle(), closest)),
      out: () => show(zoomAt(view, 0.5, middle(), closest)),
      home: () => show(wholeWorld),
    },
    closest,
  )
  stage.append(tools.element)
  stage.tabIndex = 0
  // Arrows are for the pin: a screen reader leaves them to it.
  stage.setAttribute('role', 'application')
  stage.setAttribute('aria-label', words.help)
  svg.setAttribute('aria-hidden', 'true')
  const below = document.createElement('div')
  below.className = 'place-below'
  below.append(countryField(), say, clear)
  stage.after(below)

  listenToPointer(stage, svg, {
    get: () => view,
    set: show,
    glide: show,
    home: () => show(wholeWorld),
    closest,
  })
  svg.addEventListener('click', event => {
    put(placeAt(inFrame(svg, event)))
    stage.focus({ preventScroll: true })
  })
  mark.addEventListener('pointerdown', drag)
  stage.addEventListener('keydown', key)
  for (const field of [lat, lng]) {
    field.addEventListener('input', typed)
    // What others have written has come in.
    field.addEventListener('shown', typed)
    field.addEventListener('change', () => apart(field))
    field.addEventListener('paste', () => queueMicrotask(() => setTimeout(() => apart(field))))
  }
  addEventListener('resize', () => show(view))
  pin = written()
  show(view)
  tell()

  /** What the two fields say, as the server will read it. */
  function written(): { lat: number; lng: number } | null {
    const both =
      lat?.value.trim() === '' || lng?.value.trim() === '' ? readPoint(lat?.value || lng?.value || '') : null
    const [north, east] = [readDegrees(lat?.value ?? ''), readDegrees(lng?.value ?? '')]
    const point = both ?? (north === null || east === null ? null : { lat: north, lng: east })
    return point && Math.abs(point.lat) <= 90 && Math.abs(point.lng) <= 180 ? point : null
  }

  function typed(): void {
    pin = written()
    const at = pin && project(pin.lat, pin.lng)
    show(at ? aroundPin(view, at) : view)
    tell()
  }

  /** A point that was pasted into one of the fields goes into both. */
  function apart(field: HTMLInputElement): void {
    const other = field === lat ? lng : lat
    const point = other?.value.trim() === '' ? readPoint(field.value) : null
    if (point) write(point)
  }

  function put(point: { lat: number; lng: number } | null): void {
    pin = point
    write(point)
    show(view)
    tell(true)
  }

  function write(point: { lat: number; lng: number } | null): void {
    if (!lat || !lng) return
    lat.value = point ? String(point.lat) : ''
    lng.value = point ? String(point.lng) : ''
    lng.dispatchEvent(new Event('input', { bubbles: true }))
  }

  function placeAt(point: Point): { lat: number; lng: number } {
    const at = fromFrame(view, point)
    return rounded(unproject(at.x, at.y), off())
  }

  function off(): number {
    return kilometresOff(view.width, svg?.clientWidth ?? 0)
  }

  function middle(): Point {
    const at = pin && project(pin.lat, pin.lng)
    const point = at ? toFrame(view, at) : null
    const inside = point && point.x >= 0 && point.x <= frame.width && point.y >= 0 && point.y <= frame.height
    return inside ? point : { x: frame.width / 2, y: frame.height / 2 }
  }

  function show(next: View): void {
    view = next
    ground?.setAttribute('transform', frameTransform(view))
    const at = pin && project(pin.lat, pin.lng)
    mark.toggleAttribute('hidden', !at)
    mark.style.display = at ? '' : 'none'
    if (at) {
      const { x, y } = toFrame(view, at)
      // As large on a phone as on a desk.
      const size = Math.max(1, 620 / Math.max(1, svg?.clientWidth ?? 620))
      mark.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${size.toFixed(2)})`)
    }
    clear.hidden = pin === null
    tools.update(view, wholeWorld)
    if (svg) svg.style.touchAction = view.width < wholeWorld.width * 0.99 ? 'none' : 'pan-y'
  }

  /** @param byHand put on the map, which knows it only so far */
  function tell(byHand = false): void {
    if (!pin) say.textContent = words.none
    else
      say.textContent = (byHand ? words.set : words.typed)
        .replace('{lat}', number.format(pin.lat))
        .replace('{lng}', number.format(pin.lng))
        .replace('{km}', number.format(off()))
  }

  function drag(event: PointerEvent): void {
    if (event.button !== 0 || !svg) return
    event.stopPropagation()
    event.preventDefault()
    mark.setPointerCapture(event.pointerId)
    const start = inFrame(svg, event)
    const at = pin && project(pin.lat, pin.lng)
    const from = at ? toFrame(view, at) : start
    let moved = false
    const move = (now: PointerEvent) => {
      const to = inFrame(svg, now)
      moved = true
      pin = placeAt({ x: from.x + to.x - start.x, y: from.y + to.y - start.y })
      show(view)
    }
    const stop = () => {
      mark.removeEventListener('pointermove', move)
      if (moved) put(pin)
      stage.focus({ preventScroll: true })
    }
    mark.addEventListener('pointermove', move)
    mark.addEventListener('pointerup', stop, { once: true })
    mark.addEventListener('pointercancel', stop, { once: true })
    // Where a drag ends is not tapped as well.
    svg.addEventListener('click', one => one.stopImmediatePropagation(), { capture: true, once: true })
  }

  function key(event: KeyboardEvent): void {
    if (event.target !== stage || event.ctrlKey || event.metaKey || event.altKey) return
    const step = stepOf(event.shiftKey)
    const act: Record<string, () => void> = {
      ArrowLeft: () => nudge(-step, 0),
      ArrowRight: () => nudge(step, 0),
      ArrowUp: () => nudge(0, -step),
      ArrowDown: () => nudge(0, step),
      Enter: () => nudge(0, 0),
      ' ': () => nudge(0, 0),
      Delete: () => put(null),
      Backspace: () => put(null),
      '+': () => show(zoomAt(view, 2, middle(), closest)),
      '=': () => show(zoomAt(view, 2, middle(), closest)),
      '-': () => show(zoomAt(view, 0.5, middle(), closest)),
      '0': () => show(wholeWorld),
    }
    const done = act[event.key]
    if (!done) return
    event.preventDefault()
    done()
  }

  /** The pin by so many units of the frame; where there is none, it begins in the middle. The map follows it. */
  function nudge(dx: number, dy: number): void {
    const at = pin && project(pin.lat, pin.lng)
    const from = at ? toFrame(view, at) : { x: frame.width / 2, y: frame.height / 2 }
    const to = { x: from.x + dx, y: from.y + dy }
    const point = at && dx === 0 && dy === 0 ? pin : placeAt(at ? to : from)
    const now = point && project(point.lat, point.lng)
    if (now) {
      const { x, y } = toFrame(view, now)
      const [right, low] = [frame.width - margin, frame.height - margin]
      view = dragBy(
        view,
        Math.max(0, margin - x) - Math.max(0, x - right),
        Math.max(0, margin - y) - Math.max(0, y - low),
      )
    }
    put(point)
  }

  /** Countries are all that is known here by name; what they are called comes when somebody asks. */
  function countryField(): HTMLElement {
    const label = document.createElement('label')
    const field = document.createElement('input')
    const list = document.createElement('datalist')
    list.id = `${lat?.name}-countries`
    label.append(words.country, field, list)
    field.type = 'search'
    field.autocomplete = 'off'
    field.setAttribute('list', list.id)
    const names = () => import(stage.dataset.countries ?? '') as Promise<typeof import('./countries.ts')>
    field.addEventListener('focus', async () => {
      if (list.childElementCount > 0) return
      const { countryNames } = await names()
      list.replaceChildren(...countryNames(document.documentElement.lang).map(name => new Option(name, name)))
    })
    const go = async () => {
      const { findCountry } = await names()
      const found = findCountry(field.value, document.documentElement.lang)
      const at = found && project(found.lat, found.lng)
      if (found && at) show(aroundPin({ ...view, width: countryWidth }, at, true))
      say.textContent = found ? words.shows.replace('{name}', found.name) : words.unknown
    }
    // None of it is an answer of the page.
    for (const name of ['input', 'change', 'keydown'] as const)
      field.addEventListener(name, event => {
        event.stopPropagation()
        const isEnter = event instanceof KeyboardEvent && event.key === 'Enter'
        if (isEnter) event.preventDefault()
        const isChosen = name === 'input' && [...list.options].some(({ value }) => value === field.value)
        if (isChosen || (isEnter && field.value.trim() !== '')) go().catch(console.error)
      })
    return label
  }
}

/** Some four hundred kilometres: closer, the outlines say nothing any more. */
const closest = 40
/** Of the map when a country is looked for: some two thousand kilometres. */
const countryWidth = 200
/** As near as the pin comes to the edge of the frame before the map follows it. */
const margin = 60

function newPin(): SVGGElement {
  const pin = make('g', { class: 'map-pin' })
  pin.append(make('path', { d: pinShape }))
  return pin
}
