import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type MinutesState, mostMinutes } from '#modules/meetings/minutes/minutes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Drafted from what is known, written by somebody, published when they say so. */
export function MinutesDraftPage(props: {
  network: Network
  meeting: Meeting
  state: MinutesState
  form: FormState
}) {
  const { network, meeting, state, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const published = state.versions.length > 0
  const problems = Object.values(form.errors)
  return (
    <NetworkLayout of={network} title={t('minutes.draft')} noIndex>
      <div class="listing minutes-draft">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t(published ? 'minutes.correct' : 'minutes.draft')}</h1>
        <p>{t(published ? 'minutes.correct.text' : 'minutes.draft.text')}</p>
        <form class="form" method="post" action={href('meetingMinutesDraft', here)}>
          {problems.length > 0 && (
            <div class="problems" role="alert" tabIndex={-1}>
              {problems.map(problem => (
                <p key={problem}>{problem}</p>
              ))}
            </div>
          )}
          {form.errors.text && state.draft !== (form.values.text?.[0] ?? '') && state.draft !== '' && (
            <details open>
              <summary>{t('minutes.theirs')}</summary>
              <pre>{state.draft}</pre>
            </details>
          )}
          <div class="field" data-wrong={form.errors.text ? true : undefined}>
            <label for="field-text">{t('minutes.text')}</label>
            <small class="hint" id="field-text-hint">
              {t('minutes.text.hint')}
            </small>
            <textarea
              id="field-text"
              name="text"
              rows={24}
              maxLength={mostMinutes}
              aria-describedby="field-text-hint"
              required
            >
              {form.values.text?.[0] ?? ''}
            </textarea>
          </div>
          <input type="hidden" name="seen" value={form.values.seen?.[0] ?? '0'} />
          {meeting.visibility === 'public' && (
            <Checkbox name="public" label={t('minutes.public')} state={form} />
          )}
          <p class="buttons">
            <button type="submit" class="button quiet">
              {t('minutes.save')}
            </button>
            <button type="submit" class="button" name="publish" value="yes">
              {t(published ? 'minutes.publish-again' : 'minutes.publish')}
            </button>
          </p>
          <p>
            <small>{t(published ? 'minutes.publish-again.text' : 'minutes.publish.text')}</small>
          </p>
        </form>
        {state.draft !== '' && (
          <p>
            <a href={href('meetingMinutesDraft', here, new URLSearchParams({ again: '1' }))}>
              {t('minutes.again')}
            </a>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}
