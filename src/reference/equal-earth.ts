/**
 * The Equal Earth projection: B. Šavrič, T. Patterson, B. Jenny, “The Equal Earth map projection”, International Journal
 * of Geographical Information Science 33(3), 2019 (published online 2018), equations 7 to 10, on the sphere.
 * Equal-area, so that no part of the world looks larger than it is. No data in here: the browser's map uses it too.
 */
const a1 = 1.340264
const a2 = -0.081106
const a3 = 0.000893
const a4 = 0.003796
const m = Math.sqrt(3) / 2
const radian = Math.PI / 180

/** Just inside the outline, where left and right are still different longitudes. */
const edge = 179.9999

/**
 * The map is centred on 11° E, which puts its edge at 169° W, in the Bering Strait: Russia, Fiji and Samoa stay in one
 * piece, and no land but the end of Saint Lawrence Island is cut.
 */
export const centralMeridian = 11

/** Map units across the equator; coordinates in `reference/world.json` are whole units. */
export const worldWidth = 4000

const scale = worldWidth / (2 * equalEarth(180, 0).x)

export const worldHeight = 2 * scale * equalEarth(0, 90).y

/** Degrees (WGS 84) to map units, y downwards; null for what is no place on Earth. Longitudes wrap. */
export function project(lat: number, lng: number): { x: number; y: number } | null {
  if (!Number.isFinite(lat) || !Number.isFinite(lng) || Math.abs(lat) > 90 || Math.abs(lng) > 360) return null
  const { x, y } = equalEarth(wrap(lng - centralMeridian), lat)
  return { x: worldWidth / 2 + scale * x, y: worldHeight / 2 - scale * y }
}

/** Map units to degrees; outside the map's outline, the nearest place on it. */
export function unproject(x: number, y: number): { lat: number; lng: number } {
  const target = Math.max(-worldHeight / 2, Math.min(worldHeight / 2, worldHeight / 2 - y)) / scale
  // Newton's method as in the paper, section 4; six steps are enough to the last digit, twelve cost nothing.
  let theta = target / a1
  for (let step = 0; step < 12; step++) theta -= (northing(theta) - target) / slope(theta)
  const sine = Math.max(-1, Math.min(1, Math.sin(theta) / m))
  const lng = (m * slope(theta) * (x - worldWidth / 2)) / (scale * Math.cos(theta)) / radian
  return { lat: Math.asin(sine) / radian, lng: wrap(Math.max(-edge, Math.min(edge, lng)) + centralMeridian) }
}

function equalEarth(lng: number, lat: number): { x: number; y: number } {
  const theta = Math.asin(m * Math.sin(lat * radian))
  return { x: (lng * radian * Math.cos(theta)) / (m * slope(theta)), y: northing(theta) }
}

function northing(theta: number): number {
  const t2 = theta * theta
  const t6 = t2 * t2 * t2
  return theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
}

/** Derivative of the northing. */
function slope(theta: number): number {
  const t2 = theta * theta
  const t6 = t2 * t2 * t2
  return a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)
}

/** Into [-180, 180], keeping both ends as they are. */
function wrap(degrees: number): number {
  if (degrees >= -180 && degrees <= 180) return degrees
  return ((((degrees + 180) % 360) + 360) % 360) - 180
}
