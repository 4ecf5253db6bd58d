import { href } from '#http/routes.ts'
import type { OpenSession } from '#modules/account/security.ts'
import { AccountLayout, InventedNote } from '#modules/account/views/account-layout.tsx'
import type { Viewer } from '#platform/auth/viewer.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { PasskeyButton } from '#ui/passkey-button.tsx'

interface SecurityProps {
  owner: Viewer
  hasPassword: boolean
  links: { id: string; createdAt: Date }[]
  /** Whether the session is young enough to add means of signing in. */
  fresh: boolean
  passkeys: { id: string; name: string; createdAt: Date }[]
  sessions: OpenSession[]
  openId: string | null
  problem: string | null
}

/** By what the account is entered, and where it is open. */
export function SecurityPage(props: SecurityProps) {
  const { t, locale } = useFrame().i18n
  const { owner, problem } = props
  if (owner.demonstration) {
    return (
      <AccountLayout title={t('account.security')} room="accountSecurity">
        <InventedNote />
        <Sessions {...props} />
      </AccountLayout>
    )
  }
  return (
    <AccountLayout title={t('account.security')} room="accountSecurity" scripts={['wake.js']}>
      {problem && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      <section>
        <h2>{t('account.password')}</h2>
        <p>{t(props.hasPassword ? 'account.password.have' : 'account.password.none')}</p>
        <p>
          <a href={href('accountPassword', { locale })}>
            {t(props.hasPassword ? 'account.password.change' : 'account.password.choose')}
          </a>
        </p>
      </section>
      <section>
        <h2>{t('account.second')}</h2>
        <p>{t(owner.twoFactor ? 'account.second.on' : 'account.second.off')}</p>
        <p>
          <a href={href('secondFactor', { locale })}>
            {t(owner.twoFactor ? 'account.second.manage' : 'account.second.set-up')}
          </a>
        </p>
      </section>
      <Passkeys {...props} />
      <Provider {...props} />
      <Sessions {...props} />
    </AccountLayout>
  )
}

function Passkeys({ passkeys, owner, fresh }: SecurityProps) {
  const { t, locale, day } = useFrame().i18n
  return (
    <section>
      <h2>{t('account.passkeys')}</h2>
      <p>{t('account.passkeys.text')}</p>
      {passkeys.length > 0 && (
        <ul class="plain-list means">
          {passkeys.map(({ id, name, createdAt }) => (
            <li key={id}>
              <form method="post" action={href('accountPasskey', { locale, id })} class="renaming">
                <label for={`passkey-${id}`}>{t('account.passkey.name')}</label>
                <input
                  id={`passkey-${id}`}
                  name="name"
                  type="text"
                  value={name || t('account.passkey.unnamed')}
                  maxLength={80}
                  required
                />
                <button type="submit" class="button quiet">
                  {t('account.passkey.rename')}
                </button>
              </form>
              <small>{t('account.added', { day: day(createdAt, owner.timeZone) })}</small>{' '}
              <ActionButton
                action={href('accountPasskeyRemoval', { locale, id })}
                label={t('account.remove')}
                danger
              />
            </li>
          ))}
        </ul>
      )}
      {fresh ? (
        <PasskeyButton kind="register" next={href('accountSecurity', { locale })}>
          <p>{t('account.passkeys.script')}</p>
        </PasskeyButton>
      ) : (
        <FreshNote />
      )}
    </section>
  )
}

function Provider({ links, openId, owner, fresh }: SecurityProps) {
  const { t, locale, day } = useFrame().i18n
  const name = openId ?? 'OpenID'
  if (!openId && links.length === 0) return null
  return (
    <section>
      <h2>{name}</h2>
      {links.map(({ id, createdAt }) => (
        <p key={id}>
          {t('account.provider.linked', { name, day: day(createdAt, owner.timeZone) })}{' '}
          <ActionButton
            action={href('accountProviderRemoval', { locale, id })}
            label={t('account.provider.unlink')}
            danger
          />
        </p>
      ))}
      {links.length === 0 && <p>{t('account.provider.none', { name })}</p>}
      {links.length === 0 &&
        (fresh ? (
          <form method="post" action={href('accountProvider', { locale })}>
            <button type="submit" class="button quiet">
              {t('account.provider.link', { name })}
            </button>
          </form>
        ) : (
          <FreshNote />
        ))}
    </section>
  )
}

/** What a session that is too old cannot do, and the way to a young one. */
function FreshNote() {
  const { t, locale } = useFrame().i18n
  const next = new URLSearchParams({ next: href('accountSecurity', { locale }) })
  return (
    <p>
      {t('account.problem.fresh')} <a href={href('signIn', { locale }, next)}>{t('account.sign-in.title')}</a>
    </p>
  )
}

function Sessions({ sessions, owner }: SecurityProps) {
  const { t, locale, moment } = useFrame().i18n
  return (
    <section>
      <h2>{t('account.sessions')}</h2>
      <p>{t('account.sessions.text')}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('account.sessions.device')}</th>
              <th scope="col">{t('account.sessions.since')}</th>
              <th scope="col">
                <span class="visually-hidden">{t('account.sessions.action')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(session => (
              <tr key={session.id}>
                <td>
                  {session.device}
                  {session.here && <strong> · {t('account.sessions.here')}</strong>}
                </td>
                <td>{moment(session.since, owner.timeZone)}</td>
                <td>
                  <ActionButton
                    action={href('accountSession', { locale, id: session.id })}
                    label={t('account.sessions.end')}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sessions.length > 1 && (
        <form method="post" action={href('accountSessions', { locale })}>
          <button type="submit" class="button quiet">
            {t('account.sessions.end-others')}
          </button>
        </form>
      )}
    </section>
  )
}
