import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { GroupRequest } from '#modules/groups/joining.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import type { OwnInvitation } from '#modules/groups/own-invitations.ts'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import { kindNames } from '#modules/groups/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { Choices, Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface Named {
  id: string
  name: string
}

/** Coming in, or asking to. */
export function JoiningPage(props: {
  network: Network
  opened: OpenedGroup
  /** Whose mandate the reader holds. */
  organisations: Named[]
  form: FormState
}) {
  const { network, opened, organisations, form } = props
  const { t, locale } = useFrame().i18n
  const { group } = opened
  const open = group.joining === 'open'
  const here = { locale, network: network.slug, group: group.slug }
  return (
    <GroupFrame network={network} opened={opened} at={null} title={open ? t('group.join') : t('group.ask')}>
      <p>{open ? t('group.join.text') : t('group.ask.text')}</p>
      <Form
        action={href('groupJoining', here)}
        state={form}
        submit={open ? t('group.join') : t('group.ask.submit')}
      >
        <Coming organisations={organisations} form={form} />
        {!open &&
          group.questions.map((question, index) => (
            <TextArea
              key={question}
              name={`answer.${index}`}
              label={question}
              state={form}
              rows={4}
              maxLength={5_000}
              required
            />
          ))}
      </Form>
    </GroupFrame>
  )
}

/** For whom somebody comes in. */
function Coming({ organisations, form }: { organisations: Named[]; form: FormState }) {
  const { t } = useFrame().i18n
  if (organisations.length === 0) return null
  return (
    <Choices
      name="organisation"
      label={t('group.coming-for')}
      state={form}
      choices={[
        ...organisations.map(({ id, name }) => ({ value: id, label: name })),
        { value: '', label: t('group.coming-for.oneself') },
      ]}
    />
  )
}

export function RequestsPage(props: { network: Network; opened: OpenedGroup; requests: GroupRequest[] }) {
  const { network, opened, requests } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at={null} title={t('group.requests')}>
      {requests.length === 0 ? (
        <p>{t('group.requests.none')}</p>
      ) : (
        <ul class="plain-list">
          {requests.map(request => (
            <li key={request.id}>
              <a href={href('groupRequest', { ...here, demand: request.id })}>{request.person.name}</a>
              <small>
                {[request.organisation?.name, day(request.createdAt, network.timeZone)]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </li>
          ))}
        </ul>
      )}
    </GroupFrame>
  )
}

export function RequestPage(props: {
  network: Network
  opened: OpenedGroup
  request: GroupRequest
  form: FormState
}) {
  const { network, opened, request, form } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug, demand: request.id }
  return (
    <GroupFrame
      network={network}
      opened={opened}
      at={null}
      title={t('group.request', { name: request.person.name })}
    >
      <p class="lede">
        {request.organisation
          ? t('group.request.for', { organisation: request.organisation.name })
          : t('group.for-oneself')}
      </p>
      <p>
        <small>{day(request.createdAt, network.timeZone)}</small>
      </p>
      {request.answers.map(({ question, answer }) => (
        <section key={question}>
          <h2>{question}</h2>
          <blockquote class="message">{answer}</blockquote>
        </section>
      ))}
      {request.state !== 'waiting' ? (
        <p class="notice">{t('group.error.decided')}</p>
      ) : (
        <Form action={href('groupRequest', here)} state={form} submit={t('group.request.submit')}>
          <Choices
            name="decision"
            label={t('group.request.decision')}
            state={form}
            choices={[
              { value: 'accepted', label: t('group.request.accept') },
              { value: 'declined', label: t('group.request.decline') },
            ]}
            required
          />
          <TextArea
            name="word"
            label={t('group.request.word')}
            hint={t('group.request.word.hint')}
            state={form}
            rows={3}
            maxLength={2_000}
          />
        </Form>
      )}
    </GroupFrame>
  )
}

/** What somebody is invited to: all that they may know of the group before they are in it. */
export function OwnInvitationPage(props: {
  network: Network
  invitation: OwnInvitation
  organisations: Named[]
  form: FormState
}) {
  const { network, invitation, organisations, form } = props
  const { t, locale } = useFrame().i18n
  const { group, inviter, message } = invitation
  const here = { locale, network: network.slug, group: group.slug, groupInvitation: invitation.id }
  return (
    <NetworkLayout of={network} title={t('group.invited', { name: group.name })} noIndex>
      <article class="group-page">
        <p class="kicker">{t(kindNames[group.kind])}</p>
        <h1>{t('group.invited', { name: group.name })}</h1>
        {group.summary && <p class="lede">{group.summary}</p>}
        {inviter && <p>{t('group.invited.by', { name: inviter })}</p>}
        {message && <blockquote class="message">{message}</blockquote>}
        {group.charter && (
          <details>
            <summary>{t('group.charter')}</summary>
            <div
              class="prose"
              dangerouslySetInnerHTML={{ __html: renderMarkdown(group.charter, { headingShift: 2 }) }}
            />
          </details>
        )}
        <Form action={href('groupInvitation', here)} state={form} submit={t('group.invited.submit')}>
          <Choices
            name="answer"
            label={t('group.invited.answer')}
            state={form}
            choices={[
              { value: 'accepted', label: t('group.invited.accept') },
              { value: 'declined', label: t('group.invited.decline') },
            ]}
            required
          />
          <Coming organisations={organisations} form={form} />
        </Form>
      </article>
    </NetworkLayout>
  )
}
