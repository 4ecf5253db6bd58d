import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Invitation } from '#modules/network/invitations.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { held, roleNames } from '#modules/network/views/role-names.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

interface InvitationPageProps {
  network: Network
  invitation: Invitation
  token: string
  /** Who is signed in. */
  viewer: { name: string; email: string } | null
  form: FormState
  /** What else one comes into with it. */
  children?: ComponentChildren
}

/** What someone sees who follows the link: who invites them, to what, and the one thing to do. */
export function InvitationPage(props: InvitationPageProps) {
  const { network, invitation, viewer } = props
  const { t, locale } = useFrame().i18n
  const name = inLanguage(network.name, locale, network.locale)
  const summary = inLanguage(network.summary, locale, network.locale)
  return (
    <Layout title={t('invitation.title', { network: name.text })} noIndex>
      <article class="invitation">
        <p class="kicker">{t('invitation.kicker')}</p>
        <h1 lang={name.locale}>{name.text}</h1>
        {summary.text && (
          <p class="lede" lang={summary.locale}>
            {summary.text}
          </p>
        )}
        <p class="terms">
          {invitation.inviter
            ? t('invitation.by', { name: invitation.inviter, role: t(roleNames[invitation.role]) })
            : t('invitation.by-network', { role: t(roleNames[invitation.role]) })}
          {held(invitation) && <strong>{held(invitation)}</strong>}
        </p>
        {props.children}
        {viewer ? <Accepting {...props} viewer={viewer} /> : <Arriving {...props} />}
      </article>
    </Layout>
  )
}

function Accepting({
  network,
  invitation,
  token,
  viewer,
  form,
}: InvitationPageProps & { viewer: { name: string; email: string } }) {
  const { t, locale } = useFrame().i18n
  const here = href('invitation', { locale, network: network.slug, token })
  const same = viewer.email === invitation.email
  return (
    <>
      {!same && (
        <p class="notice">
          {t('invitation.other-account', { invited: invitation.email, email: viewer.email })}
        </p>
      )}
      <Form
        action={here}
        state={form}
        submit={same ? t('invitation.accept') : t('invitation.accept-as', { name: viewer.name })}
      />
      {!same && (
        <ActionButton
          action={href('signOut', { locale })}
          label={t('invitation.sign-out')}
          fields={{ next: here }}
        />
      )}
    </>
  )
}

/** Without an account: a name and a password, and one is in. */
function Arriving({ network, invitation, token, form }: InvitationPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, token }
  const next = new URLSearchParams({ next: href('invitation', here) })
  return (
    <>
      <Form action={href('invitationAccount', here)} state={form} submit={t('invitation.join')}>
        <div class="field">
          <label for="invited-email">{t('person.email')}</label>
          <input id="invited-email" type="email" value={invitation.email} autocomplete="username" readOnly />
        </div>
        <TextField
          name="name"
          label={t('invitation.your-name')}
          state={form}
          autocomplete="name"
          maxLength={200}
          required
        />
        <TextField
          name="password"
          label={t('invitation.password')}
          state={form}
          type="password"
          autocomplete="new-password"
          hint={t('invitation.password.hint')}
          required
        />
      </Form>
      <p class="other-way">
        <a href={href('signIn', { locale }, next)}>{t('invitation.have-account')}</a>
      </p>
    </>
  )
}

/** A link that leads no further, and what to do about it. */
export function ClosedInvitationPage({ network, invitation }: { network: Network; invitation: Invitation }) {
  const { t, locale } = useFrame().i18n
  const text =
    invitation.state === 'accepted'
      ? t('invitation.closed.accepted')
      : invitation.state === 'revoked'
        ? t('invitation.closed.revoked')
        : t('invitation.closed.expired')
  // Whoever holds the link was invited: the name of the network is no secret to them.
  const name = inLanguage(network.name, locale, network.locale)
  return (
    <Layout title={t('invitation.closed')} noIndex>
      <article>
        <h1>{t('invitation.closed')}</h1>
        <p class="lede" lang={name.locale}>
          {name.text}
        </p>
        <p class="notice">{text}</p>
        {invitation.state === 'accepted' && (
          <p class="buttons">
            <a class="button" href={href('network', { locale, network: network.slug })}>
              {t('invitation.to-network')}
            </a>
          </p>
        )}
      </article>
    </Layout>
  )
}
