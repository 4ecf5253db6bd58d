import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { AgendaItem } from '#modules/meetings/agenda/agenda.ts'
import { minutesOver } from '#modules/meetings/agenda/timing.ts'
import { AgendaLine } from '#modules/meetings/agenda/views/agenda-section.tsx'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** The agenda as those who run the meeting make it. */
export function AgendaPage(props: {
  network: Network
  meeting: Meeting
  items: (AgendaItem & { startsAt: Date | null })[]
  form: FormState
}) {
  const { network, meeting, items, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const over = minutesOver(items, meeting.startsAt, meeting.endsAt)
  return (
    <NetworkLayout of={network} title={t('meetings.agenda')} noIndex>
      <article class="meeting">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('meetings.agenda')}</h1>
        {over > 0 && <p class="notice">{t('meetings.agenda.over', { count: over })}</p>}
        {items.length > 0 && (
          <ol class="agenda managed">
            {items.map((item, index) => {
              const one = { ...here, item: item.id }
              return (
                <AgendaLine key={item.id} item={item} timeZone={meeting.timeZone}>
                  <div class="actions">
                    {index > 0 && (
                      <ActionButton
                        action={href('agendaItemPosition', one)}
                        label={t('meetings.agenda.earlier')}
                        fields={{ direction: 'earlier' }}
                      />
                    )}
                    {index < items.length - 1 && (
                      <ActionButton
                        action={href('agendaItemPosition', one)}
                        label={t('meetings.agenda.later')}
                        fields={{ direction: 'later' }}
                      />
                    )}
                    <a href={href('agendaItem', one)}>{t('meetings.change')}</a>
                    <ActionButton
                      action={href('agendaItemRemoval', one)}
                      label={t('meetings.agenda.remove')}
                      danger
                    />
                  </div>
                </AgendaLine>
              )
            })}
          </ol>
        )}
        <section>
          <h2>{t('meetings.agenda.add')}</h2>
          <Form action={href('meetingAgenda', here)} state={form} submit={t('meetings.agenda.add.submit')}>
            <ItemFields form={form} />
          </Form>
        </section>
      </article>
    </NetworkLayout>
  )
}

/** One item to change, or a contribution to propose. */
export function ItemPage(props: {
  network: Network
  meeting: Meeting
  /** Null: a contribution. */
  item: { id: string } | null
  form: FormState
}) {
  const { network, meeting, item, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const title = item ? t('meetings.agenda.change') : t('meetings.contribution.propose')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <article>
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{title}</h1>
        {!item && <p class="lede">{t('meetings.contribution.lede')}</p>}
        <Form
          action={item ? href('agendaItem', { ...here, item: item.id }) : href('contributions', here)}
          state={form}
          submit={item ? t('form.save') : t('meetings.contribution.submit')}
        >
          <ItemFields form={form} proposed={!item} />
        </Form>
      </article>
    </NetworkLayout>
  )
}

function ItemFields({ form, proposed = false }: { form: FormState; proposed?: boolean }) {
  const { t } = useFrame().i18n
  return (
    <>
      <TextField name="title" label={t('meetings.agenda.title')} state={form} maxLength={300} required />
      <TextField
        name="minutes"
        label={t('meetings.agenda.duration')}
        state={form}
        type="number"
        inputmode="numeric"
        min={1}
        max={1440}
        hint={t('meetings.agenda.duration.hint')}
      />
      {!proposed && (
        <TextField name="speaker" label={t('meetings.agenda.speaker')} state={form} maxLength={200} />
      )}
      <TextArea
        name="details"
        label={t('meetings.agenda.details')}
        state={form}
        rows={3}
        maxLength={10_000}
      />
    </>
  )
}
