import type { WaitingSource } from '#http/module.ts'
import { nearnessOf } from '#modules/waiting/order.ts'
import type { Waiting } from '#modules/waiting/waiting.ts'
import { addressOf, buttonNames, placeBeside, sentenceOf } from '#modules/waiting/words.ts'
import { useFrame } from '#ui/frame.ts'

/** What waits, each with until when and the way to where it is done. */
export function WaitingList(props: {
  network: { slug: string; timeZone: string }
  sources: readonly WaitingSource[]
  rows: readonly Waiting[]
  now: Date
}) {
  const { network, sources, rows, now } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <ul class="waiting-list">
      {rows.map(row => {
        const address = addressOf(sources, here, row)
        const sentence = sentenceOf(i18n, row)
        return (
          <li key={`${row.kind} ${row.subjectId}`}>
            <div>
              <a href={address}>{sentence}</a>
              <Beside row={row} zone={network.timeZone} now={now} />
            </div>
            <a
              class="button quiet"
              href={address}
              aria-label={t('waiting.button', { act: t(buttonNames[row.act]), sentence })}
            >
              {t(buttonNames[row.act])}
            </a>
          </li>
        )
      })}
    </ul>
  )
}

function Beside({ row, zone, now }: { row: Waiting; zone: string; now: Date }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { dueAt } = row
  const where = placeBeside(row)
  if (where === null && dueAt === null) return null
  const nearness = nearnessOf(row, now)
  return (
    <small>
      {dueAt !== null && (
        <span class={nearness === 'late' ? 'late' : undefined}>
          {t(nearness === 'late' ? 'waiting.since' : 'waiting.until', { day: i18n.day(dueAt, zone) })}
        </span>
      )}
      {dueAt !== null && where !== null && ' · '}
      {where}
    </small>
  )
}
