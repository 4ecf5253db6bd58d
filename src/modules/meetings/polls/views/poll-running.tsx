import { href } from '#http/routes.ts'
import type { PollPageProps } from '#modules/meetings/polls/views/poll-page.tsx'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What those who run a poll do with it. */
export function PollRunning({ network, poll, missing, closing }: PollPageProps) {
  const { i18n, origin } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, poll: poll.id }
  if (poll.state === 'settled' || poll.state === 'cancelled') return null
  return (
    <section class="running">
      <h2>{t('poll.running')}</h2>
      <p class="buttons">
        <a class="button" href={href('datePollChoice', here)}>
          {t('poll.choose')}
        </a>
        {poll.state === 'open' && (
          <a class="button quiet" href={href('datePollDates', here)}>
            {t('poll.add-dates')}
          </a>
        )}
      </p>
      {poll.groupId && (
        <p>
          {missing.length === 0
            ? t('poll.missing.none')
            : t('poll.missing', { count: missing.length, names: i18n.list(missing.slice(0, 30)) })}
          {poll.remindAt && poll.remindAt > new Date() && poll.state === 'open' && (
            <> {t('poll.reminder-on', { moment: i18n.moment(poll.remindAt, poll.timeZone) })}</>
          )}
        </p>
      )}
      {poll.visibility === 'public' && (
        <p>
          {t('poll.link')} <code>{origin + href('datePoll', here)}</code>
        </p>
      )}
      <details class="more-to-do" open={Object.keys(closing.errors).length > 0}>
        <summary>{t('poll.closing')}</summary>
        <Form action={href('datePollClosing', here)} state={closing} submit={t('poll.closing.submit')}>
          <TextField
            name="closesOn"
            type="date"
            label={t('poll.closes-on')}
            hint={t('poll.closes-on.hint')}
            state={closing}
            required
          />
        </Form>
      </details>
      <details class="more-to-do">
        <summary>{t('poll.cancel')}</summary>
        <p>{t('poll.cancel.text')}</p>
        <ActionButton action={href('datePollCancellation', here)} label={t('poll.cancel.submit')} danger />
      </details>
    </section>
  )
}
