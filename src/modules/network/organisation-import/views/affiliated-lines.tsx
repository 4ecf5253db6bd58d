import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { inLanguage } from '#modules/network/networks.ts'
import type { Resembling } from '#modules/network/organisation-import/affiliated.ts'
import { reasonsSaid } from '#modules/network/organisation-import/words-said.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What affiliated networks have already: taken over, it is one organisation in both; left, the import makes another. */
export function AffiliatedLines(props: {
  network: Network
  id: string
  lines: Resembling[]
  /** Whether the reader may make organisations of others members of the network. */
  mayTake: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network, id, lines, mayTake } = props
  if (lines.length === 0) return null
  return (
    <section>
      <h2>{t('organisation-import.affiliated', { count: lines.length })}</h2>
      <p>{mayTake ? t('organisation-import.affiliated.lede') : t('organisation-import.affiliated.ask')}</p>
      <ul class="import-lines">
        {lines.map(one => (
          <li key={one.line}>
            <p>
              <small>{t('organisation-import.line-number', { line: one.line })}</small>{' '}
              <strong>{one.name}</strong>
              {' → '}
              {[one.organisation.name, one.organisation.town].filter(Boolean).join(', ')}{' '}
              <small>
                {inLanguage(one.network.name, locale, one.network.locale).text} ·{' '}
                {reasonsSaid([one.reason], i18n)}
              </small>
            </p>
            {mayTake && (
              <ActionButton
                action={href('organisationImportTaking', { locale, network: network.slug, id })}
                label={t('organisation-import.affiliated.take')}
                fields={{ organisation: one.organisation.id }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
