import type { FormState } from '#http/form.ts'
import type { Scope } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout, type Token } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Choices, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const scopeNames: Record<Scope, MessageKey> = {
  'commons:read': 'scope.commons:read',
  'commons:contribute': 'scope.commons:contribute',
  'commons:curate': 'scope.commons:curate',
  'commons:write': 'scope.commons:write',
  'templates:manage': 'scope.templates:manage',
  'members:read': 'scope.members:read',
  'members:manage': 'scope.members:manage',
  'organisations:manage': 'scope.organisations:manage',
  'groups:read': 'scope.groups:read',
  'groups:take-part': 'scope.groups:take-part',
  'groups:manage': 'scope.groups:manage',
  'threads:write': 'scope.threads:write',
  'meetings:read': 'scope.meetings:read',
  'meetings:take-part': 'scope.meetings:take-part',
  'meetings:run': 'scope.meetings:run',
  'afterworks:read': 'scope.afterworks:read',
  'afterworks:take-part': 'scope.afterworks:take-part',
  'afterworks:run': 'scope.afterworks:run',
  'programmes:read': 'scope.programmes:read',
  'programmes:take-part': 'scope.programmes:take-part',
  'programmes:manage': 'scope.programmes:manage',
  'waiting:own': 'scope.waiting:own',
  'files:read': 'scope.files:read',
  'files:write': 'scope.files:write',
  'audit:read': 'scope.audit:read',
  'jobs:manage': 'scope.jobs:manage',
  'webhooks:manage': 'scope.webhooks:manage',
}

export function KeysPage(props: {
  network: Network
  keys: Token[]
  ownAccount: string | null
  scopes: Scope[]
  mayGiveToNetwork: boolean
  form: FormState
  /** Of the key just made: shown this once. */
  secret: string | null
}) {
  const { i18n } = useFrame()
  const { t, day, locale } = i18n
  const { network } = props
  const address = href('keys', { locale, network: network.slug })
  return (
    <NetworkLayout of={network} title={t('keys.title')} noIndex>
      <header>
        <h1>{t('keys.title')}</h1>
        <p class="lede">{t('keys.lede')}</p>
        <p>
          <a href="/api" hreflang="en">
            {t('layout.api')}
          </a>
        </p>
      </header>
      {props.secret && (
        <section class="notice" role="status">
          <h2>{t('keys.made')}</h2>
          <p>{t('keys.once')}</p>
          <pre class="secret">
            <code>{props.secret}</code>
          </pre>
          <p>{t('keys.use')}</p>
          <pre>
            <code>Authorization: Bearer cordee_…</code>
          </pre>
        </section>
      )}
      <section>
        <h2>{t('keys.existing')}</h2>
        {props.keys.length === 0 ? (
          <p>{t('keys.none')}</p>
        ) : (
          <div class="scroll">
            <table class="cards">
              <thead>
                <tr>
                  <th>{t('keys.name')}</th>
                  <th>{t('keys.scopes')}</th>
                  <th>{t('keys.expires')}</th>
                  <th>{t('keys.used')}</th>
                  <th>
                    <span class="visually-hidden">{t('keys.revoke')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {props.keys.map(key => (
                  <tr key={key.id}>
                    <td>
                      {key.name}
                      <small class="block">{ownerOf(key)}</small>
                    </td>
                    <td>{key.scopes.map(scopeName).join(' · ')}</td>
                    <td data-label={t('keys.expires')}>
                      {day(key.expiresAt, network.timeZone)}
                      {key.expiresAt < new Date() && <small class="block">{t('keys.expired')}</small>}
                    </td>
                    <td data-label={t('keys.used')}>
                      {key.lastUsedAt ? day(key.lastUsedAt, network.timeZone) : t('keys.never')}
                    </td>
                    <td>
                      <ActionButton
                        action={href('keyRevocation', { locale, network: network.slug, id: key.id })}
                        label={t('keys.revoke')}
                        danger
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section>
        <h2>{t('keys.new')}</h2>
        <Form action={address} state={props.form} submit={t('keys.create')}>
          <TextField
            name="name"
            label={t('keys.name')}
            hint={t('keys.name.hint')}
            state={props.form}
            maxLength={120}
            autocomplete="off"
            required
          />
          <Choices
            name="scopes"
            label={t('keys.scopes')}
            state={props.form}
            several
            choices={props.scopes.map(scope => ({ value: scope, label: t(scopeNames[scope]), hint: scope }))}
            required
          />
          <TextField
            name="days"
            type="number"
            label={t('keys.days')}
            hint={t('keys.days.hint')}
            min={1}
            max={730}
            inputmode="numeric"
            state={props.form}
            required
          />
          {props.mayGiveToNetwork && (
            <Choices
              name="owner"
              label={t('keys.owner')}
              state={props.form}
              choices={[
                { value: 'own', label: t('keys.owner.own'), hint: t('keys.owner.own.hint') },
                { value: 'network', label: t('keys.owner.network'), hint: t('keys.owner.network.hint') },
              ]}
              required
            />
          )}
        </Form>
      </section>
    </NetworkLayout>
  )

  function scopeName(scope: string): string {
    return Object.hasOwn(scopeNames, scope) ? t(scopeNames[scope as Scope]) : scope
  }

  function ownerOf(key: Token): string {
    if (key.accountId === null) return t('keys.of-network')
    return key.accountId === props.ownAccount ? t('keys.of-you') : t('keys.of-other')
  }
}
