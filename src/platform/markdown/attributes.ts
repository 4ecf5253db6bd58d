import { escapeAttribute } from './shape.ts'
import { safeImage } from './urls.ts'

/** Attributes are composed anew from checked values; none is copied as written. */
export type Attributes = ReadonlyMap<string, string>

/** Alternative texts that say nothing. */
const placeholder = /^(?:missing alt text|image|img|photo|picture|untitled|null|undefined)?$/i

/** The text alternative a person wrote, or ''. */
export function alternative(attributes: Attributes): string {
  const alt = (attributes.get('alt') ?? '').replace(/\s+/g, ' ').trim()
  return placeholder.test(alt) ? '' : alt
}

/** An image tag, or null when its address may not be loaded. `alt` is the text alternative to write. */
export function imageTag(attributes: Attributes, alt: string): string | null {
  const source = safeImage(attributes.get('src') ?? '')
  if (source === null) return null
  const size = number(attributes, 'width', 1, 10_000) + number(attributes, 'height', 1, 10_000)
  const behaviour = ' loading="lazy" decoding="async" referrerpolicy="no-referrer"'
  return `<img src="${escapeAttribute(source)}" alt="${escapeAttribute(alt)}"${size}${behaviour}>`
}

export function listAttributes(name: string, attributes: Attributes): string {
  return name === 'ol' ? number(attributes, 'start', 0, 999_999_999) : ''
}

/** Alignment comes from Markdown as an inline style, which a strict CSP refuses: it leaves as a class of ours. */
export function cellAttributes(name: string, attributes: Attributes, inHead: boolean): string {
  const written = `${attributes.get('style') ?? ''} ${attributes.get('class') ?? ''}`
  const align = /^text-align:right |(?:^| )end$/.test(written)
    ? ' class="end"'
    : /^text-align:center |(?:^| )center$/.test(written)
      ? ' class="center"'
      : ''
  const scope = name === 'th' ? ` scope="${inHead ? 'col' : 'row'}"` : ''
  return align + scope + number(attributes, 'colspan', 2, 100) + number(attributes, 'rowspan', 2, 100)
}

function number(attributes: Attributes, name: string, low: number, high: number): string {
  const written = attributes.get(name) ?? ''
  if (!/^\d{1,9}$/.test(written)) return ''
  const value = Number(written)
  return value < low || value > high ? '' : ` ${name}="${value}"`
}
