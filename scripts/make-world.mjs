// Makes reference/world.json from Natural Earth's 1:50m countries (npm world-atlas, public domain), and 1:10m for the few
// states that 1:50m leaves out. Run under Node 24: node scripts/make-world.mjs
//
// Borders are simplified arc by arc, before countries are put together, so that neighbours keep one common border; an arc
// is drawn as finely as the smallest of its countries needs (Togo finely, Siberia's coast coarsely).
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { centralMeridian, project } from '../src/reference/equal-earth.ts'

// Tuned by eye at 390 px, 1280 px and one country at full width, within 60 kB and 20 kB (brotli).
const fineness = 0.024
const smallestRing = 26 // square map units: about 1.6 square units of a map 1,000 wide
const dotBelow = 60 // square map units under which a whole country is also a dot

const read = path => JSON.parse(readFileSync(path, 'utf8'))
const { countries } = read('reference/countries.json')
const codeOf = new Map(countries.map(row => [row.m49, row.code]))
const centre = new Map(countries.map(row => [row.code, project(...row.at)]))
/** Parts that ISO 3166-1 counts apart and the atlas draws with their state: [state, part, how far in map units]. */
const apart = [
  ['FR', 'GF', 60],
  ['FR', 'GP', 20],
  ['FR', 'MQ', 12],
  ['FR', 'RE', 20],
  ['FR', 'YT', 12],
  ['NO', 'SJ', 140],
  ['NL', 'BQ', 60],
]
/** Drawn by the atlas without a code of their own: the UN counts the first two in these states. */
const uncoded = { 'N. Cyprus': 'CY', Somaliland: 'SO', Kosovo: 'XK' }

const rings = [...ringsOf('countries-50m.json')]
const drawn = new Set(rings.map(ring => ring.code))
rings.push(...ringsOf('countries-10m.json').filter(ring => !drawn.has(ring.code)))

const shapes = {}
const dots = {}
for (const { code } of countries) {
  if (code === 'AQ') continue // south of where anybody is shown; it would take a fifth of the map
  const own = rings.filter(ring => ring.code === code).sort((a, b) => b.area - a.area)
  const largest = own[0]?.area ?? 0
  // A country keeps its islands in proportion to itself, so that archipelagos stay recognisable.
  const kept = own.filter(
    ring => ring.points.length > 2 && (ring.area >= smallestRing || ring.area >= largest / 4),
  )
  if (kept.length > 0 && largest > 2) {
    const box = boxOf(kept.filter(ring => ring.area >= largest / 8).flatMap(ring => ring.points))
    shapes[code] = { box, path: kept.map(ring => pathOf(ring.points)).join('') }
  }
  if (own.reduce((sum, ring) => sum + ring.area, 0) < dotBelow) {
    const { x, y } = centre.get(code)
    dots[code] = [Math.round(x), Math.round(y)]
  }
}

const head = {
  source:
    'Natural Earth 5 (naturalearthdata.com), Admin 0 countries at 1:50m and 1:10m, by the npm package world-atlas 2.0.2',
  licence: 'Public domain (Natural Earth)',
  retrieved: '2026-11-22',
  note: `Made by scripts/make-world.mjs. Equal Earth projection centred on ${centralMeridian}° E, 4000 units wide; path data in whole units, box is [west, north, east, south] of the main parts. Countries too small to be seen have a dot. Boundaries are the atlas’s and imply no opinion; Antarctica is left out.`,
}
const rows = object =>
  Object.entries(object)
    .map(([code, value]) => `    "${code}": ${JSON.stringify(value)}`)
    .join(',\n')
writeFileSync(
  'reference/world.json',
  `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "shapes": {\n${rows(shapes)}\n  },\n  "dots": {\n${rows(dots)}\n  }\n}\n`,
)
const paths = Object.values(shapes)
  .map(shape => shape.path)
  .join('')
console.log(
  `${Object.keys(shapes).length} shapes, ${Object.keys(dots).length} dots, ${paths.length} bytes of path data, ${brotliCompressSync(paths).length} compressed`,
)
const missing = countries.filter(({ code }) => !shapes[code] && !dots[code]).map(row => row.code)
console.log(`without a mark: ${missing.join(' ')}`)

