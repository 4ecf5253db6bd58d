import { href } from '#http/routes.ts'
import type { MandateInForce } from '#modules/network/door.ts'
import type { Network } from '#modules/network/networks.ts'
import { held, roleNames } from '#modules/network/views/role-names.ts'
import { useFrame } from '#ui/frame.ts'

/** At the door of a network: what one is there and, for whoever holds several mandates, under which one acts. */
export function YourPlace(props: {
  network: Network
  mandates: MandateInForce[]
  /** The mandate under which one acts. */
  acting: string | null
  welcome: boolean
}) {
  const { network, mandates, acting } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const own = mandates.find(({ id }) => id === acting) ?? mandates[0]
  if (!own) return null
  return (
    <section class="your-place">
      {props.welcome && <Welcome network={network} role={mandates[0]?.role ?? 'member'} />}
      {mandates.length === 1 ? (
        <p>
          {t('place.you-are', { role: t(roleNames[own.role]) })}{' '}
          {held(own) && (
            <>
              <span aria-hidden="true">·</span> {held(own)}
            </>
          )}
        </p>
      ) : (
        <form method="post" action={href('actingMandate', here)} class="acting">
          <label for="mandate">{t('place.acting')}</label>
          <select id="mandate" name="mandate">
            {mandates.map(mandate => (
              <option key={mandate.id} value={mandate.id} selected={mandate.id === own.id}>
                {[held(mandate), t(roleNames[mandate.role])].filter(Boolean).join(' · ')}
              </option>
            ))}
          </select>
          <button type="submit" class="button quiet">
            {t('place.acting.submit')}
          </button>
        </form>
      )}
      <p>
        <a href={href('keys', here)}>{t('place.keys')}</a>
      </p>
    </section>
  )
}

function Welcome({ network, role }: { network: Network; role: MandateInForce['role'] }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <>
      <h2>{t('welcome.title')}</h2>
      <ul class="plain-list">
        <li>
          <a href={href('commons', here)}>{t('welcome.commons')}</a>
          <small>{t('welcome.commons.text')}</small>
        </li>
        <li>
          <a href={href('members', here)}>{t('welcome.members')}</a>
          <small>{t('welcome.members.text')}</small>
        </li>
        {role === 'administrator' && (
          <li>
            <a href={href('administration', here)}>{t('welcome.administration')}</a>
            <small>{t('welcome.administration.text')}</small>
          </li>
        )}
        {role !== 'member' && (
          <li>
            {t('welcome.import')}
            <small>
              <code>cordee import commons ./pages --network {network.slug}</code>
            </small>
          </li>
        )}
      </ul>
    </>
  )
}
