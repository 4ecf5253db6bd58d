import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { MandateInForce } from '#modules/network/door.ts'
import type { FurtherDoors } from '#modules/network/doors.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { YourPlace } from '#modules/network/views/your-place.tsx'
import { useFrame } from '#ui/frame.ts'
import { RopePicture } from '#ui/rope-picture.tsx'

/** The door of a network: who it is, then what each of its rooms has to show. */
export function NetworkPage(props: {
  network: Network
  mandates: MandateInForce[]
  acting: string | null
  /** Just came in. */
  welcome: boolean
  scripts: string[]
  /** What else of the network there is to see. */
  doors: FurtherDoors
  children?: ComponentChildren
}) {
  const { network, mandates } = props
  const { i18n } = useFrame()
  const { locale } = i18n
  const name = inLanguage(network.name, locale, network.locale)
  const summary = inLanguage(network.summary, locale, network.locale)
  return (
    <NetworkLayout
      of={network}
      title={i18n.t('network.home')}
      description={summary.text}
      scripts={props.scripts}
    >
      <header class="hero">
        <div>
          <h1 lang={name.locale}>{name.text}</h1>
          <p class="lede" lang={summary.locale}>
            {summary.text}
          </p>
          {mandates.length === 0 && <WayIn network={network} />}
        </div>
        {mandates.length === 0 && <RopePicture />}
      </header>
      <YourPlace network={network} mandates={mandates} acting={props.acting} welcome={props.welcome} />
      {props.children}
      <Doors network={network.slug} {...props.doors} />
    </NetworkLayout>
  )
}

/**
 * The ways to the networks it is tied to and to the organisations that show themselves. No network is named: the page is
 * kept for all visitors, and one that becomes private would still be named on the page of another.
 */
function Doors(props: { network: string; affiliations: boolean; showcases: boolean }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: props.network }
  if (!props.affiliations && !props.showcases) return null
  return (
    <section>
      {props.affiliations && (
        <p>
          {t('affiliations.door')} <a href={href('affiliations', here)}>{t('affiliations.door.link')}</a>
        </p>
      )}
      {props.showcases && (
        <p>
          {t('showcases.lede')} <a href={href('showcases', here)}>{t('showcases.all')}</a>
        </p>
      )}
    </section>
  )
}

/** How to get in, for those who are not. */
function WayIn({ network }: { network: Network }) {
  const { t, locale } = useFrame().i18n
  if (network.signUp === 'invitation')
    return (
      <p class="way-in">
        {t('way-in.invitation')}{' '}
        {network.contactEmail && (
          <>
            {t('way-in.contact')} <a href={`mailto:${network.contactEmail}`}>{network.contactEmail}</a>
          </>
        )}
      </p>
    )
  return (
    <p class="buttons">
      <a class="button quiet" href={href('join', { locale, network: network.slug })}>
        {network.signUp === 'open' ? t('way-in.open') : t('way-in.request')}
      </a>
    </p>
  )
}
