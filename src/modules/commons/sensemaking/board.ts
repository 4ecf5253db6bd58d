import { splitFacet } from '#modules/commons/facets.ts'
import type { Hit } from '#modules/commons/search/searching.ts'
import { type Horizon, horizons } from '#modules/commons/sensemaking/horizon.ts'

/** One theme, with its signals by when they might be felt; null for those that do not say. */
export interface BoardRow {
  /** Key of the family of themes; null for signals under no theme that has a row. */
  theme: string | null
  /** The theme directly above it. */
  above: string | null
  cells: Map<Horizon | null, Hit[]>
  signals: number
}

export interface Board {
  /** The last is that of signals that do not say when, where there are any. */
  columns: (Horizon | null)[]
  rows: BoardRow[]
}

/** More rows than one takes in at a glance; what belongs to none of them stands together in the last. */
export const mostRows = 24

/**
 * Signals by theme and time. One under several themes stands in the row of each, as it does with several horizons, but not
 * again in that of a theme above; the row with most signals comes first.
 * @param parents of each theme that has one, the theme directly above it
 * @param chosen themes that were asked for: then only these have rows, with all that stands under them
 */
export function boardOf(
  signals: readonly Hit[],
  parents: ReadonlyMap<string, string> = new Map(),
  chosen: readonly string[] = [],
): Board {
  const themesOf = (signal: Hit) => {
    const own = valuesOf(signal, 'theme')
    if (chosen.length > 0) return own.filter(theme => chosen.includes(theme))
    const above = new Set(own.map(theme => parents.get(theme)))
    return own.filter(theme => !above.has(theme))
  }
  const counts = new Map<string, number>()
  for (const signal of signals)
    for (const theme of themesOf(signal)) counts.set(theme, (counts.get(theme) ?? 0) + 1)
  const themes = [...counts]
    .sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1))
    .slice(0, mostRows)
    .map(([theme]) => theme)
  const under = (theme: string) => signals.filter(signal => themesOf(signal).includes(theme))
  const rows: BoardRow[] = themes.map(theme => ({
    theme,
    above: parents.get(theme) ?? null,
    ...laidOut(under(theme)),
  }))
  const others = signals.filter(signal => !themesOf(signal).some(theme => themes.includes(theme)))
  if (others.length > 0) rows.push({ theme: null, above: null, ...laidOut(others) })
  const undated = signals.some(signal => horizonsIn(signal).includes(null))
  return { columns: undated ? [...horizons, null] : [...horizons], rows }
}

/** The themes that some of them stand under, each once. */
export function themesIn(signals: readonly Hit[]): string[] {
  return [...new Set(signals.flatMap(signal => valuesOf(signal, 'theme')))]
}

function laidOut(own: readonly Hit[]): Pick<BoardRow, 'cells' | 'signals'> {
  const cells = new Map<Horizon | null, Hit[]>()
  for (const signal of own)
    for (const horizon of horizonsIn(signal)) cells.set(horizon, [...(cells.get(horizon) ?? []), signal])
  return { cells, signals: own.length }
}

function horizonsIn(signal: Hit): (Horizon | null)[] {
  const said = valuesOf(signal, 'horizon')
  const known = horizons.filter(horizon => said.includes(horizon))
  return known.length > 0 ? known : [null]
}

function valuesOf(signal: Hit, kind: string): string[] {
  return signal.facets.map(splitFacet).flatMap(facet => (facet.kind === kind ? [facet.key] : []))
}
