import type { ComponentChildren } from 'preact'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { useFrame } from '#ui/frame.ts'
import { RopePicture } from '#ui/rope-picture.tsx'

/** The door of a network: who it is, then what each of its rooms has to show. */
export function NetworkPage(props: { network: Network; scripts: string[]; children?: ComponentChildren }) {
  const { i18n } = useFrame()
  const name = inLanguage(props.network.name, i18n.locale, props.network.locale)
  const summary = inLanguage(props.network.summary, i18n.locale, props.network.locale)
  return (
    <NetworkLayout
      of={props.network}
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
        </div>
        <RopePicture />
      </header>
      {props.children}
    </NetworkLayout>
  )
}
