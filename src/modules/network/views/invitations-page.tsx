import { href } from '#http/routes.ts'
import { type Invitation, type InvitationState, invitationStates } from '#modules/network/invitations.ts'
import type { Network } from '#modules/network/networks.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { held, roleNames } from '#modules/network/views/role-names.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const stateNames: Record<InvitationState, MessageKey> = {
  waiting: 'invitation.state.waiting',
  accepted: 'invitation.state.accepted',
  expired: 'invitation.state.expired',
  revoked: 'invitation.state.revoked',
}

export function InvitationsPage(props: {
  network: Network
  invitations: Invitation[]
  state: InvitationState | undefined
  next: string | null
  problem?: string | undefined
  /** No mail leaves: what was written is to be handed over otherwise. */
  outbox: boolean
}) {
  const { network, invitations, state } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const kinds = [undefined, ...invitationStates]
  return (
    <NetworkLayout of={network} title={t('invitations.name')} noIndex>
      <div class="listing">
        <h1>{t('invitations.name')}</h1>
        <p class="buttons">
          <a class="button" href={href('newInvitation', here)}>
            {t('invitations.new')}
          </a>
        </p>
        {props.problem && (
          <div class="problems" role="alert">
            <p>{props.problem}</p>
          </div>
        )}
        {props.outbox && invitations.length > 0 && (
          <p class="notice">
            {t('invitations.outbox')} <a href={href('mail', here)}>{t('administration.mail')}</a>
          </p>
        )}
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {kinds.map(kind => (
            <a
              key={kind ?? ''}
              class={kind === state ? 'tag on' : 'tag'}
              href={href('invitations', here, new URLSearchParams(kind ? { state: kind } : {}))}
              aria-current={kind === state ? 'true' : undefined}
            >
              {kind ? t(stateNames[kind]) : t('invitations.all')}
            </a>
          ))}
        </nav>
        {invitations.length === 0 ? (
          <p>{t('invitations.none')}</p>
        ) : (
          <table class="roll">
            <thead>
              <tr>
                <th scope="col">{t('invitation.to')}</th>
                <th scope="col">{t('invitation.as')}</th>
              </tr>
            </thead>
            <tbody>
              {invitations.map(invitation => (
                <Row key={invitation.id} invitation={invitation} network={network} />
              ))}
            </tbody>
          </table>
        )}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

function Row({ invitation, network }: { invitation: Invitation; network: Network }) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, invitation: invitation.id }
  const open = invitation.state === 'waiting' || invitation.state === 'expired'
  return (
    <tr>
      <td>
        <span class="who">{invitation.name || invitation.email}</span>
        {invitation.name && <small class="address-line">{invitation.email}</small>}
        {invitation.inviter && (
          <small class="address-line">{t('invitation.from', { name: invitation.inviter })}</small>
        )}
      </td>
      <td>
        {t(roleNames[invitation.role])}
        {held(invitation) && <small class="address-line">{held(invitation)}</small>}
        <small class="address-line">
          {t(stateNames[invitation.state])}
          {invitation.state === 'waiting' &&
            `, ${t('invitation.until', { day: day(invitation.expiresAt, network.timeZone) })}`}
        </small>
        {open && (
          <p class="actions">
            <ActionButton action={href('invitationSending', here)} label={t('invitation.send-again')} />
            <ActionButton action={href('invitationRevocation', here)} label={t('invitation.revoke')} danger />
          </p>
        )}
      </td>
    </tr>
  )
}
