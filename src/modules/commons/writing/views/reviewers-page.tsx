import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Reviewer, type ReviewTerms, reviewRules } from '#modules/commons/writing/review/reviewers.ts'
import { PersonChooser } from '#modules/commons/writing/views/person-chooser.tsx'
import { ruleNames } from '#modules/commons/writing/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Choices, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where the network says what is looked at before it is shared, and by whom. */
export function ReviewersPage(props: {
  network: Network
  terms: ReviewTerms
  people: Reviewer[]
  q: string
  form: FormState
}) {
  const { t, locale } = useFrame().i18n
  const { network, terms, people, q, form } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('reviewers.name')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('administration', here)}>{t('administration.name')}</a> ›{' '}
          <a href={href('reviews', here)}>{t('review.list')}</a>
        </p>
        <h1>{t('reviewers.name')}</h1>
        <p class="lede">{t('reviewers.lede')}</p>
      </header>
      <section>
        <h2>{t('reviewers.rule')}</h2>
        <Form action={href('reviewers', here)} state={form} submit={t('reviewers.rule.submit')}>
          <Choices
            name="applies"
            label={t('reviewers.applies')}
            state={form}
            required
            choices={reviewRules.map(rule => ({ value: rule, label: t(ruleNames[rule]) }))}
          />
        </Form>
      </section>
      <section>
        <h2>{t('reviewers.who')}</h2>
        {terms.named.length === 0 && <p>{t('reviewers.nobody')}</p>}
        <ul class="people">
          {terms.named.map(({ personId, name }) => (
            <li key={personId}>
              <span>{name}</span>
              <ActionButton
                action={href('reviewerRemoval', { ...here, person: personId })}
                label={t('reviewers.remove', { name })}
              />
            </li>
          ))}
        </ul>
        <h3>{t('reviewers.add')}</h3>
        <PersonChooser
          action={href('reviewers', here)}
          people={people}
          q={q}
          form={form}
          submit={t('reviewers.add.submit')}
        />
      </section>
    </NetworkLayout>
  )
}
