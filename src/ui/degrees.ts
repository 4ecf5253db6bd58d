/**
 * Degrees as people type and paste them. Written for the server and for the script of the writing page: it needs neither.
 */
export interface Point {
  lat: number
  lng: number
}

/** One number of degrees: '43.6', '43,604', '43° 36′ 16″ N', '1.44 W'; null where it is none. */
export function readDegrees(text: string): number | null {
  const match = oneAngle.exec(text.trim())
  return match ? degreesOf(match) : null
}

/**
 * Both numbers where somebody put both into one field, as maps give them: '43.6, 1.44', '43,6 ; 1,44', '43.6 1.44',
 * '43°36′16″N 1°26′38″E', '(43.6,1.44)'. Latitude first, unless letters say otherwise; null where it is no pair.
 */
export function readPoint(text: string): Point | null {
  const plain = text.trim().replace(/^\((.*)\)$/s, '$1')
  for (const separator of separators) {
    const parts = plain.split(separator).map(part => part.trim())
    const [one = '', other = ''] = parts
    if (parts.length !== 2 || one === '' || other === '') continue
    const [first, second] = [oneAngle.exec(one), oneAngle.exec(other)]
    if (!first || !second) continue
    // '43,6' is one number.
    if (separator === bareComma && !/[.°NSEWO]/i.test(plain)) continue
    const letters = [first, second].map(match => letterOf(match))
    const swapped = /[EWO]/.test(letters[0] ?? '') || /[NS]/.test(letters[1] ?? '')
    const [lat, lng] = swapped ? [second, first] : [first, second]
    if (/[EWO]/.test(letterOf(lat)) || /[NS]/.test(letterOf(lng))) continue
    return { lat: degreesOf(lat), lng: degreesOf(lng) }
  }
  return null
}

const bareComma = /,/
/** The surest first: of '43,6, 1,44' only the comma with a space after it stands between the two. */
const separators = [
  /[;/|\t\n]+/,
  /,\s+/,
  /(?<=[NSEWO])\s*,?\s*(?=[\d+\u2212-])/i,
  /\s+(?=[+\u2212-]?\d+(?:[.,]\d+)?$)/,
  bareComma,
]

/** Degrees, then minutes and seconds; N, S, E, W or O (ouest, oeste) after it or before. */
const oneAngle =
  /^(?<before>[NSEWO]\s*)?(?<degrees>[+\u2212-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?:(?<minutes>\d{1,2}(?:[.,]\d+)?)\s*[′'’]\s*)?(?:(?<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[″"”]|''|’’)\s*)?(?<after>[NSEWO])?$/i

function letterOf(match: RegExpExecArray): string {
  const { before = '', after = '' } = match.groups ?? {}
  return (before || after).trim().toUpperCase()
}

function degreesOf(match: RegExpExecArray): number {
  const { degrees = '', minutes = '0', seconds = '0' } = match.groups ?? {}
  const [whole, sixtieth, last] = [degrees, minutes, seconds].map(part =>
    Number(part.replace(',', '.').replace('\u2212', '-')),
  ) as [number, number, number]
  // As typed: adding nothing would turn 43.604 into another number.
  const more = sixtieth / 60 + last / 3600
  const size = more === 0 ? Math.abs(whole) : Number((Math.abs(whole) + more).toFixed(6))
  const south = /[SWO]/.test(letterOf(match)) || whole < 0 || Object.is(whole, -0)
  return south && size !== 0 ? -size : size
}
