import type { Section } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { acceptedAffiliations } from '#modules/network/affiliations/affiliations.ts'

/**
 * At the door of a network the way to those it is tied to. It names none of them: the page is kept for all visitors, and one
 * that becomes private would still be named on the page of another.
 */
export const affiliationsSection: Section = async ({ trx, network, i18n: { t, locale } }) => {
  const found = await acceptedAffiliations(trx, network.id)
  if (found.length === 0) return null
  const content = (
    <p>
      {t('affiliations.door')}{' '}
      <a href={href('affiliations', { locale, network: network.slug })}>{t('affiliations.door.link')}</a>
    </p>
  )
  return { content, scripts: [] }
}
