import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Organisation } from '#modules/network/organisations.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { countryName } from '#reference/countries.ts'
import { useFrame } from '#ui/frame.ts'

export function OrganisationsPage(props: {
  network: Network
  manages: boolean
  query: { q: string; former: boolean }
  organisations: Organisation[]
  next: string | null
}) {
  const { network, manages, query, organisations } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('organisations.name')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('members', here)}>{t('members.name')}</a>
        </p>
        <h1>{t('organisations.name')}</h1>
        {manages && (
          <p class="buttons">
            <a class="button" href={href('newOrganisation', here)}>
              {t('organisations.add')}
            </a>
          </p>
        )}
        <search>
          <form class="search" method="get" action={href('organisations', here)}>
            <label class="visually-hidden" for="q">
              {t('organisations.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('organisations.search')}
              maxLength={200}
            />
            {query.former && <input type="hidden" name="former" value="yes" />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {[false, true].map(former => (
            <a
              key={String(former)}
              class={query.former === former ? 'tag on' : 'tag'}
              aria-current={query.former === former ? 'true' : undefined}
              href={href('organisations', here, asSearch({ ...query, former }))}
            >
              {former ? t('organisations.former') : t('organisations.present')}
            </a>
          ))}
        </nav>
        {organisations.length === 0 ? (
          <p>{t('organisations.none')}</p>
        ) : (
          <ul class="plain-list">
            {organisations.map(one => (
              <li key={one.id}>
                <a href={href('organisation', { ...here, organisation: one.id })}>{one.name}</a>
                <small>
                  {[
                    one.country && countryName(one.country, locale),
                    t('organisations.people', { count: one.people }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

function asSearch(query: { q: string; former: boolean }): URLSearchParams {
  const search = new URLSearchParams()
  if (query.q) search.set('q', query.q)
  if (query.former) search.set('former', 'yes')
  return search
}
