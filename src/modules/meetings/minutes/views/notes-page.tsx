import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Decision } from '#modules/meetings/minutes/decisions.ts'
import type { MinutesState } from '#modules/meetings/minutes/minutes.ts'
import { mostNotes, type Notes } from '#modules/meetings/minutes/notes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Checkbox, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface NotesPageProps {
  network: Network
  meeting: Meeting
  mayRun: boolean
  account: string
  notes: Notes
  decisions: Decision[]
  owners: { id: string; name: string }[]
  state: MinutesState
  choices: { id: string; title: string; startsAt: Date; timeZone: string }[]
  forms: { notes: FormState; decision: FormState; next: FormState }
}

/** What is written while people speak: the text first, what was decided below it. */
export function NotesPage(props: NotesPageProps) {
  const { network, meeting, mayRun } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  return (
    <NetworkLayout
      of={network}
      title={t('notes.title', { meeting: meeting.title })}
      noIndex
      scripts={['wake.js']}
    >
      <div class="listing notes">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('notes.name')}</h1>
        <NotesField {...props} />
        <Decisions {...props} />
        <Next {...props} />
        {mayRun && (
          <p class="buttons">
            <a class="button" href={href('meetingMinutesDraft', here)}>
              {t(props.state.draft ? 'minutes.go-on' : 'minutes.begin')}
            </a>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}

function NotesField({ network, meeting, notes, forms, account }: NotesPageProps) {
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const text = forms.notes.values.text?.[0] ?? notes.text
  const seen = forms.notes.values.seen?.[0] ?? String(notes.revision)
  const error = forms.notes.errors.text
  return (
    <form
      class="form notes-form"
      method="post"
      action={href('meetingNotes', here)}
      data-island={assets.url('notes.js')}
      data-news={href('meetingNotesRevisions', here)}
      data-account={account}
      data-served={notes.text}
      data-saved={t('notes.state.saved')}
      data-saving={t('notes.state.saving')}
      data-waiting={t('notes.state.waiting')}
      data-offline={t('notes.state.offline')}
      data-refused={t('notes.state.refused')}
      data-conflict={t('notes.error.conflict')}
      data-others={t('notes.state.others')}
    >
      <div class="field" data-wrong={error ? true : undefined}>
        <label for="notes-text">{t('notes.field')}</label>
        <small class="hint" id="notes-hint">
          {t('notes.hint')}
        </small>
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <textarea
          id="notes-text"
          name="text"
          rows={18}
          maxLength={mostNotes}
          aria-describedby="notes-hint"
          autocomplete="off"
        >
          {text}
        </textarea>
        <input type="hidden" name="seen" value={seen} />
      </div>
      <p class="notes-state" role="status" data-state>
        {notes.by &&
          notes.at &&
          t('notes.last', { name: notes.by, moment: i18n.moment(notes.at, meeting.timeZone) })}
      </p>
      <p class="buttons">
        <button type="submit" class="button">
          {t('notes.save')}
        </button>
      </p>
    </form>
  )
}

function Decisions({ network, meeting, decisions, owners, forms }: NotesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  return (
    <section id="decisions">
      <h2>{t('minutes.decisions')}</h2>
      {decisions.length === 0 && <p>{t('decisions.none')}</p>}
      <ol class="decisions">
        {decisions.map(decision => (
          <li key={decision.id}>
            <p>{decision.text}</p>
            <small>
              {[
                decision.owner?.name,
                decision.dueOn && t('minutes.due', { day: i18n.day(decision.dueOn) }),
                decision.task && t('decisions.task'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>{' '}
            <ActionButton
              action={href('meetingDecisionRemoval', here)}
              label={t('decisions.remove')}
              fields={{ decision: decision.id }}
              danger
            />
          </li>
        ))}
      </ol>
      <Form
        action={href('meetingDecisions', here)}
        submit={t('decisions.add')}
        state={forms.decision}
        id="decision"
      >
        <TextArea
          name="text"
          label={t('decisions.text')}
          state={forms.decision}
          rows={2}
          maxLength={2000}
          required
        />
        <Checkbox name="task" label={t('decisions.as-task')} state={forms.decision} />
        <Select
          name="owner"
          label={t('decisions.owner')}
          state={forms.decision}
          choices={[
            { value: '', label: t('decisions.nobody') },
            ...owners.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextField name="due" type="date" label={t('decisions.due')} state={forms.decision} />
      </Form>
    </section>
  )
}

function Next({ network, meeting, mayRun, state, choices, forms }: NotesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { nextMeeting } = state
  const here = { locale, network: network.slug }
  if (!mayRun && !nextMeeting) return null
  return (
    <section id="next">
      <h2>{t('minutes.next')}</h2>
      {nextMeeting && (
        <p>
          <a href={href('meeting', { ...here, meeting: nextMeeting.id })}>
            {i18n.moment(nextMeeting.startsAt, nextMeeting.timeZone)}
          </a>
          {nextMeeting.state === 'draft' && ` · ${t('next.draft')}`}
        </p>
      )}
      {mayRun && (
        <Form
          action={href('meetingNext', { ...here, meeting: meeting.id })}
          submit={t('next.set')}
          state={forms.next}
          id="next-form"
        >
          {choices.length > 0 && (
            <Select
              name="existing"
              label={t('next.existing')}
              state={forms.next}
              choices={[
                { value: '', label: t('next.new') },
                ...choices.map(one => ({
                  value: one.id,
                  label: `${i18n.moment(one.startsAt, one.timeZone)} · ${one.title}`,
                })),
              ]}
            />
          )}
          <TextField
            name="day"
            type="date"
            label={t('next.day')}
            hint={t('next.day.hint')}
            state={forms.next}
          />
          <div class="field" data-wrong={forms.next.errors.from ? true : undefined}>
            <label for="field-from">
              {t('next.from')} <small>{t('form.optional')}</small>
            </label>
            {forms.next.errors.from && <p class="error">{forms.next.errors.from}</p>}
            <input id="field-from" type="time" name="from" value={forms.next.values.from?.[0]} />
          </div>
        </Form>
      )}
    </section>
  )
}
