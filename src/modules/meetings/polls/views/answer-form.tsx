import { href } from '#http/routes.ts'
import { votes } from '#modules/meetings/polls/best-dates.ts'
import { voteNames } from '#modules/meetings/polls/views/names.ts'
import type { PollPageProps } from '#modules/meetings/polls/views/poll-page.tsx'
import { When } from '#modules/meetings/polls/views/when.tsx'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** For each date one of three words; nothing said of a date leaves it open. */
export function AnswerForm({ network, poll, options, form, own, token, member, readerZone }: PollPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, poll: poll.id }
  const query = token ? new URLSearchParams({ answer: token }) : undefined
  return (
    <>
      <Form
        action={href('datePollAnswer', here, query)}
        state={form}
        submit={own ? t('poll.answer.change') : t('poll.answer.submit')}
      >
        {!member && (
          <>
            <TextField
              name="name"
              label={t('poll.answer.name')}
              state={form}
              autocomplete="name"
              maxLength={200}
              required
            />
            {!own && (
              <TextField
                name="email"
                type="email"
                label={t('poll.answer.email')}
                hint={t('poll.answer.email.hint')}
                state={form}
                autocomplete="email"
                maxLength={254}
                required
              />
            )}
          </>
        )}
        <div class="ballot">
          {options.map(option => (
            <fieldset key={option.id} class="field">
              <legend>
                <When {...option} timeZone={poll.timeZone} readerZone={readerZone} />
              </legend>
              <div class="three">
                {votes.map(vote => (
                  <label key={vote} class={`vote vote-${vote}`}>
                    <input
                      type="radio"
                      name={`vote-${option.id}`}
                      value={vote}
                      checked={form.values[`vote-${option.id}`]?.[0] === vote}
                    />
                    <span>{t(voteNames[vote])}</span>
                  </label>
                ))}
              </div>
            </fieldset>
          ))}
        </div>
        <TextField
          name="remark"
          label={t('poll.answer.remark')}
          hint={t('poll.answer.remark.hint')}
          state={form}
          maxLength={500}
        />
      </Form>
      {own && member && (
        <ActionButton action={href('datePollAnswerRemoval', here)} label={t('poll.answer.withdraw')} />
      )}
    </>
  )
}
