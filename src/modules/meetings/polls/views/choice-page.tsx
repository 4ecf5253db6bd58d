import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Option } from '#modules/meetings/polls/answers.ts'
import type { bestDates } from '#modules/meetings/polls/best-dates.ts'
import type { Poll } from '#modules/meetings/polls/polls.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Choices, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Before a date becomes a meeting: which, and what will happen to whom. */
export function ChoicePage(props: {
  network: Network
  poll: Poll
  options: Option[]
  best: ReturnType<typeof bestDates>
  form: FormState
}) {
  const { network, poll, options, best, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, poll: poll.id }
  const byId = new Map(options.map(option => [option.id, option]))
  return (
    <NetworkLayout of={network} title={t('poll.choose')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('datePoll', here)}>{poll.title}</a>
        </p>
        <h1>{t('poll.choose')}</h1>
      </header>
      <ul class="consequences">
        <li>{t('poll.choose.registered')}</li>
        <li>{poll.groupId ? t('poll.choose.invited') : t('poll.choose.invited-answered')}</li>
        <li>{t('poll.choose.closed')}</li>
      </ul>
      <Form action={href('datePollChoice', here)} state={form} submit={t('poll.choose.submit')}>
        <Choices
          name="option"
          label={t('poll.choose.date')}
          hint={t('poll.zone-of', { zone: i18n.zone(poll.timeZone) })}
          state={form}
          choices={best.standings.flatMap(({ id, yes, maybe, no, rank }) => {
            const option = byId.get(id)
            if (!option) return []
            const label = i18n.period(option.startsAt, option.endsAt, poll.timeZone)
            const counts = t('poll.choose.counts', { yes, maybe, no })
            const leads = rank === 1 && yes + maybe > 0
            return [{ value: id, label, hint: leads ? `${counts} · ${t('poll.table.best')}` : counts }]
          })}
          required
        />
        <TextField
          name="capacity"
          type="number"
          inputmode="numeric"
          min={1}
          label={t('poll.choose.capacity')}
          hint={t('poll.choose.capacity.hint')}
          state={form}
        />
      </Form>
    </NetworkLayout>
  )
}
