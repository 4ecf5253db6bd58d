import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { ShowcaseCard } from '#modules/network/organisations/showcases.ts'
import { kindNames, stateNames } from '#modules/network/organisations/words.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { plainText } from '#platform/markdown/index.ts'
import { countryName } from '#reference/countries.ts'
import { sectorName } from '#reference/sectors.ts'
import { useFrame } from '#ui/frame.ts'

interface ShowcasesPageProps {
  network: Network
  q: string
  showcases: ShowcaseCard[]
  next: string | null
}

/** The organisations that show themselves: to everyone, or to the members who read. */
export function ShowcasesPage({ network, q, showcases, next }: ShowcasesPageProps) {
  const { place, i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const member = place?.slug === network.slug && place.role !== 'visitor'
  return (
    <NetworkLayout of={network} title={t('showcases.name')} description={t('showcases.lede')}>
      <div class="listing">
        {member && (
          <p class="crumbs">
            <a href={href('organisations', here)}>{t('organisations.name')}</a>
          </p>
        )}
        <h1>{t('showcases.name')}</h1>
        <p class="lede">{t('showcases.lede')}</p>
        {(showcases.length > 0 || q !== '') && (
          <search>
            <form class="search" method="get" action={href('showcases', here)}>
              <label class="visually-hidden" for="q">
                {t('showcases.search')}
              </label>
              <input
                id="q"
                type="search"
                name="q"
                value={q}
                placeholder={t('showcases.search')}
                maxLength={200}
              />
              <button class="button" type="submit">
                {t('list.search')}
              </button>
            </form>
          </search>
        )}
        {showcases.length === 0 ? (
          <p>{q ? t('showcases.none-found') : t('showcases.none')}</p>
        ) : (
          <ul class="cards showcases">
            {showcases.map(one => (
              <Card key={one.organisationId} one={one} network={network} member={member} />
            ))}
          </ul>
        )}
        <MoreLink next={next} />
      </div>
    </NetworkLayout>
  )
}

function Card({ one, network, member }: { one: ShowcaseCard; network: Network; member: boolean }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: one.organisationId }
  const place = [one.town, one.country && countryName(one.country, locale)].filter(Boolean).join(', ')
  return (
    <li class="card">
      {one.pictureFileId && (
        <img
          class="showcase-thumbnail"
          src={href('showcasePicture', here, new URLSearchParams({ v: one.pictureFileId.slice(-12) }))}
          alt=""
          loading="lazy"
          decoding="async"
        />
      )}
      <h2>
        <a href={href('showcase', here)}>{one.name}</a>
      </h2>
      <p>
        <small>
          {[one.kind && t(kindNames[one.kind]), one.sector && sectorName(one.sector, locale), place]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </p>
      <p>{shortened(plainText(one.about))}</p>
      {member && one.state === 'members' && (
        <p>
          <span class="tag">{t(stateNames[one.state])}</span>
        </p>
      )}
    </li>
  )
}

function shortened(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim()
  return words.length <= 180 ? words : `${words.slice(0, 180).replace(/\s+\S*$/, '')} …`
}
