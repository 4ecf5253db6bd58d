import { emptyForm, type FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { InvitingState } from '#modules/meetings/inviting/inviting.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** A group is invited to a meeting, whole or some of it. */
export function MeetingInvitingPage(props: {
  network: Network
  meeting: Meeting
  /** To choose from: its own among them. */
  groups: { id: string; name: string }[]
  /** The people of the group; null as long as none is chosen. */
  of: {
    groupId: string
    state: InvitingState
    people: { id: string; name: string; organisation: string | null }[]
  } | null
  q: string
  form: FormState
}) {
  const { network, meeting, groups, of, q, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const action = href('meetingInvitations', here)
  const open = meeting.state === 'scheduled' && (meeting.registrationUntil ?? meeting.startsAt) > new Date()
  return (
    <NetworkLayout of={network} title={t('meeting-invite.name')} noIndex>
      <div class="listing">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('meeting-invite.name')}</h1>
        <p class="lede">{t('meeting-invite.lede')}</p>
        {(groups.length > 1 || (of === null && groups.length > 0)) && (
          <form class="search" method="get" action={action}>
            <label for="invited-group">{t('meeting-invite.group')}</label>
            <select id="invited-group" name="group">
              {groups.map(({ id, name }) => (
                <option key={id} value={id} selected={id === of?.groupId}>
                  {name}
                </option>
              ))}
            </select>
            <button class="button quiet" type="submit">
              {t('meeting-invite.group.choose')}
            </button>
          </form>
        )}
        {of === null && groups.length === 0 && <p>{t('meeting-invite.no-group')}</p>}
        {of !== null && (
          <>
            <p>{t('meeting-invite.state', { ...of.state })}</p>
            {!open && <p class="notice">{t('meeting-invite.closed')}</p>}
            {open && of.state.left === 0 && <p class="notice">{t('meeting-invite.nobody-left')}</p>}
            {open && of.state.left > 0 && (
              <Inviting {...{ action, groupId: of.groupId, state: of.state, people: of.people, q, form }} />
            )}
          </>
        )}
      </div>
    </NetworkLayout>
  )
}

function Inviting(props: {
  action: string
  groupId: string
  state: InvitingState
  people: { id: string; name: string; organisation: string | null }[]
  q: string
  form: FormState
}) {
  const { action, groupId, state, people, q, form } = props
  const { t } = useFrame().i18n
  const chosen = form.values.people ?? []
  const some = chosen.length > 0 || q !== '' || form.errors.people !== undefined
  return (
    <>
      <Form
        action={action}
        state={some ? emptyForm : form}
        submit={t('meeting-invite.whole', { count: state.left })}
      >
        <input type="hidden" name="group" value={groupId} />
        <input type="hidden" name="whole" value="yes" />
        <Message form={form} />
      </Form>
      <details class="more-to-do" open={some}>
        <summary>{t('meeting-invite.some')}</summary>
        {(state.left > people.length || q !== '') && (
          <search>
            <form class="search" method="get" action={action}>
              <input type="hidden" name="group" value={groupId} />
              <label class="visually-hidden" for="q">
                {t('meeting-invite.search')}
              </label>
              <input id="q" type="search" name="q" value={q} placeholder={t('meeting-invite.search')} />
              <button class="button quiet" type="submit">
                {t('list.search')}
              </button>
            </form>
          </search>
        )}
        {people.length === 0 ? (
          <p>{t('meeting-invite.none-found')}</p>
        ) : (
          <Form action={action} state={some ? form : emptyForm} submit={t('meeting-invite.submit')} id="some">
            <input type="hidden" name="group" value={groupId} />
            <fieldset class="field" id="field-people" data-wrong={form.errors.people ? true : undefined}>
              <legend>{t('meeting-invite.people')}</legend>
              {form.errors.people && <p class="error">{form.errors.people}</p>}
              <ul class="choice-list">
                {people.map(({ id, name, organisation }) => (
                  <li key={id}>
                    <label class="choice">
                      <input type="checkbox" name="people" value={id} checked={chosen.includes(id)} />
                      <span>
                        {name} {organisation && <small>{organisation}</small>}
                      </span>
                    </label>
                  </li>
                ))}
              </ul>
            </fieldset>
            <Message form={form} id="message-some" />
          </Form>
        )}
      </details>
    </>
  )
}

function Message({ form, id = 'message-whole' }: { form: FormState; id?: string }) {
  const { t } = useFrame().i18n
  return (
    <div class="field">
      <label for={id}>{t('meeting-invite.message')}</label>
      <small class="hint" id={`${id}-hint`}>
        {t('meeting-invite.message.hint')}
      </small>
      <textarea id={id} name="message" rows={3} maxLength={1_000} aria-describedby={`${id}-hint`}>
        {form.values.message?.[0] ?? ''}
      </textarea>
    </div>
  )
}
