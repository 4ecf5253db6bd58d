/** Colours of the interface by their numbers: sRGB as `#rrggbb`, and OKLCH (Björn Ottosson, 2020) in which lightness can be moved alone. */

export interface Oklch {
  /** 0 to 1. */
  l: number
  c: number
  /** In degrees. */
  h: number
}

/** As in src/ui/styles/tokens.css: what text of the accent stands on, by day and by night. */
const grounds = {
  light: {
    paper: { l: 0.986, c: 0.006, h: 95 },
    sheet: { l: 0.997, c: 0.003, h: 95 },
    soft: { l: 0.95, c: 0.03 },
  },
  dark: {
    paper: { l: 0.2, c: 0.012, h: 200 },
    sheet: { l: 0.235, c: 0.012, h: 200 },
    soft: { l: 0.3, c: 0.04 },
  },
} as const

/** Of text against its ground (WCAG 2.2, 1.4.3). */
export const leastContrast = 4.5

export interface Accent {
  /** As it is used: the colour itself if it can be read, else the nearest that can. */
  colour: string
  /** Of the colour that was asked for, on the ground where it is hardest to read. */
  contrast: number
  reads: boolean
  /** A pale ground of the same hue. */
  soft: string
}

/**
 * An accent by day, on paper, and by night: with the same hue, as much lighter or darker as it takes to be read.
 * @param hex `#rrggbb`
 */
export function accentFor(hex: string): { light: Accent; dark: Accent } {
  return { light: accentOn('light', hex), dark: accentOn('dark', hex) }
}

/** By the relative luminance of both (WCAG 2.2): from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [bright, dim] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (bright + 0.05) / (dim + 0.05)
}

export function toOklch(hex: string): Oklch {
  const [r, g, b] = linear(hex)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  const h = (Math.atan2(bb, a) * 180) / Math.PI
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(a, bb),
    h: h < 0 ? h + 360 : h,
  }
}

/** Paler than asked where sRGB has no colour so strong. */
export function toHex({ l, c, h }: Oklch): string {
  let [low, high] = [0, c]
  if (inGamut({ l, c, h })) low = c
  else
    for (let step = 0; step < 20; step += 1) {
      const middle = (low + high) / 2
      if (inGamut({ l, c: middle, h })) low = middle
      else high = middle
    }
  const signs = rgbOf({ l, c: low, h }).map(value =>
    Math.round(encoded(Math.min(1, Math.max(0, value))) * 255),
  )
  return `#${signs.map(value => value.toString(16).padStart(2, '0')).join('')}`
}

function accentOn(mode: 'light' | 'dark', hex: string): Accent {
  const asked = toOklch(hex)
  const { paper, sheet, soft } = grounds[mode]
  // Of a grey, a grey.
  const softHex = toHex({ ...soft, c: Math.min(soft.c, asked.c), h: asked.h })
  const all = [toHex(paper), toHex(sheet), softHex]
  const least = (colour: string) => Math.min(...all.map(ground => contrast(colour, ground)))
  const reads = least(hex) >= leastContrast
  let colour = hex
  const step = mode === 'light' ? -0.005 : 0.005
  // In small steps, since what is rounded to a colour of the screen is what has to be read.
  for (let l = asked.l; least(colour) < leastContrast && l >= 0 && l <= 1; l += step)
    colour = toHex({ ...asked, l })
  return { colour, contrast: least(hex), reads, soft: softHex }
}

function luminance(hex: string): number {
  const [r, g, b] = linear(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function linear(hex: string): [number, number, number] {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [part(1), part(3), part(5)]
}

function encoded(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
}

function rgbOf({ l, c, h }: Oklch): [number, number, number] {
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]
}

function inGamut(colour: Oklch): boolean {
  return rgbOf(colour).every(value => value >= -0.0001 && value <= 1.0001)
}
