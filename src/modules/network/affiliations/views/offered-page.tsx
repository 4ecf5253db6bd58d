import { href } from '#http/routes.ts'
import type { Offered } from '#modules/network/affiliations/organisations.ts'
import { NetworkName } from '#modules/network/affiliations/views/network-tree.tsx'
import type { Network } from '#modules/network/networks.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { countryName } from '#reference/countries.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface OfferedPageProps {
  network: Network
  administers: boolean
  /** Whether this network lets others have its organisations: without that it is let have none. */
  sharing: boolean
  q: string
  problem: string | undefined
  alike: Offered[]
  organisations: Offered[]
  next: string | null
}

/** Organisations of affiliated networks: those that seem to be ours already first. */
export function OfferedPage(props: OfferedPageProps) {
  const { network, administers, sharing, q, alike, organisations } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const none = alike.length === 0 && organisations.length === 0
  return (
    <NetworkLayout of={network} title={t('affiliations.organisations')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('affiliations', here)}>{t('affiliations.name')}</a>
        </p>
        <h1>{t('affiliations.organisations')}</h1>
        <p class="lede">{t('affiliations.organisations.lede')}</p>
        {administers && !sharing && (
          <p class="notice">
            {t('affiliations.organisations.closed')}{' '}
            <a href={href('affiliationSharing', here)}>{t('affiliations.sharing')}</a>
          </p>
        )}
        {props.problem && (
          <div class="problems" role="alert">
            <p>{props.problem}</p>
          </div>
        )}
        <search>
          <form class="search" method="get" action={href('offeredOrganisations', here)}>
            <label class="visually-hidden" for="q">
              {t('affiliations.organisations.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={q}
              placeholder={t('affiliations.organisations.search')}
              maxLength={200}
            />
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        {none && <p>{q ? t('organisations.none') : t('affiliations.organisations.none')}</p>}
      </div>
      {alike.length > 0 && (
        <section>
          <h2>{t('affiliations.organisations.alike')}</h2>
          <p>{t('affiliations.organisations.alike.text')}</p>
          <OfferedList network={network} organisations={alike} />
        </section>
      )}
      {organisations.length > 0 && (
        <section>
          <h2>{t('affiliations.organisations.others')}</h2>
          <OfferedList network={network} organisations={organisations} />
          <MoreLink next={props.next} />
        </section>
      )}
    </NetworkLayout>
  )
}

function OfferedList({ network, organisations }: { network: Network; organisations: Offered[] }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <ul class="people offered">
      {organisations.map(one => (
        <li key={one.id}>
          <div>
            <strong>{one.name}</strong>
            <small>
              {[one.town, one.country && countryName(one.country, locale)].filter(Boolean).join(' · ')}
              {(one.town || one.country) && ' · '}
              <NetworkName network={one.network} />
            </small>
            {one.sameAs && (
              <small>
                {one.sameBy === 'name'
                  ? t('affiliations.organisations.same-name')
                  : t('affiliations.organisations.same-number', {
                      scheme: (one.sameBy ?? '').toUpperCase(),
                    })}{' '}
                <a href={href('organisation', { ...here, organisation: one.sameAs.id })}>{one.sameAs.name}</a>
              </small>
            )}
          </div>
          <ActionButton
            action={href('offeredOrganisations', here)}
            label={
              one.sameAs
                ? t('affiliations.organisations.unite', { name: one.name })
                : t('affiliations.organisations.take', { name: one.name })
            }
            fields={{ organisation: one.id, ...(one.sameAs && { 'instead-of': one.sameAs.id }) }}
          />
        </li>
      ))}
    </ul>
  )
}
