import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { type EngagementWords, engagementName } from '#modules/network/organisations/engagement.ts'
import { spacedIdentifier } from '#modules/network/organisations/identifiers.ts'
import type { Organisation, OrganisationName } from '#modules/network/organisations/organisations.ts'
import type { ShownShowcase } from '#modules/network/organisations/showcases.ts'
import { kindNames, schemeNames, sizeNames, stateHints } from '#modules/network/organisations/words.ts'
import type { Member } from '#modules/network/people.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleNames } from '#modules/network/views/role-names.ts'
import { countryName } from '#reference/countries.ts'
import { sectorLabel } from '#reference/sectors.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface OrganisationPageProps {
  network: Network
  /** Whether the reader administers the network. */
  manages: boolean
  /** Whether the reader may change what the organisation is. */
  tends: boolean
  /** Whether the reader may write its showcase. */
  writes: boolean
  organisation: Organisation
  parent: OrganisationName | null
  parts: OrganisationName[]
  words: EngagementWords
  showcase: ShownShowcase | null
  people: Member[]
  next: string | null
  today: string
  /** Of the form that ends the membership. */
  ending: FormState
  sections: { children: ComponentChildren; scripts: string[] }
}

export function OrganisationPage(props: OrganisationPageProps) {
  const { network, manages, organisation, today, sections } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: organisation.id }
  const former = organisation.until !== null && organisation.until < today
  return (
    <NetworkLayout of={network} title={organisation.name} noIndex scripts={sections.scripts}>
      <article>
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a>
        </p>
        <h1>{organisation.name}</h1>
        <Lede organisation={organisation} />
        <Facts {...props} />
        <p class="buttons">
          {props.tends && (
            <a class="button quiet" href={href('organisationDetails', here)}>
              {t('organisation.change')}
            </a>
          )}
          {manages && former && (
            <ActionButton action={href('organisationResumption', here)} label={t('organisation.resume')} />
          )}
        </p>
        <ShowcaseLine {...props} />
        <People {...props} />
        <Parts {...props} />
      </article>
      {sections.children}
      {manages && !former && (
        <details class="more-to-do" open={Object.keys(props.ending.errors).length > 0}>
          <summary>{t('organisation.end')}</summary>
          <p>{t('organisation.end.text')}</p>
          <Form
            action={href('organisationEnd', here)}
            state={props.ending}
            submit={t('organisation.end.submit')}
            danger
          >
            <TextField name="until" label={t('mandate.end.day')} state={props.ending} type="date" required />
          </Form>
        </details>
      )}
    </NetworkLayout>
  )
}

function Lede({ organisation }: { organisation: Organisation }) {
  const { t, locale } = useFrame().i18n
  const { kind, country, website } = organisation
  const parts = [kind && t(kindNames[kind]), country && countryName(country, locale)].filter(Boolean)
  return (
    <p class="lede">
      {parts.join(' · ')}
      {parts.length > 0 && website && ' · '}
      {website && (
        <a href={website} rel="noopener nofollow">
          {new URL(website).hostname}
        </a>
      )}
    </p>
  )
}

function Facts(props: OrganisationPageProps) {
  const { network, organisation, parent, words, tends } = props
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { sector, sizeClass, address, town, region, identifiers, engagement, reference } = organisation
  const place = [address, [town, region].filter(Boolean).join(', ')].filter(Boolean).join('\n')
  return (
    <dl class="known">
      {sector && <Fact name={t('organisation.sector')}>{sectorLabel(sector, locale)}</Fact>}
      {sizeClass && <Fact name={t('organisation.size')}>{t(sizeNames[sizeClass])}</Fact>}
      {parent && (
        <Fact name={t('organisation.parent')}>
          <a href={href('organisation', { locale, network: network.slug, organisation: parent.id })}>
            {parent.name}
          </a>
        </Fact>
      )}
      {place && (
        <Fact name={t('organisation.address')}>
          <span class="as-written">{place}</span>
        </Fact>
      )}
      {identifiers.map(number => (
        <Fact key={`${number.scheme} ${number.value}`} name={t(schemeNames[number.scheme])}>
          {spacedIdentifier(number)}
        </Fact>
      ))}
      {engagement !== null && (
        <Fact name={t('organisation.engagement')}>
          {engagementName(engagement, words, i18n, network.locale)} <small>{engagement}/5</small>
        </Fact>
      )}
      {reference && tends && <Fact name={t('organisation.reference')}>{reference}</Fact>}
      <Fact name={t('organisation.membership')}>
        {organisation.until === null
          ? t('organisation.since', { day: day(organisation.from) })
          : t('mandate.span', { from: day(organisation.from), until: day(organisation.until) })}
      </Fact>
      {tends && organisation.changedAt && (
        <Fact name={t('organisation.changed-at')}>{day(organisation.changedAt, network.timeZone)}</Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** To its showcase, for those who may see it; for its own people, the way to write one. */
function ShowcaseLine({ network, organisation, showcase, writes }: OrganisationPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: organisation.id }
  if (!showcase && !writes) return null
  return (
    <section>
      <h2>{t('showcase.name')}</h2>
      {showcase ? (
        <p>
          <a href={href('showcase', here)}>{t('showcase.see', { name: organisation.name })}</a>{' '}
          <small class="block">{t(stateHints[showcase.state])}</small>
        </p>
      ) : (
        <p>{t('showcase.none-yet')}</p>
      )}
      {writes && (
        <p class="buttons">
          <a class="button quiet" href={href('showcaseDetails', here)}>
            {showcase ? t('showcase.change') : t('showcase.write')}
          </a>
        </p>
      )}
    </section>
  )
}

function People({ network, organisation, people, next }: OrganisationPageProps) {
  const { t, locale } = useFrame().i18n
  return (
    <section>
      <h2>{t('organisation.people')}</h2>
      {people.length === 0 ? (
        <p>{t('organisation.no-people')}</p>
      ) : (
        <ul class="plain-list">
          {people.map(person => (
            <li key={person.id}>
              <a href={href('person', { locale, network: network.slug, person: person.id })}>{person.name}</a>
              {person.mandates
                .filter(mandate => mandate.organisationId === organisation.id)
                .map(mandate => (
                  <small key={mandate.id}>
                    {[mandate.title, t(roleNames[mandate.role])].filter(Boolean).join(' · ')}
                  </small>
                ))}
            </li>
          ))}
        </ul>
      )}
      <MoreLink next={next} />
    </section>
  )
}

function Parts({ network, parts }: OrganisationPageProps) {
  const { t, locale } = useFrame().i18n
  if (parts.length === 0) return null
  return (
    <section>
      <h2>{t('organisation.parts')}</h2>
      <ul class="plain-list">
        {parts.map(({ id, name }) => (
          <li key={id}>
            <a href={href('organisation', { locale, network: network.slug, organisation: id })}>{name}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}
