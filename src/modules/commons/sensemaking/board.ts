import { splitFacet } from '#modules/commons/facets.ts'
import type { Hit } from '#modules/commons/search/searching.ts'
import { type Horizon, horizons } from '#modules/commons/sensemaking/horizon.ts'

/** One theme, with its signals by when they might be felt; null for those that do not say. */
export interface BoardRow {
  /** Key of the family of themes; null for signals under no theme that has a row. */
  theme: string | null
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
 * Signals by theme and time. One under several themes stands in the row of each, as it does with several horizons; the row
 * with most signals comes first.
 * @param chosen themes that were asked for: then only these have rows
 */
export function boardOf(signals: readonly Hit[], chosen: readonly string[] = []): Board {
  const counts = new Map<string, number>()
  for (const signal of signals)
    for (const theme of valuesOf(signal, 'theme')) counts.set(theme, (counts.get(theme) ?? 0) + 1)
  const themes = [...counts]
    .filter(([theme]) => chosen.length === 0 || chosen.includes(theme))
    .sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1))
    .slice(0, mostRows)
    .map(([theme]) => theme)
  const rows: BoardRow[] = themes.map(theme => rowOf(theme, signals))
  const others = signals.filter(signal => !valuesOf(signal, 'theme').some(theme => themes.includes(theme)))
  if (others.length > 0) rows.push(rowOf(null, others))
  const undated = signals.some(signal => horizonsIn(signal).includes(null))
  return { columns: undated ? [...horizons, null] : [...horizons], rows }
}

function rowOf(theme: string | null, signals: readonly Hit[]): BoardRow {
  const own = theme === null ? signals : signals.filter(signal => valuesOf(signal, 'theme').includes(theme))
  const cells = new Map<Horizon | null, Hit[]>()
  for (const signal of own)
    for (const horizon of horizonsIn(signal)) cells.set(horizon, [...(cells.get(horizon) ?? []), signal])
  return { theme, cells, signals: own.length }
}

function horizonsIn(signal: Hit): (Horizon | null)[] {
  const said = valuesOf(signal, 'horizon')
  const known = horizons.filter(horizon => said.includes(horizon))
  return known.length > 0 ? known : [null]
}

function valuesOf(signal: Hit, kind: string): string[] {
  return signal.facets.map(splitFacet).flatMap(facet => (facet.kind === kind ? [facet.key] : []))
}
