import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Collection } from '#modules/commons/collections/collections.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** A page for those who keep a collection: where they are, and the way back to it. */
export function KeeperFrame(props: {
  network: Network
  collection: Collection
  title: string
  scripts?: string[]
  children: ComponentChildren
}) {
  const { network, collection, title } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  return (
    <NetworkLayout
      of={network}
      title={`${title} · ${collection.title}`}
      noIndex
      {...(props.scripts && { scripts: props.scripts })}
    >
      <div class="listing">
        <p class="crumbs">
          <a href={href('collections', here)}>{t('collections.name')}</a> ›{' '}
          <a href={href('collection', here)} lang={collection.language}>
            {collection.title}
          </a>
        </p>
        <h1>{title}</h1>
        {props.children}
      </div>
    </NetworkLayout>
  )
}
