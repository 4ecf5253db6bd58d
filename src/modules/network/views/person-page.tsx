import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { isInForce, type Mandate } from '#modules/network/mandates.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Person } from '#modules/network/people.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleNames } from '#modules/network/views/role-names.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface PersonPageProps {
  network: Network
  manages: boolean
  person: Person
  /** Where the network is. */
  today: string
  problem?: string | undefined
  scripts?: string[]
  /** What modules show of the person. */
  children?: ComponentChildren
}

export function PersonPage(props: PersonPageProps) {
  const { network, manages, person, problem } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, person: person.id }
  const invitee = person.email
    ? new URLSearchParams({ address: `${person.name} <${person.email}>` })
    : undefined
  return (
    <NetworkLayout of={network} title={person.name} scripts={props.scripts ?? []} noIndex>
      <article>
        <p class="crumbs">
          <a href={href('members', here)}>{t('members.name')}</a>
        </p>
        <h1>{person.name}</h1>
        {manages && (
          <p class="lede">
            {person.email ?? t('person.no-address')}
            {!person.hasAccount && ` · ${t('members.no-account')}`}
          </p>
        )}
        {problem && (
          <div class="problems" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <section>
          <h2>{t('person.mandates')}</h2>
          {person.mandates.length === 0 ? <p>{t('person.no-mandates')}</p> : <MandateTable {...props} />}
        </section>
        {manages && (
          <p class="buttons">
            <a class="button" href={href('mandates', here)}>
              {t('mandate.give')}
            </a>
            {!person.hasAccount && (
              <a class="button quiet" href={href('newInvitation', here, invitee)}>
                {t('person.invite')}
              </a>
            )}
            {!person.erased && (
              <a class="button quiet" href={href('personDetails', here)}>
                {t('person.change')}
              </a>
            )}
            {person.mandates.length === 0 && !person.hasAccount && (
              <ActionButton action={href('personRemoval', here)} label={t('person.remove')} danger />
            )}
          </p>
        )}
        {props.children}
      </article>
    </NetworkLayout>
  )
}

function MandateTable({ network, manages, person, today }: PersonPageProps) {
  const { t, locale } = useFrame().i18n
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('mandate.what')}</th>
            <th scope="col">{t('mandate.when')}</th>
            {manages && (
              <th scope="col">
                <span class="visually-hidden">{t('mandate.change')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {person.mandates.map(mandate => (
            <tr key={mandate.id} class={isInForce(mandate, today) ? undefined : 'past'}>
              <td>
                {mandate.title && <strong>{mandate.title}</strong>}
                {mandate.title && <br />}
                {mandate.organisationId && (
                  <>
                    <a
                      href={href('organisation', {
                        locale,
                        network: network.slug,
                        organisation: mandate.organisationId,
                      })}
                    >
                      {mandate.organisation}
                    </a>{' '}
                    <span aria-hidden="true">·</span>{' '}
                  </>
                )}
                <small>{t(roleNames[mandate.role])}</small>
              </td>
              <td>
                <When mandate={mandate} today={today} />
              </td>
              {manages && (
                <td class="end">
                  <a
                    href={href('mandate', {
                      locale,
                      network: network.slug,
                      person: person.id,
                      mandate: mandate.id,
                    })}
                  >
                    {t('mandate.change')}
                  </a>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function When({ mandate, today }: { mandate: Mandate; today: string }) {
  const { t, day } = useFrame().i18n
  if (mandate.until === null)
    return (
      <>{t(mandate.from > today ? 'mandate.from-future' : 'mandate.since', { day: day(mandate.from) })}</>
    )
  return <>{t('mandate.span', { from: day(mandate.from), until: day(mandate.until) })}</>
}
