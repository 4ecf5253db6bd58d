import type { ComponentChildren } from 'preact'
import { countryBox, hasShape, markPoint, project } from '#reference/world.ts'
import {
  fitBox,
  frame,
  frameTransform,
  type Point,
  radius,
  referenceCounts,
  toFrame,
  trim,
  type View,
  wholeWorld,
} from './map-frame.ts'

export type MapCountry = { code: string; label: string; count: number; href?: string }

export type MapPlace = { lat: number; lng: number; count: number; label: string; href?: string }

/** One country drawn large, or a region given in degrees (`west` may be greater than `east` across 180°). */
export type MapFocus = { code: string } | { west: number; south: number; east: number; north: number }

export type MapLabels = {
  /** Heading of the names' column, of the counts' column, of the places' column. */
  country: string
  count: string
  place: string
  /** What opens the table. */
  table: string
  /** Lets the keyboard pass over the circles. */
  skip: string
}

/** The words of the interactive map; see `islands/map.tsx`. */
export type MapWords = {
  zoomIn: string
  zoomOut: string
  reset: string
  close: string
  loading: string
  failed: string
  /** `{count}` is replaced. */
  places: string
  /** How to use the map with the keyboard. */
  help: string
}

export type WorldMapProps = {
  /** Unique in the page. */
  id?: string
  title: string
  caption: ComponentChildren
  countries: readonly MapCountry[]
  places?: readonly MapPlace[]
  focus?: MapFocus
  /** Whether the table is open from the start. */
  showTable?: boolean
  labels: MapLabels
  /** Counts as the reader's language writes them. */
  format?: (count: number) => string
  /** Address of what `worldSprite()` makes. */
  sprite?: string
  /** Makes it an interactive map where there is a script: which one, where places come from, and its words. */
  island?: { script?: string; places?: string; words: MapWords }
}

/**
 * Circles whose area is proportional to a count, on countries and places, with the same numbers in a table.
 * Complete without a script. What lies outside the view or has no known place is in the table all the same.
 */
export function WorldMap({
  id = 'map',
  sprite = '/assets/world.svg',
  format = String,
  ...props
}: WorldMapProps) {
  const view = viewOf(props.focus)
  const marks = marksOf(props, view)
  const largest = marks.reduce((most, { count }) => Math.max(most, count), 0)
  const linked = marks.some(({ href }) => href !== undefined)
  const chosen =
    props.focus && 'code' in props.focus && hasShape(props.focus.code) ? props.focus.code : undefined
  return (
    <figure class="map">
      {linked && (
        <a class="map-skip" href={`#${id}-table`}>
          {props.labels.skip}
        </a>
      )}
      <div class="map-stage" {...islandAttributes(props.island, view)}>
        {/* With role=img its links would be hidden from assistive techniques: with links it is a group. */}
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: named by the caption; a title would pop up over the whole map */}
        <svg
          viewBox={`0 0 ${frame.width} ${frame.height}`}
          role={linked ? 'group' : 'img'}
          aria-labelledby={`${id}-title`}
        >
          <g class="map-ground" transform={frameTransform(view)}>
            <use class="map-dots" href={`${sprite}#dots`} />
            <use class="map-land" href={`${sprite}#land`} />
            {chosen && <use class="map-chosen" href={`${sprite}#${chosen}`} />}
          </g>
          <g class="map-marks">
            {marks.map(mark => (
              <Mark
                key={mark.key}
                mark={mark}
                view={view}
                largest={largest}
                text={`${mark.label}\u00a0(${format(mark.count)})`}
              />
            ))}
          </g>
          {largest > 0 && <Legend largest={largest} format={format} />}
        </svg>
      </div>
      <figcaption>
        <strong id={`${id}-title`}>{props.title}</strong> <span>{props.caption}</span>
      </figcaption>
      <details class="map-table" id={`${id}-table`} open={props.showTable}>
        <summary>{props.labels.table}</summary>
        <Rows heading={props.labels.country} labels={props.labels} rows={props.countries} format={format} />
        <Rows heading={props.labels.place} labels={props.labels} rows={props.places ?? []} format={format} />
      </details>
    </figure>
  )
}

type MarkPoint = {
  key: string
  kind: 'country' | 'place'
  at: Point
  count: number
  label: string
  href?: string
}

