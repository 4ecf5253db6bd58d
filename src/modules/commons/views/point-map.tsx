import type { ComponentChildren } from 'preact'
import { outlinesIn, project } from '#reference/world.ts'
import {
  fitBox,
  frame,
  frameTransform,
  pinShape,
  toFrame,
  trim,
  type View,
  wholeWorld,
} from '#ui/charts/map-frame.ts'
import type { Point } from '#ui/degrees.ts'
import { useFrame } from '#ui/frame.ts'

/** What makes it a map on which a point is put: which script, and its words as JSON. */
export interface PinIsland {
  script: string
  words: string
  /** The script that knows countries by their names. */
  countries: string
}

/**
 * Points on the map of the world, drawn by the server, closer where they stand together. The outlines are those of the whole
 * world: within some ten kilometres a point may stand on the wrong side of one.
 */
export function PointMap(props: {
  points: readonly Point[]
  /** What it shows, for those who do not see it. */
  label: string
  island?: PinIsland
  children?: ComponentChildren
}) {
  const { assets } = useFrame()
  const { points, label, island } = props
  const sprite = assets.url('world.svg')
  const at = points.flatMap(({ lat, lng }) => project(lat, lng) ?? [])
  const view = viewOf(at, island ? 0 : widthToRead)
  // Of small islands there is but a dot, which the file of the whole world has.
  const outlines = island || view.width > widestInline ? '' : outlinesIn(boxOfView(view))
  const scale = island ? '' : ' scale(1.9)'
  return (
    <div class="point-map">
      <div
        class={at.length === 0 ? 'map-stage none' : 'map-stage'}
        {...(island && {
          'data-island': island.script,
          'data-words': island.words,
          'data-countries': island.countries,
          'data-view': `${trim(view.x, 1)} ${trim(view.y, 1)} ${trim(view.width, 1)}`,
        })}
      >
        <svg viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={label}>
          <title>{label}</title>
          <g class="map-ground" transform={frameTransform(view)}>
            {outlines === '' ? (
              <>
                <use class="map-dots" href={`${sprite}#dots`} />
                <use class="map-land" href={`${sprite}#land`} />
              </>
            ) : (
              <path class="map-land" d={outlines} />
            )}
          </g>
          {at.map((point, index) => {
            const { x, y } = toFrame(view, point)
            return (
              <g key={index} class="map-pin" transform={`translate(${trim(x, 1)} ${trim(y, 1)})${scale}`}>
                <path d={pinShape} />
              </g>
            )
          })}
        </svg>
      </div>
      {props.children}
    </div>
  )
}

/** Some five thousand kilometres: a small map has to show a coast, too. */
const widthToRead = 480

/** Wider, the outlines are longer than the file of all of them, which the browser keeps. */
const widestInline = 1_000

function boxOfView({ x, y, width }: View): [number, number, number, number] {
  return [x, y, x + width, y + (width * frame.height) / frame.width]
}

function viewOf(at: readonly { x: number; y: number }[], least: number): View {
  const [first] = at
  if (!first) return wholeWorld
  const [xs, ys] = [at.map(({ x }) => x), at.map(({ y }) => y)]
  const view = fitBox([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
  const more = Math.max(0, least - view.width)
  return {
    x: view.x - more / 2,
    y: view.y - ((more / 2) * frame.height) / frame.width,
    width: view.width + more,
  }
}
