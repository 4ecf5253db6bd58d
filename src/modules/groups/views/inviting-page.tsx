import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Candidate, GroupInvitation } from '#modules/groups/inviting.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import type { Named } from '#modules/groups/organisations.ts'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import type { Network } from '#modules/network/index.ts'
import { ActionButton, Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Looking for somebody of the network, inviting by an address, and the invitations that wait. */
export function InvitingPage(props: {
  network: Network
  opened: OpenedGroup
  q: string
  candidates: Candidate[]
  invitations: GroupInvitation[]
  /** Whether the reader may invite somebody new into the network. */
  outsiders: boolean
  /** For which somebody new would come into the network, to be said yes or no to. */
  proposed: { id: string; name: string } | null
  form: FormState
}) {
  const { network, opened, q, candidates, invitations, outsiders, proposed, form } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at={null} title={t('group.invite')}>
      <div class="listing">
        {!proposed && (
          <section>
            <h2>{t('group.invite.known')}</h2>
            <Search action={href('groupInvitations', here)} label={t('group.invite.search')} q={q} />
            {q !== '' && candidates.length === 0 && <p>{t('group.invite.none-found')}</p>}
            <ul class="people">
              {candidates.map(({ id, name, organisations }) => (
                <li key={id}>
                  <span>
                    {name} <small>{organisations.join(', ')}</small>
                  </span>
                  <ActionButton
                    action={href('groupInvitations', here)}
                    label={t('group.invite.name', { name })}
                    fields={{ person: id }}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h2>{t('group.invite.address')}</h2>
          {proposed && <p class="notice">{t('group.invite.for.asked')}</p>}
          <Form action={href('groupInvitations', here)} state={form} submit={t('group.invite.submit')}>
            <TextField
              name="email"
              label={t('group.invite.email')}
              hint={outsiders ? t('group.invite.email.anyone') : t('group.invite.email.known')}
              type="email"
              state={form}
              maxLength={254}
              required
            />
            <TextArea
              name="message"
              label={t('group.invite.message')}
              state={form}
              rows={3}
              maxLength={2_000}
            />
            {proposed && (
              <Choices
                name="organisation"
                label={t('group.invite.for')}
                hint={t('group.invite.for.hint', { name: proposed.name })}
                state={{ values: { organisation: [proposed.id] }, errors: {} }}
                choices={[
                  { value: proposed.id, label: proposed.name },
                  { value: '', label: t('mandate.organisation.none') },
                ]}
                required
              />
            )}
          </Form>
        </section>
        {invitations.length > 0 && (
          <section>
            <h2>{t('group.invite.waiting')}</h2>
            <ul class="people">
              {invitations.map(invitation => (
                <li key={invitation.id}>
                  <span>
                    {invitation.person?.name ?? invitation.name ?? invitation.email}{' '}
                    <small>
                      {[
                        day(invitation.createdAt, network.timeZone),
                        invitation.inviter,
                        invitation.email && t('group.invite.new'),
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </small>
                  </span>
                  <ActionButton
                    action={href('groupInvitationRevocation', { ...here, groupInvitation: invitation.id })}
                    label={t('group.invite.revoke')}
                    danger
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </GroupFrame>
  )
}

/** Adding organisations: several at once with their people, or one with those of its people who come along. */
export function OrganisationAddingPage(props: {
  network: Network
  opened: OpenedGroup
  q: string
  found: Named[]
  /** Whether there are more than those found. */
  more: boolean
  proposed: { organisation: Named; people: Named[] } | null
  form: FormState
}) {
  const { network, opened, q, found, more, proposed, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at={null} title={t('group.add-organisation')}>
      <div class="listing">
        {proposed ? (
          <Form
            action={href('groupOrganisations', here)}
            state={form}
            submit={t('group.add-organisation.submit')}
          >
            <h2>{proposed.organisation.name}</h2>
            <input type="hidden" name="organisation" value={proposed.organisation.id} />
            {proposed.people.length === 0 ? (
              <p>{t('group.add-organisation.nobody')}</p>
            ) : (
              <Choices
                name="people"
                label={t('group.add-organisation.people')}
                hint={t('group.add-organisation.people.hint')}
                state={form}
                choices={proposed.people.map(({ id, name }) => ({ value: id, label: name }))}
                several
              />
            )}
          </Form>
        ) : (
          <>
            <Search
              action={href('groupOrganisations', here)}
              label={t('group.add-organisation.search')}
              q={q}
            />
            {found.length === 0 ? (
              <p>{q === '' ? t('group.add-organisation.none') : t('group.add-organisation.none-found')}</p>
            ) : (
              <Several here={here} found={found} more={more} form={form} />
            )}
          </>
        )}
      </div>
    </GroupFrame>
  )
}

function Several(props: {
  here: { locale: Locale; network: string; group: string }
  found: Named[]
  more: boolean
  form: FormState
}) {
  const { here, found, more, form } = props
  const { t } = useFrame().i18n
  const chosen = form.values.organisations ?? []
  return (
    <Form action={href('groupOrganisations', here)} state={form} submit={t('group.add-organisation.submit')}>
      <fieldset class="field" id="field-organisations" aria-describedby="field-organisations-hint">
        <legend>{t('organisations.name')}</legend>
        <small class="hint" id="field-organisations-hint">
          {t('group.add-organisation.hint')}
        </small>
        <ul class="choice-list">
          {found.map(({ id, name }) => (
            <li key={id}>
              <label class="choice">
                <input type="checkbox" name="organisations" value={id} checked={chosen.includes(id)} />
                <span>{name}</span>
              </label>
              <a
                href={href('groupOrganisations', here, new URLSearchParams({ organisation: id }))}
                aria-label={t('group.add-organisation.choose.name', { name })}
              >
                {t('group.add-organisation.choose')}
              </a>
            </li>
          ))}
        </ul>
        {more && <p>{t('group.add-organisation.more', { count: found.length })}</p>}
      </fieldset>
    </Form>
  )
}

function Search({ action, label, q }: { action: string; label: string; q: string }) {
  const { t } = useFrame().i18n
  return (
    <search>
      <form class="search" method="get" action={action}>
        <label class="visually-hidden" for="q">
          {label}
        </label>
        <input id="q" type="search" name="q" value={q} placeholder={label} maxLength={200} />
        <button class="button" type="submit">
          {t('list.search')}
        </button>
      </form>
    </search>
  )
}