function viewOf(focus: MapFocus | undefined): View {
  if (!focus) return wholeWorld
  if ('code' in focus) {
    const box = countryBox(focus.code)
    return box ? fitBox(box) : wholeWorld
  }
  const { west, south, east, north } = focus
  const middle = west <= east ? (west + east) / 2 : (west + east + 360) / 2
  // The outline is curved: the corners and the middles of the sides together bound it well enough.
  const points = [north, (north + south) / 2, south].flatMap(lat =>
    [west, middle, east].map(lng => project(lat, lng)),
  )
  const [xs, ys] = [points.map(point => point?.x ?? 0), points.map(point => point?.y ?? 0)]
  return fitBox([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
}

/**
 * Largest first, so that a small circle lies on a large one and can be reached. Those outside are left out, but not those
 * just above and below the frame, which a narrow screen shows (see map.css).
 */
function marksOf(
  { countries, places = [] }: Pick<WorldMapProps, 'countries' | 'places'>,
  view: View,
): MarkPoint[] {
  const marks: MarkPoint[] = []
  for (const { code, count, label, href } of countries) {
    const at = markPoint(code)
    if (at) marks.push({ key: code, kind: 'country', at, count, label, href })
  }
  places.forEach(({ lat, lng, count, label, href }, index) => {
    const at = project(lat, lng)
    if (at) marks.push({ key: `place-${index}`, kind: 'place', at, count, label, href })
  })
  const height = (view.width * frame.height) / frame.width
  return marks
    .filter(
      ({ at, count }) =>
        count > 0 &&
        at.x >= view.x &&
        at.x <= view.x + view.width &&
        at.y >= view.y &&
        at.y <= view.y + height,
    )
    .sort((a, b) => b.count - a.count)
}

function islandAttributes(island: WorldMapProps['island'], view: View) {
  if (!island) return {}
  return {
    'data-island': island.script ?? 'map',
    'data-places': island.places,
    'data-words': JSON.stringify(island.words),
    'data-view': `${trim(view.x, 1)} ${trim(view.y, 1)} ${trim(view.width, 1)}`,
  }
}

function Mark({ mark, view, largest, text }: { mark: MarkPoint; view: View; largest: number; text: string }) {
  const { x, y } = toFrame(view, mark.at)
  const circle = <circle cx={trim(x, 1)} cy={trim(y, 1)} r={trim(radius(mark.count, largest), 1)} />
  const common = { class: `map-mark ${mark.kind}`, 'data-at': `${trim(mark.at.x, 1)} ${trim(mark.at.y, 1)}` }
  if (mark.href === undefined)
    return (
      <g {...common}>
        <title>{text}</title>
        {circle}
      </g>
    )
  return (
    <a {...common} href={mark.href}>
      <title>{text}</title>
      {circle}
    </a>
  )
}

/** In the South Pacific, where there is nothing else. */
function Legend({ largest, format }: { largest: number; format: (count: number) => string }) {
  const bottom = frame.height - 14
  // Their numbers stand beside their tops: none on another.
  const counts = referenceCounts(largest).filter(
    (count, at, all) =>
      at === 0 || 2 * (radius(all[at - 1] ?? count, largest) - radius(count, largest)) >= 12,
  )
  const middle = 16 + radius(counts[0] ?? 1, largest)
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in a group of shapes takes the focus
    <g class="map-legend" aria-hidden="true">
      {counts.map(count => {
        const r = trim(radius(count, largest), 1)
        const top = trim(bottom - 2 * r, 1)
        return (
          <g key={count}>
            <circle cx={middle} cy={trim(bottom - r, 1)} r={r} />
            <path d={`M${middle} ${top}H${middle + 38}`} />
            <text x={middle + 42} y={top} dy=".32em">
              {format(count)}
            </text>
          </g>
        )
      })}
    </g>
  )
}

type RowsProps = {
  heading: string
  labels: MapLabels
  rows: readonly { label: string; count: number; href?: string }[]
  format: (count: number) => string
}

function Rows({ heading, labels, rows, format }: RowsProps) {
  if (rows.length === 0) return null
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          <th scope="col" class="n">
            {labels.count}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, count, href }) => (
          <tr key={label}>
            <td>{href === undefined ? label : <a href={href}>{label}</a>}</td>
            <td class="n">{format(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
