import { textStream } from '#kernel/byte-stream.ts'
import { xmlText } from '#kernel/xml.ts'
import type { ExportOptions, ItemRecord } from './record.ts'

/**
 * RFC 4287 feed. The caller bounds the items, newest first, and says what the feed is (`options.feed`, required:
 * without it a TypeError). Identifiers are `urn:uuid:` of the item, so that they outlive addresses.
 */
export function writeAtom(
  items: AsyncIterable<ItemRecord>,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  if (!options.feed) throw new TypeError('An Atom feed needs its address, its author and its language.')
  return textStream(pieces(items, options.title ?? '', options.feed))
}

type Feed = NonNullable<ExportOptions['feed']>

async function* pieces(items: AsyncIterable<ItemRecord>, title: string, feed: Feed): AsyncGenerator<string> {
  yield `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xmlText(feed.language)}">
<id>${xmlText(feed.self)}</id>
<title>${xmlText(title)}</title>
<author><name>${xmlText(feed.author)}</name></author>
<link rel="self" type="application/atom+xml" href="${xmlText(feed.self)}"/>
<link rel="alternate" type="text/html" href="${xmlText(feed.home)}"/>
`
  let updated = instant(feed.updatedAt ?? null)
  for await (const item of items) {
    const changed = instant(item.updatedAt) ?? unknownInstant
    if (!feed.updatedAt && (!updated || changed > updated)) updated = changed
    yield entry(item, changed)
  }
  // The order of a feed's children is free (section 4.1.1): its date is known once the entries have passed.
  yield `<updated>${updated ?? unknownInstant}</updated>\n</feed>\n`
}

function entry(item: ItemRecord, updated: string): string {
  const language = item.language ? ` xml:lang="${xmlText(item.language)}"` : ''
  const published = instant(item.date)
  const categories = item.themes.map(theme => `<category term="${xmlText(theme)}"/>\n`).join('')
  return `<entry${language}>
<id>${xmlText(isUuid(item.id) ? `urn:uuid:${item.id.toLowerCase()}` : item.url)}</id>
<title>${xmlText(item.title)}</title>
<link rel="alternate" type="text/html" href="${xmlText(item.url)}"/>
<updated>${updated}</updated>
${published ? `<published>${published}</published>\n` : ''}${categories}<summary type="text">${xmlText(item.summary)}</summary>
${item.licence ? `<rights>${xmlText(item.licence)}</rights>\n` : ''}</entry>
`
}

/** Required by the format where nothing is known. */
const unknownInstant = '1970-01-01T00:00:00.000Z'

/** RFC 3339, or null. */
function instant(written: string | null): string | null {
  const date = written === null ? null : new Date(written)
  if (!date || Number.isNaN(date.getTime())) return null
  const text = date.toISOString()
  return /^\d{4}-/.test(text) ? text : null
}

function isUuid(id: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)
}
