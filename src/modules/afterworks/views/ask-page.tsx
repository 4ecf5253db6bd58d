import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** "I would like to meet": what one says with it. */
export function AskPage(props: {
  network: Network
  person: { id: string; name: string; organisations: string[] }
  form: FormState
}) {
  const { network, person, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const title = t('introductions.ask.title', { name: person.name })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="afterworks">
        <p class="crumbs">
          <a href={href('introductions', here)}>{t('introductions.name')}</a>
        </p>
        <h1>{title}</h1>
        {person.organisations.length > 0 && <p class="byline">{i18n.list(person.organisations)}</p>}
        <p>{t('introductions.ask.lede', { name: person.name })}</p>
        <Form action={href('introductions', here)} state={form} submit={t('introductions.ask.submit')}>
          <input type="hidden" name="personId" value={person.id} />
          {form.values.meetingId?.[0] && (
            <input type="hidden" name="meetingId" value={form.values.meetingId[0]} />
          )}
          <TextArea
            name="message"
            label={t('introductions.message')}
            hint={t('introductions.message.hint')}
            state={form}
            rows={5}
            maxLength={2000}
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}
