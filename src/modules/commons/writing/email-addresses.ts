/**
 * E-mail addresses that stand in the source of a page, each once: whatever the page shows of them, who has the source can
 * read them. Linear.
 */
export function emailAddresses(source: string): string[] {
  // Markdown may write `a\_b@c.org`.
  const found = source.matchAll(
    /(?<![\p{L}\p{N}._%+\\-])[\p{L}\p{N}._%+\\-]{1,80}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu,
  )
  const addresses = [...found].map(([written]) => written.replaceAll('\\', '').toLowerCase())
  return [...new Set(addresses)].filter(address => !picture.test(address))
}

/** 'logo@2x.png' is none. */
const picture = /\.(?:png|jpe?g|gif|webp|avif|svg)$/
