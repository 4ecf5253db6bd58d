import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Option } from '#modules/meetings/polls/answers.ts'
import type { Poll } from '#modules/meetings/polls/polls.ts'
import { DateRows } from '#modules/meetings/polls/views/poll-form.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function DatesPage(props: { network: Network; poll: Poll; options: Option[]; form: FormState }) {
  const { network, poll, options, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, poll: poll.id }
  return (
    <NetworkLayout of={network} title={t('poll.add-dates')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('datePoll', here)}>{poll.title}</a>
        </p>
        <h1>{t('poll.add-dates')}</h1>
      </header>
      <p>{t('poll.add-dates.known')}</p>
      <ul>
        {options.map(({ id, startsAt, endsAt }) => (
          <li key={id}>{i18n.period(startsAt, endsAt, poll.timeZone)}</li>
        ))}
      </ul>
      <Form action={href('datePollDates', here)} state={form} submit={t('poll.add-dates.submit')}>
        <DateRows state={form} />
      </Form>
    </NetworkLayout>
  )
}
