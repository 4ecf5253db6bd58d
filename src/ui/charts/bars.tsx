import type { ComponentChildren } from 'preact'

export type Bar = {
  label: string
  count: number
  href?: string
  /** A colour that means something (an SDG's own); else the site's green. */
  colour?: string
}

export type BarsProps = {
  /** Unique in the page. */
  id?: string
  title: string
  caption?: ComponentChildren
  bars: readonly Bar[]
  /** Headings of the two columns. */
  labels: { label: string; count: string }
  /** Counts as the reader's language writes them. */
  format?: (count: number) => string
}

/**
 * A horizontal bar chart that is its own table: the bar is drawn in the row of its number, so that chart and table
 * cannot disagree, names wrap on a small screen, and it reads, prints and copies without the drawing.
 */
export function Bars({ id = 'bars', title, caption, bars, labels, format = String }: BarsProps) {
  const largest = bars.reduce((most, { count }) => Math.max(most, count), 0)
  return (
    <figure class="bars">
      <figcaption>
        <strong id={`${id}-title`}>{title}</strong> {caption && <span>{caption}</span>}
      </figcaption>
      <table aria-labelledby={`${id}-title`}>
        <thead>
          <tr>
            <th scope="col">{labels.label}</th>
            <th scope="col" colSpan={2}>
              {labels.count}
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ label, count, href, colour }) => (
            <tr key={label}>
              <th scope="row">{href === undefined ? label : <a href={href}>{label}</a>}</th>
              <td class="bars-bar">
                <svg height="14" width="100%" aria-hidden="true">
                  {count > 0 && <rect height="14" rx="2" width={percent(count, largest)} fill={colour} />}
                </svg>
              </td>
              <td class="n">{format(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** A width attribute, not a style, which the content security policy forbids in markup. */
function percent(count: number, largest: number): string {
  return `${Math.max(0.5, Math.round((count / largest) * 1000) / 10)}%`
}
