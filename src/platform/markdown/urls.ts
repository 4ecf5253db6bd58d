/**
 * Addresses are judged by the parser that browsers use (WHATWG URL), never by pattern: it removes tabs and line
 * feeds, folds case and reads `\` as `/` exactly as they do, so `java\tscript:` and `/\host` cannot slip by.
 */
export type Link = { href: string; external: boolean }

const here = 'https://here.invalid'
const linkSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** A link that may be followed, or null. Relative addresses are kept only when they start at our own root. */
export function safeLink(written: string): Link | null {
  const address = tidy(written)
  const url = parse(address)
  if (!url || !linkSchemes.has(url.protocol)) return null
  if (url.origin === here) {
    if (!address.startsWith('/')) return null
    // `/.//host` resolves to the path `//host`, which written back would name another host.
    if (url.pathname.startsWith('//')) return null
    return { href: url.pathname + url.search + url.hash, external: false }
  }
  if (url.protocol.startsWith('http') && !url.hostname) return null
  return { href: url.href.trim(), external: true }
}

/** An image address: http or https, absolute, or a picture kept here as a file of a network; or null. */
export function safeImage(written: string): string | null {
  const address = tidy(written)
  if (ownPicture.test(address)) return address
  if (!/^https?:/i.test(address)) return null
  const url = parse(address)
  return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin !== here
    ? url.href
    : null
}

const ownPicture = /^\/[a-z]{2}\/[a-z0-9-]{1,80}\/files\/[0-9a-f-]{36}(?:\/preview\/\d{2,4})?$/

function tidy(written: string): string {
  // Editors left their markup inside addresses: `https://host/page<div><br></div>`.
  const markup = written.search(/(?:<|%3C|&lt;)\/?(?:div|br|p|span|font)\b/i)
  const address = (markup < 0 ? written : written.slice(0, markup)).trim()
  return /^www\./i.test(address) ? `https://${address}` : address
}

function parse(address: string): URL | null {
  if (address === '') return null
  // `https:path` is relative to a base of the same scheme; a base of another one would hide it.
  return URL.parse(address, `${here}/`)
}