/** Outer rings and holes of every country, as simplified whole map units. */
function ringsOf(file) {
  const atlas = read(`node_modules/world-atlas/${file}`)
  const { scale, translate } = atlas.transform
  const arcs = atlas.arcs.map(arc => {
    let [lng, lat] = [0, 0]
    return arc.map(([dx, dy]) => {
      lng += dx
      lat += dy
      return [lng * scale[0] + translate[0], lat * scale[1] + translate[1]]
    })
  })
  const projected = arcs.map(arc => arc.map(([lng, lat]) => project(lat, lng)))
  const found = atlas.objects.countries.geometries.flatMap(geometry => {
    const code = codeOf.get(geometry.id) ?? uncoded[geometry.properties.name]
    if (!code || code === 'AQ') return []
    const polygons = geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs
    return polygons.flatMap(polygon =>
      polygon.map(refs => ({ code: partOf(code, centreOf(refs, projected)), refs })),
    )
  })
  const size = new Map()
  for (const ring of found) {
    const area = Math.abs(areaOf(join(ring.refs, projected)))
    size.set(ring.code, Math.max(size.get(ring.code) ?? 0, area))
  }
  const tolerance = arcs.map(() => Infinity)
  for (const ring of found)
    for (const ref of ring.refs) {
      const arc = ref < 0 ? ~ref : ref
      tolerance[arc] = Math.min(tolerance[arc], fineness * Math.sqrt(size.get(ring.code)) ** 1.05 + 1.2)
    }
  const simple = projected.map((arc, index) => simplify(arc, tolerance[index]))
  return found.flatMap(({ code, refs }) => {
    const points = whole(join(refs, simple))
    const cut = points.some((p, i) => i > 0 && Math.abs(p[0] - points[i - 1][0]) > 2000)
    return cut ? [] : [{ code, points, area: Math.abs(areaOf(points.map(([x, y]) => ({ x, y })))) }]
  })
}

function partOf(code, at) {
  for (const [state, part, reach] of apart)
    if (code === state && Math.hypot(at.x - centre.get(part).x, at.y - centre.get(part).y) < reach)
      return part
  return code
}

function centreOf(refs, arcs) {
  const points = join(refs, arcs)
  const mean = key => points.reduce((sum, point) => sum + point[key], 0) / points.length
  return { x: mean('x'), y: mean('y') }
}

function join(refs, arcs) {
  return refs.flatMap(ref => (ref < 0 ? [...arcs[~ref]].reverse() : arcs[ref]).slice(0, -1))
}

/** Visvalingam and Whyatt 1993: drops, one by one, the point whose triangle is the smallest, as long as it is below the tolerance. */
function simplify(points, tolerance) {
  const kept = points.slice()
  const ring = points.length > 3 && points[0].x === points.at(-1).x && points[0].y === points.at(-1).y
  const least = ring ? 4 : 2
  while (kept.length > least) {
    let [index, smallest] = [-1, tolerance]
    for (let i = 1; i < kept.length - 1; i++) {
      const [a, b, c] = [kept[i - 1], kept[i], kept[i + 1]]
      const area = Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2
      if (area < smallest) [index, smallest] = [i, area]
    }
    if (index < 0) break
    kept.splice(index, 1)
  }
  return kept
}

/** Rounded to whole units, without points that fall together or lie on a straight line. */
function whole(points) {
  const rounded = points.map(({ x, y }) => [Math.round(x), Math.round(y)])
  const apart = rounded.filter(([x, y], i) => {
    const before = rounded[(i || rounded.length) - 1]
    return x !== before[0] || y !== before[1]
  })
  return apart.filter(([x, y], i) => {
    const [px, py] = apart[(i || apart.length) - 1]
    const [nx, ny] = apart[(i + 1) % apart.length]
    return (x - px) * (ny - y) !== (nx - x) * (y - py) || (x - px) * (nx - x) + (y - py) * (ny - y) < 0
  })
}

function areaOf(points) {
  return points.reduce((sum, { x, y }, i) => {
    const next = points[(i + 1) % points.length]
    return sum + (x * next.y - next.x * y) / 2
  }, 0)
}

function boxOf(points) {
  const [xs, ys] = [points.map(point => point[0]), points.map(point => point[1])]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** `m` then relative steps; a minus sign separates by itself. */
function pathOf(points) {
  let [x, y] = points[0]
  let path = `M${x} ${y}l`
  points.slice(1).forEach(([nx, ny], i) => {
    const [dx, dy] = [nx - x, ny - y]
    path += `${i > 0 && dx >= 0 ? ' ' : ''}${dx}${dy < 0 ? '' : ' '}${dy}`
    ;[x, y] = [nx, ny]
  })
  return `${path}z`
}
