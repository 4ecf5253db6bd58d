import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Organisation } from '#modules/network/organisations.ts'
import type { Member } from '#modules/network/people.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleNames } from '#modules/network/views/role-names.ts'
import { countryName } from '#reference/countries.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface OrganisationPageProps {
  network: Network
  manages: boolean
  organisation: Organisation
  people: Member[]
  next: string | null
  today: string
  /** Of the form that ends the membership. */
  ending: FormState
}

export function OrganisationPage(props: OrganisationPageProps) {
  const { network, manages, organisation, people, today } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: organisation.id }
  const former = organisation.until !== null && organisation.until < today
  return (
    <NetworkLayout of={network} title={organisation.name} noIndex>
      <article>
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a>
        </p>
        <h1>{organisation.name}</h1>
        <p class="lede">
          {organisation.country && countryName(organisation.country, locale)}
          {organisation.country && organisation.website && ' · '}
          {organisation.website && (
            <a href={organisation.website} rel="noopener nofollow">
              {new URL(organisation.website).hostname}
            </a>
          )}
        </p>
        <p>
          {organisation.until === null
            ? t('organisation.since', { day: day(organisation.from) })
            : t('mandate.span', { from: day(organisation.from), until: day(organisation.until) })}
        </p>
        <section>
          <h2>{t('organisation.people')}</h2>
          {people.length === 0 ? (
            <p>{t('organisation.no-people')}</p>
          ) : (
            <ul class="plain-list">
              {people.map(person => (
                <li key={person.id}>
                  <a href={href('person', { locale, network: network.slug, person: person.id })}>
                    {person.name}
                  </a>
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
          <MoreLink next={props.next} />
        </section>
        {manages && (
          <p class="buttons">
            <a class="button quiet" href={href('organisationDetails', here)}>
              {t('organisation.change')}
            </a>
            {former && (
              <ActionButton action={href('organisationResumption', here)} label={t('organisation.resume')} />
            )}
          </p>
        )}
      </article>
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
