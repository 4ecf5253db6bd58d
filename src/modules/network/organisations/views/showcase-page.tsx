import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { ShownShowcase } from '#modules/network/organisations/showcases.ts'
import { kindNames, sizeNames, stateHints } from '#modules/network/organisations/words.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { plainText, renderMarkdown } from '#platform/markdown/index.ts'
import { countryName } from '#reference/countries.ts'
import { sectorName } from '#reference/sectors.ts'
import { useFrame } from '#ui/frame.ts'

interface ShowcasePageProps {
  network: Network
  showcase: ShownShowcase
  /** Whether the reader may change it. */
  writes: boolean
  /** Whether the reader is at home in the network. */
  member: boolean
}

export function ShowcasePage({ network, showcase, writes, member }: ShowcasePageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: showcase.organisationId }
  return (
    <NetworkLayout
      of={network}
      title={showcase.name}
      description={plainText(showcase.about).slice(0, 200)}
      noIndex={showcase.state !== 'public' || network.visibility !== 'public'}
    >
      <article class="showcase">
        <p class="crumbs">
          <a href={href('showcases', here)}>{t('showcases.name')}</a>
        </p>
        {writes && (
          <p class="notice">
            {t(stateHints[showcase.state])} <a href={href('showcaseDetails', here)}>{t('showcase.change')}</a>
          </p>
        )}
        <header>
          {showcase.pictureFileId && (
            <img
              class="showcase-picture"
              src={href(
                'showcasePicture',
                here,
                new URLSearchParams({ width: '960', v: showcase.pictureFileId.slice(-12) }),
              )}
              alt={showcase.pictureText}
            />
          )}
          <h1>{showcase.name}</h1>
          <p class="lede">
            {showcase.kind && t(kindNames[showcase.kind])}
            {showcase.kind && showcase.sector && ' · '}
            {showcase.sector && sectorName(showcase.sector, locale)}
          </p>
        </header>
        {showcase.about && (
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(showcase.about, { headingShift: 1 }) }}
          />
        )}
        <div class="showcase-lists">
          <Lines title={t('showcase.offers')} lines={showcase.offers} />
          <Lines title={t('showcase.seeks')} lines={showcase.seeks} />
        </div>
        <Links showcase={showcase} />
        <Facts showcase={showcase} />
        {member && (
          <p>
            <a href={href('organisation', here)}>{t('showcase.organisation')}</a>
          </p>
        )}
      </article>
    </NetworkLayout>
  )
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

function Links({ showcase }: { showcase: ShownShowcase }) {
  const { t } = useFrame().i18n
  if (showcase.links.length === 0) return null
  return (
    <section>
      <h2>{t('showcase.links')}</h2>
      <ul>
        {showcase.links.map(({ url, label }) => (
          <li key={url}>
            <a href={url} rel="noopener nofollow ugc">
              {label || new URL(url).hostname}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Facts({ showcase }: { showcase: ShownShowcase }) {
  const { t, locale } = useFrame().i18n
  const { sizeClass, town, region, country, address, website, contact } = showcase
  const place = [address, [town, region, country && countryName(country, locale)].filter(Boolean).join(', ')]
    .filter(Boolean)
    .join('\n')
  if (!sizeClass && !place && !website && !contact) return null
  return (
    <section>
      <h2>{t('showcase.find')}</h2>
      <dl class="known">
        {sizeClass && (
          <div>
            <dt>{t('organisation.size')}</dt>
            <dd>{t(sizeNames[sizeClass])}</dd>
          </div>
        )}
        {place && (
          <div>
            <dt>{t('showcase.shown.place')}</dt>
            <dd class="as-written">{place}</dd>
          </div>
        )}
        {website && (
          <div>
            <dt>{t('organisation.website')}</dt>
            <dd>
              <a href={website} rel="noopener nofollow ugc">
                {new URL(website).hostname}
              </a>
            </dd>
          </div>
        )}
        {contact && (
          <div>
            <dt>{t('showcase.contact')}</dt>
            <dd>
              {contact.name && (
                <>
                  {[contact.name, contact.title].filter(Boolean).join(', ')}
                  <br />
                </>
              )}
              {contact.email && <a href={`mailto:${contact.email}`}>{contact.email}</a>}
              {contact.email && contact.phone && <br />}
              {contact.phone && <a href={`tel:${contact.phone.replace(/[^+\d]/g, '')}`}>{contact.phone}</a>}
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}
