import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Capsule, Programme } from '#modules/programmes/programme.ts'
import type { Call } from '#modules/programmes/progress/attention.ts'
import type { Nudge } from '#modules/programmes/progress/nudges.ts'
import { reasonText } from '#modules/programmes/progress/views/calls.tsx'
import { Checkbox, Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Whom to write to, what to say, and what was said before. */
export function NudgesPage(props: {
  network: Network
  programme: Programme
  capsules: Capsule[]
  /** Who can be written to, by organisation; those to call first. */
  calls: Call[]
  sent: Nudge[]
  /** To whom answers can go; null without an address. */
  sender: { email: string | null } | null
  form: FormState
}) {
  const { network, programme, calls, sent, sender, form } = props
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  return (
    <NetworkLayout of={network} title={`${t('nudge.page')} – ${programme.name}`} noIndex>
      <article class="progress-page">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
          {' › '}
          <a href={href('programmeProgress', here)}>{t('progress.name')}</a>
        </p>
        <h1>{t('nudge.page')}</h1>
        {calls.length === 0 ? (
          <p>{t('nudge.nobody')}</p>
        ) : (
          <Form action={href('programmeNudges', here)} state={form} submit={t('nudge.send')}>
            <Recipients {...props} />
            <TextArea
              name="message"
              label={t('nudge.message')}
              hint={t('nudge.message.hint')}
              rows={9}
              maxLength={2000}
              required
              state={form}
            />
            {sender?.email && (
              <Checkbox name="answers" label={t('nudge.answers', { email: sender.email })} state={form} />
            )}
            {form.errors.again && <Checkbox name="again" label={t('nudge.again')} state={form} />}
          </Form>
        )}
        <section>
          <h2>{t('nudge.sent')}</h2>
          {sent.length === 0 ? (
            <p>{t('nudge.none-sent')}</p>
          ) : (
            <ul class="plain-list">
              {sent.map(one => (
                <li key={one.id}>
                  <span>
                    <strong>{one.person}</strong>{' '}
                    {[one.organisation, moment(one.sentAt, network.timeZone), one.sentBy]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  <p class="prose">{one.message}</p>
                </li>
              ))}
            </ul>
          )}
        </section>
      </article>
    </NetworkLayout>
  )
}

function Recipients({
  network,
  capsules,
  calls,
  form,
}: {
  network: Network
  capsules: readonly Capsule[]
  calls: readonly Call[]
  form: FormState
}) {
  const { i18n } = useFrame()
  const { t, day } = i18n
  const chosen = form.values.people ?? []
  const wrong = form.errors.people
  return (
    <fieldset class="field" id="field-people" data-wrong={wrong ? true : undefined}>
      <legend>{t('nudge.people')}</legend>
      {wrong && <p class="error">{wrong}</p>}
      {calls.map(({ organisation, people, reasons }) => (
        <div key={organisation.id} class="recipients">
          <p>
            <strong>{organisation.name}</strong>{' '}
            <small>{reasons.map(reason => reasonText(reason, capsules, i18n)).join(' ')}</small>
          </p>
          {people.map(({ id, name, hasAccount, lastNudge }) => (
            <label key={id} class="choice">
              <input
                type="checkbox"
                name="people"
                value={id}
                checked={chosen.includes(id)}
                disabled={!hasAccount}
              />
              <span>
                {name}
                {!hasAccount && <small>{t('nudge.no-account')}</small>}
                {lastNudge && <small>{t('calls.nudged', { day: day(lastNudge, network.timeZone) })}</small>}
              </span>
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  )
}
