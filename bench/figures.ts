/** One line of a table: what was measured, what was measured beside it in the same run, and what was hoped for. */
export interface Figure {
  what: string
  /** Of Cordée, with its unit. */
  own: string
  /** Of what it is measured against, with its unit. */
  beside: string
  ratio: string
  goal: string
  /** null: there is no goal. */
  holds: boolean | null
}

export interface Section {
  title: string
  /** What `beside` is in this section, and how it was measured. */
  explanation: string
  /** Headings of the five columns before "holds". */
  columns: [what: string, own: string, beside: string, ratio: string, goal: string]
  figures: Figure[]
}

/** What one run of load saw; times in milliseconds. */
export interface Load {
  perSecond: number
  p50: number
  p95: number
  p99: number
  failures: number
}

export function loadOf(milliseconds: number[], seconds: number, failures: number): Load {
  const sorted = Float64Array.from(milliseconds).sort()
  return {
    perSecond: sorted.length / seconds,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    failures,
  }
}

/** Of several rounds: each figure's median, so that one disturbed round does not decide. */
export function medianLoad(rounds: Load[]): Load {
  return {
    perSecond: median(rounds.map(round => round.perSecond)),
    p50: median(rounds.map(round => round.p50)),
    p95: median(rounds.map(round => round.p95)),
    p99: median(rounds.map(round => round.p99)),
    failures: rounds.reduce((sum, round) => sum + round.failures, 0),
  }
}

export function median(values: number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

export function describeLoad(load: Load): string {
  const failures = load.failures > 0 ? ` (${load.failures} failed)` : ''
  return `${digits(load.perSecond)}/s · ${digits(load.p50)} / ${digits(load.p95)} / ${digits(load.p99)} ms${failures}`
}

/** Three significant digits at least, no false precision. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '—'
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const place = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return low + (high - low) * (place - Math.floor(place))
}
