import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { WaitingList } from '#modules/waiting/views/waiting-list.tsx'
import type { Waiting } from '#modules/waiting/waiting.ts'
import { useFrame } from '#ui/frame.ts'

/** At the door of a network: the first of what waits for the reader, and the way to the rest. */
export function WaitingSection(props: {
  network: { slug: string; timeZone: string }
  sources: readonly WaitingSource[]
  /** The most useful of them. */
  rows: readonly Waiting[]
  count: number
  silencedRows: number
  now: Date
}) {
  const { network, rows, count, silencedRows } = props
  const { t, locale } = useFrame().i18n
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{t('waiting.name')}</h2>
      {count > 0 && <WaitingList {...props} />}
      {count === 0 && (
        <p>{silencedRows > 0 ? t('waiting.silenced', { count: silencedRows }) : t('waiting.nothing')}</p>
      )}
      <p class="actions">
        <a href={href('waiting', { locale, network: network.slug })}>
          {count > rows.length ? t('waiting.all', { count }) : t('waiting.open')}
        </a>
      </p>
    </section>
  )
}
