import { isMeeting } from '#modules/programmes/planning/meeting-day.ts'
import type { Outline } from '#modules/programmes/templates/outline.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import { useFrame } from '#ui/frame.ts'

/** Capsules over the months. The drawing lies in the row of its words, so that it reads and prints without it. */
export function MonthsTable({ template, outline }: { template: ProgrammeTemplate; outline: Outline }) {
  const { t, locale } = useFrame().i18n
  return (
    <figure class="programme-months">
      <table aria-labelledby="months">
        <thead>
          <tr>
            <th scope="col">{t('programme.capsule')}</th>
            <th scope="col" colSpan={2}>
              {t('programmeTemplate.months.when')}
            </th>
          </tr>
        </thead>
        <tbody>
          {template.capsules.map(({ key, title, steps }, at) => {
            const capsule = outline.capsules[at]
            if (!capsule) return null
            const { firstMonth: from, lastMonth: until } = capsule
            return (
              <tr key={key}>
                <th scope="row">
                  <a href={`#capsule-${key}`}>{textIn(title, locale)}</a>
                </th>
                <td class="when">
                  {from === until
                    ? t('programmeTemplate.months.one', { from })
                    : t('programmeTemplate.months.span', { from, until })}
                </td>
                <td class="drawn">
                  <Strip outline={outline} at={at} meetings={steps.map(({ mode }) => isMeeting(mode))} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <figcaption class="hint">{t('programmeTemplate.months.legend')}</figcaption>
    </figure>
  )
}

/** As wide as the programme is long, the months as ticks. */
function Strip({ outline, at, meetings }: { outline: Outline; at: number; meetings: boolean[] }) {
  const { days, months, capsules } = outline
  const steps = capsules[at]?.steps ?? []
  const x = (day: number) => Math.round((day / days) * width * 10) / 10
  return (
    <svg viewBox={`-6 0 ${width + 12} 20`} aria-hidden="true">
      {Array.from({ length: months + 1 }, (_, month) => {
        const place = x((month * days) / months)
        return <line key={place} class="tick" x1={place} x2={place} y1={6} y2={14} />
      })}
      <line class="track" x1={0} x2={width} y1={10} y2={10} />
      {steps.map(({ key, from, until }, index) =>
        meetings[index] ? null : (
          <rect
            key={key}
            class="work"
            x={x(from)}
            y={7}
            width={Math.max(3, x(until - from))}
            height={6}
            rx={2}
          />
        ),
      )}
      {steps.map(({ key, until }, index) =>
        meetings[index] ? <circle key={key} class="meeting" cx={x(until)} cy={10} r={5} /> : null,
      )}
    </svg>
  )
}

const width = 480
