import { STAGES, type Stage } from '#modules/commons/format/stages.ts'
import type { Portfolio } from '#modules/commons/sensemaking/portfolio.ts'
import { useFrame } from '#ui/frame.ts'

const width = 380
const height = 430
const largest = 62
const smallest = 14
const thickest = 14

/** Around the cycle, as one reads a clock: what comes first stands at the left, above. */
const centres: Record<Stage, { x: number; y: number }> = {
  sense: { x: 95, y: 120 },
  explore: { x: 285, y: 120 },
  test: { x: 285, y: 310 },
  grow: { x: 95, y: 310 },
}

/** The area of each circle is the number of its items, the width of a line that of those which stand at both its ends. */
export function CyclePicture({ portfolio }: { portfolio: Portfolio }) {
  const { t, number, list } = useFrame().i18n
  const { counts, shared, items, several } = portfolio
  const most = Math.max(1, ...Object.values(counts))
  const mostShared = Math.max(1, ...shared.map(one => one.items))
  const name = (stage: Stage) => t(`commons.stage.${stage}`)
  return (
    <figure class="cycle">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby="cycle-title">
        <title id="cycle-title">
          {t('learning.picture', {
            counts: list(STAGES.map(stage => `${name(stage)} ${number(counts[stage])}`)),
          })}
        </title>
        {shared.map(({ stages: [one, other], items: both }) => (
          <line
            key={`${one}-${other}`}
            x1={centres[one].x}
            y1={centres[one].y}
            x2={centres[other].x}
            y2={centres[other].y}
            stroke-width={Math.max(1.5, (thickest * both) / mostShared)}
          />
        ))}
        {STAGES.map(stage => {
          const { x, y } = centres[stage]
          const radius = radiusOf(counts[stage], most)
          // Outwards, where no line passes.
          const below = y > height / 2
          return (
            <g key={stage} class={stage}>
              <circle cx={x} cy={y} r={radius} />
              <text x={x} y={y} dy="0.35em" class="count">
                {number(counts[stage])}
              </text>
              <text x={x} y={below ? y + radius + 24 : y - radius - 12}>
                {name(stage)}
              </text>
            </g>
          )
        })}
      </svg>
      <figcaption>
        {t('learning.caption', { count: items })} {several > 0 && t('learning.several', { count: several })}
        {shared.length > 0 && (
          <details>
            <summary>{t('learning.shared')}</summary>
            <ul>
              {shared.map(({ stages: [one, other], items: both }) => (
                <li key={`${one}-${other}`}>
                  {t('learning.pair', { one: name(one), other: name(other), count: both })}
                </li>
              ))}
            </ul>
          </details>
        )}
      </figcaption>
    </figure>
  )
}

/** What is there can be seen, however little it is beside the rest. */
export function radiusOf(count: number, most: number): number {
  return count === 0 ? 5 : Math.max(smallest, Math.round(largest * Math.sqrt(count / most)))
}
