import { href } from '#http/routes.ts'
import type { Proposal } from '#modules/afterworks/proposals.ts'
import { proposalKinds } from '#modules/afterworks/schema.ts'
import { proposalKindNames } from '#modules/afterworks/views/names.ts'
import type { SeriesPageProps } from '#modules/afterworks/views/series-page.tsx'
import { ActionButton, Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const groupNames = {
  theme: 'afterworks.kinds.theme',
  place: 'afterworks.kinds.place',
  date: 'afterworks.kinds.date',
} as const

/** Themes, places and dates for the next edition, with a vote for each. */
export function Proposals({ network, series, proposals, forms, runs }: SeriesPageProps & { runs: boolean }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  return (
    <section id="proposals">
      <h2>{t('afterworks.proposals')}</h2>
      <p>{t('afterworks.proposals.lede')}</p>
      {proposalKinds.map(kind => {
        const some = proposals.filter(one => one.kind === kind)
        if (some.length === 0) return null
        return (
          <section key={kind}>
            <h3>{t(groupNames[kind])}</h3>
            <ul class="plain-list votes">
              {some.map(proposal => (
                <li key={proposal.id}>
                  <Wanted proposal={proposal} here={here} timeZone={network.timeZone} runs={runs} />
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      <details open={forms.proposal !== undefined}>
        <summary>{t('afterworks.propose')}</summary>
        <Form
          action={href('afterworkProposals', here)}
          state={forms.proposal}
          submit={t('afterworks.propose.submit')}
        >
          <Choices
            name="kind"
            label={t('afterworks.propose.kind')}
            state={forms.proposal}
            choices={proposalKinds.map(value => ({ value, label: t(proposalKindNames[value]) }))}
            required
          />
          <TextField
            name="text"
            label={t('afterworks.propose.text')}
            state={forms.proposal}
            maxLength={300}
          />
          <TextField name="day" label={t('meetings.form.day')} type="date" state={forms.proposal} />
          <TextField name="time" label={t('afterworks.field.time')} type="time" state={forms.proposal} />
          <TextArea name="details" label={t('afterworks.propose.details')} state={forms.proposal} rows={3} />
        </Form>
      </details>
    </section>
  )
}

function Wanted(props: {
  proposal: Proposal
  here: { locale: 'fr' | 'en' | 'es' | 'pt'; network: string; series: string }
  timeZone: string
  runs: boolean
}) {
  const { proposal, here, timeZone, runs } = props
  const { i18n } = useFrame()
  const { t } = i18n
  const at = { ...here, proposal: proposal.id }
  return (
    <>
      <strong>{proposal.startsAt ? i18n.moment(proposal.startsAt, timeZone) : proposal.text}</strong>
      <small>
        {[
          t('afterworks.votes', { count: proposal.votes }),
          proposal.organisation ?? proposal.proposedBy ?? '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
      {proposal.details && <p>{proposal.details}</p>}
      <span class="acts no-print">
        <ActionButton
          action={href('afterworkVotes', at)}
          label={t(proposal.mine ? 'afterworks.unvote' : 'afterworks.vote')}
          fields={{ wanted: proposal.mine ? 'no' : 'yes' }}
        />
        {(runs || proposal.own) && (
          <ActionButton
            action={href('afterworkProposalRemoval', at)}
            label={t(proposal.own ? 'afterworks.proposal.take-back' : 'afterworks.proposal.put-aside')}
          />
        )}
      </span>
    </>
  )
}
