import type { Locale } from '#kernel/locale.ts'
import { type MessageKey, messages } from '#platform/i18n/i18n.ts'

/** The words of the map on which a point is put (src/islands/place.ts); what is in braces is filled in there. */
export type PlaceWords = Record<keyof typeof words, string>

export function placeWords(locale: Locale): PlaceWords {
  const own = messages[locale]
  return Object.fromEntries(Object.entries(words).map(([name, key]) => [name, own[key]])) as PlaceWords
}

const words = {
  help: 'writing.place.help',
  none: 'writing.place.none',
  set: 'writing.place.set',
  typed: 'writing.place.typed',
  clear: 'writing.place.clear',
  country: 'writing.place.country',
  shows: 'writing.place.shows',
  unknown: 'writing.place.unknown',
  zoomIn: 'map.zoom-in',
  zoomOut: 'map.zoom-out',
  reset: 'map.reset',
} as const satisfies Record<string, MessageKey>
