import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Affiliation } from '#modules/network/affiliations/affiliations.ts'
import { kindNames, levelNames } from '#modules/network/affiliations/schema.ts'
import { nameOf, sideNames, waitingNames } from '#modules/network/affiliations/views/affiliation-names.ts'
import { Span } from '#modules/network/affiliations/views/affiliation-span.tsx'
import { NetworkName } from '#modules/network/affiliations/views/network-tree.tsx'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface AffiliationPageProps {
  network: Network
  affiliation: Affiliation
  today: string
  /** Of the form that ends it; what stands against an answer as well. */
  ending: FormState
}

/** What one network asked another, or what both agreed on: to answer, to take back, to end. */
export function AffiliationPage({ network, affiliation, today, ending }: AffiliationPageProps) {
  const { t, locale } = useFrame().i18n
  const { asked, side, state } = affiliation
  const here = { locale, network: network.slug, affiliation: affiliation.id }
  const over = affiliation.until !== null && affiliation.until < today
  const problem = ending.errors['']
  const other = nameOf(affiliation, locale)
  const title =
    state === 'accepted'
      ? t(side === 'member' ? 'affiliation.with.parent' : 'affiliation.with.member', { other })
      : t(waitingNames[asked ? 'asked' : 'given'][side], { other })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <article>
        <p class="crumbs">
          <a href={href('affiliations', here)}>{t('affiliations.name')}</a>
        </p>
        <h1>{title}</h1>
        {problem && (
          <div class="problems" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <p class="lede">
          {over ? t('affiliation.state.over') : t(stateNames[state])}{' '}
          {state === 'asked' && asked && t('affiliation.no-answer')}
        </p>
        <dl class="known">
          <div>
            <dt>{t('affiliations.network')}</dt>
            <dd>{affiliation.other ? <NetworkName network={affiliation.other} /> : other}</dd>
          </div>
          <div>
            <dt>{t('affiliations.side')}</dt>
            <dd>{t(sideNames[side])}</dd>
          </div>
          <div>
            <dt>{t('affiliations.level')}</dt>
            <dd>{t(levelNames[affiliation.level])}</dd>
          </div>
          <div>
            <dt>{t('affiliations.mandate')}</dt>
            <dd>
              {t(kindNames[affiliation.kind])}
              {affiliation.mandate && <p class="mandate-text">{affiliation.mandate}</p>}
            </dd>
          </div>
          <div>
            <dt>{t('affiliations.dates')}</dt>
            <dd>
              <Span of={affiliation} today={today} />
            </dd>
          </div>
        </dl>
        {state === 'asked' && !asked && (
          <section>
            <p>{t('affiliation.accept.text')}</p>
            <div class="buttons">
              <form method="post" action={href('affiliationAcceptance', here)}>
                <button type="submit" class="button">
                  {t('affiliation.accept')}
                </button>
              </form>
              <ActionButton action={href('affiliationRefusal', here)} label={t('affiliation.decline')} />
            </div>
          </section>
        )}
        {state === 'asked' && asked && (
          <p class="buttons">
            <ActionButton
              action={href('affiliationWithdrawal', here)}
              label={t('affiliation.withdraw')}
              danger
            />
          </p>
        )}
      </article>
      {state === 'accepted' && !over && (
        <details class="more-to-do" open={ending.errors.until !== undefined}>
          <summary>{t('affiliation.end')}</summary>
          <p>{t('affiliation.end.text', { other })}</p>
          <Form
            action={href('affiliationEnd', here)}
            state={ending}
            submit={t('affiliation.end.submit')}
            danger
          >
            <TextField name="until" label={t('affiliation.end.day')} state={ending} type="date" required />
          </Form>
        </details>
      )}
    </NetworkLayout>
  )
}

const stateNames: Record<Affiliation['state'], MessageKey> = {
  asked: 'affiliation.state.asked',
  accepted: 'affiliation.state.accepted',
  declined: 'affiliation.state.declined',
  withdrawn: 'affiliation.state.withdrawn',
}
