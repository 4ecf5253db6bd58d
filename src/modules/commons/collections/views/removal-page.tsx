import { href } from '#http/routes.ts'
import type { Collection } from '#modules/commons/collections/collections.ts'
import { KeeperFrame } from '#modules/commons/collections/views/keeper-frame.tsx'
import type { Network } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Says what goes, before it goes. */
export function RemovalPage(props: { network: Network; collection: Collection; entries: number }) {
  const { network, collection, entries } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  return (
    <KeeperFrame network={network} collection={collection} title={t('collections.remove')}>
      <ul class="consequences">
        <li>{t('collections.remove.goes')}</li>
        <li>{t('collections.remove.stays', { count: entries })}</li>
        <li>{t('collections.remove.final')}</li>
      </ul>
      <Form action={href('collectionRemoval', here)} submit={t('collections.remove')} danger />
      <p>
        <a href={href('collection', here)}>{t('collections.remove.keep')}</a>
      </p>
    </KeeperFrame>
  )
}
